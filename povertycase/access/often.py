"""How often an account may do what takes much out of the house: a sliding count in Valkey, the numbers in the settings."""

import logging
from functools import lru_cache

import redis
from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as later

from povertycase.models import Account

log = logging.getLogger(__name__)

# What was done too often, in words, and why there is an end to it. The reveal of numbers counts in its own action.
WORDS = {
    "export": (later("导出名单"), later("名单含个人信息，限制次数是为了防止账号被冒用时成批流出。")),
    "search": (later("查找登记信息"), later("限制次数是为了防止有人用程序逐个试探登记信息。")),
}
# A list without words is leafed through; only these parameters make its address a search.
SEARCHED = ("q", "s", "search")
# A broker that is away must not hold up a page.
PATIENCE = 0.3

# Returns whole seconds until the next one is let through (0: now), and 1 for the first refusal of a span.
_SPEND = """
local time = redis.call('TIME')
local now = tonumber(time[1]) + tonumber(time[2]) / 1000000
local most, span = tonumber(ARGV[1]), tonumber(ARGV[2])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - span)
local done = redis.call('ZCARD', KEYS[1])
if done < most then
  redis.call('ZADD', KEYS[1], now, time[1] .. '.' .. time[2] .. '.' .. done)
  redis.call('EXPIRE', KEYS[1], span)
  return {0, 0}
end
local first = redis.call('ZRANGE', KEYS[1], done - most, done - most, 'WITHSCORES')
local told = redis.call('SET', KEYS[2], '1', 'NX', 'EX', span)
return {math.max(1, math.ceil(tonumber(first[2]) + span - now)), told and 1 or 0}
"""


class TooOften(Exception):
    """An account has done something as often as it may: `what` in words, `seconds` until it may again.

    is_first: the first refusal of this span, the one that the audit trail notes.
    """

    def __init__(self, limit: str, most: int, span: int, seconds: int, is_first: bool) -> None:
        super().__init__(limit)
        self.limit, self.most, self.span, self.seconds, self.is_first = limit, most, span, seconds, is_first

    @property
    def what(self) -> str:
        """In the office's words, untranslated."""
        return WORDS[self.limit][0]

    def sentences(self) -> tuple[str, str, str]:
        """What, why, and when again, in the reader's language."""
        said = {"what": _(self.what), "n": self.most}
        if self.span == 60:
            what = _("每个账号一分钟内最多%(what)s %(n)d 次，现在已经到了。") % said
        else:
            what = _("每个账号一小时内最多%(what)s %(n)d 次，现在已经到了。") % said
        if self.seconds <= 90:
            again = _("请在 %d 秒以后再试。") % self.seconds
        else:
            again = _("请在 %d 分钟以后再试。") % -(-self.seconds // 60)
        return what, _(WORDS[self.limit][1]), again


def spend(limit: str, request: HttpRequest, account: Account) -> None:
    """Count one use of a limit ("" = none). Raises TooOften; without a broker everything passes, the trail still notes it."""
    bounds = settings.LIMITS.get(limit)
    if bounds is None or (limit == "search" and not _is_search(request)):
        return
    most, span = bounds
    place = f"often:{connection.settings_dict['NAME']}:{limit}:{account.pk}"
    try:
        wait, first = _line(settings.REDIS_URL).eval(_SPEND, 2, place, f"{place}:told", most, span)  # type: ignore[misc]
    except redis.RedisError as error:
        log.warning("the limit %s is not counted, the broker did not answer: %s", limit, type(error).__name__)
        return
    if wait:
        refused = TooOften(limit, most, span, int(wait), bool(first))
        request.too_often = refused  # type: ignore[attr-defined]
        raise refused


def _is_search(request: HttpRequest) -> bool:
    return request.method == "POST" or any(request.GET.get(name) for name in SEARCHED)


@lru_cache(maxsize=1)
def _line(url: str) -> redis.Redis:
    return redis.Redis.from_url(url, socket_connect_timeout=PATIENCE, socket_timeout=PATIENCE)
