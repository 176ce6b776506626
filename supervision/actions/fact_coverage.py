"""How many subjects know each fact 指标事实覆盖: counted by night over every declared fact, whether a rule uses it or not.

The full run's sheet has only what rules ask; this is what the office reads beside a fact before it writes a rule.
"""

import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from povertycase import jobs
from povertycase.access.permissions import Permission
from povertycase.models import JobRun, SheetTable
from povertycase.rules import aggregate, facts, sheet
from supervision.queries.fact_coverage import JOB, NUMBER


def make_nightly(since: datetime.date | None, day: datetime.date) -> None:
    """The day's duty: what was entered and what nobody knows yet."""
    jobs.enqueue(JOB, key=day.isoformat(), params={"day": day.isoformat()}, by=None, division=_county())


def plan(job: JobRun) -> list[dict[str, Any]]:
    """Ranges of every subject's ids; all of them count what was known at one moment."""
    known_on = sheet.settled().isoformat()
    return [
        {"subject": subject.code, "known_on": known_on, "lo": lo, "hi": hi}
        for subject in facts.SUBJECTS
        for lo, hi in sheet.chunks(_table(subject.code, job, known_on))
    ]


def count(job: JobRun, params: dict[str, Any]) -> dict[str, int]:
    """One range: its subjects, and those of them that know each fact."""
    subject = params["subject"]
    found = aggregate.known(_table(subject, job, params["known_on"]), params["lo"], params["hi"], NUMBER)
    return {f"{subject}.{name}": number for name, number in found.items()}


def _table(subject: str, job: JobRun, known_on: str) -> SheetTable:
    codes = [fact.code for fact in facts.of_subject(subject)]
    day, moment = datetime.date.fromisoformat(job.params["day"]), datetime.datetime.fromisoformat(known_on)
    return sheet.unsaved(subject, as_of=day, known_on=moment, codes=codes, labels=False)


def _county() -> str:
    return settings.COUNTY.ljust(12, "0")


KIND = jobs.JobKind(
    code=JOB,
    label=_("指标事实覆盖统计"),
    steps=(jobs.Step(plan=plan, work=count, label=_("逐段统计")),),
    permission=Permission.EXIT_VIEW,
    start=Permission.EXIT_RUN,
)
