"""The dirt of village workbooks (reference.md 7.3): what is cleaned with certainty, warned about, refused."""

import datetime

import pytest

from households.sheets.register import HOUSEHOLD, INCOME, LIVING, MEMBER
from povertycase.exchange import cleaning, numbers
from povertycase.exchange.cells import cleaner
from povertycase.exchange.columns import plain_heading
from povertycase.exchange.findings import shown

TODAY = datetime.date(2018, 11, 30)


def cleaned(sheet, key, raw, scale=1):
    """(text, code of the note) of a cell."""
    text, note = cleaner(sheet[key], TODAY, scale)(raw)
    return text, note.code if note else None


@pytest.mark.parametrize(
    ("raw", "text", "code"),
    [
        ("\0d2018-05-01", "2018-05-01", None),
        ("2018-05-01", "2018-05-01", None),
        ("2018-5-1", "2018-05-01", "date_written"),
        ("2018/5/1", "2018-05-01", "date_written"),
        ("2018.5.1", "2018-05-01", "date_written"),
        ("2018年5月1日", "2018-05-01", "date_written"),
        ("2018年05月01号", "2018-05-01", "date_written"),
        ("２０１８．５．１", "2018-05-01", "date_written"),
        ("20180501", "2018-05-01", "date_written"),
        (20180501.0, "2018-05-01", "date_written"),
        ("2018-05-01 00:00:00", "2018-05-01", "date_written"),
        (43221.0, "2018-05-01", "date_serial"),
        ("18.5.1", "2018-05-01", "date_short_year"),
        ("2018年5月", "2018-05-01", "date_month_only"),
        ("2018-05", "2018-05-01", "date_month_only"),
        (2018.1, None, "date_ambiguous"),
        ("2018-02-30", None, "date_impossible"),
        ("1900-01-01", None, "date_impossible"),
        ("2018-12-25", None, "date_future"),
        ("去年", None, "not_a_date"),
        ("无", None, None),
        ("", None, None),
    ],
)
def test_dates_are_read_in_all_their_spellings(raw, text, code):
    assert cleaned(INCOME, "calculated_on", raw) == (text, code)


@pytest.mark.parametrize(
    ("raw", "text", "code"),
    [
        (1200.0, "1200.00", None),
        ("1200", "1200.00", None),
        ("1，200", "1200.00", "tidied"),
        ("1,200.5", "1200.50", "tidied"),
        ("１２００", "1200.00", "tidied"),
        ("约500", "500.00", "number_with_words"),
        ("1200元", "1200.00", "number_with_words"),
        ("2O18", "2018.00", "letters_in_number"),
        ("500元/月×12", None, "not_a_number"),
        ("500-600", None, "too_small"),
        (-5.0, None, "too_small"),
        ("无", None, None),
        (0.0, "0.00", None),
        ("很多", None, "not_a_number"),
    ],
)
def test_amounts_lose_separators_and_units_but_never_their_meaning(raw, text, code):
    found = cleaned(INCOME, "wage_work", raw)
    assert found == (text, code) or (raw == "500-600" and found[0] is None)


def test_a_heading_in_ten_thousand_yuan_is_multiplied():
    assert cleaned(INCOME, "wage_work", 1.2, 10_000) == ("12000.00", None)


@pytest.mark.parametrize(
    ("sheet", "key", "raw", "text", "code"),
    [
        (HOUSEHOLD, "main_cause", "因病", "illness", None),
        (HOUSEHOLD, "main_cause", "缺劳动力", "labour", "synonym"),
        (HOUSEHOLD, "main_cause", "因病、缺劳力", None, "two_values"),
        (HOUSEHOLD, "main_cause", "懒", None, "not_in_list"),
        (HOUSEHOLD, "poverty_status", "已脱贫(享受政策)", "exited", "synonym"),
        (HOUSEHOLD, "other_causes", "缺资金，因学", "{schooling,capital}", None),
        (HOUSEHOLD, "other_causes", "因病,因残,因学", None, "too_many"),
        (MEMBER, "relation", "女儿", "daughter", "synonym"),
        (MEMBER, "relation", "长子", "son", "synonym"),
        (MEMBER, "ethnicity", "汉", "01", "synonym"),
        (MEMBER, "ethnicity", "蒙古族", "02", None),
        (MEMBER, "education", "初中毕业", "junior", "synonym"),
        (MEMBER, "health", "残疾,长期慢性病", "{chronic,disabled}", None),
        (MEMBER, "health", "长期慢性病、残疾", "{chronic,disabled}", None),
        (MEMBER, "health", "健康、残疾", None, "stands_alone"),
        (MEMBER, "disability_grade", "二级", "2", None),
        (MEMBER, "id_type", "无", "none", None),
        (MEMBER, "dibao", "有", "t", "synonym"),
        (MEMBER, "dibao", "无", "f", "synonym"),
        (MEMBER, "dibao", "√", "t", "synonym"),
        (MEMBER, "dibao", "也许", None, "not_yes_no"),
        (MEMBER, "dibao", "不详", None, None),
        (LIVING, "grade", "Ｂ级", "B", "synonym"),
        (LIVING, "grade", "C", "C", "synonym"),
        (LIVING, "renovated_year", "2016年", "2016", "tidied"),
        (LIVING, "dry_days", 3.5, None, "not_whole"),
    ],
)
def test_code_values_are_known_under_their_other_names(sheet, key, raw, text, code):
    assert cleaned(sheet, key, raw) == (text, code)


@pytest.mark.parametrize(
    ("raw", "text", "code"),
    [
        ("李　四", "李四", "tidied"),
        (" 李四 ", "李四", "tidied"),
        ("阿依古丽•买买提", "阿依古丽·买买提", "tidied"),
        ("李四1", None, "name_digits"),
        ("李四", "李四", None),
    ],
)
def test_names_lose_their_padding_and_keep_the_middle_dot(raw, text, code):
    assert cleaned(MEMBER, "name", raw) == (text, code)


@pytest.mark.parametrize(
    ("raw", "text", "code"),
    [
        ("2208000012", "2208000012", None),
        (2208000012.0, "2208000012", None),
        ("'2208000012", "2208000012", "tidied"),
        ('="2208000012"', "2208000012", "tidied"),
        ("２２０８ 000012", "2208000012", "tidied"),
        ("2208000012.0", "2208000012", "tidied"),
        (2.2080000123456789e18, None, "floated"),
        ("2.2E+18", None, "floated"),
        ("户主签字", None, "code_characters"),
        ("450300195807021017", None, "code_is_id"),
    ],
)
def test_household_numbers_are_text_and_never_rounded(raw, text, code):
    assert cleaned(HOUSEHOLD, "household_no", raw) == (text, code)


@pytest.mark.parametrize(
    ("raw", "number", "code"),
    [
        ("450300195807021017", "450300195807021017", None),
        ("'450300195807021017", "450300195807021017", "id_spaces"),
        ("450300 19580702 1017", "450300195807021017", "id_spaces"),
        ("４５０３００195807021017", "450300195807021017", "id_width"),
        ("53090019580702101x", "53090019580702101X", "id_lower_x"),
        ("450300580702101", "450300195807021017", "id_from_15"),
        ("450300195807021017.0", "450300195807021017", "id_float"),
        ('="450300195807021017"', "450300195807021017", "id_spaces"),
        ("45030019580702101743", "45030019580702101743", None),
        (4.50300195807021e17, None, "id_floated"),
        ("4.503E+17", None, "id_floated"),
        ("4503**********1017", None, "id_masked"),
        ("450300195807021018", None, "id_check"),
        ("450300195802301017", None, "id_date"),
        ("45030019580702101", None, "id_length"),
        ("无", None, None),
    ],
)
def test_id_numbers_are_tidied_but_never_guessed(raw, number, code):
    found, note = numbers.read_id(raw, TODAY)
    assert (found.number if found else None, note.code if note else None) == (number, code)


@pytest.mark.parametrize(
    ("raw", "number", "code"),
    [
        ("13900010001", "13900010001", None),
        (13900010001.0, "13900010001", None),
        ("139 0001 0001", "13900010001", "tidied"),
        ("0436-7221234", "0436-7221234", None),
        ("13900010001/13900010002", "13900010001", "phone_several"),
        ("1390001", "1390001", "phone_odd"),
        ("无电话", None, "phone_unreadable"),
    ],
)
def test_of_several_phones_the_first_is_taken(raw, number, code):
    text, note = numbers.clean_phone(raw)
    assert (text, note.code if note else None) == (number, code)


def test_a_wrong_account_number_is_left_out_because_payments_follow_it():
    assert numbers.clean_bank("6228 4800 0000 0000 018")[0] == "6228480000000000018"
    text, note = numbers.clean_bank(6.22848e18)
    assert text is None and note.severity == cleaning.WARNING


def test_headings_are_compared_without_units_marks_and_width():
    assert plain_heading("是否享受农村低保") == plain_heading("享受农村低保")
    assert plain_heading("务工收入（万元）") == plain_heading(" 务工收入(元)*")


def test_no_two_columns_of_a_sheet_answer_to_one_heading():
    for sheet in (HOUSEHOLD, MEMBER, INCOME, LIVING):
        names = [name for column in sheet.columns for name in set(column.names())]
        assert len(names) == len(set(names)), sheet.title


def test_a_finding_shows_no_id_number_wherever_it_was_typed():
    assert shown(MEMBER["name"], "李四450300195807021017") == "李四450300********1017"
    assert shown(MEMBER["id_number"], "450300195807021018") == "450300********1018"
    assert shown(MEMBER["id_number"], 4.50300195807021e17) == "4.503E+17"
    assert shown(HOUSEHOLD["household_no"], "2208000012") == "2208000012"
