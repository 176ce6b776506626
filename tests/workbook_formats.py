"""The same small workbook in the formats that offices send, written by hand where no library writes them."""

import csv
import io
import struct
import zipfile
from datetime import date
from html import escape
from typing import Any

import openpyxl

Rows = list[list[Any]]


def rows_of(workbook: bytes) -> dict[str, Rows]:
    """Every sheet of an xlsx workbook as rows of values."""
    book = openpyxl.load_workbook(io.BytesIO(workbook))
    return {sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book.worksheets}


def shown(value: Any) -> str:
    """A cell as a text file has it."""
    if value is None:
        return ""
    return value.strftime("%Y-%m-%d") if isinstance(value, date) else str(value)


def text(rows: Rows, encoding: str, separator: str = ",") -> bytes:
    """A sheet as CSV, or as Excel's Unicode text."""
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter=separator).writerows([[shown(value) for value in row] for row in rows])
    return buffer.getvalue().encode(encoding)


def ods(sheets: dict[str, Rows], encrypted: bool = False) -> bytes:
    """An OpenDocument spreadsheet (ISO/IEC 26300), every cell a text."""
    office, table, words = (f"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0" for name in ("office", "table", "text"))
    tables = "".join(
        f'<table:table table:name="{escape(name)}">{_ods_rows(rows)}</table:table>' for name, rows in sheets.items()
    )
    content = (
        f'<office:document-content xmlns:office="{office}" xmlns:table="{table}" xmlns:text="{words}">'
        f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    return _archive(
        {
            "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": content.encode(),
            "META-INF/manifest.xml": b"<m><encryption-data/></m>" if encrypted else b"<m/>",
        }
    )


def _ods_rows(rows: Rows) -> str:
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    return "".join(
        f"<table:table-row>{''.join(cell.format(escape(shown(value))) for value in row)}</table:table-row>"
        for row in rows
    )


def xlsb(sheets: dict[str, Rows]) -> bytes:
    """A binary workbook ([MS-XLSB]), every cell an inline text."""
    links, bundle, parts = [], b"", {}
    for number, (name, rows) in enumerate(sheets.items(), start=1):
        part = f"worksheets/sheet{number}.bin"
        links.append(f'<Relationship Id="rId{number}" Type="{RELATION}/worksheet" Target="{part}"/>')
        bundle += _record(156, struct.pack("<II", 0, number) + _wide(f"rId{number}") + _wide(name))
        parts[f"xl/{part}"] = _xlsb_sheet(rows)
    book = _record(131, b"") + _record(143, b"") + bundle + _record(144, b"") + _record(132, b"")
    relations = f'<Relationships xmlns="{PACKAGE}/relationships">{"".join(links)}</Relationships>'
    return _archive({"xl/workbook.bin": book, "xl/_rels/workbook.bin.rels": relations.encode(), **parts})


PACKAGE = "http://schemas.openxmlformats.org/package/2006"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def _xlsb_sheet(rows: Rows) -> bytes:
    width = max(map(len, rows))
    body = _record(129, b"") + _record(148, struct.pack("<IIII", 0, len(rows) - 1, 0, width - 1)) + _record(145, b"")
    for number, row in enumerate(rows):
        body += _record(0, struct.pack("<I", number) + b"\0" * 21)
        for at, value in enumerate(row):
            if shown(value):
                body += _record(6, struct.pack("<II", at, 0) + _wide(shown(value)))
    return body + _record(146, b"") + _record(130, b"")


def _record(kind: int, body: bytes) -> bytes:
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size, left = b"", len(body)
    while left > 127:
        size, left = size + bytes([left & 0x7F | 0x80]), left >> 7
    return head + size + bytes([left]) + body


def _wide(words: str) -> bytes:
    return struct.pack("<I", len(words)) + words.encode("utf-16-le")


def _archive(parts: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in parts.items():
            archive.writestr(name, body)
    return buffer.getvalue()
