"""Reading warnings 预警 and gaps of policies 应享未享: which rules find whom, as the last full run and changes left it.

A warning that measures an income against a line is for those only who may see amounts beside it; one that tells of an
illness for those who may see health (county-officer.md E-13).
"""

import datetime
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from households.models import Household
from povertycase.access.permissions import Permission
from povertycase.models import Account, Division
from povertycase.reach import ReachQuerySet
from povertycase.rules import versions
from povertycase.rules.check import Check
from povertycase.rules.policy import Policy
from supervision.models import CheckHit
from supervision.queries import check_live, check_words, checks, own_rules
from supervision.queries.checks import POLICY, WARNING

KINDS = (WARNING, POLICY)


def rules(account: Account, day: datetime.date, kinds: Iterable[str] = KINDS) -> list[tuple[str, Check]]:
    """(kind, rule) of the warnings and policies in force whose finds this account may read."""
    return [
        (kind, one) for kind in kinds for one in checks.in_force(day, kinds=(kind,)).checks if _may_read(one, account)
    ]


def _may_read(rule: Check, account: Account) -> bool:
    if rule.thresholds() and not account.can(Permission.AMOUNT_VIEW):
        return False
    return account.can(Permission.HEALTH_VIEW) or not _tells_health(rule)


def _tells_health(rule: Check) -> bool:
    return any(check_words.tells_health(code) for code in rule.facts())


def found(account: Account, code: str, place: str = "") -> "QuerySet[CheckHit]":
    """The households that a rule finds now, by village; place: prefix of village codes."""
    hits = CheckHit.objects.visible_to(account).filter(rule_code=code, gone_on=None)
    if place:
        hits = hits.filter(village_code__startswith=place)
    return hits.select_related("household__card").order_by(
        "village_code", "household__card__group_name", "household_id"
    )


def overview(account: Account, day: datetime.date) -> dict[str, list[dict[str, Any]]]:
    """By kind, every rule with how many households of the account's it finds."""
    hits = CheckHit.objects.visible_to(account).filter(gone_on=None, rule__kind__in=KINDS)
    counts = dict(hits.values_list("rule_code").annotate(number=Count("pk")).order_by("rule_code"))
    rows: dict[str, list[dict[str, Any]]] = {kind: [] for kind in KINDS}
    for kind, one in rules(account, day):
        rows[kind].append({**told(kind, one), "number": counts.get(one.code, 0)})
    for of in rows.values():
        of.sort(key=lambda row: (not row["urgent"], row["mark"], row["name"]))
    return rows


def told(kind: str, one: Check) -> dict[str, Any]:
    """A rule in the language in force."""
    return {
        "kind": kind,
        "code": one.code,
        "name": _(one.name),
        "mark": own_rules.department(one.family) if kind == POLICY else _(one.family),
        "question": _(one.question),
        "urgent": one.level == "error",
        "urgency": own_rules.URGENCIES[one.level] if kind == WARNING else "",
        "unverified": isinstance(one, Policy) and not one.verified,
    }


def rule(account: Account, code: str, day: datetime.date) -> tuple[str, Check] | None:
    """The rule of an address; None where there is none that this account may read."""
    return next(((kind, one) for kind, one in rules(account, day) if one.code == code), None)


def lines(hits: Iterable[CheckHit], one: Check, account: Account) -> list[dict[str, Any]]:
    """Households found, as a list shows them."""
    rows = list(hits)
    codes = {row.village_code for row in rows} | {row.village_code[:9] + "000" for row in rows}
    names = dict(Division.objects.filter(code__in=codes).values_list("code", "name"))
    return [
        {
            "card": row.household.card,
            "village": names.get(row.village_code, row.village_code),
            "town": names.get(row.village_code[:9] + "000", ""),
            "found": check_words.plain(row.values, account, line=bool(one.thresholds())),
            "since": row.first_found_on,
        }
        for row in rows
    ]


def towns(account: Account) -> list[tuple[str, str]]:
    """(prefix, name) of the places a list may be narrowed to: the county's towns, of a town its villages."""
    own = [one.prefix for one in account.extents() if one.kind == "divisions"]
    if any(one.kind == "everything" for one in account.extents()):
        own = [settings.COUNTY]
    level = Division.Level.VILLAGE if own and min(map(len, own)) > 6 else Division.Level.TOWN
    places = [
        place for place in Division.objects.filter(level=level).order_by("code") if place.prefix.startswith(tuple(own))
    ]
    return [(place.prefix, place.name) for place in places] if own else []


def of_household(household: Household, account: Account, as_of: datetime.date) -> dict[str, Any]:
    """The section of the file 预警和应享未享: what the rules find in this household now."""
    live = check_live.of_household(household.pk, None, as_of, kinds=KINDS)
    rows = [
        {
            **told(POLICY if isinstance(hit.check, Policy) else WARNING, hit.check),
            "found": check_words.plain(hit.values, account, line=bool(hit.check.thresholds())),
        }
        for hit in live.values()
        if _may_read(hit.check, account)
    ]
    rows.sort(key=lambda row: (row["kind"] == POLICY, not row["urgent"], row["mark"]))
    return {"rows": rows, "as_of": as_of}


# --- the household list -----------------------------------------------------------------------------------


def by_rule(kind: str) -> Callable[[ReachQuerySet, str, datetime.date], ReachQuerySet]:
    """The filter of the household list: found by this rule now."""

    def apply(cards: ReachQuerySet, value: str, as_of: datetime.date) -> ReachQuerySet:
        if value not in {one.code for one in for_lists(kind, as_of)}:
            return cards.none()
        hits = CheckHit.objects.filter(household=OuterRef("household"), rule_code=value, gone_on=None)
        return cards.filter(Exists(hits))

    return apply


def for_lists(kind: str, day: datetime.date) -> list[Check]:
    """The rules that the household list may be narrowed by.

    Without those beside a line: a filter does not know who asks, and villages must not learn of it.
    """
    found = checks.in_force(day, kinds=(kind,), among=versions.all_of(kind))
    return [one for one in found.checks if not one.thresholds()]
