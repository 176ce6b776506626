"""manage.py fill_demo: the first fill of a demo office through its own import and jobs; quick when it was done."""

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from supervision.demo import fill
from supervision.demo.frame import COUNTIES


class Command(BaseCommand):
    help = "装入演示县（演示数据，纯属虚构）；已装入时立即结束"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seed", type=int, default=1, help="演示数据的种子")

    def handle(self, *args: Any, **options: Any) -> None:
        code = settings.COUNTY
        if not settings.DEMO:
            raise CommandError(
                "这是正式安装，不能装入演示数据。要看演示，请换一个数据文件夹并用 PC_PROFILE=demo 启动。"
            )
        if code not in COUNTIES:
            raise CommandError(f"没有县“{code}”的演示数据，COUNTY 可选：{'、'.join(COUNTIES)}。")
        if there := fill.filled():
            if there != code:
                raise CommandError(
                    f"这个数据文件夹里已经是县“{there}”的演示数据，不能再装入“{code}”。请换 DATA，或先运行 make reset。"
                )
            return
        started = time.monotonic()
        try:
            fill.Fill(code, options["seed"], self._tell).run()
        except fill.FillError as reason:
            raise CommandError(str(reason)) from reason
        self._tell(
            f"演示数据已装入，用时 {time.monotonic() - started:.0f} 秒；账号在 {settings.DATA_DIR / 'demo-accounts.csv'}"
        )

    def _tell(self, words: str) -> None:
        self.stdout.write(words)
        self.stdout.flush()
