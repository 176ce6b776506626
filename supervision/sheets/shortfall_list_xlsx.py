"""The list of shortfalls 短板台账 as a workbook: in words, without amounts; 导出说明 last."""

import datetime
import io
from collections.abc import Sequence

import xlsxwriter
from django.conf import settings

from supervision.sheets import list_form
from supervision.sheets.bulletin_xlsx import DEMO_LINE

HEADINGS = (
    *("乡镇", "村", "户主", "户编号", "短板", "状态", "补短措施", "责任人", "完成时限", "列入日期", "达标日期"),
    *("销号日期", "复核情况"),
)
TITLE = "对标补短台账"


def of_rows(rows: Sequence[Sequence[str]], conditions: str, day: datetime.date) -> io.BytesIO:
    """The xlsx file of rows in the order of HEADINGS."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, list_form.OPTIONS)
    styles = list_form.faces(book)
    sheet = book.add_worksheet("台账")
    list_form.set_page(sheet, len(HEADINGS), width=14, demo=settings.DEMO)
    sheet.merge_range(0, 0, 0, len(HEADINGS) - 1, TITLE, styles["title"])
    sheet.write_string(1, 0, f"截止日期：{day}{'　' + DEMO_LINE if settings.DEMO else ''}", styles["line"])
    for place, heading in enumerate(HEADINGS):
        sheet.write_string(2, place, heading, styles["head"])
    for at, row in enumerate(rows, list_form.TOP):
        for place, text in enumerate(row):
            sheet.write_string(at, place, text, styles["text"])
    about = [("名单", TITLE), ("条件", conditions or "未销号的全部短板"), ("行数", str(len(rows)))]
    about.append(("说明", "仅供工作使用，不得公示、张贴和外传；短板以入户核查为准。"))
    list_form.explain(book, about, styles)
    book.close()
    file.seek(0)
    return file
