"""429: an account did something as often as it may. The page says what, why and when again; the trail notes it once."""

from collections.abc import Callable

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from povertycase import audit
from povertycase.access.guards import account_of
from povertycase.access.often import TooOften


class TooOftenMiddleware:
    """Turns the refusal of a limit into a page, and notes the first one of a span: pages and API alike."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        refused: TooOften | None = getattr(request, "too_often", None)
        if refused is not None and refused.is_first:
            _note(request, refused)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return too_often(request, exception) if isinstance(exception, TooOften) else None


def too_often(request: HttpRequest, refused: TooOften) -> HttpResponse:
    """The page with what, why and when again; Retry-After says it to programs."""
    what, why, again = refused.sentences()
    answer = render(request, "errors/429.html", {"what": what, "why": why, "again": again}, status=429)
    answer.headers["Retry-After"] = str(refused.seconds)
    return answer


def _note(request: HttpRequest, refused: TooOften) -> None:
    with transaction.atomic():
        audit.record("limit.reached", by=account_of(request), params={"what": refused.what, "most": refused.most})
