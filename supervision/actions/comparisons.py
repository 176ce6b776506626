"""Comparing a draft with the rule in force on a named sheet, kept and audited."""

import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from households.models import Household
from povertycase import audit
from povertycase.models import Account, SheetTable
from povertycase.rules import sheet, simulate
from supervision.models import Comparison, RuleDraft
from supervision.queries import comparisons
from supervision.queries.comparisons import Pair

# A sheet of today is made in the request: a county's takes a second; a larger one waits for the full run's.
_MOST_HOUSEHOLDS = 60_000


@transaction.atomic
def compare(*, draft: RuleDraft, choice: str, day: datetime.date, by: Account) -> Comparison:
    """How many households, villages or counties would be found or judged otherwise, on the sheet chosen.

    choice: as comparisons.offered gives it. A sheet that lacks a fact the draft asks is made again with the same day
    and the same moment known, and the comparison says so. Raises ValidationError.
    """
    chosen = comparisons.named(choice, by)
    as_of = chosen.as_of if chosen else day
    pair = comparisons.pair(draft, as_of, day)
    sides = (pair.before, pair.after)
    if chosen and chosen.subject != pair.subject:
        raise ValidationError({"sheet": _("这张事实表不是草稿所判断的对象，请改选一张。")})
    lacking = simulate.lacking(chosen, sides) if chosen else []
    table = _made(pair, chosen, day) if chosen is None or lacking else chosen
    found = simulate.flips(table, *sides, pair.only)
    villages = {code: {f"{was}-{now}": n for (was, now), n in cells.items()} for code, cells in found.items()}
    made = Comparison.objects.create(
        draft=draft,
        sheet=table,
        body=draft.body,
        counts={
            "choice": choice,
            "lacking": lacking,
            "before": pair.version.pk if pair.version else None,
            "lines": comparisons.lines_of(pair),
            "villages": villages,
        },
        by=by,
    )
    turned = sum(n for cells in found.values() for (was, now), n in cells.items() if was != now)
    audit.record(
        "rule_draft.compared" if pair.subject == "household" else "rule_draft.compared_places",
        by=by,
        about=draft.name,
        params={"draft": draft.pk, "sheet": table.pk, "as_of": as_of.isoformat(), "households": turned},
    )
    return made


def note_export(*, comparison: Comparison, rows: int, by: Account) -> None:
    """A list of a comparison left the system as a workbook."""
    audit.record("rule_draft.list_exported", by=by, about=comparison.draft.name, params={"rows": rows})


def _made(pair: Pair, like: SheetTable | None, day: datetime.date) -> SheetTable:
    """A sheet of the needed facts: of today, or with the day, moment and population of another."""
    if pair.subject == "household" and Household.objects.count() > _MOST_HOUSEHOLDS:
        raise ValidationError({"sheet": _("户数较多，不能当场现做事实表；请先做一次全量核查，再选全量核查的事实表。")})
    asked = [*pair.before.asks(), *pair.after.asks(), *([pair.only] if pair.only else [])]
    shown = comparisons.SHOWN if pair.subject == "household" else ()
    if like is None:
        within = "" if pair.subject == "household" else settings.COUNTY
        table = sheet.create(pair.subject, as_of=day, division=within, codes=shown, nodes=asked)
    else:
        table = sheet.create(
            pair.subject,
            as_of=like.as_of,
            known_on=like.known_on,
            period=(like.period_start, like.period_end),
            division=like.division_code,
            population=like.population,
            codes=shown,
            nodes=asked,
        )
    for lo, hi in sheet.chunks(table):
        sheet.fill(table, lo, hi)
    sheet.complete(table)
    return table
