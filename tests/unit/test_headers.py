"""Headers as townships send them: titles above, merged groups, other orders, national codes, typing errors."""

import pytest

from households.sheets.register import HOUSEHOLD, INCOME, MEMBER
from povertycase.exchange import headers
from povertycase.exchange.files import FileRefused
from povertycase.exchange.findings import Findings, letter
from povertycase.exchange.headers import find

NEEDED = ["户编号", "姓名", "与户主关系", "身份证号"]


def found(sheet, *rows, left=0, name=""):
    """The header of these rows, and the findings on the way."""
    width = max(map(len, rows))
    columns = [[row[at] if at < len(row) else "" for row in rows] for at in range(width)]
    findings = Findings()
    return find(sheet, columns, left, findings, name=name), findings


def codes(findings):
    return [row[5] for row in findings.rows]


def test_title_and_unit_rows_above_the_header_are_passed_over():
    header, findings = found(
        MEMBER, ["镇赉县贫困人口信息"], ["填报单位：东屏镇", "", "", "单位：人"], NEEDED, ["1", "李四", "户主", "x"]
    )
    assert header.last_row == 3 and header.index["id_number"] == 3
    assert not findings.rows


def test_columns_are_found_in_any_order_and_from_any_place():
    header, _findings = found(MEMBER, NEEDED[::-1], left=2)
    assert {key: letter(at) for key, at in header.index.items()} == {
        "id_number": "C",
        "relation": "D",
        "name": "E",
        "household_no": "F",
    }


def test_a_group_heading_over_two_rows_is_read_together():
    header, _findings = found(
        MEMBER,
        ["户编号", "成员基本信息", "", "", "参加保险", ""],
        ["", "姓名", "与户主关系", "证件号码", "大病保险", "新农合"],
        ["1", "李四", "户主", "x", "是", "是"],
    )
    assert header.last_row == 2
    assert header.index["household_no"] == 0 and header.index["ins_serious_illness"] == 4


def test_national_column_codes_are_headings_too():
    header, _findings = found(MEMBER, ["户编号", "姓名", "AAB006", "AAB004"], ["1", "李四", "户主", "x"])
    assert header.index["relation"] == 2 and header.index["id_number"] == 3


def test_a_row_of_national_codes_under_the_header_is_no_data():
    codes_row = ["户编号", "姓名", "AAB006", "AAB004"]
    header, _findings = found(MEMBER, NEEDED, codes_row, ["1", "李四", "户主", "x"])
    assert header.last_row == 2


def test_the_first_data_row_is_not_taken_for_a_header():
    header, _findings = found(MEMBER, NEEDED, ["1", "李四", "户主", "低保"])
    assert header.last_row == 1


def test_a_typing_error_in_a_heading_is_read_and_told():
    header, findings = found(INCOME, ["户编号", "核算日期", "核算期间起", "核算期间止", "公益性岗位收人(元)"])
    assert header.index["wage_public_post"] == 4
    assert codes(findings) == ["heading_alike"]


def test_an_unknown_column_is_told_and_left_out():
    _header, findings = found(MEMBER, [*NEEDED, "血型", "序号"])
    assert codes(findings) == ["heading_unknown"]
    assert "“成员”表E 列“血型”" in findings.rows[0][7].replace(" ", "").replace("E列", "E 列")


def test_a_heading_that_stands_twice_is_read_once():
    header, findings = found(MEMBER, [*NEEDED, "姓名"])
    assert header.index["name"] == 1 and codes(findings) == ["heading_twice"]


def test_a_unit_of_ten_thousand_yuan_is_noticed():
    header, _findings = found(INCOME, ["户编号", "核算日期", "核算期间起", "核算期间止", "务工收入（万元）"])
    assert header.scale == {"wage_work": 10_000}


def test_a_sheet_without_a_header_says_what_is_missing():
    with pytest.raises(FileRefused, match="前 10 行中没有找到表头（户编号、县、乡镇、行政村……）"):
        found(HOUSEHOLD, ["甲", "乙"], ["丙", "丁"])


def test_missing_required_columns_are_named():
    with pytest.raises(FileRefused, match="缺少列：行政村、贫困户属性、脱贫属性"):
        found(HOUSEHOLD, ["户编号", "乡镇", "主要致贫原因"])


def test_a_sheet_of_another_name_is_called_as_its_sender_calls_it():
    with pytest.raises(FileRefused, match="工作表“Sheet1”按“户”表读取，缺少列：行政村"):
        found(HOUSEHOLD, ["户编号", "乡镇", "主要致贫原因"], name="Sheet1")
    with pytest.raises(FileRefused, match="^工作表“户”缺少列：行政村"):
        found(HOUSEHOLD, ["户编号", "乡镇", "主要致贫原因"], name=" 户 ")


def test_column_letters_go_on_after_z():
    assert [letter(at) for at in (0, 25, 26, 51, 52, 701, 702)] == ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]


def test_every_scale_turns_into_a_unit_that_a_column_has():
    units = {column.unit for sheet in (HOUSEHOLD, MEMBER, INCOME) for column in sheet.columns}
    assert {unit for _other, unit in headers.SCALES} >= {"元"} and "元" in units


# --- headers of several rows, numbered rows, headings of one's own --------------------------------------------


def merged_found(sheet, *rows, merged=(), known=None):
    """The header of these rows with merged cells, and the findings on the way."""
    width = max(map(len, rows))
    findings = Findings()
    columns = [[row[at] if at < len(row) else "" for row in rows] for at in range(width)]
    return find(sheet, columns, 0, findings, known, merged), findings


def test_a_group_over_its_headings_is_read_with_them_and_never_alone_for_its_first_column():
    header, findings = merged_found(
        MEMBER,
        [*NEEDED, "健康状况", ""],
        ["", "", "", "", "慢性病名称", "住院次数"],
        ["1", "李四", "户主", "x", "糖尿病", "2"],
        merged=[((0, at), (1, at)) for at in range(4)] + [((0, 4), (0, 5))],
    )
    assert header.last_row == 2 and "health" not in header.index
    assert codes(findings) == ["heading_unknown"] * 2
    assert header.whole[5] == "健康状况 住院次数"


def test_headings_in_a_second_row_under_a_group_belong_to_the_header_without_merged_cells():
    header, _findings = found(
        MEMBER,
        [*NEEDED, "身体情况", ""],
        ["", "", "", "", "健康状况", "大病保险"],
        ["1", "李四", "户主", "x", "健康", "是"],
    )
    assert header.last_row == 2
    assert (header.index["health"], header.index["ins_serious_illness"]) == (4, 5)


def test_a_group_makes_the_heading_under_it_whole():
    header, _findings = found(
        HOUSEHOLD,
        ["户编号", "户主", "", "乡镇", "行政村", "贫困户属性", "脱贫属性", "主要致贫原因"],
        ["", "姓名", "电话", "", "", "", "", ""],
        ["1", "李四", "139", "东屏镇", "公和勒村", "一般", "未脱贫", "因病"],
    )
    assert (header.index["head_name"], header.index["phone"]) == (1, 2)


def test_three_rows_of_merged_groups_are_one_header():
    header, findings = merged_found(
        MEMBER,
        ["户编号", "姓名", "成员", "", ""],
        ["", "", "情况", "", ""],
        ["", "", "与户主关系", "证件号码", "血型"],
        ["1", "李四", "户主", "x", "A"],
        merged=[((0, 0), (2, 0)), ((0, 1), (2, 1)), ((0, 2), (0, 4)), ((1, 2), (1, 4))],
    )
    assert header.last_row == 3 and header.index["id_number"] == 3
    assert header.whole[4] == "成员 情况 血型" and codes(findings) == ["heading_unknown"]


def test_a_row_that_counts_the_columns_or_says_what_must_be_filled_is_no_data():
    numbers = ["甲", "乙", "1", "2"]
    wishes = ["必填", "必填", "必填", "选填"]
    header, _findings = found(MEMBER, NEEDED, numbers, wishes, ["1", "李四", "户主", "x"])
    assert header.last_row == 3
    header, _findings = found(MEMBER, NEEDED, ["1", "2", "3", "4"], ["1", "李四", "户主", "x"])
    assert header.last_row == 2


def test_a_heading_with_its_number_or_with_the_national_code_beside_it_is_known():
    header, findings = found(MEMBER, ["1.户编号", "2、姓名", "AAB006\n与户主关系", "（4）身份证号（18位）"])
    assert len(header.index) == 4 and not findings.rows


def test_a_unit_over_the_table_counts_for_headings_without_one_and_is_told():
    rows = ["户编号", "核算日期", "核算期间起", "核算期间止", "务工收入", "公益岗收入(元)"]
    header, findings = found(INCOME, ["收入表", "", "", "", "单位：万元"], rows)
    assert header.scale == {"wage_work": 10_000}
    assert codes(findings)[-1] == "unit_above"


def test_a_remembered_heading_goes_before_what_the_others_say():
    rows = [["户编号", "姓名", "称谓", "公民身份号码", "血型", "与户主关系"], ["1", "李四", "户主", "x", "A", "本人"]]
    header, findings = merged_found(MEMBER, *rows, known={"称谓": "relation", "血型": ""})
    assert header.index["relation"] == 2 and header.how == {"relation": "remembered"}
    assert header.left_out == {4: "left_out", 5: "twice"}
    assert codes(findings) == ["heading_remembered", "heading_twice"]


def test_what_is_remembered_of_a_column_that_is_gone_does_no_harm():
    header, _findings = merged_found(MEMBER, NEEDED, known={"姓名": "a_column_of_old"})
    assert header.index["name"] == 1


def test_missing_columns_are_told_together_with_those_that_were_found():
    with pytest.raises(headers.ColumnsMissing) as refused:
        found(MEMBER, ["户编号", "姓名", "称谓", "公民身份号码"])
    told = refused.value.headers["成员"]
    assert [key for key, _at, _heading in told["columns"]] == ["household_no", "name", "id_number"]
    assert told["left_out"] == [[2, "unknown"]] and told["whole"][2] == [2, "称谓"]
