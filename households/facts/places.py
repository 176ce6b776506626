"""Facts about a township and the county: their villages, what documents say of them, who is posted there."""

from django.utils.translation import gettext_lazy as _

from households.facts.villages import OFFICE, RECORDED, division_sources, division_subject, recorded
from povertycase.rules.facts import Fact, Source

_LABELS = {"town": _("乡镇"), "county": _("县")}
_DIGITS = {"town": 9, "county": 6}

SUBJECTS = tuple(division_subject(level, order) for level, order in (("town", 31), ("county", 32)))


def _villages(level: str) -> Source:
    """The villages of a place on the day, each with its last record and those on duty in it."""
    digits = _DIGITS[level]
    return Source(
        f"{level}_villages",
        level,
        f"""
        SELECT v.place, v.is_virtual, substr(v.code, 10, 3) AS kind, r.is_poor,
               (SELECT count(*) FROM households_posting q
                WHERE q.village_id = v.code AND {{known:q}} AND q.true_from <= %(as_of)s
                  AND (q.true_to IS NULL OR q.true_to >= %(as_of)s)) AS on_duty
        FROM (SELECT rpad(left(d.code, {digits}), 12, '0')::bigint AS place, d.* FROM povertycase_division d
              WHERE d.level = 'village') v
        LEFT JOIN (SELECT DISTINCT ON (vr.division_id) vr.division_id, vr.is_poor FROM households_villagerecord vr
                   WHERE {{known:vr}} AND vr.true_from <= %(as_of)s
                   ORDER BY vr.division_id, vr.true_from DESC, vr.id DESC) r ON r.division_id = v.code
        WHERE {{within:v.place}} AND (v.valid_from IS NULL OR v.valid_from <= %(as_of)s)
          AND (v.valid_to IS NULL OR v.valid_to >= %(as_of)s)
        """,
        group="place",
        label=_("所辖村及驻村"),
    )


def _facts(level: str) -> list[Fact]:
    source, pieces, persons = f"{level}_villages", _("个"), _("人")
    return [
        Fact(f"{level}_name", _LABELS[level], level, "text", f"{level}.name", source=level, supplier=OFFICE),
        Fact(f"{level}_administrative_villages", _("行政村数"), level, "int",
             "count(*) FILTER (WHERE NOT is_virtual AND kind BETWEEN '200' AND '399')", source=source, unit=pieces,
             empty="0", supplier=OFFICE),
        Fact(f"{level}_poor_villages", _("贫困村数"), level, "int", "count(*) FILTER (WHERE is_poor)", source=source,
             unit=pieces, empty="0", supplier=OFFICE),
        Fact(f"{level}_villages_without_record", _("没有登记是否贫困村的村数"), level, "int",
             "count(*) FILTER (WHERE is_poor IS NULL)", source=source, unit=pieces, empty="0", supplier=OFFICE),
        Fact(f"{level}_postings_on_duty", _("在岗第一书记和驻村队员"), level, "int", "coalesce(sum(on_duty), 0)",
             source=source, unit=persons, empty="0", supplier=OFFICE),
        Fact(f"{level}_poor_villages_without_posting", _("没有驻村干部的贫困村数"), level, "int",
             "count(*) FILTER (WHERE is_poor AND on_duty = 0)", source=source, unit=pieces, empty="0",
             supplier=OFFICE),
        *recorded(level, RECORDED),
    ]  # fmt: skip


SOURCES = tuple(
    source for level in _LABELS for source in (*division_sources(level), _villages(level))
)  # fmt: skip
FACTS = tuple(fact for level in _LABELS for fact in _facts(level))
