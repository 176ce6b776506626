"""Reading shortfalls 短板 of households, villages and the county: the list and its counts, one of them, in words."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, F, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from households.facts import figures
from households.models import Cadre, Household, Pairing, Posting
from povertycase.access.permissions import Permission
from povertycase.models import Account, Division, Post, RuleVersion
from povertycase.rules import facts
from povertycase.rules.compile import Criterion
from povertycase.rules.standing import LEFT as HOUSEHOLD_LEFT
from povertycase.rules.standing import REPLACED
from supervision.models import Shortfall
from supervision.queries import places, standards

State = Shortfall.State
TONES = {State.OPEN: "bad", State.RECHECK: "info", State.CLOSED: "good"}
# Beside the three states: what a list is asked for.
WHOSE = {"household": gettext_lazy("户"), "place": gettext_lazy("村（县）")}
# Who is no longer asked the criterion, or a criterion that nobody is asked any more: a person looks and closes.
LEFT = (*HOUSEHOLD_LEFT, *places.LEFT, REPLACED)
WANTED = {"unplanned": gettext_lazy("未安排措施"), "late": gettext_lazy("已超过完成时限")}


def visible(account: Account) -> QuerySet[Shortfall]:
    """The shortfalls of the account's households and villages."""
    return Shortfall.objects.visible_to(account)


def chosen(
    account: Account,
    day: datetime.date,
    *,
    state: str = "",
    wanted: str = "",
    criterion: str = "",
    place: str = "",
    whose: str = "",
) -> QuerySet[Shortfall]:
    """The list: without a state everything that is not closed. place: prefix of village codes; whose: of WHOSE."""
    rows = visible(account).filter(_asked(day, state=state, wanted=wanted, whose=whose))
    if criterion:
        code, _mark, name = criterion.partition(":")
        rows = rows.filter(standard_code=code, criterion=name)
    if place:
        rows = rows.filter(village_code__startswith=place)
    related = ("household__card", "division", "owner", "planned_by", "closed_by")
    order = ("village_code", F("household_id").asc(nulls_first=True), "standard_code", "pk")
    return rows.select_related(*related).order_by(*order)


def _asked(day: datetime.date, *, state: str = "", wanted: str = "", whose: str = "") -> Q:
    """The state and the question of a list, which the workbench counts as well."""
    asked = Q(state=state) if state else ~Q(state=State.CLOSED)
    if whose:
        asked &= Q(household__isnull=whose == "place")
    if wanted == "unplanned":
        asked &= Q(state=State.OPEN, measure="")
    elif wanted == "late":
        asked &= Q(state=State.OPEN, due_on__lt=day)
    return asked


def criteria(codes: Iterable[str]) -> dict[tuple[str, str], tuple[RuleVersion, Criterion]]:
    """Every criterion of the newest version of some standards: {(standard, criterion): (version, criterion)}."""
    versions = RuleVersion.objects.filter(kind="standard", code__in=set(codes)).order_by("in_force", "pk")
    found = {}
    for version in versions:
        for item in standards.of(version).criteria:
            found[(version.code, item.code)] = (version, item)
    return found


def criterion_choices(account: Account) -> list[tuple[str, str]]:
    """The criteria that the account's open shortfalls are about, for the filter."""
    pairs = visible(account).exclude(state=State.CLOSED).order_by().values_list("standard_code", "criterion").distinct()
    known = criteria(code for code, _name in pairs)
    found = [(pair, known[pair]) for pair in known if pair in set(pairs)]
    return [
        (f"{code}:{name}", f"{_(item.name)}（{_(version.body['name'])}）") for (code, name), (version, item) in found
    ]


def lines(rows: Sequence[Shortfall], day: datetime.date) -> list[dict[str, Any]]:
    """A page of the list in words: no amounts, for every reader alike (E-13)."""
    known = criteria(row.standard_code for row in rows)
    codes = {code for row in rows for code in (row.village_code, row.village_code[:9] + "000")}
    names = dict(Division.objects.filter(code__in=codes).values_list("code", "name"))
    return [
        {
            "row": row,
            "card": row.household.card if row.household else None,
            "who": _who(row, names),
            "village": names.get(row.village_code, row.village_code),
            "town": names.get(row.village_code[:9] + "000", "") if row.village_code[6:9] != "000" else "",
            "gap": gap(row, known.get((row.standard_code, row.criterion))),
            "word": word(row),
            "tone": TONES[State(row.state)],
            "late": row.state == State.OPEN and row.due_on is not None and row.due_on < day,
            "sent_back": sent_back(row),
            "left": row.state == State.RECHECK and row.closing_words in LEFT,
            "said": _(row.closing_words) if row.closing_words in LEFT else row.closing_words,
        }
        for row in rows
    ]


def _who(row: Shortfall, names: Mapping[str, str]) -> str:
    """The head of the household; of a place 全村 or 全县."""
    if row.household:
        return row.household.card.head_name
    return _("全县") if row.village_code.endswith("000000") else _("全村")


def gap(row: Shortfall, found: tuple[RuleVersion, Criterion] | None) -> str:
    """收入未达标; 待核实：住房安全有保障."""
    if found is None:
        return row.criterion
    _version, item = found
    return _("待核实：{criterion}").format(criterion=_(item.name)) if row.unknown else _(item.gap)


def word(row: Shortfall) -> str:
    """The state; 退回重补 where the review sent it back."""
    return _("退回重补") if sent_back(row) else str(State(row.state).label)


def sent_back(row: Shortfall) -> bool:
    """Open although the criterion is met: the review found the house otherwise."""
    return row.state == State.OPEN and row.improved_on is not None


TOWNSHIP, COUNTY = "township", "county"
REVIEWERS = {TOWNSHIP: Permission.SHORTFALL_CLOSE, COUNTY: Permission.SHORTFALL_CLOSE_PLACE}


def reviewer(row: Shortfall, day: datetime.date) -> str:
    """Who reviews it: the township; the county what is its own, and of a village what the township itself reports."""
    if row.division is None:
        return TOWNSHIP
    if row.division.level == Division.Level.COUNTY:
        return COUNTY
    found = criteria([row.standard_code]).get((row.standard_code, row.criterion))
    asked = [figures.of_fact(code) for code in found[1].facts()] if found else []
    said = figures.said([row.division.code], as_of=day, known_on=facts.moment())[row.division.code]
    own = any(one is not None and one.code in said and said[one.code].by_form for one in asked)
    return COUNTY if own else TOWNSHIP


def owners(rows: Sequence[Shortfall], day: datetime.date) -> list[Cadre]:
    """Who may answer for these, by name: the households' helpers, the cadres posted to their villages.

    For a place also whoever holds a post in the village, its town or the county: bureaus and the township.
    """
    households = [row.household_id for row in rows if row.household_id]
    villages = {row.village_code for row in rows}
    helpers = Pairing.objects.known().true_on(day).filter(household__in=households).values("cadre")
    posted = Posting.objects.known().true_on(day).filter(village__in=villages).values("cadre")
    places = [row.village_code for row in rows if row.division_id]
    chain = {code[:digits].ljust(12, "0") for code in places for digits in (6, 9, 12)}
    held = Post.objects.held_on(day).filter(division__in=chain).values("account")
    found = Cadre.objects.filter(Q(pk__in=helpers) | Q(pk__in=posted) | Q(account__in=held))
    return list(found.select_related("unit").order_by("name", "pk"))


def of_household(household: Household, account: Account, as_of: datetime.date) -> dict[str, Any]:
    """The section of the household file: what is open first, then what was closed."""
    return _section(visible(account).filter(household=household), as_of)


def of_place(division: Division, account: Account, as_of: datetime.date) -> dict[str, Any]:
    """The same of a village or the county, beside its check."""
    return _section(visible(account).filter(division=division), as_of)


def _section(found: QuerySet[Shortfall], as_of: datetime.date) -> dict[str, Any]:
    rows = list(found.select_related("household__card", "owner", "closed_by").order_by("pk"))
    rows.sort(key=lambda row: row.state == State.CLOSED)
    return {"lines": lines(rows, as_of)}


def waiting(account: Account, as_of: datetime.date) -> list[dict[str, Any]]:
    """The workbench: what waits for a plan, is overdue, or waits for review; each count is its list."""
    asked = []
    if account.can(Permission.SHORTFALL_CLOSE):
        asked.append((_("待复核的短板"), {"state": State.RECHECK.value}))
    if account.can(Permission.SHORTFALL_CLOSE_PLACE):
        asked.append((_("待复核的村（县）短板"), {"state": State.RECHECK.value, "whose": "place"}))
    if account.can(Permission.SHORTFALL_PLAN):
        asked += [(_("未安排措施的短板"), {"wanted": "unplanned"}), (_("超过完成时限的短板"), {"wanted": "late"})]
    counts = {str(place): Count("pk", filter=_asked(as_of, **one)) for place, (_label, one) in enumerate(asked)}
    numbers = visible(account).exclude(state=State.CLOSED).aggregate(**counts) if asked else {}
    return [
        {
            "label": label,
            "count": numbers[str(place)],
            "url": f"{reverse('shortfalls')}?{urlencode(one)}",
            "late": one.get("wanted") == "late",
        }
        for place, (label, one) in enumerate(asked)
        if numbers[str(place)]
    ]


def chips(*, state: str, wanted: str, criterion: str, place: str, whose: str) -> list[dict[str, Any]]:
    """The chosen filters of the list in words."""
    found: list[dict[str, Any]] = []
    if state:
        found.append({"name": "state", "label": _("状态"), "value": State(state).label})
    if wanted:
        found.append({"name": "wanted", "label": _("范围"), "value": WANTED[wanted]})
    if whose:
        found.append({"name": "whose", "label": _("对象"), "value": WHOSE[whose]})
    if criterion:
        code, _mark, name = criterion.partition(":")
        item = criteria([code]).get((code, name))
        found.append({"name": "criterion", "label": _("指标"), "value": _(item[1].name) if item else name})
    if place:
        name = Division.objects.filter(code=place.ljust(12, "0")).values_list("name", flat=True).first()
        found.append({"name": "place", "label": _("区划"), "value": name or place})
    return found


def on_paper(rows: Sequence[Shortfall], day: datetime.date) -> list[list[str]]:
    """The list's rows for Excel."""
    return [
        [
            line["town"],
            line["village"],
            line["who"],
            line["card"].household_no if line["card"] else "",
            line["gap"],
            line["word"],
            line["row"].measure,
            line["row"].owner.name if line["row"].owner else "",
            _day(line["row"].due_on),
            _day(line["row"].opened_on),
            _day(line["row"].improved_on),
            _day(line["row"].closed_on),
            line["said"],
        ]
        for line in lines(rows, day)
    ]


def _day(day: datetime.date | None) -> str:
    return day.isoformat() if day else ""
