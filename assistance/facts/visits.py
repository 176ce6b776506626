"""Facts about the visits 走访 to a household: in the period asked for, in the one before it, and ever.

入户 and a meeting in the village office or field are face to face; 电话（视频） is contact; 未遇 is neither
(county-officer.md E-05, F-3). Which visits count by their day of entry is for the rule to say, so a fact gives the lag.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _

from assistance.choices import FACE_TO_FACE
from povertycase.rules.facts import Fact, Source

_FACE = "kind IN ({})".format(", ".join(f"'{kind}'" for kind in FACE_TO_FACE))
_PHONE = "kind = 'phone'"
_NOW = "visited_on >= %(period_start)s"
_BEFORE = "visited_on < %(period_start)s"
_END = "%(period_end)s::date"
_HELPER = _("帮扶责任人")
_NEVER = _("没有入户走访记录")

SOURCES = (
    Source(
        code="visits_of_period",
        subject="household",
        group="household_id",
        sql="""
            SELECT v.household_id, v.kind, v.visited_on, v.entered_on FROM assistance_visit v
            WHERE {within:v.household_id} AND {known:v}
              AND v.visited_on BETWEEN (%(period_start)s::date - interval '1 month')::date AND %(period_end)s
        """,
        label=_("本期和上期走访"),
    ),
    Source(
        code="visits_so_far",
        subject="household",
        group="household_id",
        sql=f"""
            SELECT v.household_id, v.visited_on FROM assistance_visit v
            WHERE {{within:v.household_id}} AND {{known:v}} AND v.{_FACE} AND v.visited_on <= %(as_of)s
        """,
        label=_("历次走访"),
    ),
    # Visits of the period with the pairing of that cadre on that day, if there was one.
    Source(
        code="visits_and_pairings",
        subject="household",
        group="household_id",
        sql="""
            SELECT v.household_id, pa.id AS pairing_id FROM assistance_visit v
            LEFT JOIN households_pairing pa ON pa.household_id = v.household_id AND pa.cadre_id = v.cadre_id
                  AND {within:pa.household_id} AND {known:pa} AND pa.true_from <= v.visited_on
                  AND (pa.true_to IS NULL OR pa.true_to >= v.visited_on)
            WHERE {within:v.household_id} AND {known:v} AND v.cadre_id IS NOT NULL AND v.kind <> 'absent'
              AND v.visited_on BETWEEN %(period_start)s AND %(period_end)s
        """,
        label=_("本期走访与结对"),
    ),
)


def _count(code: str, label: Any, which: str) -> Fact:
    """Visits of the period."""
    sql = f"count(*) FILTER (WHERE {which} AND {_NOW})"
    return Fact(code, label, "household", "int", sql, source="visits_of_period", unit=_("次"), empty="0")


def _lag(code: str, label: Any, unknown: Any, which: str, cut_off: str) -> Fact:
    """Days from the cut-off to the first entry of such a visit; below zero when it was entered before."""
    sql = f"min(entered_on) FILTER (WHERE {which}) - {cut_off}"
    return Fact(code, label, "household", "int", sql, source="visits_of_period", unit=_("天"), unknown=unknown)


FACTS = (
    _count("visited_face_to_face", _("本期入户走访"), _FACE),
    _count("contacted_by_phone", _("本期电话（视频）联系"), _PHONE),
    _lag("visit_entry_lag", _("本期入户走访录入晚于截止日"), _("本期没有入户走访"), f"{_FACE} AND {_NOW}", _END),
    _lag(
        "contact_entry_lag", _("本期联系录入晚于截止日"), _("本期没有电话（视频）联系或见面"),
        f"({_FACE} OR {_PHONE}) AND {_NOW}", _END,
    ),
    _lag(
        "visit_entry_lag_before", _("上期入户走访录入晚于截止日"), _("上期没有入户走访"),
        f"{_FACE} AND {_BEFORE}", "(%(period_start)s::date - 1)",
    ),
    Fact(
        "last_visit_on", _("最近入户走访"), "household", "date", "max(visited_on)", source="visits_so_far",
        unknown=_NEVER, supplier=_HELPER,
    ),
    Fact("visits_ever", _("历次入户走访"), "household", "int", "count(*)", source="visits_so_far", unit=_("次"),
         empty="0", supplier=_HELPER),
    Fact("visits_this_year", _("本年入户走访"), "household", "int",
         "count(*) FILTER (WHERE visited_on >= date_trunc('year', %(as_of)s::date))", source="visits_so_far",
         unit=_("次"), empty="0", supplier=_HELPER),
    # From cut-off to cut-off, like the month: the quarter that the period's last month lies in.
    Fact("visited_in_quarter", _("本季度入户走访"), "household", "int",
         f"count(*) FILTER (WHERE visited_on BETWEEN (%(period_start)s::date - make_interval(months => "
         f"(extract(month FROM {_END})::int - 1) %% 3))::date AND {_END})", source="visits_so_far",
         unit=_("次"), empty="0", supplier=_HELPER),
    Fact("days_since_visit", _("距最近入户走访天数"), "household", "int", "%(as_of)s::date - {last_visit_on}",
         unit=_("天"), unknown=_NEVER, supplier=_HELPER),
    Fact("absent_visits", _("本期未遇次数"), "household", "int", f"count(*) FILTER (WHERE kind = 'absent' AND {_NOW})",
         source="visits_of_period", unit=_("次"), empty="0", supplier=_HELPER),
    Fact("visits_without_pairing", _("本期不在结对期内的走访"), "household", "int",
         "count(*) FILTER (WHERE pairing_id IS NULL)", source="visits_and_pairings", unit=_("次"), empty="0",
         supplier=_HELPER),
)  # fmt: skip
