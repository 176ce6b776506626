"""Rolls 花名册 with a row for each visit or each measure: their columns, conditions and rows, declared once."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop as later
from django.utils.translation import ngettext

from assistance.choices import MEASURE_KINDS
from assistance.models import Measure, Visit
from assistance.queries import ledgers
from assistance.sheets import visit_rows
from households.queries.register_rows import Cell
from households.sheets.roll_columns import RollColumn, shown_as
from povertycase.access.permissions import Permission
from povertycase.exchange.columns import Column, of
from povertycase.slots import RollKind

# What is said at home is often about illness, and a cause may be one: only for who may read health.
HEALTH = {"findings", "need", "follow_up", "cause"}
PLACES = ("household.town", "household.village", "household.household_no", "household.head_name")


def _columns(kind: str, group: Any, found: tuple[tuple[Column, str], ...]) -> tuple[RollColumn, ...]:
    """The columns of a kind from declared ones, each with the field that its cells come from."""
    return tuple(
        RollColumn(
            f"{kind}.{column.key}",
            column,
            group,
            Cell(kind, field, **shown_as(column)),
            Permission.HEALTH_VIEW if column.key in HEALTH else "",
            of=kind,
        )
        for column, field in found
    )


def _visit_columns() -> tuple[RollColumn, ...]:
    """Those of the sheet that brings visits in, and who went."""
    told = tuple((column, column.key) for column in visit_rows.SHEET.columns if column.key not in BY_HAND)
    who = (
        (Column("visitor", "走访人", "name"), "visitor"),
        (Column("visitor_unit", later("走访人单位"), width=20), "cadre__unit__name"),
        (of(Visit, "entered_on"), "entered_on"),
        (of(Visit, "entered_by", type="name"), "entered_by__display_name"),
    )
    return _columns("visit", _("走访"), (*told, *who))


# Headings of the workbook of visits that no model field has: their English stands in the catalogue by this line.
ONLY_HERE = (later("时长"), later("分钟"), later("走访内容"))
BY_HAND = ("household_no", "visitor", "cadre_no")  # how an import finds whom it is about
VISIT = RollKind(
    "visit",
    20,
    "走访台账",
    "次",
    lambda n: ngettext("按现在的条件 %d 次走访", "按现在的条件 %d 次走访", n) % n,
    _visit_columns(),
    (*PLACES, "visit.visited_on", "visit.kind", "visit.visitor", "visit.visitor_unit", "visit.met", "visit.need"),
    ledgers.VISIT_FILTERS,
    ledgers.visits,
    ("visited_on", "pk"),
)


def _measure_columns() -> tuple[RollColumn, ...]:
    kinds = tuple((kind.code, kind.label) for kind in MEASURE_KINDS.values())
    names = ("year", "content", "state", "amount", "quantity", "planned_on", "done_on", "effect", "funder", "cause")
    signed = (of(Measure, "signed_by_household", type="bool"), "signed_by_household")
    who = (
        (Column("kind", "措施类别", "enum", choices=kinds, width=18), "kind"),
        (Column("person", "受益人", "name", help="空白为全户"), "person__name"),
        (Column("unit", "帮扶单位", width=20), "unit__name"),
    )
    return _columns("measure", _("帮扶措施"), (*who, *((of(Measure, name), name) for name in names), signed))


MEASURE = RollKind(
    "measure",
    10,
    "帮扶措施台账",
    "项",
    lambda n: ngettext("按现在的条件 %d 项措施", "按现在的条件 %d 项措施", n) % n,
    _measure_columns(),
    (*PLACES, "measure.year", "measure.kind", "measure.content", "measure.person", "measure.amount", "measure.state")
    + ("measure.done_on", "measure.effect"),
    ledgers.MEASURE_FILTERS,
    ledgers.measures,
    ("year", "done_on", "pk"),
)
KINDS = (MEASURE, VISIT)
