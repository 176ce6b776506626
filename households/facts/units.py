"""Facts about a unit that helps 帮扶单位: its cadres, the households they answer for, who is posted from it."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from households import choices
from households.facts.household import OFFICE, in_force
from povertycase.rules.facts import Fact, Source, Subject

SUBJECTS = (
    Subject(
        code="unit",
        base="unit",
        ids="SELECT id AS subject_id FROM households_unit WHERE taken_back_on IS NULL",
        ids_within="SELECT id AS subject_id FROM households_unit WHERE {prefix:division_id} AND taken_back_on IS NULL",
        labels=("unit_name",),
        order=50,
    ),
)

SOURCES = (
    # A unit is no dated row: it stands as it stands now, and so do the cadres in it.
    Source(
        "unit",
        "unit",
        "SELECT u.id AS subject_id, coalesce(u.division_id, '') AS division_code, u.name, u.level "
        "FROM households_unit u WHERE {within:u.id}",
        label=_("帮扶单位"),
    ),
    Source(
        "unit_cadres",
        "unit",
        "SELECT ca.unit_id, ca.phone_index IS NOT NULL AS has_phone, ca.account_id FROM households_cadre ca "
        "WHERE {within:ca.unit_id} AND ca.taken_back_on IS NULL",
        group="unit_id",
        label=_("帮扶干部"),
    ),
    Source(
        "unit_pairings",
        "unit",
        "SELECT ca.unit_id, pa.cadre_id, pa.household_id, pa.place FROM households_cadre ca "
        f"JOIN households_pairing pa ON pa.cadre_id = ca.id WHERE {{within:ca.unit_id}} AND {in_force('pa')}",
        group="unit_id",
        label=_("结对帮扶"),
    ),
    Source(
        "unit_postings",
        "unit",
        "SELECT ca.unit_id, po.village_id, po.role FROM households_cadre ca "
        f"JOIN households_posting po ON po.cadre_id = ca.id WHERE {{within:ca.unit_id}} AND {in_force('po')}",
        group="unit_id",
        label=_("驻村"),
    ),
)


def _count(code: str, label: Any, source: str, unit: Any, sql: str = "count(*)") -> Fact:
    return Fact(code, label, "unit", "int", sql, source=source, unit=unit, empty="0", supplier=OFFICE)


_PERSONS = _("人")

FACTS = (
    Fact("unit_name", _("帮扶单位"), "unit", "text", "unit.name", source="unit", supplier=OFFICE),
    Fact("unit_level", _("隶属关系"), "unit", "int", "unit.level", source="unit", supplier=OFFICE,
         choices=tuple(choices.UnitLevel.choices)),
    _count("unit_cadres", _("干部人数"), "unit_cadres", _PERSONS),
    _count("unit_cadres_without_phone", _("没有联系电话的干部人数"), "unit_cadres", _PERSONS,
           "count(*) FILTER (WHERE NOT has_phone)"),
    _count("unit_cadres_without_account", _("没有账号的干部人数"), "unit_cadres", _PERSONS,
           "count(*) FILTER (WHERE account_id IS NULL)"),
    _count("unit_helpers", _("承担结对的干部人数"), "unit_pairings", _PERSONS, "count(DISTINCT cadre_id)"),
    _count("unit_households", _("结对户数"), "unit_pairings", _("户"), "count(DISTINCT household_id)"),
    _count("unit_postings", _("派出在岗驻村干部人数"), "unit_postings", _PERSONS),
    _count("unit_first_secretaries", _("派出在岗第一书记人数"), "unit_postings", _PERSONS,
           "count(*) FILTER (WHERE role = 'first_secretary')"),
    _count("unit_villages", _("派驻村数"), "unit_postings", _("个"), "count(DISTINCT village_id)"),
    Fact("unit_households_per_helper", _("干部人均结对户数"), "unit", "numeric",
         "round({unit_households}::numeric / nullif({unit_helpers}, 0), 2)", unit=_("户"),
         unknown=_("没有承担结对的干部"), supplier=OFFICE),
)  # fmt: skip
