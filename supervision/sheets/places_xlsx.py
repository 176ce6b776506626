"""A check of villages or of the county as a workbook: the matrix, each criterion with its papers, 导出说明 last."""

import tempfile
from collections.abc import Iterator
from typing import IO, Any

import xlsxwriter
from django.conf import settings
from django.utils import timezone, translation
from xlsxwriter.worksheet import Worksheet

from povertycase.models import Division
from povertycase.rules import cautions
from supervision.models import DivisionRun
from supervision.queries import places, standards
from supervision.sheets import list_form
from supervision.sheets.bulletin_xlsx import DEMO_LINE

PAPERS = ("区划", "指标", "结果", "要求", "项目", "数值", "分子", "分母", "样本量", "提供单位", "文件", "数据日期")
BESIDE = ("其中:建档立卡户",)


def of_run(run: DivisionRun, rows: list[dict[str, Any]]) -> tuple[IO[bytes], int]:
    """A file of these rows of places.matrix, ready to be read, and their number. Always Chinese: a paper of the office."""
    file = tempfile.TemporaryFile()  # noqa: SIM115  the answer that streams it closes it
    with translation.override("zh-hans"):
        book = xlsxwriter.Workbook(file, list_form.OPTIONS)
        styles = list_form.faces(book)
        standard = standards.of(run.standard)
        points = ("得分",) if standard.pass_points is not None else ()
        heads = ("序号", "乡镇", "区划", "核验结果", *points, *(one.name for one in standard.criteria))
        lines = [_matrix_line(number, row, bool(points)) for number, row in enumerate(rows, 1)]
        _write(book.add_worksheet("核验结果"), run, heads, lines, styles)
        _write(book.add_worksheet("部门数据"), run, (*PAPERS, *BESIDE), list(_papers(run, rows)), styles)
        list_form.explain(book, _about(run, len(rows)), styles)
        book.close()
    file.seek(0)
    return file, len(rows)


def _matrix_line(number: int, row: dict[str, Any], scored: bool) -> list[Any]:
    cells = [number, row["town"], row["place"].name, str(row["word"])]
    cells += [row["verdict"].points] if scored else []
    return cells + [str(cell["word"]) for cell in row["cells"]]


def _papers(run: DivisionRun, rows: list[dict[str, Any]]) -> Iterator[list[Any]]:
    """One line a figure that a criterion asks for, missing ones too."""
    for row in rows:
        found, _same = places.reasons(run, row["verdict"])
        for item in found:
            for paper in item.papers:
                said = paper.said
                yield [
                    row["place"].name,
                    item.reason.name,
                    str(standards.OUTCOME_WORDS[item.reason.outcome]),
                    item.reason.requirement,
                    str(paper.figure.label),
                    paper.words or "缺",
                    *([said.numerator, said.denominator, said.sample] if said else [None] * 3),
                    ("村登记表" if said.by_form else said.source_unit) if said else f"应由{paper.figure.supplier}提供",
                    said.document if said else "",
                    said.true_from.isoformat() if said else "",
                    item.registered_words,
                ]


def _write(sheet: Worksheet, run: DivisionRun, heads: tuple[str, ...], lines: list[list[Any]], styles: Any) -> None:
    list_form.set_page(sheet, len(heads), width=14, left=str(places.NOTICE), demo=settings.DEMO)
    sheet.merge_range(0, 0, 0, len(heads) - 1, f"{run.standard.body['name']}核验", styles["title"])
    sheet.write_string(1, 0, "　".join([str(places.NOTICE), *([DEMO_LINE] if settings.DEMO else [])]), styles["line"])
    for place, heading in enumerate(heads):
        sheet.write_string(2, place, heading, styles["head"])
    for at, cells in enumerate(lines, start=list_form.TOP):
        for place, value in enumerate(cells):
            if value is None or value == "":
                sheet.write_blank(at, place, None, styles["text"])
            elif isinstance(value, str):
                sheet.write_string(at, place, value, styles["text"])
            else:
                sheet.write_number(at, place, float(value), styles["figure"])


def _about(run: DivisionRun, number: int) -> list[tuple[str, str]]:
    division = Division.objects.get(code=run.division_code)
    return [
        ("标准", f"{run.standard.body['name']}；{run.standard.document}"),
        ("区划", f"{division.name}（{run.division_code}）"),
        ("行数", str(number)),
        ("截止日期", str(run.as_of)),
        ("取数时点", f"{timezone.localtime(run.known_on):%Y-%m-%d %H:%M:%S}"),
        *(("说明", caution) for caution in cautions.say_all(run.warnings)),
        ("说明", "全部农户、全部居民的比例以部门文件为准；“其中:建档立卡户”由登记簿算出，只供对照。"),
        ("说明", str(places.NOTICE)),
        *([("数据性质", DEMO_LINE)] if settings.DEMO else []),
        ("标准版本", run.standard.sha256),
    ]
