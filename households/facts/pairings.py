"""Facts about a pairing 结对 in force: which cadre answers for which household."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from households.facts.household import OFFICE, in_force
from households.facts.responsible import with_loads
from povertycase.rules.facts import Fact, Source, Subject

SUBJECTS = (
    Subject(
        code="pairing",
        base="pairing",
        ids="SELECT id AS subject_id FROM households_pairing",
        ids_within=(
            "SELECT p.id AS subject_id FROM households_pairing p WHERE EXISTS (SELECT "
            "FROM households_householddivision d WHERE d.household_id = p.household_id AND {prefix:d.village_id})"
        ),
        labels=("pairing_household", "pairing_cadre"),
        order=40,
    ),
)

SOURCES = (
    # Pairings of one range of ids lie in a narrow range of households; without these bounds every range would sort
    # the villages of the whole county.
    Source(
        code="pairing",
        subject="pairing",
        sql="""
            WITH held AS MATERIALIZED (
                SELECT p.id, p.household_id, p.cadre_id, p.place, p.true_from, p.tag FROM households_pairing p
                WHERE {within:p.id} AND {known:p}
                  AND p.true_from <= %(as_of)s AND (p.true_to IS NULL OR p.true_to >= %(as_of)s)
            ), places AS (
                SELECT DISTINCT ON (d.household_id) d.household_id, d.village_id FROM households_householddivision d
                WHERE d.household_id BETWEEN (SELECT min(household_id) FROM held)
                                         AND (SELECT max(household_id) FROM held)
                  AND {known:d} AND d.true_from <= %(as_of)s
                ORDER BY d.household_id, d.true_from DESC, d.id DESC
            )
            SELECT held.id AS subject_id, places.village_id AS division_code, held.household_id, held.cadre_id,
                   held.place, held.true_from, held.tag, c.unit_id
            FROM held JOIN places USING (household_id) LEFT JOIN households_cadre c ON c.id = held.cadre_id
        """,
        label=_("结对帮扶"),
    ),
    Source(
        "pairing_loads",
        "pairing",
        f"SELECT p.id AS subject_id, loads.households FROM {with_loads('p')} WHERE {{within:p.id}} AND {in_force('p')}",
        label=_("结对帮扶（按干部汇总）"),
    ),
)


def _fact(
    code: str, label: Any, kind: str, sql: str, *, source: str = "pairing", unit: Any = "", unknown: Any = ""
) -> Fact:
    return Fact(code, label, "pairing", kind, sql, source=source, unit=unit, unknown=unknown, supplier=OFFICE)


FACTS = (
    _fact("pairing_household", _("结对户"), "int", "pairing.household_id"),
    _fact("pairing_cadre", _("帮扶责任人"), "int", "pairing.cadre_id"),
    _fact("pairing_unit", _("帮扶责任人单位"), "int", "pairing.unit_id"),
    _fact("pairing_place", _("第几帮扶责任人"), "int", "pairing.place"),
    _fact("pairing_since", _("结对日期"), "date", "pairing.true_from"),
    _fact("pairing_days", _("结对天数"), "int", "%(as_of)s::date - pairing.true_from + 1", unit=_("天")),
    _fact("pairing_tag", _("结对标记"), "text", "nullif(pairing.tag, '')", unknown=_("没有标记")),
    _fact("pairing_cadre_households", _("该干部结对户数"), "int", "pairing_loads.households", source="pairing_loads",
          unit=_("户")),
)  # fmt: skip
