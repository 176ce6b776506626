"""Facts about what is being changed and what was corrected: requests under way, corrections entered lately."""

from django.utils.translation import gettext_lazy as _

from households.facts.household import VILLAGE
from povertycase.rules.facts import Fact, Source

# Rows that a correction replaced are few: each table is read by its index of households, nearly all rows fall away.
_TABLES = ("householdstatus", "income", "livingobservation", "housingappraisal", "waterappraisal")


def _corrected(table: str) -> str:
    """The corrections of a table as known on known_on: the household, and the day the new row was entered."""
    return (
        f"SELECT o.household_id, n.entered_on FROM households_{table} o "
        f"JOIN households_{table} n ON n.id = o.superseded_by_id "
        f"WHERE {{within:o.household_id}} AND o.superseded_at <= %(known_on)s AND n.entered_on <= %(as_of)s"
    )


SOURCES = (
    Source(
        "corrections",
        "household",
        " UNION ALL ".join(map(_corrected, _TABLES)),
        group="household_id",
        label=_("更正记录"),
    ),
    # Sent back waits like open; the moment of the last opinion ended those that are at an end.
    Source(
        "changes",
        "household",
        """
        SELECT cr.household_id, cr.proposed_on FROM households_changerequest cr
        WHERE {within:cr.household_id} AND cr.created_at <= %(known_on)s AND cr.proposed_on <= %(as_of)s
          AND (cr.state IN ('open', 'returned') OR EXISTS (
              SELECT FROM households_changeopinion op
              WHERE op.request_id = cr.id AND op.created_at > %(known_on)s))
        """,
        group="household_id",
        label=_("修改申请"),
    ),
)

FACTS = (
    Fact("corrections_within_15_days", _("15天内录入的更正"), "household", "int",
         "count(*) FILTER (WHERE entered_on > %(as_of)s::date - 15)", source="corrections", unit=_("项"), empty="0",
         supplier=VILLAGE),
    Fact("last_corrected_on", _("最近更正的录入日期"), "household", "date", "max(entered_on)", source="corrections",
         unknown=_("没有更正"), supplier=VILLAGE),
    Fact("changes_under_way", _("办理中的修改申请"), "household", "int", "count(*)", source="changes", unit=_("件"),
         empty="0", supplier=VILLAGE),
    Fact("oldest_change_on", _("最早一件办理中修改申请的提出日期"), "household", "date", "min(proposed_on)",
         source="changes", unknown=_("没有办理中的修改申请"), supplier=VILLAGE),
)  # fmt: skip
