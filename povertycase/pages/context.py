"""What every page shows around its content: office, era words, business date, menu, languages."""

import csv
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_noop as later

from povertycase import periods, slots

# 脱贫攻坚 2014-20, 过渡期 2021-25, 常态化帮扶 2026-: office and word for a registered household (county-officer.md E-01).
ERAS = {
    "campaign": {"office": later("扶贫开发办公室"), "household": later("建档立卡户"), "era": later("脱贫攻坚期")},
    "transition": {"office": later("乡村振兴局"), "household": later("脱贫户和监测对象"), "era": later("过渡期")},
    "standing": {"office": later("农业农村局"), "household": later("防止返贫致贫对象"), "era": later("常态化帮扶期")},
}
SHIPPED_COUNTIES = (later("镇赉县"), later("资源县"), later("凤庆县"), later("石楼县"), later("仙桃市"))
DIVISIONS = Path(__file__).resolve().parent.parent / "data" / "divisions"


@cache
def county_name(code: str) -> str:
    """The county's name from the shipped divisions; its code where none are shipped for it."""
    path = DIVISIONS / f"{code}.csv"
    if not path.exists():
        return code
    with open(path, encoding="utf-8-sig", newline="") as lines:
        return next((r["parent_name"] for r in csv.DictReader(lines) if r["parent_code"] == code), code)


class Surroundings:
    """The frame of one page. Everything is made when a template asks for it, once per request."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self.demo = settings.DEMO
        self.era = settings.ERA

    @cached_property
    def words(self) -> dict[str, str]:
        """The era's own words: office, household, era."""
        return {name: gettext(text) for name, text in ERAS.get(settings.ERA, ERAS["standing"]).items()}

    @cached_property
    def county(self) -> str:
        return gettext(county_name(settings.COUNTY))

    @cached_property
    def name(self) -> str:
        """The office's own name, or the one its county and era give it."""
        if settings.OFFICE_NAME:
            return settings.OFFICE_NAME
        return gettext("%(county)s%(office)s") % {"county": self.county, "office": self.words["office"]}

    @cached_property
    def today(self) -> Any:
        return periods.today()

    @cached_property
    def now(self) -> Any:
        return periods.now()

    @cached_property
    def language(self) -> str:
        return get_language() or settings.LANGUAGE_CODE

    @cached_property
    def languages(self) -> list[tuple[str, str]]:
        return [(code, label) for code, label in settings.LANGUAGES if code != self.language]

    @cached_property
    def user(self) -> Any:
        """The account, or None when nobody is signed in (also on error pages made before signing in is known)."""
        user = getattr(self._request, "user", None)
        return user if user is not None and user.is_authenticated else None

    @cached_property
    def menu(self) -> list[dict[str, Any]]:
        """The entries this account may open; the one whose address is the longest start of this page is current."""
        if self.user is None:
            return []
        entries = [
            {"code": entry.code, "label": entry.label, "url": url, "current": False}
            for entry in slots.MENU
            if self.user.can(entry.permission) and (url := address(entry.url))
        ]
        path = self._request.path
        here = [e for e in entries if (path.startswith(e["url"]) if e["url"] != "/" else path == "/")]
        if here:
            max(here, key=lambda e: len(e["url"]))["current"] = True
        return entries

    @cached_property
    def roles(self) -> list[str]:
        """The account's posts in words: 县办经办 · 镇赉县."""
        if self.user is None:
            return []
        posts = self.user.current_posts()
        return [f"{slots.ROLES[p.role].label} · {p.division.name}" if p.division else str(slots.ROLES[p.role].label)
                for p in posts]  # fmt: skip

    @cached_property
    def search_url(self) -> str:
        """Where the search box of the head leads; empty for accounts without a household list."""
        return next((e["url"] for e in self.menu if e["code"] == "households"), "")


def address(name: str) -> str:
    """The address of a named page, or nothing where that page is not part of this installation."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def page(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `office` for every template."""
    if not hasattr(request, "surroundings"):
        request.surroundings = Surroundings(request)  # type: ignore[attr-defined]
    return {"office": request.surroundings}  # type: ignore[attr-defined]
