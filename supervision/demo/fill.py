"""The first fill of a demo office 演示数据: nine steps, each of which may be interrupted and taken up again."""

import datetime
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from households.actions import postings as posting_actions
from households.actions import villages as village_actions
from households.models import Cadre, CollectionWindow, Posting, VillageRecord
from povertycase import audit, jobs, periods
from povertycase.actions import divisions, posts
from povertycase.models import Account, AuditEvent, Division, Duty, ImportBatch, JobRun, Post
from povertycase.periods import Month
from povertycase.rules import versions
from supervision.actions import bulletin_job, bulletins, exit_runs
from supervision.demo import (
    accounts,
    announced,
    copying,
    earlier,
    foreign,
    importing,
    requests,
    rule_drafts,
    shortfalls,
    suspicions,
    workbooks,
)
from supervision.demo import figures as bureau_figures
from supervision.demo.county import County, generate
from supervision.demo.importing import FillError
from supervision.demo.villages import DIVISIONS
from supervision.models import Bulletin, ExitRun
from supervision.queries import full_runs

STEPS = 9
SINCE = datetime.date(2016, 4, 15)
STANDARDS = {"450329": "guangxi-household-2018"}
Tell = Callable[[str], None]


def filled() -> str:
    """The county code this database was filled with; nothing before the fill has ended."""
    event = AuditEvent.objects.filter(kind="demo.filled").order_by("-pk").first()
    return event.about if event else ""


class Fill:
    """One fill. `tell(words)` hears of every step and of the progress inside long ones."""

    def __init__(self, code: str, seed: int, tell: Tell, processes: int = 2) -> None:
        self.code = code
        self.seed = seed
        self.tell = tell
        self.processes = processes
        self.day = periods.today()
        self.at = 0
        self.by_worker = False

    def run(self) -> None:
        """Do all nine steps. Raises FillError with the reason in plain words."""
        self._step("行政区划和标准")
        self._reference()
        self._step("生成演示县的登记簿")
        county = generate(self.code, self.seed)
        self.by_worker = importing.worker_answers(patience=20 if self._has_broker() else 0)
        with tempfile.TemporaryDirectory(prefix="demo-") as folder:
            files = workbooks.write_all(county, Path(folder), self.processes)
            self._step(f"导入 {len(files)} 个乡镇的登记簿" + ("（由后台任务完成）" if self.by_worker else ""))
            self._import(county, files)
        self._step("公布数据和驻村选派")
        self._announce(county)
        self._post(county)
        self._step("岗位")
        self._appoint(county)
        self._step("走访和措施")
        copying.copy_all(county, self.day, self._told, self.processes)
        self._settle()
        self._step("退出达标预审")
        self._check()
        bureau_figures.check(county, self.day)
        self._step("月督查通报草稿")
        self._bulletins(county.name)
        requests.propose(self.day)
        rule_drafts.propose(self.day)
        shortfalls.arrange(self.day)
        suspicions.send(self.day)
        foreign.look_twice(self.day)
        foreign.compare(self.day, lambda job: importing.finish(job, self.by_worker))
        self._step("完成")
        with transaction.atomic():
            audit.record("demo.filled", by=None, about=self.code, params={"seed": self.seed})

    def _step(self, words: str) -> None:
        self.at += 1
        self.tell(f"步骤 {self.at}/{STEPS} {words}")

    def _told(self, done: int, whole: int) -> None:
        self.tell(f"　{done}/{whole} 个乡镇")

    def _has_broker(self) -> bool:
        return (settings.DATA_DIR / "run" / "servers.json").exists() or importing.worker_answers()

    # ── reference, import ──

    def _reference(self) -> None:
        file = DIVISIONS / f"{self.code}.csv"
        divisions.load(rows=divisions.read(file), source=file.name, by=None)
        versions.ensure_shipped()
        # Nothing is due until the county is there: the schedule looks every minute.
        for duty in (bulletin_job.DUTY, bulletin_job.AGAIN):
            Duty.objects.get_or_create(kind=duty, defaults={"last_period": str(Month.of(self.day))})
        Duty.objects.get_or_create(kind=full_runs.JOB, defaults={"last_period": str(self.day)})

    def _import(self, county: County, files: list[Path]) -> None:
        people = accounts.wanted(county)
        words = accounts.passwords(settings.DATA_DIR / accounts.FILE, people)

        def hashing() -> Iterator[str]:
            # A password takes a tenth of a second to hash: done while the workers read and write.
            for person in people:
                accounts.make(person, words[person.username])
                yield person.username

        def told(done: int, batch: ImportBatch) -> None:
            households = batch.counts.get("households", {})
            self.tell(
                f"　{done}/{len(files)} {batch.upload.name}：导入 {households.get('new', 0) + households.get('changed', 0)} 户，"
                f"退回 {households.get('refused', 0)} 户"
            )

        importing.bring_in(files, self.day, self.by_worker, told, hashing())

    # ── what does not come by workbook ──

    def _announce(self, county: County) -> None:
        if not VillageRecord.objects.exists():
            village_actions.announce(
                records=announced.records(county), source=f"{county.name}公布数据（演示）", entered_on=self.day, by=None
            )

        bureau_figures.enter(county, self.day)
        if not CollectionWindow.objects.exists():
            requests.announce_window(self.code, county.name, self.day)

    def _post(self, county: County) -> None:
        """Postings by their action; where the cadre has an account, the posting opens its post."""
        cadres = {cadre.cadre_no: cadre for cadre in Cadre.objects.all()}
        self._link_accounts(county, cadres)
        there = set(Posting.objects.values_list("cadre__cadre_no", flat=True))
        places = Division.objects.in_bulk([posting.village for posting in county.postings])
        for posting in county.postings:
            number = county.helpers.cadres[posting.cadre].number
            if number not in there:
                posting_actions.open(
                    cadre=cadres[number],
                    village=places[posting.village],
                    role=posting.role,
                    true_from=posting.since,
                    entered_on=self.day,
                    document_no=f"{county.name[0]}组通字〔2016〕21号（演示）",
                    by=None,
                )

    def _link_accounts(self, county: County, cadres: dict[str, Cadre]) -> None:
        holders = [person for person in accounts.wanted(county) if person.cadre]
        found = {account.username: account for account in Account.objects.all()}
        changed = []
        for person in holders:
            cadre, account = cadres[person.cadre], found[person.username]
            if cadre.account_id != account.pk:
                cadre.account = account
                changed.append(cadre)
        with transaction.atomic():
            Cadre.objects.bulk_update(changed, ["account"])
            audit.record("demo.linked", by=None, about=self.code, params={"accounts": len(changed)})

    def _appoint(self, county: County) -> None:
        found = {account.username: account for account in Account.objects.all()}
        held = set(Post.objects.values_list("account__username", flat=True))
        places = Division.objects.in_bulk()
        for person in accounts.wanted(county):
            if not person.posted and person.username not in held:
                posts.open(
                    account=found[person.username],
                    role=person.role,
                    division=None if person.cadre else places.get(person.division),
                    bureau=person.bureau,
                    valid_from=SINCE,
                    by=None,
                )

    def _settle(self) -> None:
        """The planner must know the new rows before the county is judged."""
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")

    # ── the main job ──

    def _check(self) -> None:
        standard = STANDARDS.get(self.code, "national-household")
        known = ExitRun.objects.filter(standard__code=standard, as_of=self.day, population="planned", by=None)
        run = known.exclude(job__state="failed").order_by("-pk").first()
        if run is None:
            place = Division.objects.get(code=f"{self.code}000000")
            run = exit_runs.start(standard=standard, as_of=self.day, division=place, by=None)
        if run.job is not None:
            importing.finish(run.job, self.by_worker)
        importing.finish(shortfalls.judge(self.day), self.by_worker)
        run.refresh_from_db()
        self.tell(f"　{run.standard.body['name']}：{_counts(run)}")

    def _bulletins(self, county: str) -> None:
        """The month before is due from now on: its draft is made as every month's, by the schedule or at once."""
        due = Month.of(self.day).previous()
        if not Bulletin.objects.filter(month=str(due)).exists():
            own = Duty.objects.filter(kind__in=(bulletin_job.DUTY, bulletin_job.AGAIN))
            own.update(last_period=str(due.previous()))
        jobs.tick(self.day)
        earlier.start(Division.objects.get(code=f"{self.code}000000"), due)
        for job in JobRun.objects.filter(kind=bulletins.JOB, state__in=JobRun.OPEN):
            importing.finish(job, self.by_worker)
        earlier.issue(due, county)


def _counts(run: ExitRun) -> str:
    words = {"met": "达标", "unmet": "未达标", "unknown": "待核实"}
    return "，".join(
        f"{words.get(name, name)} {households} 户 {persons} 人"
        for name, (households, persons) in run.counts["outcomes"].items()
    )


__all__ = ["Fill", "FillError", "filled"]
