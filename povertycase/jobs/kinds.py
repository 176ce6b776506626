"""What a job is: kinds registered by the floors, each a list of steps, each step a list of chunks."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext, gettext_noop

from povertycase import slots
from povertycase.models import JobRun


class JobError(Exception):
    """A reason that staff can read and act upon: it ends the job at once, the sentence stands on its page."""


_ENDINGS: list[tuple[str, re.Pattern[str]]] = []


def ending(words: str) -> str:
    """Make a sentence that ends jobs known (words as for gettext, %(name)s at its gaps), so that why() can translate it."""
    pieces = re.split(r"%\((\w+)\)s", words)
    gaps = [f"(?P<{piece}>.*)" if at % 2 else re.escape(piece) for at, piece in enumerate(pieces)]
    _ENDINGS.append((words, re.compile("".join(gaps))))
    return words


def why(job: JobRun) -> str:
    """Why a job failed, in the reader's language; it is stored as the office says it."""
    stored = str(job.error)
    for words, shape in _ENDINGS:
        if found := shape.fullmatch(stored):
            return gettext(words) % {name: gettext(value) if value else "" for name, value in found.groupdict().items()}
    return gettext(stored) if stored else ""


@dataclass(frozen=True)
class Step:
    """One step of a job.

    `plan(job)` returns the parameters of its chunks (JSON, ids and ISO dates, no personal data); what it puts into
    `job.result` is kept. `work(job, params)` does one chunk, 5 seconds at most, and may return numbers for the result
    (numbers of one step's chunks are added up, other values: the last one stands).
    Both run inside one transaction together with the job's own record of them, so they happen once or not at all.
    """

    plan: Callable[[JobRun], list[dict[str, Any]]]
    work: Callable[[JobRun, dict[str, Any]], dict[str, Any] | None]
    label: Any = ""


@dataclass(frozen=True)
class JobKind:
    """A kind of job 任务.

    permission: who may see it beside its author; start: who may start, cancel and take it up again (blank = the same).
    `on_failed(job)` runs in the transaction that ends a job as failed or cancelled. `url(job)` is where its result is.
    """

    code: str
    label: Any
    steps: tuple[Step, ...]
    permission: str
    on_failed: Callable[[JobRun], None] | None = None
    url: Callable[[JobRun], str] | None = None
    order: int = 0
    start: str = ""


_GONE = ending(gettext_noop("任务类型“%(kind)s”在本版本中不存在，请取消任务 %(job)s 后重新发起。"))


def kind_of(job: JobRun) -> JobKind:
    """The registered kind. Raises JobError for a job that an older version of the system left behind."""
    kind = slots.JOB_KINDS.get(job.kind)
    if kind is None:
        raise JobError(_GONE % {"kind": job.kind, "job": job.pk})
    return kind


def label(job: JobRun) -> Any:
    """The job's name in words."""
    kind = slots.JOB_KINDS.get(job.kind)
    return kind.label if kind else job.kind


def step_label(job: JobRun) -> Any:
    """What the job is doing now, in words; empty before it starts and after it ended."""
    kind = slots.JOB_KINDS.get(job.kind)
    if not kind or not job.is_open or not 0 < job.step <= len(kind.steps):
        return ""
    return kind.steps[job.step - 1].label


def share(job: JobRun) -> float | None:
    """How far the job is, 0 to 100; it never goes back, since every step counts the same. None: not started."""
    kind = slots.JOB_KINDS.get(job.kind)
    if job.state == JobRun.State.DONE:
        return 100.0
    if not kind or not kind.steps or job.step == 0:
        return None
    here = job.done / job.total if job.total else 1.0
    return round(100.0 * (job.step - 1 + here) / len(kind.steps), 1)
