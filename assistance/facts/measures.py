"""Facts about the measures 帮扶措施 of a household: in the year judged on, by state, class and kind; and ever."""

from typing import Any

from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from assistance.choices import MEASURE_KINDS, MeasureClass, MeasureKind
from households.facts.household import VILLAGE
from povertycase.rules.facts import Fact, Source

SOURCES = (
    # running: the kind of a measure that was not stopped, worked out once a row (OFFSET), not once a fact.
    Source(
        code="measures_of_year",
        subject="household",
        group="household_id",
        sql="""
            SELECT m.household_id, m.state, m.amount, m.planned_on, m.signed_by_household,
                   CASE WHEN m.state <> 'stopped' THEN m.kind END AS running
            FROM assistance_measure m
            WHERE {within:m.household_id} AND {known:m}
              AND m.year = extract(year FROM %(as_of)s::date) AND m.entered_on <= %(as_of)s OFFSET 0
        """,
        label=_("本年帮扶措施"),
    ),
    Source(
        code="measures_ever",
        subject="household",
        group="household_id",
        sql="""
            SELECT m.household_id, m.state, m.done_on FROM assistance_measure m
            WHERE {within:m.household_id} AND {known:m} AND m.state <> 'stopped' AND m.entered_on <= %(as_of)s
        """,
        label=_("历年帮扶措施"),
    ),
)

_words = lazy(lambda kind: kind.words, str)
_RUNNING = "running IS NOT NULL"


def _count(code: str, label: Any, which: str, source: str = "measures_of_year") -> Fact:
    """A number of measures; a household without any has none."""
    sql = f"count(*) FILTER (WHERE {which})"
    return Fact(
        code, label, "household", "int", sql, source=source, unit=_("项"), empty="0", supplier=VILLAGE
    )  # fmt: skip


def _of_class(measure_class: str) -> str:
    kinds = ", ".join(f"'{kind.code}'" for kind in MEASURE_KINDS.values() if kind.measure_class == measure_class)
    return f"running IN ({kinds})"


def _of_kind(kind: MeasureKind) -> Fact:
    label = format_lazy(_("本年措施：{kind}"), kind=_words(kind))
    return _count(f"measures_{kind.code}", label, f"running = '{kind.code}'")


FACTS = (
    _count("measures_of_this_year", _("本年帮扶措施"), _RUNNING),
    _count("measures_planned_this_year", _("本年计划中的帮扶措施"), "state = 'planned'"),
    _count("measures_underway_this_year", _("本年实施中的帮扶措施"), "state = 'underway'"),
    _count("measures_done_this_year", _("本年已落实帮扶措施"), "state = 'done'"),
    _count("measures_overdue", _("本年逾期未落实的帮扶措施"),
           "state IN ('planned', 'underway') AND planned_on < %(as_of)s"),
    _count("measures_unsigned", _("本年已落实而户主未签字的帮扶措施"), "state = 'done' AND NOT signed_by_household"),
    _count("measures_development", _("本年开发式帮扶措施"), _of_class(MeasureClass.DEVELOPMENT.value)),
    _count("measures_protection", _("本年保障式帮扶措施"), _of_class(MeasureClass.GUARANTEE.value)),
    *(_of_kind(kind) for kind in MEASURE_KINDS.values()),
    Fact("measures_amount_this_year", _("本年帮扶措施金额合计"), "household", "numeric",
         f"sum(amount) FILTER (WHERE {_RUNNING})", source="measures_of_year", unit=_("元"),
         unknown=_("本年没有措施，或措施金额未填"), supplier=VILLAGE, private=True),
    _count("measures_ever", _("历年帮扶措施"), "TRUE", source="measures_ever"),
    _count("measures_done_ever", _("历年已落实帮扶措施"), "state = 'done'", source="measures_ever"),
    Fact("last_measure_done_on", _("最近落实措施的日期"), "household", "date", "max(done_on)", source="measures_ever",
         unknown=_("没有已落实的措施"), supplier=VILLAGE),
)  # fmt: skip
