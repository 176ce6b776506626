"""What happens at the door of every request: where it comes from, what may not stand in an address, when a session ends."""

import re
import time
import unicodedata
from collections.abc import Callable
from ipaddress import ip_address

from django.conf import settings
from django.contrib.auth import logout
from django.core.exceptions import BadRequest
from django.core.handlers.exception import response_for_exception
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import translation
from django.utils.translation import gettext as _

from povertycase.access.actor import ADDRESS
from povertycase.secrets import identity

IDLE_SECONDS = 30 * 60
# A phone lies in a pocket between two homes; numbers then ask for a new sign-in (trust.md 7.1).
PHONE_IDLE_SECONDS = 12 * 3600
WHOLE_SECONDS = 24 * 3600
# The session row is written at most once a minute, not on every click.
NOTE_SECONDS = 60
EIGHTEEN = re.compile(r"(?<![0-9A-Za-z])[0-9]{17}[0-9Xx](?![0-9A-Za-z])")


class DoorMiddleware:
    """Runs after the account of a request is known."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        before = ADDRESS.set(address_of(request))
        try:
            end_idle_session(request)
            if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
                # The account's language, Chinese before signing in: pages must not change language at the door.
                translation.activate(getattr(request.user, "language", settings.LANGUAGE_CODE))
            try:
                response = refused_address(request) or self.get_response(request)
            except BadRequest as reason:
                # Made a page here, not further out: this answer too is kept by nobody.
                response = response_for_exception(request, reason)
        finally:
            ADDRESS.reset(before)
        # Pages hold personal data: neither browser nor proxy keeps them (static files do not come here).
        response.headers.setdefault("Cache-Control", "no-store, private")
        return response


def address_of(request: HttpRequest) -> str | None:
    """The caller's address. Behind the proxy of a production house it is the last hop the proxy wrote down."""
    forwarded = "" if settings.DEMO else request.headers.get("X-Forwarded-For", "")
    for claimed in (forwarded.split(",")[-1].strip(), request.META.get("REMOTE_ADDR", "")):
        try:
            return str(ip_address(claimed))
        except ValueError:  # nothing there, or not an address
            continue
    return None


def names_a_person(request: HttpRequest) -> bool:
    """Does an 18-character number stand in the query, or a valid ID or certificate number anywhere in the address?"""
    values = [unicodedata.normalize("NFKC", value) for name in request.GET for value in request.GET.getlist(name)]
    if any(EIGHTEEN.search(value) or identity.is_valid(value) for value in values):
        return True
    return any(identity.stands_in(text) for text in (request.path, *values))


def holds_nul(request: HttpRequest) -> bool:
    """A character that no keyboard types and PostgreSQL stores in no text: somebody tries what breaks."""
    return "\0" in request.path or any("\0" in value for _name, values in request.GET.lists() for value in values)


def refused_address(request: HttpRequest) -> HttpResponse | None:
    """400 for an address that names a person or cannot be read: pages raise it, programs get it as JSON."""
    if holds_nul(request):
        words = _("网址中有不能识别的字符，请从菜单或名单重新打开。")
    elif request.method in ("GET", "HEAD") and names_a_person(request):
        words = _(
            "网址中不能带证件号码，以免留在浏览记录和日志里。按证件号查找请用查找页的“证件号”一栏，号码不会写进网址。"
        )
    else:
        return None
    if request.path.startswith("/api/"):
        return JsonResponse({"detail": words}, status=400, json_dumps_params={"ensure_ascii": False})
    raise BadRequest(words)


def end_idle_session(request: HttpRequest) -> None:
    """End a session that was idle too long or is 24 hours old (production; the demo keeps them and notes the use)."""
    if not request.user.is_authenticated or not request.session.session_key:
        return
    if settings.DEMO and "since" not in request.session:  # not made by the sign-in page
        return
    now, session = int(time.time()), request.session
    seen, since = session.get("seen", now), session.setdefault("since", now)
    idle = PHONE_IDLE_SECONDS if session.get("phone") else IDLE_SECONDS
    if not settings.DEMO and (now - seen > idle or now - since > WHOLE_SECONDS):
        logout(request)
        return
    if now - seen > IDLE_SECONDS:
        session["stale"] = True  # whoever picked the phone up must sign in again before a number is shown
    if "seen" not in session or now - seen >= NOTE_SECONDS:
        session["seen"] = now
