"""Facts about what a cadre does in a pairing 结对: his visits to that household, in the period and since it began."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from assistance.choices import FACE_TO_FACE
from povertycase.rules.facts import Fact, Source

_FACE = "kind IN ({})".format(", ".join(f"'{kind}'" for kind in FACE_TO_FACE))

SOURCES = (
    Source(
        "pairing_visits",
        "pairing",
        """
        SELECT p.id AS pairing_id, v.kind, v.visited_on FROM households_pairing p
        JOIN assistance_visit v ON v.household_id = p.household_id AND v.cadre_id = p.cadre_id
             AND v.visited_on >= p.true_from
        WHERE {within:p.id} AND {known:p} AND {known:v} AND v.visited_on <= %(as_of)s
        """,
        group="pairing_id",
        label=_("走访与结对"),
    ),
)


def _count(code: str, label: Any, which: str) -> Fact:
    sql = f"count(*) FILTER (WHERE {which})"
    return Fact(code, label, "pairing", "int", sql, source="pairing_visits", unit=_("次"), empty="0",
                supplier=_("帮扶责任人"))  # fmt: skip


FACTS = (
    _count("pairing_visits_in_period", _("本人本期入户走访"),
           f"{_FACE} AND visited_on BETWEEN %(period_start)s AND %(period_end)s"),
    _count("pairing_contacts_in_period", _("本人本期电话（视频）联系"),
           "kind = 'phone' AND visited_on BETWEEN %(period_start)s AND %(period_end)s"),
    _count("pairing_visits_so_far", _("结对以来本人入户走访"), _FACE),
    Fact("pairing_last_visit_on", _("本人最近入户走访"), "pairing", "date", f"max(visited_on) FILTER (WHERE {_FACE})",
         source="pairing_visits", unknown=_("结对以来没有入户走访记录"), supplier=_("帮扶责任人")),
)  # fmt: skip
