"""manage.py demo_workbooks: the register of a demo county as Excel workbooks, one per township."""

import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from supervision.demo import workbooks
from supervision.demo.county import generate
from supervision.demo.frame import COUNTIES


class Command(BaseCommand):
    help = "生成演示县的建档立卡登记簿（每个乡镇一个 Excel 工作簿，演示数据，纯属虚构）"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--county", default="220821", help="县级区划代码：" + "、".join(COUNTIES))
        parser.add_argument("--seed", type=int, default=1, help="同一种子总是生成同样的文件")
        parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="写到这个文件夹")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["county"] not in COUNTIES:
            raise CommandError(f"没有县“{options['county']}”的演示框架，可选：{'、'.join(COUNTIES)}。")
        started = time.monotonic()
        county = generate(options["county"], options["seed"])
        try:
            files = workbooks.write_all(county, options["out"])
        except OSError as reason:
            raise CommandError(f"不能写入文件夹“{options['out']}”：{reason.strerror}。请换一个文件夹。") from reason
        people = sum(len(household.members) for household in county.households)
        self.stdout.write(
            f"{county.name}：{len(files)} 个工作簿，{len(county.households)} 户 {people} 人，"
            f"{time.monotonic() - started:.0f} 秒，在 {options['out']}"
        )
