"""Facts of pairing 结对: who answers for a household on the day, for how many others, and whether he can be called."""

from django.utils.translation import gettext_lazy as _

from households.facts.household import OFFICE, in_force
from povertycase.rules.facts import Fact, Source


def with_loads(alias: str) -> str:
    """Pairings beside `loads.households`: how many households the helper has, wherever they live.

    PostgreSQL remembers a helper that was asked for already.
    """
    return f"""households_pairing {alias} CROSS JOIN LATERAL (
            SELECT count(DISTINCT pl.household_id) AS households FROM households_pairing pl
            WHERE pl.cadre_id = {alias}.cadre_id AND {in_force("pl")}) loads"""


SOURCES = (
    # What only the telephone asks for, joins and all, falls away where nothing asks for it. The households are bounded
    # by the range like the pairings: without it every range would walk through all of them from the first.
    Source(
        "pairings",
        "household",
        f"""
        SELECT pa.household_id, pa.cadre_id, pa.place, pa.true_from, pa.tag, c.phone_index IS NOT NULL AS has_phone,
               coalesce(c.phone_index = h.phone_index, FALSE) AS same_phone,
               CASE WHEN c.phone_index IS NOT NULL THEN
                   EXISTS (SELECT FROM households_household o WHERE o.phone_index = c.phone_index) END AS is_registered
        FROM households_pairing pa
        LEFT JOIN households_cadre c ON c.id = pa.cadre_id
        LEFT JOIN households_household h ON h.id = pa.household_id AND {{within:h.id}}
        WHERE {{within:pa.household_id}} AND {in_force("pa")}
        """,
        group="household_id",
        label=_("结对帮扶"),
    ),
    Source(
        "helper_loads",
        "household",
        f"SELECT pa.household_id, loads.households FROM {with_loads('pa')} "
        f"WHERE {{within:pa.household_id}} AND {in_force('pa')}",
        group="household_id",
        label=_("结对帮扶（按干部汇总）"),
    ),
)

_NOBODY = _("没有帮扶责任人")

FACTS = (
    Fact("helpers", _("帮扶责任人数"), "household", "int", "count(*)", source="pairings", unit=_("人"), empty="0",
         supplier=OFFICE),
    Fact("has_helper", _("有帮扶责任人"), "household", "bool", "TRUE", source="pairings", empty="FALSE",
         supplier=OFFICE),
    Fact("has_first_helper", _("有第一帮扶责任人"), "household", "bool", "bool_or(place = 1)", source="pairings",
         empty="FALSE", supplier=OFFICE),
    Fact("helper_since", _("现帮扶责任人结对日期"), "household", "date", "max(true_from)", source="pairings",
         unknown=_NOBODY, supplier=OFFICE),
    Fact("helpers_without_phone", _("没有联系电话的帮扶责任人数"), "household", "int",
         "count(*) FILTER (WHERE NOT has_phone)", source="pairings", unit=_("人"), empty="0", supplier=OFFICE),
    Fact("helper_phone_is_households", _("户联系电话与帮扶责任人电话相同"), "household", "bool", "bool_or(same_phone)",
         source="pairings", unknown=_NOBODY, supplier=OFFICE),
    Fact("helper_phone_is_registered", _("帮扶责任人电话是建档立卡户联系电话"), "household", "bool",
         "bool_or(is_registered)", source="pairings", unknown=_("没有帮扶责任人，或没有电话"), supplier=OFFICE),
    Fact("helper_households", _("帮扶责任人结对户数"), "household", "int", "max(households)", source="helper_loads",
         unit=_("户"), unknown=_NOBODY, supplier=OFFICE),
)  # fmt: skip
