"""The workbooks as townships send them: readable, dirty where that is harmless, silent about any outcome."""

import re
import zipfile
from pathlib import Path

import pytest
import python_calamine

from households.sheets.register import SHEETS
from povertycase.exchange.columns import plain_heading
from supervision.demo import workbooks
from supervision.demo.county import generate

TOWN = "141126104000"  # 辛关镇, a small one


@pytest.fixture(scope="module")
def county():
    return generate("141126", 1)


@pytest.fixture(scope="module")
def file(county, tmp_path_factory) -> Path:
    return workbooks.write(county, TOWN, tmp_path_factory.mktemp("books"))


def sheet(file: Path, name: str) -> list[list]:
    return python_calamine.CalamineWorkbook.from_path(file).get_sheet_by_name(name).to_python()


def test_a_township_sends_one_workbook_with_its_name(file):
    assert file.name == "辛关镇建档立卡户信息.xlsx"
    assert python_calamine.CalamineWorkbook.from_path(file).sheet_names == [one.title for one in SHEETS]


def test_the_same_seed_writes_the_same_bytes(county, file, tmp_path):
    assert workbooks.write(generate("141126", 1), TOWN, tmp_path).read_bytes() == file.read_bytes()


def test_another_seed_writes_another_file(file, tmp_path):
    assert workbooks.write(generate("141126", 2), TOWN, tmp_path).read_bytes() != file.read_bytes()


def test_every_heading_is_one_of_the_declared_columns(file):
    for declared in SHEETS:
        known = {name for column in declared.columns for name in column.names()} | {"序号"}
        rows = sheet(file, declared.title)
        headings = [str(cell) for cell in (*rows[2][:2], *rows[3][2:]) if cell != ""]
        assert {plain_heading(heading) for heading in headings} <= known


def test_titles_units_sums_and_signatures_stand_around_the_data(file):
    rows = sheet(file, "户")
    assert "登记表" in rows[0][0]
    assert any("单位：" in str(cell) for cell in rows[1])
    assert [row[0] for row in rows if row[0] == "合计"] == ["合计"]
    assert str(rows[-1][0]).startswith("填表人")
    with zipfile.ZipFile(file) as archive:
        assert b"<mergeCell " in archive.read("xl/worksheets/sheet1.xml")


def test_identity_numbers_are_text_and_some_are_dirty(file):
    rows = sheet(file, "成员")
    at = rows[3].index("证件号码")
    numbers = [row[at] for row in rows[4:] if isinstance(row[at], str) and row[at]]
    clean = [number for number in numbers if re.fullmatch(r"\d{17}[\dX]([1-7][1-4])?", number)]
    assert len(numbers) > 1_000
    assert 0 < len(numbers) - len(clean) < len(numbers) * 0.1


def test_no_workbook_says_how_a_household_will_be_judged(file):
    words = {"达标", "未达标", "待核实", "稳定", "有短板", "预审", "met", "unmet", "unknown"}
    for declared in SHEETS:
        cells = {str(cell) for row in sheet(file, declared.title) for cell in row}
        assert not cells & words


def test_refused_rows_are_extra_to_the_households_of_the_frame(county, file):
    part = workbooks.township(county, TOWN)
    real = {household.number for household in county.households}
    assert {part.wrong.number, part.doubled.number}.isdisjoint(real)
    numbers = [row[1] for row in sheet(file, "户")[4:] if isinstance(row[1], str) and row[1].isdigit()]
    assert set(numbers) == {household.number for household in part.households} | {
        part.wrong.number,
        part.doubled.number,
    }
    assert len(numbers) == len(set(numbers)) + 1  # one row was pasted twice


def test_most_households_that_meet_have_one_row_of_income_and_of_conditions(county):
    steady = [household for household in county.households if household.cohort == "planned"]
    single = sum(len(household.incomes) == 1 == len(household.living) for household in steady)
    assert single / len(steady) > 0.92
