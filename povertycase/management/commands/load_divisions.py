"""Load a county's divisions from a file of the shape level, code12, code, name, parent_code, parent_name."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from povertycase.actions import divisions

SHIPPED = Path(settings.BASE_DIR) / "povertycase" / "data" / "divisions"


class Command(BaseCommand):
    help = "载入区划（CSV：level,code12,code,name,parent_code,parent_name）。不写文件时载入 COUNTY 自带的区划。可重复运行。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="区划文件")

    def handle(self, *args: Any, **options: Any) -> None:
        for path in options["files"] or [SHIPPED / f"{settings.COUNTY}.csv"]:
            if not path.exists():
                raise CommandError(f"没有区划文件 {path}；请写明文件，或用 COUNTY=… 选择自带的县。")
            try:
                counts = divisions.load(rows=divisions.read(path), source=path.name, by=None)
            except ValidationError as error:
                raise CommandError("；".join(error.messages)) from error
            self.stdout.write(f"{path.name}：新增 {counts['new']}，更新 {counts['changed']}，相同 {counts['same']}")
