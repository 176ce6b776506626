"""Facts about how a verdict came about: read from the history of what stands, for the township's sample."""

from django.utils.translation import gettext_lazy as _

from povertycase.rules.facts import Fact, Source

# Only rows that were followed by another one, by the same standard and the same lines: what moved between them is the
# register. The earlier row stands from its own day; the later one's day is that of the change.
TURNS = """
SELECT DISTINCT ON (before.household_id) before.household_id AS subject_id, after.as_of AS met_on,
       after.as_of - before.as_of AS days
FROM supervision_standingverdict before
JOIN LATERAL (
    SELECT later.* FROM supervision_standingverdict later
    WHERE later.household_id = before.household_id AND later.standard_code = before.standard_code
      AND later.id > before.id
    ORDER BY later.id LIMIT 1) after ON TRUE
WHERE {within:before.household_id} AND NOT before.current AND before.unmet <> 0
  AND after.met & before.unmet <> 0
  AND after.standard_id = before.standard_id AND after.lines_id = before.lines_id
  AND after.known_on <= %(known_on)s AND after.as_of <= %(as_of)s
ORDER BY before.household_id, after.id DESC
"""
SYSTEM = _("系统按判定历史计算")

SOURCES = (Source("turns", "household", TURNS, label=_("现行判定历史")),)
FACTS = (
    Fact(
        "days_until_met", _("未达标转为达标的天数"), "household", "int", "turns.days", source="turns", unit=_("天"),
        unknown=_("没有由未达标转为达标的记录"), supplier=SYSTEM,
    ),
    Fact(
        "turned_met_on", _("由未达标转为达标的日期"), "household", "date", "turns.met_on", source="turns",
        unknown=_("没有由未达标转为达标的记录"), supplier=SYSTEM,
    ),
)  # fmt: skip
