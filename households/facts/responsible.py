"""Facts of pairing 结对: who answers for a household on the day, for how many others, and whether he can be called."""

from django.utils.translation import gettext_lazy as _

from households.facts.household import OFFICE, in_force
from povertycase.rules.facts import Fact, Source

SOURCES = (
    # The joins that only the telephone asks for fall away where nothing asks for it.
    Source(
        "pairings",
        "household",
        "SELECT pa.household_id, pa.cadre_id, pa.place, pa.true_from, pa.tag, c.phone_index IS NOT NULL AS has_phone, "
        "coalesce(c.phone_index = h.phone_index, FALSE) AS same_phone FROM households_pairing pa "
        "LEFT JOIN households_cadre c ON c.id = pa.cadre_id LEFT JOIN households_household h ON h.id = pa.household_id "
        f"WHERE {{within:pa.household_id}} AND {in_force('pa')}",
        group="household_id",
        label=_("结对帮扶"),
    ),
    # A helper's households are counted once a helper, however many of them lie in the range.
    Source(
        "helper_loads",
        "household",
        f"""
        WITH held AS MATERIALIZED (
            SELECT pa.household_id, pa.cadre_id FROM households_pairing pa
            WHERE {{within:pa.household_id}} AND {in_force("pa")}
        ), loads AS MATERIALIZED (
            SELECT pl.cadre_id, count(DISTINCT pl.household_id) AS households
            FROM (SELECT DISTINCT cadre_id FROM held) h JOIN households_pairing pl ON pl.cadre_id = h.cadre_id
            WHERE {in_force("pl")} GROUP BY 1
        )
        SELECT held.household_id, loads.households FROM held JOIN loads USING (cadre_id)
        """,
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
    Fact("helper_households", _("帮扶责任人结对户数"), "household", "int", "max(households)", source="helper_loads",
         unit=_("户"), unknown=_NOBODY, supplier=OFFICE),
)  # fmt: skip
