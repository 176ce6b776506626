"""A sheet too large to be parsed at once is read as a small one is: every cell in its row and column, nothing lost."""

import io
import zipfile

import openpyxl
import pytest

from povertycase.exchange import reading_parts
from povertycase.exchange.files import FileRefused
from povertycase.exchange.reader import Block, SheetStart, Workbook

SHEET = "xl/worksheets/sheet1.xml"
LAST = 30_000
LONG = "屋顶漏雨，已报乡镇安排修缮" * 12  # makes the sheet larger than what is parsed at once
SHARED = "已脱贫"
REMARK = b"<!-- whole -->"  # what holds a remark is never cut


def cell(at: str, text: str) -> str:
    return f'<c r="{at}" t="inlineStr"><is><t>{text}</t></is></c>'


def line(number: int) -> str:
    """Rows 3 to 9 are blank, a town is missing for a while, a far column is filled late, a formula went wrong.

    Column F holds a text that stands once in the file.
    """
    if 3 <= number <= 9 or 14_000 <= number < 14_700:
        return ""
    cells = "" if 20_000 < number < 29_000 else cell(f"B{number}", f"乡{number}")
    cells += cell(f"C{number}", LONG) + f'<c r="D{number}"><v>{number}</v></c><c r="F{number}" t="s"><v>0</v></c>'
    if number == 25_000:
        cells += f'<c r="E{number}" t="e"><v>#REF!</v></c>' + cell(f"H{number}", "行外")
    return f'<row r="{number}" spans="2:4">{cells}</row>'


def built(rows: str, *, before: bytes = b"", end: str = "</sheetData>") -> bytes:
    """A workbook of one sheet with these rows; two cells of the heading and three of the data are merged."""
    plain = io.BytesIO()
    openpyxl.Workbook().save(plain)
    behind = '<mergeCells count="2"><mergeCell ref="B1:C1"/><mergeCell ref="D100:D102"/></mergeCells></worksheet>'
    made = io.BytesIO()
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            content = old.read(info)
            if info.filename == SHEET:
                head = content.partition(b"<sheetData")[0]
                content = head + b"<sheetData>" + before + rows.encode() + (end + behind if end else "").encode()
            new.writestr(info.filename, content)
        new.writestr("xl/sharedStrings.xml", f"<sst><si><t>{SHARED}</t></si></sst>")
    return made.getvalue()


def read(data: bytes) -> tuple[SheetStart, dict[tuple[int, int], object]]:
    """What is told of the sheet, and its filled cells by row (from 1) and column (from 0)."""
    found: dict[tuple[int, int], object] = {}
    with Workbook("大表.xlsx", data) as book:
        (start, *blocks) = book.read([name for name, _visible in book.sheets])
    assert isinstance(start, SheetStart)
    following = 1
    for block in blocks:
        assert isinstance(block, Block) and block.first == following and len({*map(len, block.columns)}) == 1
        following += block.height
        for at, column in enumerate(block.columns, block.left):
            found |= {(block.first + row, at): value for row, value in enumerate(column) if value != ""}
    assert following - 1 == start.height
    return start, found


@pytest.fixture(scope="module")
def rows() -> str:
    return "".join(line(number) for number in range(1, LAST + 1))


def test_a_large_sheet_read_in_pieces_holds_what_it_holds_read_whole(rows):
    pieces, whole = read(built(rows)), read(built(rows, before=REMARK))
    assert len(rows.encode()) > 2 * reading_parts.SMALL_PART
    assert pieces[1] == whole[1] and len(pieces[1]) == 4 * (LAST - 707) - 8_999 + 2
    assert pieces[1][1, 5] == pieces[1][LAST, 5] == SHARED
    assert pieces[1][25_000, 4] == "#REF!" and pieces[1][25_000, 7] == "行外" and pieces[1][LAST, 3] == LAST
    assert pieces[0].merged == whole[0].merged == [((0, 1), (0, 2)), ((99, 3), (101, 3))]
    assert pieces[0].height == whole[0].height == LAST


def test_blank_rows_that_are_only_formatted_do_not_lengthen_a_large_sheet(rows):
    formatted = "".join(f'<row r="{number}"><c r="B{number}" s="0"/></row>' for number in range(LAST + 1, 90_000))
    start, cells = read(built(rows + formatted))
    assert start.height == LAST and max(cells)[0] == LAST


def test_a_large_sheet_that_breaks_off_is_refused(rows):
    for broken in (built(rows, end=""), built(rows[:-300], end=""), built(rows.replace("</c>", "", 1))):
        with pytest.raises(FileRefused):
            read(broken)


def test_a_cell_far_to_the_right_of_a_large_sheet_is_told(rows):
    wide = f'<row r="{LAST + 1}">' + cell(f"BZZ{LAST + 1}", "远") + "</row>"
    with pytest.raises(FileRefused) as refusal:
        read(built(rows + wide))
    assert "列" in str(refusal.value)
