"""The list behind a figure of an exit check as a workbook: the page's rows, streamed to a file; 导出说明 last."""

import tempfile
from collections.abc import Iterator
from itertools import islice
from typing import IO, Any

import xlsxwriter
from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone, translation
from xlsxwriter.worksheet import Worksheet

from povertycase.models import Division
from povertycase.rules import cautions, facts
from povertycase.rules.explain import NOTICE
from supervision.models import ExitRun, Verdict
from supervision.queries import standards, verdicts
from supervision.sheets import list_form
from supervision.sheets.bulletin_xlsx import DEMO_LINE

SLICE = 2_000
HEADINGS = ("序号", "乡镇", "村", "组", "户编号", "户主", "人口", "预审结果", "短板和待核实")
AMOUNTS = ("人均纯收入（元/人）", "高于标准线（元）")
FIGURES = frozenset({"序号", "人口", *AMOUNTS})


def of_run(run: ExitRun, rows: QuerySet[Verdict], chosen: str, *, amounts: bool) -> tuple[IO[bytes], int]:
    """A file of the rows, ready to be read, and their number. Always Chinese: it is a paper of the office.

    chosen: the filters of the list in words. amounts: may the reader see income beside the line (E-13)?
    """
    file = tempfile.TemporaryFile()  # noqa: SIM115  the answer that streams it closes it
    with translation.override("zh-hans"):
        book = xlsxwriter.Workbook(file, list_form.OPTIONS)
        styles = list_form.faces(book)
        line = _line(run) if amounts else None
        headings = HEADINGS + (AMOUNTS if line is not None else ())
        sheet = book.add_worksheet("名单")
        list_form.set_page(sheet, len(headings), width=16, left=NOTICE, demo=settings.DEMO)
        sheet.set_column(8, 8, 44)
        sheet.merge_range(0, 0, 0, len(headings) - 1, f"{run.standard.body['name']}预审名单", styles["title"])
        sheet.write_string(1, 0, "　".join([NOTICE, *([DEMO_LINE] if settings.DEMO else [])]), styles["line"])
        for place, heading in enumerate(headings):
            sheet.write_string(2, place, heading, styles["head"])
        number = 0
        for number, cells in enumerate(_cells(run, rows, line), start=1):
            for place, (heading, value) in enumerate(zip(headings, (number, *cells), strict=True)):
                _write(sheet, 2 + number, place, value, styles["figure" if heading in FIGURES else "text"])
        list_form.explain(book, _about(run, chosen, number), styles)
        book.close()
    file.seek(0)
    return file, number


def _line(run: ExitRun) -> int | None:
    """The place of the criterion that is an amount, among the values of a verdict; None for a standard without one."""
    criteria = standards.of(run.standard).criteria
    return next((place for place, item in enumerate(criteria) if facts.get(item.value).private), None)


def _cells(run: ExitRun, rows: QuerySet[Verdict], line: int | None) -> Iterator[list[Any]]:
    """The cells of every row after its number, fetched in slices."""
    standard = standards.of(run.standard)
    given = verdicts.given_of(run, standard)
    needed = standard.criteria[line].threshold(given) if line is not None else None
    found = rows.iterator(chunk_size=SLICE)
    while part := list(islice(found, SLICE)):
        for row in verdicts.lines(run, part):
            card = row["card"]
            cells = [row["town"], row["village"], card.group_name, card.household_no, card.head_name]
            cells += [row["verdict"].members, str(row["word"]), "；".join(row["gaps"])]
            if line is not None:
                value = row["verdict"].values[line]
                cells += [value, value - needed if value is not None and needed is not None else None]
            yield cells


def _about(run: ExitRun, chosen: str, number: int) -> list[tuple[str, str]]:
    division = Division.objects.get(code=run.division_code)
    known_on = f"{timezone.localtime(run.known_on):%Y-%m-%d %H:%M:%S}" if run.known_on else ""
    return [
        ("标准", f"{run.standard.body['name']}；{run.standard.document}"),
        ("区划", f"{division.name}（{run.division_code}）"),
        ("范围", str(run.get_population_display())),
        ("筛选", chosen or "全部"),
        ("行数", str(number)),
        ("截止日期", str(run.as_of)),
        ("取数时点", known_on),
        *(("说明", caution) for caution in cautions.say_all(run.warnings)),
        ("说明", NOTICE),
        ("说明", "仅供工作使用，不得公示、张贴和外传。"),
        *([("数据性质", DEMO_LINE)] if settings.DEMO else []),
        ("标准版本", run.standard.sha256),
    ]


def _write(sheet: Worksheet, at: int, place: int, value: Any, style: Any) -> None:
    if value is None or value == "":
        sheet.write_blank(at, place, None, style)
    elif isinstance(value, str):
        sheet.write_string(at, place, value, style)
    else:
        sheet.write_number(at, place, float(value), style)
