"""走访登记表 as an import: what helpers and villages keep in Excel, one visit a row."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop as later

from assistance.actions import visits
from assistance.models import Visit
from households.models import Cadre, Household, Pairing
from households.sheets.register_dated import HOUSEHOLD_NO
from households.sheets.row_words import back, changes, filled, households_of, nowhere, standing
from povertycase.access.permissions import Permission
from povertycase.exchange import rowwise
from povertycase.exchange.batch import Staging
from povertycase.exchange.columns import Column, Sheet, of
from povertycase.exchange.rowwise import CHANGED, NEW, SAME, Looked, Wrote
from povertycase.slots import FindingCode

KINDS = {
    "入户走访": "home",
    "上门": "home",
    "见面": "meeting",
    "电话": "phone",
    "视频": "phone",
    "电话联系": "phone",
    "未遇": "absent",
    "家中无人": "absent",
}
TOLD = ("minutes", "met", "topics", "findings", "policies", "need", "solved_on_site", "follow_up")
FIELDS = ("kind", *TOLD, "income_change", "income_note")

SHEET = Sheet(
    "visits",
    "走访",
    (
        HOUSEHOLD_NO,
        of(Visit, "visited_on", required=True, synonyms=("入户日期", "日期"), width=13),
        of(Visit, "kind", required=True, aliases=KINDS, synonyms=("方式", "联系方式"), width=18),
        Column("visitor", "走访人", "name", synonyms=("走访人姓名", "走访干部"), required=True, length=50),
        Column("cadre_no", "干部编号", "code", synonyms=("帮扶人编号", "走访人编号"), length=24, width=18),
        of(Visit, "minutes", low=1, high=600, synonyms=("时长",)),
        of(Visit, "met", synonyms=("受访人",)),
        of(Visit, "topics", heading="走访内容", help="可填多项，用顿号分开", width=20),
        of(Visit, "findings", synonyms=("了解到的情况", "走访情况"), length=2000, width=40, help="除未遇外须填写"),
        of(Visit, "policies", width=20),
        of(Visit, "need", synonyms=("问题或诉求", "诉求"), length=1000, width=30),
        of(Visit, "solved_on_site", synonyms=("当场解决",)),
        of(Visit, "follow_up", length=1000, width=24),
        of(Visit, "income_change"),
        of(Visit, "income_note"),
    ),
    synonyms=("走访登记表", "走访记录", "入户走访"),
    optional=False,
    note="每次走访一行",
)


Row = dict[str, Any]


@dataclass(frozen=True)
class Around:
    """The households that the rows of a chunk name, the cadres they name by number, and who answers for the households."""

    households: dict[str, Household]
    numbered: dict[tuple[str, str], Cadre]
    helping: dict[tuple[int, str], list[Pairing]]

    @classmethod
    def of(cls, stage: Staging, rows: Sequence[Row]) -> "Around":
        """Asked of the register at once, a visit changes nothing of it."""
        households = households_of({row["household_no"] for row in rows}, stage.batch.by)
        numbers, visitors = ({row[name] for row in rows} for name in ("cadre_no", "visitor"))
        numbered = Cadre.objects.filter(cadre_no__in=numbers - {"", None}, taken_back_on=None)
        helping: dict[tuple[int, str], list[Pairing]] = {}
        known = Pairing.objects.known().filter(household__in=households.values(), cadre__name__in=visitors)
        for pairing in known.select_related("cadre"):
            helping.setdefault((pairing.household_id, pairing.cadre.name), []).append(pairing)
        return cls(households, {(cadre.cadre_no, cadre.name): cadre for cadre in numbered}, helping)

    def visitor(self, household: Household, row: Row) -> Cadre | None:
        """Who went: by number, else by name among those who answer for the household on that day, if it is one."""
        if row["cadre_no"]:
            return self.numbered.get((row["cadre_no"], row["visitor"]))
        told = self.helping.get((household.pk, row["visitor"]), ())
        found = {pairing.cadre_id: pairing.cadre for pairing in told if pairing.is_true_on(row["visited_on"])}
        return next(iter(found.values())) if len(found) == 1 else None


def look(stage: Staging, row: Row, around: Around) -> Looked:
    """A visit nobody wrote down yet, one with other words, or one that stands as it is."""
    household = around.households.get(row["household_no"])
    if household is None:
        return nowhere(row["household_no"])
    about = f"{row['household_no']} {row['visited_on']} {row['visitor']}"
    if row["kind"] != "absent" and not row["findings"]:
        return rowwise.refused("findings", "findings_missing", later("除未遇外须写下了解到的情况"), about=about)
    cadre = around.visitor(household, row)
    who = {"cadre": cadre, "visitor_name": "" if cadre else row["visitor"]}
    values = filled(row, FIELDS)
    known = Visit.objects.known().filter(household=household, visited_on=row["visited_on"], **who)
    found = sorted(known, key=lambda visit: (visit.kind != row["kind"], visit.pk))
    if not found:
        enter = partial(_enter, household, {**who, **values, "visited_on": row["visited_on"]})
        return Looked(NEW, about, changes(Visit, None, values), enter)
    differing = changes(Visit, found[0], values)
    if not differing:
        return Looked(SAME, about)
    return Looked(CHANGED, about, differing, partial(_correct, found[0], values))


def _enter(household: Household, values: dict[str, Any], *, by: Any, on: Any) -> Wrote:
    return Wrote(visits.enter(household=household, entered_on=on, by=by, **values).pk)


def _correct(visit: Visit, values: dict[str, Any], *, by: Any, on: Any) -> Wrote:
    return Wrote(visits.correct(visit=visit, values=values, entered_on=on, by=by).pk, visit.pk)


def _take_back(wrote: Wrote, *, by: Any, on: Any) -> int | None:
    visit, old = standing(Visit, wrote, by)
    return back(partial(visits.take_back, visit=visit, old=old, by=by))


def _household(row: Row) -> str:
    """A visit answers what the household asked for at the one before."""
    return row["household_no"]


KIND = rowwise.kind(
    "visits",
    order=40,
    label=_("走访登记表"),
    permission=Permission.VISIT_ENTER,
    # What is said at home is often about illness.
    see=Permission.HEALTH_VIEW,
    sheets=(SHEET,),
    rows=rowwise.Rows(
        look, _take_back, once=("household_no", "visited_on", "visitor", "kind"), part=_household, around=Around.of
    ),
    extra={
        "codes": (
            FindingCode("findings_missing", "error", "除未遇外的走访没有写了解到的情况", "补写了解到的情况", (24,)),
        )
    },
)
