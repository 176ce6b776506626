"""Jobs 后台任务 (trust.md 6.2): enqueue them here, declare their kinds in the slots, run them in workers."""

from povertycase.jobs.duties import DUTIES, DutyKind, tick
from povertycase.jobs.kinds import JobError, JobKind, Step, label, share, step_label
from povertycase.jobs.queue import cancel, enqueue, retry, send, sweep
from povertycase.jobs.runner import gathered, run_to_end, work

__all__ = [
    "DUTIES",
    "DutyKind",
    "JobError",
    "JobKind",
    "Step",
    "cancel",
    "enqueue",
    "gathered",
    "label",
    "retry",
    "run_to_end",
    "send",
    "share",
    "step_label",
    "sweep",
    "tick",
    "work",
]
