"""What a recheck of an issued bulletin found: equal to the byte or not, and which households differ today."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from povertycase.models import Division, JobRun, SheetTable
from povertycase.rules import facts, member_counts
from povertycase.rules.difference import Difference, differences
from supervision.models import Bulletin
from supervision.queries.bulletin_figures import row_of
from supervision.queries.bulletin_rules import recorded
from supervision.queries.bulletins import Change

JOB = "bulletin.recheck"


@dataclass(frozen=True)
class Changed:
    """A household whose row is another one today: where, which, and each fact then and now in words."""

    village: str
    household_no: str
    head_name: str
    facts: list[tuple[str, Any, Any]]


def latest(bulletin: Bulletin) -> JobRun | None:
    """The last recheck of a bulletin that did not fail."""
    wanted = JobRun.objects.filter(kind=JOB, params__bulletin=bulletin.pk).exclude(state__in=("failed", "cancelled"))
    return wanted.order_by("-pk").first()


def changed_figures(bulletin: Bulletin, job: JobRun) -> list[Change]:
    """The figures of 合计 that would be others today."""
    now = next(row for row in job.result["rows"] if row["level"] == "whole")["cells"]
    then = (row_of(bulletin.figures, bulletin.division_code) or {"cells": {}})["cells"]
    columns = [column for column in recorded(bulletin).form.columns if column.filled]
    return [
        Change(column, then[column.code], now[column.code], False)
        for column in columns
        if then[column.code] != now[column.code]
    ]


def changed_households(bulletin: Bulletin, job: JobRun, *, amounts: bool) -> list[Changed] | None:
    """Every household that differs between the frozen sheet and today's; None when today's sheet is gone."""
    now = SheetTable.objects.get(pk=job.result["now"]["household"])
    if now.dropped_at is not None or bulletin.household_sheet is None:
        return None
    found = differences(bulletin.household_sheet, now, labels=("household_no", "head_name"))
    names = dict(Division.objects.filter(code__in={one.division_code for one in found}).values_list("code", "name"))
    return [
        Changed(
            names.get(one.division_code, one.division_code),
            one.labels["household_no"],
            one.labels["head_name"] or "",
            in_words(one, names, amounts),
        )
        for one in found
    ]


def in_words(one: Difference, names: dict[str, str], amounts: bool) -> list[tuple[str, Any, Any]]:
    """Each fact that is another one now: its name, then, today. Amounts only for who may see them."""
    words = []
    for code, (before, after) in one.changes.items():
        if code == "division_code":
            gone = _("不在册")
            words.append((_("村"), names.get(before, before or gone), names.get(after, after or gone)))
        elif code.startswith("m_"):
            words.append((_("成员情况"), _counted(before), _counted(after)))
        elif amounts or not facts.get(code).private:
            fact = facts.get(code)
            words.append((str(fact.label), fact.value_label(before), fact.value_label(after)))
    return words


def _counted(kept: int) -> Any:
    """So many members, and of so many nobody knows."""
    sure, perhaps = member_counts.unpacked(kept)
    return _("{sure}人，另有{perhaps}人不明").format(sure=sure, perhaps=perhaps) if perhaps else sure
