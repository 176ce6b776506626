"""Facts about a village: what it is by its code, what documents say of it, who is posted there."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from households import choices
from povertycase.rules.facts import Fact, Source, Subject

OFFICE = _("县扶贫办")


def division_subject(level: str, order: int) -> Subject:
    """The divisions of a level as a subject; the id is the code as a number."""
    ids = f"SELECT code::bigint AS subject_id FROM povertycase_division WHERE level = '{level}'"
    return Subject(
        code=level, base=level, ids=ids, ids_within=f"{ids} AND {{prefix:code}}", labels=(f"{level}_name",),
        order=order,
    )  # fmt: skip


def division_sources(level: str) -> tuple[Source, ...]:
    """The division itself, and the last record of it: in force as a whole, an empty cell in it is unknown."""
    return (
        Source(
            level,
            level,
            f"""
            SELECT v.subject_id, v.code AS division_code, v.name, v.is_virtual
            FROM (SELECT d.code::bigint AS subject_id, d.* FROM povertycase_division d WHERE d.level = '{level}') v
            WHERE {{within:v.subject_id}}
              AND (v.valid_from IS NULL OR v.valid_from <= %(as_of)s)
              AND (v.valid_to IS NULL OR v.valid_to >= %(as_of)s)
            """,
            label=_("行政区划"),
        ),
        Source(
            f"{level}_record",
            level,
            """
            SELECT DISTINCT ON (r.subject_id) r.* FROM (
                SELECT v.division_id::bigint AS subject_id, v.* FROM households_villagerecord v) r
            WHERE {within:r.subject_id} AND {known:r} AND r.true_from <= %(as_of)s
            ORDER BY r.subject_id, r.true_from DESC, r.id DESC
            """,
            label=_("登记表、公布数"),
        ),
    )


_HOUSEHOLDS, _PERSONS, _PIECES = _("户"), _("人"), _("个")

# What the record of a village, a township or the county says (reference.md 2.9): column, label, type, unit.
RECORDED = (
    ("rural_registered_households", _("农业户籍户数"), "int", _HOUSEHOLDS),
    ("rural_registered_pop", _("农业户籍人口"), "int", _PERSONS),
    ("incidence", _("公布的贫困发生率"), "numeric", "%"),
    ("households", _("总户数"), "int", _HOUSEHOLDS),
    ("population", _("总人口"), "int", _PERSONS),
    ("minority_pop", _("少数民族人口"), "int", _PERSONS),
    ("labour_force", _("劳动力人数"), "int", _PERSONS),
    ("migrant_workers", _("外出务工人数"), "int", _PERSONS),
    ("unsafe_water_households", _("未实现饮水安全户数"), "int", _HOUSEHOLDS),
    ("no_power_households", _("未通生活用电户数"), "int", _HOUSEHOLDS),
    ("clinics", _("卫生室"), "int", _PIECES),
    ("doctors", _("执业（助理）医师"), "int", _PERSONS),
    ("culture_rooms", _("文化（图书）室"), "int", _PIECES),
    ("tv_households", _("通广播电视户数"), "int", _HOUSEHOLDS),
    ("broadband_households", _("通宽带户数"), "int", _HOUSEHOLDS),
    ("medical_insured", _("参加基本医疗保险总人数"), "int", _PERSONS),
    ("pension_insured", _("参加基本养老保险总人数"), "int", _PERSONS),
    ("coops", _("合作社"), "int", _PIECES),
    ("coop_poor_households", _("合作社带动贫困户"), "int", _HOUSEHOLDS),
    ("pv_kw", _("光伏电站"), "numeric", _("千瓦")),
    ("public_posts", _("公益岗位"), "int", _PIECES),
)
# Of a village alone.
OF_VILLAGE = (
    ("natural_villages", _("自然村数"), "int", _PIECES),
    ("groups", _("村民小组数"), "int", _PIECES),
    ("collective_income", _("村集体经济收入"), "numeric", _("元")),
    ("has_paved_road", _("通硬化路"), "bool", ""),
    ("has_bus", _("通客运班车"), "bool", ""),
    ("planned_exit_year", _("计划出列年度"), "int", _("年")),
    ("exit_year", _("出列年度"), "int", _("年")),
)


def recorded(level: str, columns: tuple[tuple[str, Any, str, Any], ...]) -> list[Fact]:
    """A fact for each figure of a level's record; unknown where the last document leaves it empty."""
    return [
        Fact(f"{level}_{name}", label, level, kind, f"{level}_record.{name}", source=f"{level}_record", unit=unit,
             unknown=_("没有登记表，或登记表未填该项"), supplier=OFFICE)
        for name, label, kind, unit in columns
    ]  # fmt: skip


SUBJECTS = (division_subject("village", 30),)

SOURCES = (
    *division_sources("village"),
    Source(
        code="village_posting",
        subject="village",
        group="village",
        sql="""
            SELECT p.village, p.role
            FROM (SELECT q.village_id::bigint AS village, q.* FROM households_posting q) p
            WHERE {within:p.village} AND {known:p}
              AND p.true_from <= %(as_of)s AND (p.true_to IS NULL OR p.true_to >= %(as_of)s)
        """,
        label=_("驻村"),
    ),
)


def _on_duty(code: str, label: Any, which: str = "") -> Fact:
    sql = f"count(*) FILTER (WHERE {which})" if which else "count(*)"
    return Fact(code, label, "village", "int", sql, source="village_posting", unit=_PERSONS, empty="0", supplier=OFFICE)


FACTS = (
    Fact("village_name", _("村"), "village", "text", "village.name", source="village", supplier=OFFICE),
    # 200-399 are 村委会; 001-199 are 居委会, 社区 (national coding rule of the bureau of statistics).
    Fact("is_administrative_village", _("行政村"), "village", "bool",
         "(NOT village.is_virtual AND substr(village.division_code, 10, 3) BETWEEN '200' AND '399')",
         source="village", supplier=OFFICE),
    Fact("has_village_record", _("有村登记表"), "village", "bool", "(village_record.subject_id IS NOT NULL)",
         source="village_record", supplier=OFFICE),
    Fact("is_poor_village", _("贫困村"), "village", "bool", "village_record.is_poor", source="village_record",
         unknown=_("村登记表未填是否贫困村"), supplier=OFFICE),
    Fact("village_class", _("村类型"), "village", "text", "nullif(village_record.village_class, '')",
         source="village_record", unknown=_("没有登记表，或登记表未填该项"), supplier=OFFICE,
         choices=tuple(choices.VillageClass.choices)),
    Fact("village_recorded_on", _("村登记表日期"), "village", "date", "village_record.true_from",
         source="village_record", unknown=_("没有登记表"), supplier=OFFICE),
    *recorded("village", (*RECORDED, *OF_VILLAGE)),
    _on_duty("postings_on_duty", _("在岗第一书记和驻村队员")),
    _on_duty("first_secretaries_on_duty", _("在岗第一书记"), "role = 'first_secretary'"),
    _on_duty("team_members_on_duty", _("在岗驻村工作队员（不含第一书记）"), "role <> 'first_secretary'"),
)  # fmt: skip
