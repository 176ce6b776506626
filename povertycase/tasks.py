"""What workers are told to do. Arguments are job numbers only; every task may come twice or never."""

from celery import shared_task

from povertycase import audit, jobs, periods
from povertycase.actions import foreign_books, imports, list_files
from povertycase.rules import sheet


@shared_task(name="povertycase.tasks.work", ignore_result=True)
def work(job_id: int) -> None:
    """Work on a job for a while."""
    jobs.work(job_id)


@shared_task(name="povertycase.tasks.sweep", ignore_result=True)
def sweep() -> None:
    """Send jobs again that nobody works on."""
    jobs.sweep()


@shared_task(name="povertycase.tasks.seal", ignore_result=True)
def seal() -> None:
    """Seal the audit events committed since the last time."""
    audit.seal()


@shared_task(name="povertycase.tasks.duties", ignore_result=True)
def duties() -> None:
    """Make what the day and the months owe, from 02:00 on; delete uploads, exported lists and ad-hoc fact sheets whose time is over."""
    jobs.day_tick(periods.today())
    jobs.tick(periods.night_work_day())
    imports.forget_old()
    list_files.forget_old()
    foreign_books.forget_old()
    sheet.drop_old(now=periods.now())
