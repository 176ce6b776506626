"""Check the audit trail: the chain of seals, the events under it and the households they touch."""

import os
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from povertycase import audit


class Command(BaseCommand):
    help = "核对审计日志：已封印、待封印、不符。有不符、或有事件超过 60 秒未封印时失败（先用 --seal 补封）。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seal", action="store_true", help="核对前先封印已提交的事件（后台任务未运行时使用）")
        parser.add_argument("--patience", type=int, default=60, metavar="秒", help="允许事件等待封印的秒数，默认 60")

    def handle(self, *args: Any, **options: Any) -> None:
        # Alone there is no schedule that seals; beside a running house a late seal is a finding.
        if options["seal"] or os.environ.get("PC_STARTED_ALONE"):
            audit.seal()
        found = audit.verify()
        self.stdout.write(f"已封印 {found.sealed}，待封印 {found.unsealed}，不符 {len(found.broken)}")
        for fault in found.broken:
            self.stdout.write(f"  {fault}")
        if found.broken:
            raise CommandError("审计日志与封印不符，请保留现场并联系审计管理员。")
        if not found.ok(options["patience"]):
            raise CommandError(f"有事件等待封印已 {found.oldest_seconds} 秒；请确认后台任务在运行，或加 --seal 补封。")
