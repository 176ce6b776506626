"""What a password must be, and when it is over (trust.md 7.1: profile `dengbao`, or `asvs` with length alone)."""

import datetime
import re

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from povertycase import periods, pinyin
from povertycase.models import Account, Division, FormerPassword

CLASSES = (re.compile(r"[A-Z]"), re.compile(r"[a-z]"), re.compile(r"[0-9]"), re.compile(r"[^A-Za-z0-9]"))
OFFICE_WORDS = frozenset(
    (
        *("fupin", "tuopin", "pinkun", "jiandang", "jiandangli", "jiandanglika", "fupinban", "bangfu"),
        *("povertycase", "password", "mima", "admin", "guanliyuan"),
        *("扶贫", "脱贫", "贫困", "建档立卡", "扶贫办", "帮扶", "密码", "管理员"),
    )
)


class Classes:
    """Three of four: capitals, small letters, digits, anything else (等保 8.1.4.1 a); Chinese counts as anything else."""

    def __init__(self, wanted: int = 3) -> None:
        self.wanted = wanted

    def validate(self, password: str, user: Account | None = None) -> None:
        if sum(1 for kind in CLASSES if kind.search(password)) < self.wanted:
            raise ValidationError(self.get_help_text(), code="password_classes")

    def get_help_text(self) -> str:
        return _("密码须包含大写字母、小写字母、数字、其他字符中的至少三类。")


class LocalWords:
    """Not the county, a town or the office's own word with a year behind it: those are guessed first."""

    def validate(self, password: str, user: Account | None = None) -> None:
        bare = re.sub(r"[\W\d_]+", "", password).lower()
        if bare and bare in OFFICE_WORDS | _place_words():
            raise ValidationError(self.get_help_text(), code="password_local")

    def get_help_text(self) -> str:
        return _("密码不能只是本县、本乡镇或扶贫工作的常用词加数字。")


class NotUsedBefore:
    """None of the account's last passwords."""

    def __init__(self, last: int = 5) -> None:
        self.last = last

    def validate(self, password: str, user: Account | None = None) -> None:
        if user is None or not user.pk:
            return
        former = FormerPassword.objects.filter(account=user).order_by("-ended_at", "-pk")
        hashes = [user.password, *former.values_list("hash", flat=True)[: self.last - 1]]
        if any(check_password(password, known) for known in hashes if known):
            raise ValidationError(self.get_help_text(), code="password_used")

    def get_help_text(self) -> str:
        return _("不能与最近 %(last)s 次用过的密码相同。") % {"last": self.last}


def _place_words() -> set[str]:
    """County and towns in Chinese and in pinyin, with and without 县, 镇, 乡."""
    names = Division.objects.filter(level__in=("county", "town")).values_list("name", flat=True)
    words = {form for name in names for form in (name, re.sub(r"(县|市|区|镇|乡|街道)$", "", name))}
    return words | {"".join(pinyin.syllables(word)) for word in words}


def is_over(account: Account) -> bool:
    """Has the account's own password reached its age (settings.PASSWORD_DAYS; None = it has none)?"""
    days = settings.PASSWORD_DAYS
    return days is not None and _age(account) > datetime.timedelta(days=days)


def first_is_over(account: Account) -> bool:
    """Was the first password handed over too long ago to be used (settings.FIRST_PASSWORD_HOURS)?"""
    hours = settings.FIRST_PASSWORD_HOURS
    return hours is not None and account.must_change_password and _age(account) > datetime.timedelta(hours=hours)


def _age(account: Account) -> datetime.timedelta:
    return periods.now() - account.password_set_at
