"""Error pages in the office's words: what happened, and what to do next."""

import logging
import secrets
from typing import Any

from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound

from povertycase import slots

log = logging.getLogger("povertycase.errors")
API = "/api/"


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400. The sentence of a BadRequest is made for staff and shown; a technical one (SuspiciousOperation) is not."""
    reason = str(exception) if isinstance(exception, BadRequest) else ""
    return render(request, "errors/400.html", {"reason": reason}, status=400)


def forbidden(request: HttpRequest, exception: PermissionDenied | None = None) -> HttpResponse:
    """403 with the account's own posts and the roles that may enter."""
    match = request.resolver_match
    needed = getattr(match.func, "permission", None) if match else None
    allowed = [str(role.label) for role in slots.ROLES if needed in role.permissions]
    return render(
        request, "errors/403.html", {"reason": str(exception or ""), "allowed_roles": allowed}, status=403
    )  # fmt: skip


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404, the same to the byte for what is missing and what is hidden: no address, token or time stands in it."""
    if request.path.startswith(API):
        return JsonResponse({"detail": str(NotFound.default_detail)}, status=404)
    return render(request, "errors/404.html", {"still": True}, status=404)


def conflict(request: HttpRequest, changes: list[dict[str, Any]], *, again: str, reason: str = "") -> HttpResponse:
    """409 of an edit that came second: `changes` holds label, before, now and yours of each field that differs."""
    return render(request, "errors/409.html", {"changes": changes, "again": again, "reason": reason}, status=409)


def unavailable(request: HttpRequest, reason: str = "") -> HttpResponse:
    """503 while the office starts or is being maintained."""
    answer = render(request, "errors/503.html", {"reason": reason}, status=503)
    answer.headers["Retry-After"] = "60"
    return answer


def server_error(request: HttpRequest) -> HttpResponse:
    """500 with a number that finds the log line."""
    number = secrets.token_hex(4)
    log.error("error page %s at %s", number, request.path)
    if request.path.startswith(API):
        return JsonResponse({"detail": _("系统出错，这次操作没有完成。编号 %s") % number}, status=500)
    # The frame asks the database for the account; where the database is the fault, the page does without it.
    try:
        return render(request, "errors/500.html", {"number": number}, status=500)
    except Exception:
        log.exception("error page %s could not be framed", number)
        return HttpResponse(_("系统出错，这次操作没有完成。编号 %s") % number, status=500, content_type="text/plain")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 of a form that was open too long, or came from elsewhere."""
    return render(request, "errors/csrf.html", status=403)
