"""Source rows 来源 of the facts judged: which dated row a value comes from, its paper, who entered it and when."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from povertycase.rules import facts


@dataclass(frozen=True)
class Origin:
    """A source as the office calls it: the title, the section of the file it stands in, its day and its paper (SQL)."""

    title: Any
    section: str
    day: str = "true_from"
    paper: str = "''"


@dataclass(frozen=True)
class SourceRow:
    """The row in force that facts were read from; `rows` is more than one where members are counted (the newest row).

    by: display name of who entered it; empty for the system and for rows without an event.
    """

    title: Any
    section: str
    true_from: datetime.date | None
    entered_on: datetime.date | None
    by: str
    paper: str
    rows: int


ORIGINS = {
    "income": Origin(_("收入核算"), "income", "calculated_on", "calculated_by"),
    "living": Origin(_("入户核查"), "living"),
    "housing": Origin(
        _("住房鉴定"), "living", paper="concat_ws('，', nullif(certificate_no, ''), nullif(appraised_by, ''))"
    ),
    "water": Origin(_("饮水认定"), "living", paper="assessed_by"),
    "members": Origin(_("成员情况"), "members"),
}


def of(
    sources: Iterable[str], household_id: int, *, as_of: datetime.date, known_on: datetime.datetime
) -> dict[str, SourceRow]:
    """The rows that sources give for one household, as of a day and as known at a moment, by code of the source.

    One statement. Sources that are no paper (the household's own status) and sources without a row are left out.
    """
    wanted = [code for code in dict.fromkeys(sources) if code in ORIGINS]
    if not wanted:
        return {}
    parts = " UNION ALL ".join(_select(code) for code in wanted)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT x.source, x.day, x.entered_on, x.paper, x.number, coalesce(a.display_name, '') FROM ({parts}) x "
            "LEFT JOIN povertycase_auditevent e ON e.id = x.event_id LEFT JOIN povertycase_account a ON a.id = e.by_id",
            facts.Asked.on(as_of, known_on).params(household_id, household_id),
        )
        return {
            code: SourceRow(ORIGINS[code].title, ORIGINS[code].section, day, entered_on, by, paper, number)
            for code, day, entered_on, paper, number, by in cursor.fetchall()
        }


def _select(code: str) -> str:
    origin, sql = ORIGINS[code], facts.expand(facts.SOURCES[code].sql)
    if code != "members":
        return (
            f"SELECT '{code}' AS source, {origin.day} AS day, entered_on, event_id, {origin.paper} AS paper, "
            f"1::bigint AS number FROM ({sql}) {code}"
        )
    newest = "ORDER BY entered_on DESC, condition_id DESC"
    return (
        f"SELECT '{code}' AS source, max(collected_on) AS day, max(entered_on) AS entered_on, "
        f"(array_agg(event_id {newest}))[1] AS event_id, {origin.paper} AS paper, count(*) AS number "
        f"FROM ({sql}) {code} WHERE condition_id IS NOT NULL HAVING count(*) > 0"
    )
