"""Import register workbooks the way an officer does: read, check, confirm, write; the receipt goes to the screen."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from povertycase import jobs, periods
from povertycase.actions import imports
from povertycase.exchange.files import FileRefused
from povertycase.exchange.findings import message
from povertycase.exchange.receipt import receipt, refusal
from povertycase.models import Account, Division, ImportBatch, JobRun

SHOWN = 20


class Command(BaseCommand):
    help = "导入建档立卡登记簿（.xlsx），逐个文件读取、核对、写入并打印回执；文件被退回或没有一户可以导入时失败。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE", help="登记簿文件，可以几个")
        parser.add_argument("--dry-run", action="store_true", help="只读取和核对，不写入")
        parser.add_argument("--by", metavar="USERNAME", help="以哪个账号导入；不写为系统")

    def handle(self, *args: Any, **options: Any) -> None:
        by = self._account(options["by"])
        if not Division.objects.filter(level=Division.Level.VILLAGE, code__startswith=settings.COUNTY).exists():
            # A new installation: without places every household would be refused.
            call_command("load_divisions", stdout=self.stdout)
        failed = [name for name in options["files"] if not self._import(Path(name), by, options["dry_run"])]
        if failed:
            raise CommandError(f"没有导入：{'、'.join(failed)}")

    def _account(self, username: str | None) -> Account | None:
        if username is None:
            return None
        account = Account.objects.filter(username=username, is_active=True).first()
        if account is None:
            raise CommandError(f"没有启用的账号“{username}”，请核对用户名。")
        if not (account.can("import_run") and account.can("household_edit")):
            raise CommandError(f"账号“{username}”的岗位没有导入登记簿的权限。")
        return account

    def _import(self, path: Path, by: Account | None, dry_run: bool) -> bool:
        """One file to its end; False when nothing of it could go in."""
        self.stdout.write(f"{path.name}")
        try:
            data = path.read_bytes()
        except OSError as reason:
            self.stderr.write(f"  文件打不开：{reason.strerror}。请核对路径。")
            return False
        try:
            batch = imports.take_in(kind="register", name=path.name, data=data, business_date=periods.today(), by=by)
        except FileRefused as reason:
            self.stderr.write(f"  {reason}")
            return False
        if not self._run(batch):
            return False
        return self._stop_here(batch, by) if dry_run else self._confirm(batch, by)

    def _run(self, batch: ImportBatch) -> bool:
        """The batch's job to its end in this process, beside any worker."""
        job = jobs.run_to_end(batch.job)  # type: ignore[arg-type]
        batch.refresh_from_db()
        if job.state != JobRun.State.DONE or batch.state == ImportBatch.State.REFUSED:
            self.stderr.write(f"  {refusal(batch) or job.error}")
            return False
        return True

    def _stop_here(self, batch: ImportBatch, by: Account | None) -> bool:
        self._print(batch)
        imports.give_up(batch=batch, by=by)
        self.stdout.write("  试读，没有写入。")
        return _any_good(batch)

    def _confirm(self, batch: ImportBatch, by: Account | None) -> bool:
        try:
            batch = imports.confirm(batch=batch, by=by)
        except imports.ImportRefused as reason:
            self._print(batch)
            self.stdout.write(f"  {reason}")
            return _any_good(batch)
        if not self._run(batch):
            return False
        self._print(batch)
        return True

    def _print(self, batch: ImportBatch) -> None:
        for line in receipt(batch):
            self.stdout.write(f"  {line}")
        problems = batch.problems.filter(severity="error").order_by("pk")
        for problem in problems[:SHOWN]:
            self.stdout.write(f"  退回 {message(problem)}")
        if (more := problems.count() - SHOWN) > 0:
            self.stdout.write(f"  ……另有 {more} 条，见导入页批次 {batch.pk} 的问题清单。")


def _any_good(batch: ImportBatch) -> bool:
    households = batch.counts.get("households", {})
    return bool(households.get("new", 0) + households.get("changed", 0) + households.get("same", 0))
