"""Small register workbooks from the declared columns, for the tests of the import; every person is made up."""

import datetime
import io
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import xlsxwriter

from households.sheets.register import SHEETS
from povertycase import jobs
from povertycase.actions import divisions, imports
from povertycase.models import Account, ImportBatch
from povertycase.secrets import identity

TODAY = datetime.date(2018, 11, 30)
CSV = Path(__file__).parent.parent / "povertycase" / "data" / "divisions" / "220821.csv"
TOWN, VILLAGE = "东屏镇", "公和勒村委会"
TITLES = {sheet.code: sheet for sheet in SHEETS}


def id_number(birth: str, order: int, area: str = "220800") -> str:
    """A made-up ID number; an odd order is a man's."""
    base = f"{area}{birth}{order:03d}"
    return base + identity.check_character(base)


def household(number: str, **cells: Any) -> dict[str, Any]:
    """A row of sheet 户."""
    usual = {
        "town": TOWN,
        "village": VILLAGE,
        "group_name": "1组",
        "attr": "一般贫困户",
        "poverty_status": "未脱贫",
        "registered_on": datetime.date(2014, 4, 1),
        "registered_year": 2014,
        "main_cause": "因病",
        "effective_on": datetime.date(2018, 9, 30),
    }
    return {"household_no": number, **usual, **cells}


def member(number: str, name: str, order: int, relation: str = "户主", **cells: Any) -> dict[str, Any]:
    """A row of sheet 成员; the sex follows the order."""
    usual = {
        "name": name,
        "id_number": id_number("19600101", order),
        "relation": relation,
        "education": "小学",
        "health": "健康",
        "joined_on": datetime.date(2014, 4, 1),
        "collected_on": datetime.date(2018, 9, 30),
    }
    return {"household_no": number, **usual, **cells}


def book(headings: dict[str, str] | None = None, title: bool = True, **sheets: list[dict[str, Any]]) -> bytes:
    """A workbook with these rows a sheet; columns are those that any row fills. `headings` renames by key."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as out:
        dated = out.add_format({"num_format": "yyyy-mm-dd"})
        for code, rows in sheets.items():
            sheet = TITLES[code]
            page = out.add_worksheet(sheet.title)
            columns = [c for c in sheet.columns if c.required or any(c.key in row for row in rows)]
            top = 0
            if title:
                page.write_string(0, 0, "镇赉县建档立卡登记表")
                top = 1
            for at, column in enumerate(columns):
                page.write_string(top, at, (headings or {}).get(column.key, column.title))
                for down, row in enumerate(rows, start=top + 1):
                    _write(page, down, at, row.get(column.key), dated)
    return buffer.getvalue()


def _write(page: Any, row: int, at: int, value: Any, dated: Any) -> None:
    if isinstance(value, datetime.date):
        page.write_datetime(row, at, datetime.datetime(value.year, value.month, value.day), dated)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        page.write_number(row, at, value)
    elif value is not None:
        page.write_string(row, at, value)


def load_divisions() -> None:
    divisions.load(rows=divisions.read(CSV), source="tests", by=None)


def check(data: bytes, name: str = "登记簿.xlsx", by: Account | None = None) -> ImportBatch:
    """Take a workbook in and read it to the end."""
    batch = imports.take_in(kind="register", name=name, data=data, business_date=TODAY, by=by)
    jobs.run_to_end(batch.job)
    batch.refresh_from_db()
    return batch


def bring_in(data: bytes, by: Account | None = None, name: str = "登记簿.xlsx") -> ImportBatch:
    """Take a workbook in, confirm and apply it."""
    batch = check(data, name, by=by)
    assert batch.state == "checked", batch.refusal
    batch = imports.confirm(batch=batch, by=by)
    job = jobs.run_to_end(batch.job)
    batch.refresh_from_db()
    assert batch.state == "applied", job.error
    return batch


def numbers(batch: ImportBatch) -> SimpleNamespace:
    """new, changed, same, refused households."""
    return SimpleNamespace(**batch.counts["households"])


def said(batch: ImportBatch, code: str) -> list[str]:
    """The sentences of one kind of finding."""
    return list(batch.problems.filter(code=code).order_by("pk").values_list("message", flat=True))
