"""The list behind a figure of an exit check on its way out: the page's rows, amounts only for who may read them."""

import datetime
from collections.abc import Iterator, Mapping
from itertools import count, islice
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as later

from povertycase.access.permissions import Permission
from povertycase.actions.list_exports import Nothing
from povertycase.exchange.listed import Listed, conditions
from povertycase.exchange.paper import Head, Paper
from povertycase.models import Account, Division
from povertycase.rules import cautions, facts
from povertycase.rules.explain import NOTICE
from povertycase.slots import ListExport
from supervision.actions import exit_runs
from supervision.models import ExitRun, Verdict
from supervision.queries import exit_runs as runs
from supervision.queries import standards, verdicts

SLICE = 2_000
HEADS = (
    *(Head("序号", 8, "count"), Head("乡镇", 16), Head("村", 16), Head("组", 12), Head("户编号", 16, "key")),
    *(Head("户主", 12), Head("人口", 8, "count"), Head("预审结果", 12), Head("短板和待核实", 44, "long")),
)
AMOUNTS = (Head("人均纯收入（元/人）", 16, "money"), Head("高于标准线（元）", 16, "money"))
FILTERS = ("outcome", "criterion", "result", "place")


def of(account: Account, asked: Mapping[str, Any], day: datetime.date) -> Listed:
    """asked: run, and the filters of the list. Raises Nothing."""
    run = runs.visible(account).filter(pk=asked["run"]).first()
    if run is None:
        raise Nothing
    chosen = {name: asked.get(name, "") for name in FILTERS}
    with translation.override("zh-hans"):
        words = conditions(runs.chips(run, **chosen))
    rows = verdicts.chosen(run, account, **chosen)
    return listed(run, rows, words, amounts=account.can(Permission.AMOUNT_VIEW))


def listed(run: ExitRun, rows: QuerySet[Verdict], words: str, *, amounts: bool) -> Listed:
    """The rows on paper. words: the filters; amounts: may the reader see income beside the line (E-13)?"""
    line = _line(run) if amounts else None
    title = f"{run.standard.body['name']}预审名单"

    def note(*, rows: int, by: Account, job: Any) -> None:
        exit_runs.note_export(run=run, rows=rows, by=by)

    heads = HEADS + (AMOUNTS if line is not None else ())
    with translation.override("zh-hans"):
        paper = Paper(title, heads, left=NOTICE, foot=NOTICE, conditions=words or "全部", about=_about(run))
    return Listed(paper, lambda: _cells(run, rows, line), rows.count(), f"{title} {run.as_of}", note)


def _line(run: ExitRun) -> int | None:
    """The place of the criterion that is an amount, among the values of a verdict; None for a standard without one."""
    criteria = standards.of(run.standard).criteria
    return next((place for place, item in enumerate(criteria) if facts.get(item.value).private), None)


def _cells(run: ExitRun, rows: QuerySet[Verdict], line: int | None) -> Iterator[list[Any]]:
    """The cells of every row, fetched in slices. Always Chinese: it is a paper of the office."""
    standard = standards.of(run.standard)
    given = verdicts.given_of(run, standard)
    needed = standard.criteria[line].threshold(given) if line is not None else None
    found, numbers = rows.iterator(chunk_size=SLICE), count(1)
    with translation.override("zh-hans"):
        while part := list(islice(found, SLICE)):
            for row in verdicts.lines(run, part):
                card = row["card"]
                cells = [next(numbers), row["town"], row["village"], card.group_name, card.household_no, card.head_name]
                cells += [row["verdict"].members, str(row["word"]), "；".join(row["gaps"])]
                if line is not None:
                    value = row["verdict"].values[line]
                    cells += [value, value - needed if value is not None and needed is not None else None]
                yield cells


def _about(run: ExitRun) -> tuple[tuple[str, str], ...]:
    division = Division.objects.get(code=run.division_code)
    known_on = f"{timezone.localtime(run.known_on):%Y-%m-%d %H:%M:%S}" if run.known_on else ""
    return (
        ("标准", f"{run.standard.body['name']}；{run.standard.document}"),
        ("区划", f"{division.name}（{run.division_code}）"),
        ("范围", str(run.get_population_display())),
        ("截止日期", str(run.as_of)),
        ("取数时点", known_on),
        *(("说明", caution) for caution in cautions.say_all(run.warnings)),
        ("说明", NOTICE),
        ("标准版本", run.standard.sha256),
    )


EXPORT = ListExport("exit_list", later("预审名单"), Permission.HOUSEHOLD_EXPORT, of, 100)
