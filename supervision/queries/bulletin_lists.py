"""The list behind a figure of a bulletin: the same conditions over the same sheet, so it has exactly that many rows.

A figure in persons lists persons, one in helpers lists helpers, one in posted staff lists postings; the others list
the households or villages counted. Reach is judged by the division in the sheet, not by where a household is today.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from households.models import Cadre, Membership, Posting
from povertycase.models import Division, SheetTable
from povertycase.rules import facts
from povertycase.rules import sheet as fact_sheets
from supervision.models import Bulletin
from supervision.queries.bulletin_figures import of_level, prefix_of, row_of
from supervision.queries.bulletin_rules import BulletinRules, recorded
from supervision.queries.indicators import Indicator

Row = list[Any]


@dataclass(frozen=True)
class Heading:
    """A column of a list: words, unit, and whether it holds figures."""

    label: str | Promise
    unit: Any = ""
    figure: bool = False
    household: bool = False  # its cells are household numbers, which lead to the file


@dataclass
class FigureList:
    """The rows of one figure in slices: a sequence for paging and for the workbook."""

    bulletin: Bulletin
    rules: BulletinRules
    indicator: Indicator
    row: dict[str, Any]
    amounts: bool = False  # may the reader see income beside the line?

    @cached_property
    def sheet(self) -> SheetTable:
        return getattr(self.bulletin, f"{self.indicator.subject}_sheet")

    @cached_property
    def towns(self) -> list[str]:
        """The prefixes the figure was counted over: 合计 counts villages in the towns of the table only."""
        if self.row["level"] != "whole" or self.indicator.subject != "village":
            return [prefix_of(self.row)]
        return [prefix_of(row) for row in of_level(self.bulletin.figures, "town")]

    @property
    def headings(self) -> list[Heading]:
        return _KINDS[self._kind].headings(self)

    def count(self) -> int:
        return len(self)

    def __len__(self) -> int:
        return _KINDS[self._kind].count(self)

    def __getitem__(self, part: slice) -> list[Row]:
        start, stop, _step = part.indices(len(self))
        rows = _KINDS[self._kind].rows(self, start, stop - start)
        return [[start + place, *row] for place, row in enumerate(rows, start=1)]

    @property
    def _kind(self) -> str:
        return f"{self.indicator.subject} {self.indicator.measure}"

    @cached_property
    def shown(self) -> list[facts.Fact]:
        """The facts shown beside the labels; amounts only for who may see them."""
        found = [facts.get(code) for code in self.indicator.shows]
        return [fact for fact in found if self.amounts or not fact.private]

    @cached_property
    def subjects(self) -> list[dict[str, Any]]:
        """Ids and sizes of all subjects counted, in the order of the list."""
        columns = {"household": ["members"], "pairing": ["pairing_cadre"], "village": ["village_name"]}
        return self.fetch(columns[self.indicator.subject])

    @cached_property
    def number(self) -> int:
        return sum(
            fact_sheets.count(self.sheet, self.indicator.node, prefix, given=self.rules.given) for prefix in self.towns
        )

    def fetch(self, columns: Sequence[str], *, start: int = 0, size: int | None = None) -> list[dict[str, Any]]:
        """Rows of the sheet, `size` of them from `start`."""
        if len(self.towns) == 1:
            return self._of(self.towns[0], columns, limit=size, offset=start)
        found = [row for town in self.towns for row in self._of(town, columns)]
        return found[start : None if size is None else start + size]

    def _of(self, prefix: str, columns: Sequence[str], **page: Any) -> list[dict[str, Any]]:
        return fact_sheets.rows(
            self.sheet, self.indicator.node, prefix, given=self.rules.given, columns=columns, **page
        )


class _Households:
    """One row a household: 序号 村 组 户编号 户主 人口 and the facts asked for."""

    @staticmethod
    def headings(asked: FigureList) -> list[Heading]:
        return [
            Heading(_("序号"), figure=True), Heading(_("村")), Heading(_("组")), Heading(_("户编号"), household=True),
            Heading(_("户主")), Heading(_("人口"), _("人"), figure=True),
            *(Heading(fact.label, fact.unit, fact.type in ("int", "numeric")) for fact in asked.shown),
        ]  # fmt: skip

    @staticmethod
    def count(asked: FigureList) -> int:
        return asked.number

    @staticmethod
    def rows(asked: FigureList, start: int, size: int) -> list[Row]:
        codes = [fact.code for fact in asked.shown]
        found = asked.fetch(["household_no", "head_name", "members", "group_name", *codes], start=start, size=size)
        names = _village_names(row["division_code"] for row in found)
        return [
            [
                names.get(row["division_code"], row["division_code"]), row["group_name"], row["household_no"],
                row["head_name"], row["members"], *(_value(fact, row[fact.code]) for fact in asked.shown),
            ]
            for row in found
        ]  # fmt: skip


class _Persons:
    """One row a member: the households' members on the cut-off day, as known when the bulletin was made."""

    @staticmethod
    def headings(asked: FigureList) -> list[Heading]:
        return [
            Heading(_("序号"), figure=True), Heading(_("村")), Heading(_("组")), Heading(_("户编号"), household=True),
            Heading(_("户主")), Heading(_("姓名")), Heading(_("与户主关系")),
        ]  # fmt: skip

    @staticmethod
    def count(asked: FigureList) -> int:
        return sum(row["members"] or 0 for row in asked.subjects)

    @staticmethod
    def rows(asked: FigureList, start: int, size: int) -> list[Row]:
        ends = list(accumulate(row["members"] or 0 for row in asked.subjects))
        first = next((place for place, end in enumerate(ends) if end > start), len(ends))
        last = next((place for place, end in enumerate(ends) if end >= start + size), len(ends) - 1)
        found = asked.fetch(["household_no", "head_name", "group_name"], start=first, size=last - first + 1)
        names = _village_names(row["division_code"] for row in found)
        by_household = _members(asked, [row["subject_id"] for row in found])
        rows = [
            [
                names.get(row["division_code"], row["division_code"]), row["group_name"], row["household_no"],
                row["head_name"], member.person.name, member.get_relation_display(),
            ]
            for row in found
            for member in by_household.get(row["subject_id"], [])
        ]  # fmt: skip
        skip = start - (ends[first - 1] if first else 0)
        return rows[skip : skip + size]


def _members(asked: FigureList, households: list[int]) -> dict[int, list[Membership]]:
    """The members of some households on the bulletin's day, the head first."""
    found = (
        Membership.objects.known(asked.sheet.known_on)
        .true_on(asked.sheet.as_of)
        .filter(household__in=households)
        .select_related("person")
    )
    by_household: dict[int, list[Membership]] = {}
    for member in sorted(found, key=lambda one: (one.relation != "head", one.pk)):
        by_household.setdefault(member.household_id, []).append(member)
    return by_household


class _Villages:
    """One row a village, with the facts asked for."""

    @staticmethod
    def headings(asked: FigureList) -> list[Heading]:
        return [
            Heading(_("序号"), figure=True), Heading(_("乡镇")), Heading(_("村")),
            *(Heading(fact.label, fact.unit, fact.type in ("int", "numeric")) for fact in asked.shown),
        ]  # fmt: skip

    @staticmethod
    def count(asked: FigureList) -> int:
        return asked.number

    @staticmethod
    def rows(asked: FigureList, start: int, size: int) -> list[Row]:
        codes = [fact.code for fact in asked.shown]
        found = asked.fetch(["village_name", *codes], start=start, size=size)
        towns = _village_names(row["division_code"][:9] + "000" for row in found)
        return [
            [
                towns.get(row["division_code"][:9] + "000", ""), row["village_name"],
                *(_value(fact, row[fact.code]) for fact in asked.shown),
            ]
            for row in found
        ]  # fmt: skip


class _Posted:
    """One row a posting in force on the cut-off day."""

    @staticmethod
    def headings(asked: FigureList) -> list[Heading]:
        labels = (_("村"), _("姓名"), _("驻村身份"), _("派出单位"), _("驻村开始日期"))
        return [Heading(_("序号"), figure=True), *(Heading(label) for label in labels)]

    @staticmethod
    def count(asked: FigureList) -> int:
        return len(_postings(asked))

    @staticmethod
    def rows(asked: FigureList, start: int, size: int) -> list[Row]:
        return [
            [post.village.name, post.cadre.name, post.get_role_display(), post.cadre.unit.name, post.true_from]
            for post in _postings(asked)[start : start + size]
        ]


def _postings(asked: FigureList) -> list[Posting]:
    villages = [row["division_code"] for row in asked.subjects]
    found = Posting.objects.known(asked.sheet.known_on).true_on(asked.sheet.as_of).filter(village__in=villages)
    return list(found.select_related("village", "cadre__unit").order_by("village", "role", "pk"))


class _Helpers:
    """One row a helper, with how many households he answers for here."""

    @staticmethod
    def headings(asked: FigureList) -> list[Heading]:
        return [
            Heading(_("序号"), figure=True), Heading(_("帮扶责任人")), Heading(_("单位")), Heading(_("职务")),
            Heading(_("结对户"), _("户"), figure=True),
        ]  # fmt: skip

    @staticmethod
    def count(asked: FigureList) -> int:
        return len({row["pairing_cadre"] for row in asked.subjects})

    @staticmethod
    def rows(asked: FigureList, start: int, size: int) -> list[Row]:
        number: dict[int, int] = {}
        for row in asked.subjects:
            number[row["pairing_cadre"]] = number.get(row["pairing_cadre"], 0) + 1
        page = sorted(number)[start : start + size]
        cadres = Cadre.objects.select_related("unit").in_bulk(page)
        return [[cadres[pk].name, cadres[pk].unit.name, cadres[pk].title, number[pk]] for pk in page]


_KINDS: dict[str, Any] = {
    "household count": _Households,
    "household sum:members": _Persons,
    "village count": _Villages,
    "village sum:postings_on_duty": _Posted,
    "pairing count_distinct:pairing_cadre": _Helpers,
}


@dataclass(frozen=True)
class Movement:
    """Households that a figure counts and the month before did not (came), and the other way round (gone)."""

    before: FigureList
    after: FigureList
    came: list[Row]
    gone: list[Row]

    @classmethod
    def between(cls, before: Bulletin, after: FigureList) -> "Movement":
        """The same figure of the same row in two bulletins, each by its own sheet and its own rules."""
        rules = recorded(before)
        row = row_of(before.figures, after.row["code"]) or after.row
        old = FigureList(before, rules, rules.indicators[after.indicator.code], row)
        then, now = ({one["subject_id"] for one in side.subjects} for side in (old, after))
        return cls(old, after, _only(after, now - then), _only(old, then - now))


def _only(asked: FigureList, wanted: set[int]) -> list[Row]:
    """村 组 户编号 户主 人口 of some of a list's households, in its order."""
    columns = ["household_no", "head_name", "members", "group_name"]
    found = [row for row in asked.fetch(columns) if row["subject_id"] in wanted] if wanted else []
    names = _village_names(row["division_code"] for row in found)
    return [
        [names.get(row["division_code"], ""), row["group_name"], row["household_no"], row["head_name"], row["members"]]
        for row in found
    ]


def _village_names(codes: Any) -> dict[str, str]:
    return dict(Division.objects.filter(code__in=set(codes)).values_list("code", "name"))


def _value(fact: facts.Fact, value: Any) -> Any:
    """A fact as staff read it; the unknown stays empty."""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    return fact.value_label(value)
