"""The form of the monthly bulletin as data: columns, headings, identities, rates, the printed workbook."""

import datetime
import io
import tomllib
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from supervision.queries.bulletin_form import HEADER_ROWS, Form, rate
from supervision.sheets.bulletin_xlsx import Paper, workbook

FILE = Path(__file__).resolve().parents[2] / "supervision" / "bulletins" / "monthly.toml"
FORM = Form(tomllib.loads(FILE.read_text(encoding="utf-8")))
TOWNS = ("镇赉县", "坦途镇", "大屯镇", "莫莫格蒙古族乡")
# Three townships that add up (county-officer.md section 5); invented figures.
THREE = {
    "坦途镇": (1862, 1236, 626, 622, 541, 23, 58, 11, 9, 0, 2, 4, 149, 141, 1713, 1661, "96.96"),
    "大屯镇": (2034, 1341, 693, 689, 588, 31, 70, 15, 12, 1, 2, 5, 183, 168, 1851, 1742, "94.11"),
    "莫莫格蒙古族乡": (1781, 1187, 594, 590, 523, 16, 51, 8, 6, 0, 1, 3, 116, 114, 1665, 1646, "98.86"),
    "镇赉县": (5677, 3764, 1913, 1901, 1652, 70, 179, 34, 27, 1, 5, 12, 448, 423, 5229, 5049, "96.56"),
}
NAMES = [
    "registered_households", "exited_households", "poor_households", "planned_households", "exit_met",
    "exit_unmet", "exit_unknown", "unmet_income", "unmet_housing", "unmet_education", "unmet_medical",
    "unmet_water", "away_households", "away_contacted", "visits_due", "visited_households", "visit_rate",
]  # fmt: skip


def _cells(town: str, **change: int) -> dict:
    blank = dict.fromkeys([*FORM.indicators, "visit_rate"], 0)
    causes = {"cause_unrecorded": THREE[town][0]}
    return {**blank, **causes, **dict(zip(NAMES, THREE[town], strict=True)), **change}


def _paper(rows: int = 3, demo: bool = True) -> Paper:
    names = [*TOWNS[:1], *(TOWNS[1 + n % 3] for n in range(rows))]
    lines = [{"name": name, "cells": _cells(name)} for name in names]
    notes = FORM.notes(lines[0]["cells"], 3)
    return Paper("2018年10月", datetime.date(2018, 10, 31), lines, notes, [("通报", "2018年10月")], demo)


def test_the_form_has_37_columns_in_their_order_and_29_to_37_are_blank_with_a_reason():
    assert [column.number for column in FORM.columns] == list(range(1, 38))
    blank = [column.number for column in FORM.columns if column.is_figure and not column.filled]
    assert blank == list(range(29, 37))
    assert all(column.note for column in FORM.columns if column.number in blank)


def test_every_header_place_is_covered_exactly_once():
    covered = [
        (cell.top + row, cell.left + column)
        for cell in FORM.headings()
        for row in range(cell.rows)
        for column in range(cell.columns)
    ]
    assert sorted(covered) == [(row, column) for row in range(HEADER_ROWS) for column in range(37)]


@pytest.mark.parametrize("town", TOWNS)
def test_three_townships_that_add_up_keep_every_identity_and_their_rates(town):
    cells = _cells(town, exited_persons=0, poor_persons=0)
    assert FORM.broken(cells) == []
    assert FORM.with_rates(cells)["visit_rate"] == THREE[town][-1]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"exit_met": 1}, "达标 + 未达标 + 待核实"),
        ({"cause_illness": 1}, "各主要致贫原因的户 + 没有登记原因的户"),
        ({"visited_households": 5230}, "已入户走访户不多于应入户走访户"),
        ({"away_contacted": 449}, "已联系户不多于整户外出户"),
        ({"visits_due": 50000}, "应入户走访户不多于建档立卡户"),
        ({"unmet_income": 0, "unmet_housing": 0}, "各项未达标户次之和"),
        ({"poor_persons": 1}, "建档立卡人口"),
    ],
)
def test_a_broken_identity_is_named(change, words):
    assert any(words in broken for broken in FORM.broken(_cells("镇赉县", **change)))


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_rates_have_two_decimals_rounded_half_up(numerator, denominator):
    digits = (numerator * 100_000 // denominator + 5) // 10
    assert rate(numerator, denominator) == f"{digits // 100}.{digits % 100:02}"


def test_a_rate_over_nothing_is_a_dash():
    assert rate(0, 0) == "—" and rate(1, 8) == "12.50" and rate(1, 3) == "33.33" and rate(2, 3) == "66.67"


def test_late_entries_appear_in_the_notes_only_when_there_are_some():
    assert not any("补录" in note for note in FORM.notes(_cells("镇赉县"), 3))
    assert any("12户本月" in note and "3日" in note for note in FORM.notes(_cells("镇赉县", late_visits=12), 3))


def test_the_same_figures_give_the_same_bytes():
    assert workbook(FORM, _paper()) == workbook(FORM, _paper())
    assert workbook(FORM, _paper()) != workbook(FORM, _paper(rows=2))


def test_the_workbook_is_laid_out_as_the_office_prints_it():
    book = openpyxl.load_workbook(io.BytesIO(workbook(FORM, _paper())))
    sheet = book["附件1"]
    assert book.sheetnames[-1] == "导出说明"
    assert sheet["A1"].value == "附件1" and sheet["A2"].value == "2018年10月各乡镇脱贫攻坚工作情况汇总表"
    assert sheet["A3"].value == "数据截止时间：2018年10月31日24时"
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (8, "landscape")
    assert sheet.sheet_properties.pageSetUpPr.fitToPage and sheet.page_setup.fitToHeight == 0
    assert sheet.print_title_rows == "$4:$6" and sheet.freeze_panes == "C7"
    assert "第 &P 页 共 &N 页" in sheet.oddFooter.center.text
    assert sheet["A7"].value == "合计" and [sheet.cell(8 + n, 1).value for n in range(3)] == [1, 2, 3]
    assert (sheet["A2"].font.name, sheet["A2"].font.size) == ("方正小标宋简体", 22)
    assert 36 <= sheet.row_dimensions[2].height <= 42 and sheet.row_dimensions[7].height >= 24
    assert not [cell for row in sheet["A4:AK6"] for cell in row if cell.fill.fill_type]


def test_counts_are_numbers_without_a_thousands_mark_rates_have_two_decimals_and_blank_is_blank():
    book = openpyxl.load_workbook(io.BytesIO(workbook(FORM, _paper())))
    sheet = book["附件1"]
    assert (sheet["E7"].value, sheet["E7"].number_format) == (5677, "0")
    assert (sheet["AA7"].value, sheet["AA7"].number_format) == (96.56, "0.00")
    assert sheet["AC7"].value is None and "%" in sheet["AA5"].value
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def test_a_demo_says_so_on_the_sheet_its_footer_and_the_last_sheet_and_an_office_does_not():
    words = "演示数据，纯属虚构"
    for demo in (True, False):
        parts = zipfile.ZipFile(io.BytesIO(workbook(FORM, _paper(demo=demo))))
        book = "".join(parts.read(name).decode() for name in parts.namelist() if name.endswith(".xml"))
        assert (book.count(words) >= 2) is demo, demo
