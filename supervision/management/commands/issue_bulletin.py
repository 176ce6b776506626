"""issue_bulletin: the month's draft, its issue by a second person, or the recomputation of an issued one."""

import hashlib
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from povertycase import jobs, periods
from povertycase.jobs import JobError
from povertycase.models import Account, Division, JobRun
from povertycase.periods import Month
from povertycase.rules.sheet import SheetError
from povertycase.rules.versions import RuleError
from supervision.actions import bulletins
from supervision.actions.bulletins import BulletinError, FiguresError
from supervision.models import Bulletin
from supervision.sheets.bulletin_xlsx import of_bulletin

REFUSALS = (BulletinError, FiguresError, RuleError, SheetError, JobError)


class Command(BaseCommand):
    help = (
        "月督查通报：不带 --number 时生成该月草稿；该月已印发的，按印发时的取数时点重新计算并核对。"
        "带 --number 和 --by 时印发草稿（印发人不得是编制人）。--xlsx 写出附件1工作簿。"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--month", required=True, metavar="YYYY-MM", help="月份，例如 2018-10")
        parser.add_argument("--division", metavar="CODE", help="区划代码，6 或 12 位；不写时为本县")
        parser.add_argument("--xlsx", metavar="FILE", help="把附件1工作簿写到这个文件")
        parser.add_argument("--number", metavar="TEXT", help="发文机关给的文号；写了就印发")
        parser.add_argument("--by", metavar="USERNAME", help="办理人的用户名；生成草稿不写时为系统")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            month = Month.parse(options["month"])
        except ValueError as error:
            raise CommandError(str(error)) from error
        division, by = _division(options["division"] or settings.COUNTY), _account(options["by"])
        now = Bulletin.objects.filter(month=str(month), division_code=division.code).exclude(state="replaced").first()
        try:
            if options["number"] is not None:
                content = self._issue(now, month, options["number"], by)
            elif now and now.state == Bulletin.State.ISSUED:
                content = self._recompute(now, by)
            else:
                content = self._draft(month, division, by)
        except REFUSALS as error:
            raise CommandError(str(error)) from error
        if options["xlsx"]:
            self._write(content, options["xlsx"])

    def _write(self, content: bytes, target: str) -> None:
        try:
            Path(target).write_bytes(content)
        except OSError as reason:
            raise CommandError(f"文件“{target}”不能写入：{reason.strerror}，请换一个位置。") from reason
        self.stdout.write(f"已写出 {target}")

    def _draft(self, month: Month, division: Division, by: Account | None) -> bytes:
        bulletin = bulletins.start(month=month, division=division, on=periods.today(), by=by)
        assert bulletin.job is not None
        job = jobs.run_to_end(bulletin.job, tell=self._tell)
        if job.state != JobRun.State.DONE:
            raise JobError(job.error or f"任务 {job.pk} 没有完成（{job.get_state_display()}），请在任务页查看。")
        bulletin.refresh_from_db()
        self.stdout.write(f"{month.label()}通报草稿已生成（编号 {bulletin.pk}），由另一人带 --number 和 --by 印发。")
        return bytes(bulletin.workbook or b"")

    def _issue(self, bulletin: Bulletin | None, month: Month, number: str, by: Account | None) -> bytes:
        if by is None:
            raise CommandError("印发须写明办理人：请加 --by 用户名（有印发权限，且不是编制人）。")
        if bulletin is None:
            raise CommandError(f"{month.label()}还没有通报草稿；请先不带 --number 运行一次，生成草稿。")
        bulletin = bulletins.issue(bulletin=bulletin, number=number, on=periods.today(), by=by, write=of_bulletin)
        self.stdout.write(f"{month.label()}通报已印发：{bulletin.number}，印发人 {by}。")
        return bytes(bulletin.workbook or b"")

    def _recompute(self, bulletin: Bulletin, by: Account | None) -> bytes:
        """The workbook made again from the dated rows as known at the issue; it must be the stored one to the byte."""
        figures, _sheets = bulletins.recompute(bulletin=bulletin, known_on=bulletin.known_on, by=by)
        same = figures == bulletin.figures
        bulletin.figures = figures
        content = of_bulletin(bulletin)
        if not same or hashlib.sha256(content).hexdigest() != bulletin.workbook_sha256:
            raise CommandError("重新计算的结果与印发时不一致，工作簿没有写出；请联系管理员查明原因。")
        self.stdout.write(f"重新计算与印发时逐字节一致（sha256 {bulletin.workbook_sha256[:12]}…）。")
        return content

    def _tell(self, job: JobRun) -> None:
        self.stdout.write(f"{jobs.step_label(job)} {job.done}/{job.total}")


def _division(code: str) -> Division:
    division = Division.objects.filter(code=code.ljust(12, "0")).first()
    if division is None:
        raise CommandError(f"没有代码为“{code}”的区划，请核对后重试；本县是 {settings.COUNTY}。")
    if division.level not in (Division.Level.COUNTY, Division.Level.TOWN):
        raise CommandError(f"通报按县或乡镇编制，“{division.name}”不是，请改写 --division。")
    return division


def _account(username: str | None) -> Account | None:
    if not username:
        return None
    account = Account.objects.filter(username=username, is_active=True).first()
    if account is None:
        raise CommandError(f"没有启用的账号“{username}”，请核对用户名。")
    return account
