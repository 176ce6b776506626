"""`manage.py check_exit`: the exit check from the command line, the same job as on the page, run to its end here."""

import argparse
import datetime
import json
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_naive, make_aware

from povertycase import jobs
from povertycase.access.permissions import Permission
from povertycase.models import Account, Division, JobRun
from povertycase.rules import cautions
from povertycase.rules.explain import NOTICE
from supervision.actions import exit_runs
from supervision.models import ExitRun
from supervision.queries import standards, verdicts


def day(text: str) -> datetime.date:
    """2018-11-30 as a date."""
    try:
        return datetime.date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"日期“{text}”写法不对，请按“2018-11-30”填写。") from error


def moment(text: str) -> datetime.datetime:
    """2018-12-01T08:00:00+08:00 as a moment; without a zone it is Shanghai time."""
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None:
        raise argparse.ArgumentTypeError(f"时间“{text}”写法不对，请按“2018-12-01T08:00:00+08:00”填写。")
    return make_aware(found) if is_naive(found) else found


class Command(BaseCommand):
    help = "退出达标预审：按一个标准判断一批建档立卡户。" + NOTICE + "。(Exit check of the households by a standard.)"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--standard", required=True, metavar="CODE", help="标准代码，例如 national-household")
        parser.add_argument("--as-of", required=True, type=day, metavar="DATE", help="截止日期，例如 2018-11-30")
        parser.add_argument("--known-on", type=moment, metavar="TIME", help="按当时已录入的数据判断")
        parser.add_argument("--division", default="", metavar="CODE", help="区划代码，缺省为全县")
        parser.add_argument(
            "--population", default="planned", choices=[str(word) for word in standards.POPULATIONS], help="范围"
        )
        parser.add_argument("--json", metavar="FILE", help="结果写成 JSON Lines，- 表示标准输出")
        parser.add_argument("--by", metavar="USERNAME", help="以哪个账号的名义和辖区，缺省为系统")

    def handle(self, *args: Any, **options: Any) -> None:
        by = _account(options["by"])
        division = _division(options["division"] or settings.COUNTY)
        try:
            # The row, its job and the message belong together; the work itself is one transaction a range.
            with transaction.atomic():
                run = exit_runs.start(
                    standard=options["standard"],
                    as_of=options["as_of"],
                    known_on=options["known_on"],
                    division=division,
                    population=options["population"],
                    by=by,
                )
        except exit_runs.ExitRunError as error:
            raise CommandError(str(error)) from error
        assert run.job is not None
        job = jobs.run_to_end(run.job)
        if job.state != JobRun.State.DONE:
            raise CommandError(job.error or f"任务 {job.pk} 没有完成，请在“后台任务”查看。")
        run.refresh_from_db()
        self._report(run, division)
        if options["json"]:
            _write(run, options["json"])

    def _report(self, run: ExitRun, division: Division) -> None:
        """Counts, warnings and the fixed line, on the error stream: the output stays free for the JSON."""
        words = standards.outcome_words(run.population)
        found = [f"{words[word]} {count[0]} 户 {count[1]} 人" for word, count in run.counts["outcomes"].items()]
        self.stderr.write(f"{division.name} {run.get_population_display()} 截止 {run.as_of}：{'，'.join(found)}")
        for warning in cautions.say_all(run.warnings):
            self.stderr.write(f"注意：{warning}")
        self.stderr.write(NOTICE)


def _account(username: str | None) -> Account | None:
    if not username:
        return None
    account = Account.objects.filter(username=username.strip(), is_active=True).first()
    if account is None:
        raise CommandError(f"没有启用的、用户名为“{username}”的账号，请核对 --by。")
    if not account.can(Permission.EXIT_RUN):
        raise CommandError(f"账号“{username}”的岗位没有做退出预审的权限，请改用县办经办的账号。")
    return account


def _division(code: str) -> Division:
    division = Division.objects.filter(code=code.ljust(12, "0")).first()
    if division is None:
        raise CommandError(f"没有代码为“{code}”的区划，请核对 --division（12 位或县级 6 位代码）。")
    return division


def _write(run: ExitRun, target: str) -> None:
    """One JSON object a household, by household number."""
    with _opened(target) as file:
        for item in verdicts.objects(run):
            file.write(json.dumps(item, ensure_ascii=False) + "\n")


@contextmanager
def _opened(target: str) -> Any:
    if target == "-":
        yield sys.stdout
        return
    try:
        with Path(target).open("w", encoding="utf-8", newline="\n") as file:
            yield file
    except OSError as error:
        raise CommandError(f"文件“{target}”不能写入：{error.strerror}，请换一个位置。") from error
