"""Change the encryption key: make a new one, seal everything again. May be stopped and started again."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from povertycase.actions import rotation
from povertycase.secrets import keys


class Command(BaseCommand):
    help = (
        "更换加密密钥：生成新密钥，逐批重新加密证件号、电话、银行账号。中断后用 --resume 继续。"
        "旧密钥留在 DATA/keys，供打开已上传的文件和旧备份。盲索引不变。"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--resume", action="store_true", help="不生成新密钥，继续上次未完成的重新加密")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["resume"]:
            self.stdout.write(f"新密钥 {keys.add().hex()}")
        self.stdout.write(f"重新加密 {rotation.reseal(by=None)} 条")
