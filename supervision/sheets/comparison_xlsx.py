"""The households behind a count of a comparison as a workbook, in the office's form for lists; 导出说明 last."""

import tempfile
from typing import IO, Any

import xlsxwriter
from django.conf import settings
from django.utils import timezone, translation

from supervision.queries import comparisons
from supervision.queries.comparisons import TurnedList
from supervision.sheets import list_form
from supervision.sheets.bulletin_xlsx import DEMO_LINE

HEADINGS = ("序号", "乡镇", "村", "组", "户编号", "户主", "人口", "现行规则", "草稿")
SLICE = 2_000
NOTICE = "试算结果仅供规则起草和审批参考，不下发、不作为核查依据。"


def of_list(listed: TurnedList, place: str) -> tuple[IO[bytes], int]:
    """A file of the rows, ready to be read, and their number. Always Chinese: it is a paper of the office."""
    file = tempfile.TemporaryFile()  # noqa: SIM115  the answer that streams it closes it
    with translation.override("zh-hans"):
        book = xlsxwriter.Workbook(file, list_form.OPTIONS)
        styles = list_form.faces(book)
        sheet = book.add_worksheet("名单")
        list_form.set_page(sheet, len(HEADINGS), width=16, left=NOTICE, demo=settings.DEMO)
        title = f"规则试算名单：{listed.words}"
        sheet.merge_range(0, 0, 0, len(HEADINGS) - 1, title, styles["title"])
        sheet.write_string(1, 0, "　".join([NOTICE, *([DEMO_LINE] if settings.DEMO else [])]), styles["line"])
        for column, heading in enumerate(HEADINGS):
            sheet.write_string(2, column, heading, styles["head"])
        kind = listed.comparison.draft.kind
        results = [str(comparisons.result_word(kind, number)) for number in listed.turn]
        number, whole = 0, len(listed)
        for start in range(0, whole, SLICE):
            for number, row in enumerate(listed[start : start + SLICE], start=start + 1):
                _write(sheet, 2 + number, [number, *_cells(row), *results], styles)
        list_form.explain(book, _about(listed, place, number), styles)
        book.close()
    file.seek(0)
    return file, number


def _cells(row: dict[str, Any]) -> list[Any]:
    named = ("town", "village", "group_name", "household_no", "head_name", "members")
    return [row.get(name) for name in named]


def _write(sheet: Any, at: int, cells: list[Any], styles: dict[str, Any]) -> None:
    for column, value in enumerate(cells):
        if value is None or value == "":
            sheet.write_blank(at, column, None, styles["text"])
        elif isinstance(value, str):
            sheet.write_string(at, column, value, styles["text"])
        else:
            sheet.write_number(at, column, float(value), styles["figure"])


def _about(listed: TurnedList, place: str, number: int) -> list[tuple[str, str]]:
    one = listed.comparison
    return [
        ("规则草稿", one.draft.name),
        ("名单", str(listed.words)),
        ("区划", place),
        ("行数", str(number)),
        ("事实表", comparisons.sheet_words(one)),
        ("截止日期", str(one.sheet.as_of)),
        ("取数时点", f"{timezone.localtime(one.sheet.known_on):%Y-%m-%d %H:%M:%S}"),
        ("试算时间", f"{timezone.localtime(one.created_at):%Y-%m-%d %H:%M:%S}"),
        ("说明", NOTICE),
        ("说明", "仅供工作使用，不得公示、张贴和外传。"),
        *([("数据性质", DEMO_LINE)] if settings.DEMO else []),
    ]
