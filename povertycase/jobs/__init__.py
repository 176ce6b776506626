"""Jobs 后台任务 (trust.md 6.2): enqueue them here, declare their kinds in the slots, run them in workers."""

from povertycase.jobs.duties import DAY_DUTIES, DUTIES, DayDuty, DutyKind, day_tick, tick
from povertycase.jobs.kinds import JobError, JobKind, Step, ending, label, share, step_label, why
from povertycase.jobs.queue import cancel, enqueue, retry, send, sweep
from povertycase.jobs.runner import again_after_a_crash, gathered, run_to_end, work

__all__ = [
    "DAY_DUTIES",
    "DUTIES",
    "DayDuty",
    "DutyKind",
    "JobError",
    "JobKind",
    "Step",
    "again_after_a_crash",
    "cancel",
    "day_tick",
    "ending",
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
    "why",
    "work",
]
