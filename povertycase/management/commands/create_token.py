"""Give a program a token of an account."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from povertycase.actions import accounts
from povertycase.models import Account


class Command(BaseCommand):
    help = "为账号发放接口令牌（Authorization: Token …）。原有令牌作废；令牌只显示一次。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", help="用户名")

    def handle(self, *args: Any, **options: Any) -> None:
        account = Account.objects.filter(username=options["username"]).first()
        if account is None:
            raise CommandError(f"没有账号“{options['username']}”，请核对用户名。")
        try:
            self.stdout.write(accounts.issue_token(account=account, by=None))
        except ValidationError as error:
            raise CommandError("；".join(error.messages)) from error
