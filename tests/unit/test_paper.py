"""The form every list leaves the house in (county-officer.md 2.5): fonts, headings, paper, texts that stay texts."""

import csv
import datetime
import io
import shutil
import subprocess
import tracemalloc
import zipfile
from decimal import Decimal

import openpyxl
import pytest

from povertycase.exchange import paper, paper_csv
from povertycase.exchange.paper import Head, Paper

DAY = datetime.date(2018, 10, 31)
ODD = [
    "=1+1",
    "+86",
    "-2",
    "@cmd",
    "\tTAB",
    "\rCR",
    "a<b&c>d",
    " 前后有空格 ",
    "第一行\n第二行",
    "\x00\x1f控制符",
    "𠮷",
]


def wide(number: int) -> tuple[Head, ...]:
    return tuple(Head(f"列{at}", 10) for at in range(number))


def written(about: Paper, rows) -> bytes:
    file = io.BytesIO()
    paper.write([(about, rows)], file)
    return file.getvalue()


def opened(about: Paper, rows):
    return openpyxl.load_workbook(io.BytesIO(written(about, rows)))


def test_title_line_headings_and_body_have_the_fonts_of_the_office_and_no_colour():
    about = Paper("户花名册", (Head("户编号", 18, "key"), Head("户主")), annex="附件1", left="截止", right="单位：户")
    sheet = opened(about, [["22082100001", "王德福"]]).worksheets[0]
    assert (sheet["A1"].value, sheet["A1"].font.name, sheet["A1"].font.size) == ("附件1", "黑体", 14)
    assert (sheet["A2"].font.name, sheet["A2"].font.size) == ("方正小标宋简体", 22)
    assert 36 <= sheet.row_dimensions[2].height <= 42
    assert (sheet["A3"].font.name, sheet["A3"].font.size, sheet["B3"].value) == ("宋体", 11, "单位：户")
    assert (sheet["A4"].font.name, sheet["A4"].font.size, sheet["A4"].alignment.wrap_text) == ("黑体", 10.5, True)
    assert (sheet["A5"].font.name, sheet["A5"].number_format, sheet["A5"].alignment.horizontal) == ("宋体", "@", "left")
    assert sheet["B5"].alignment.horizontal == "center" and sheet["A5"].border.left.style == "thin"
    assert all(cell.fill.fill_type is None for row in sheet.iter_rows() for cell in row)
    assert sheet.sheet_format.defaultRowHeight >= 24 and sheet.freeze_panes == "A5"


def test_groups_of_headings_take_three_rows_and_are_merged():
    heads = (
        Head("序号", 6), Head("户", group=("退出达标预审", "达标")), Head("人", group=("退出达标预审", "达标")),
        Head("未达标", group=("退出达标预审",)), Head("备注"),
    )  # fmt: skip
    sheet = opened(Paper("汇总表", heads), [[1, 2, 3, 4, ""]]).worksheets[0]
    merged = {str(one) for one in sheet.merged_cells.ranges}
    assert merged >= {"A3:A5", "B3:D3", "B4:C4", "D4:D5", "E3:E5", "A1:E1"}
    assert [sheet.cell(5, at).value for at in (2, 3)] == ["户", "人"] and sheet["D4"].value == "未达标"
    assert sheet["A5"].border.bottom.style == "thin" and sheet.print_title_rows == "$3:$5"


def test_a3_above_sixteen_columns_page_numbers_margins_and_repeated_headings():
    for number, size in ((16, 9), (17, 8)):
        sheet = opened(Paper("名单", wide(number)), [["x"] * number]).worksheets[0]
        setup = sheet.page_setup
        assert (int(setup.paperSize), setup.orientation, sheet.print_title_rows) == (size, "landscape", "$3:$3")
        assert sheet.sheet_properties.pageSetUpPr.fitToPage and (setup.fitToHeight, setup.fitToWidth) in (
            (0, 1),
            (0, None),
        )
        assert "第 &P 页 共 &N 页" in written_footer(sheet)
        assert round(sheet.page_margins.top * 2.54, 1) == 2.0 and round(sheet.page_margins.left * 2.54, 1) == 1.8


def written_footer(sheet) -> str:
    return f"第 &P 页 共 &N 页{sheet.oddFooter.center.text}" if "&P" in (sheet.oddFooter.center.text or "") else ""


def test_numbers_are_numbers_dates_are_dates_and_long_numbers_stay_texts_without_green_triangles():
    heads = (
        Head("编号", 20, "key"),
        Head("户", 8, "count"),
        Head("元", 10, "money"),
        Head("率", 8, "rate"),
        Head("日", 12, "date"),
    )
    data = written(
        Paper("名单", heads), [["220821000000000001", 3, Decimal("1200.5"), 99.5, DAY], ["0012", None, "—", None, None]]
    )
    sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    row = [cell.value for cell in sheet[4]]
    assert row == ["220821000000000001", 3, 1200.5, 99.5, datetime.datetime(2018, 10, 31)]
    formats = [cell.number_format for cell in sheet[4]]
    assert formats == ["@", "0", "0.00", "0.00", "yyyy-mm-dd"]
    assert [cell.value for cell in sheet[5]] == ["0012", None, "—", None, None]
    xml = zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml").decode()
    assert 'numberStoredAsText="1"' in xml


def test_no_text_is_a_live_formula_in_either_format_and_comes_back_as_it_was():
    about = Paper("名单", (Head("甲", 30), Head("乙", 30, "long")))
    sheet = opened(about, [[text, text] for text in ODD]).worksheets[0]
    cells = [sheet.cell(4 + at, 1) for at in range(len(ODD))]
    assert all(cell.data_type == "s" for cell in cells)
    assert [cell.value for cell in cells[:5]] == ODD[:5] and cells[6].value == "a<b&c>d" and cells[9].value == "控制符"
    assert [bool(cell.quotePrefix) for cell in cells[:6]] == [True] * 6 and not cells[6].quotePrefix
    file = io.BytesIO()
    paper_csv.write(about, [[text, 5] for text in ODD], file)
    assert file.getvalue().startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(io.StringIO(file.getvalue().decode("utf-8-sig"), newline="")))
    assert not any(line[0].startswith(("=", "+", "-", "@", "\t", "\r")) for line in lines if line)


def test_the_last_sheet_says_who_took_what_when_by_which_conditions():
    about = Paper("名单", wide(2), by="王经办", taken_at="2018-11-30 09:12", conditions="乡镇：东屏镇", demo=True)
    book = opened(about, [["a", "b"], ["c", "d"]])
    assert book.sheetnames == ["名单", "导出说明"]
    told = {row[0]: row[1] for row in book["导出说明"].iter_rows(values_only=True)}
    assert told["导出人"] == "王经办" and told["导出时间"] == "2018-11-30 09:12" and told["行数"] == "2"
    assert told["条件"] == "乡镇：东屏镇" and told["数据性质"] == "演示数据，纯属虚构"


def test_a_long_text_makes_its_row_high_enough_to_be_read():
    about = Paper("名单", (Head("问题", 20, "long"),))
    sheet = opened(about, [["短"], ["很长的问题描述" * 12]]).worksheets[0]
    assert sheet.row_dimensions[4].height in (None, 24) and sheet.row_dimensions[5].height > 100


def test_households_of_a_long_roll_stay_merged_and_memory_stays_low():
    number, columns = 40_000, 12
    heads = tuple(Head(f"户{at}", joined=True) for at in range(columns)) + (Head("姓名"),)
    rows = ([f"户主{at // 4}"] * columns + [f"成员{at}", at // 4] for at in range(number))
    file = io.BytesIO()
    tracemalloc.start()
    paper.write([(Paper("花名册", heads, blocks=True), rows)], file)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    with zipfile.ZipFile(file) as book, book.open("xl/worksheets/sheet1.xml") as sheet:
        merged = sum(line.count(b"<mergeCell ") for line in sheet)
    assert merged == number // 4 * columns + 1 and peak < 60_000_000


def test_a_name_of_a_file_has_no_sign_that_a_file_system_refuses():
    assert paper.file_name('附件1：2018年10月"汇总"/表?') == "附件1：2018年10月汇总表.xlsx"


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not on this machine")
def test_libreoffice_opens_it_and_prints_it_whole(tmp_path):
    soffice = str(shutil.which("soffice"))
    heads = (Head("户编号", 18, "key", joined=True), Head("姓名"), Head("说明", 30, "long", group=("情况",)), *wide(15))
    rows = [[str(at // 3), "王德福", ODD[at % len(ODD)] * 3, *range(15), at // 3] for at in range(300)]
    (tmp_path / "a.xlsx").write_bytes(written(Paper("花名册", heads, blocks=True), rows))
    for kind in ("pdf", "csv:Text - txt - csv (StarCalc):44,34,76"):
        home = f"-env:UserInstallation=file://{tmp_path}/home"
        command = [
            soffice,
            home,
            "--headless",
            "--convert-to",
            kind,
            "--outdir",
            str(tmp_path),
            str(tmp_path / "a.xlsx"),
        ]
        subprocess.run(command, check=True, capture_output=True, timeout=300)
    lines = list(csv.reader(io.StringIO((tmp_path / "a.csv").read_text(encoding="utf-8"))))
    assert len([line for line in lines if line and line[1] == "王德福"]) == 300
    assert "#NAME?" not in (tmp_path / "a.csv").read_text(encoding="utf-8")
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")


def test_a_program_that_streams_finds_every_row_and_what_stands_below_them():
    about = Paper("户花名册", (Head("户编号", 18, "key"), Head("人数", kind="count")), below=("填报人：",))
    content = written(about, ([f"2208210{at:05}", at] for at in range(1_234)))
    rows = list(openpyxl.load_workbook(io.BytesIO(content), read_only=True).worksheets[0].iter_rows(values_only=True))
    assert rows[3:1_237] == [(f"2208210{at:05}", at) for at in range(1_234)]
    assert [row[0] for row in rows[1_237:] if any(row)] == ["填报人："]
