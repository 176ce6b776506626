"""Facts of pairing 结对: who answers for a household on the day."""

from django.utils.translation import gettext_lazy as _

from households.facts.household import OFFICE, in_force
from povertycase.rules.facts import Fact, Source

SOURCES = (
    Source(
        "pairings",
        "household",
        "SELECT pa.household_id, pa.cadre_id, pa.place, pa.true_from FROM households_pairing pa "
        f"WHERE {{within:pa.household_id}} AND {in_force('pa')}",
        group="household_id",
    ),
)

FACTS = (
    Fact("helpers", _("帮扶责任人数"), "household", "int", "count(*)", source="pairings", unit=_("人"), empty="0",
         supplier=OFFICE),
    Fact("has_helper", _("有帮扶责任人"), "household", "bool", "TRUE", source="pairings", empty="FALSE",
         supplier=OFFICE),
    Fact("helper_since", _("现帮扶责任人结对日期"), "household", "date", "max(true_from)", source="pairings",
         unknown=_("没有帮扶责任人"), supplier=OFFICE),
)  # fmt: skip
