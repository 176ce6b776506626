"""Set a real office up: its divisions and its three administrators. No demo data, no default account."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from povertycase import periods
from povertycase.access.roles import ADMINISTRATORS
from povertycase.actions import accounts, divisions, posts
from povertycase.management.commands.load_divisions import SHIPPED
from povertycase.models import Account, Division, Post
from povertycase.slots import ROLES


class Command(BaseCommand):
    help = (
        "建立一个真实的县办：载入区划，开立系统、安全、审计三个管理员（三人专任），首次密码只显示一次。"
        "之后由系统管理员开账号，安全管理员任命岗位。"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--county", default=settings.COUNTY, help="县级区划代码，6 位；默认 COUNTY")
        parser.add_argument("--name", default="", help="县名，只在区划文件没有县名时需要")
        parser.add_argument("--divisions", type=Path, metavar="FILE", help="区划文件；默认用自带的")
        for role in ADMINISTRATORS:
            option = role.replace("_", "-")
            parser.add_argument(f"--{option}", default=option, metavar="用户名[:姓名]", help=f"{ROLES[role].label}")

    def handle(self, *args: Any, **options: Any) -> None:
        if Post.objects.filter(role__in=ADMINISTRATORS, valid_to__isnull=True).exists():
            raise CommandError("本系统已有管理员，县办已经建立；管理员离任请由其他管理员在系统内办理。")
        try:
            with transaction.atomic():
                county = self._divisions(options)
                made = [self._administrator(role, options[role], county) for role in ADMINISTRATORS]
        except ValidationError as error:
            raise CommandError("；".join(error.messages)) from error
        self.stdout.write(f"县办已建立：{county.name}（{county.code}）")
        self.stdout.write("以下首次密码只显示这一次，请分别当面交给本人，登录后须立即修改：")
        for account, role, password in made:
            self.stdout.write(f"  {ROLES[role].label}　用户名 {account.username}　密码 {password}")

    def _divisions(self, options: dict[str, Any]) -> Division:
        path = options["divisions"] or SHIPPED / f"{options['county']}.csv"
        if not path.exists():
            raise CommandError(f"没有 {options['county']} 的自带区划；请用 --divisions 写明区划文件。")
        rows = divisions.read(path)
        if options["name"]:
            rows = [{**row, "parent_name": options["name"]} if row["level"] == "town" else row for row in rows]
        divisions.load(rows=rows, source=path.name, by=None)
        county = Division.objects.filter(code=options["county"].ljust(12, "0"), level="county").first()
        if county is None:
            raise CommandError(f"区划文件 {path.name} 里没有县级代码 {options['county']}，请核对 --county。")
        return county

    def _administrator(self, role: str, named: str, county: Division) -> tuple[Account, str, str]:
        username, _, name = named.partition(":")
        account, password = accounts.create(username=username, display_name=name or str(ROLES[role].label), by=None)
        posts.open(account=account, role=role, division=county, valid_from=periods.today(), by=None)
        return account, role, password
