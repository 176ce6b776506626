"""The thirty-two kinds of dirt of village workbooks (reference.md 7.3), each as an officer would say it."""

import datetime
import io

import openpyxl
import pytest
from openpyxl.comments import Comment

from households.models import Household, Income
from households.sheets.register import HOUSEHOLD, INCOME, MEMBER
from povertycase import slots
from povertycase.exchange import numbers, seen
from povertycase.exchange.cells import cleaner
from povertycase.exchange.findings import Findings
from povertycase.exchange.reader import SheetStart
from tests import register_books as books
from tests.dirt.generator import County
from tests.register_books import TODAY, book, bring_in, check, household, id_number, member, said

DAY = datetime.date
GOOD = "450300195807021017"


def told(sheet, key, raw, **options) -> tuple[str | None, str]:
    """What becomes of a cell, and the code it is told under."""
    if sheet[key].type == "id":
        found, note = numbers.read_id(raw, TODAY)
        text = found.number if found else None
    else:
        text, note = cleaner(sheet[key], TODAY, **options)(raw)
    assert not note or note.code in slots.FINDING_CODES and slots.FINDING_CODES[note.code].severity
    return text, note.code if note else ""


def codes(batch) -> set[str]:
    return set(batch.problems.values_list("code", flat=True))


def pair() -> tuple[list[dict], list[dict]]:
    return [household("1")], [member("1", "李四", 1), member("1", "王芳", 2, "配偶")]


def worked_on(change, homes=None, people=None) -> bytes:
    """A good workbook after somebody worked on it in Excel."""
    usual = pair()
    opened = openpyxl.load_workbook(io.BytesIO(book(household=homes or usual[0], member=people or usual[1])))
    change(opened)
    buffer = io.BytesIO()
    opened.save(buffer)
    return buffer.getvalue()


@pytest.fixture
def county(db):
    books.load_divisions()


# --- one cell ------------------------------------------------------------------------------------------------


def test_01_an_id_number_in_scientific_notation_has_lost_its_end_and_is_refused():
    for raw in (4.50300195807021e17, "4.503E+17", 450300580702101.0):
        assert told(MEMBER, "id_number", raw) == (None, "id_floated")
    assert told(HOUSEHOLD, "household_no", 2.2080000123456789e18) == (None, "floated")
    assert told(HOUSEHOLD, "bank_account", 6.2284800123456789e18) == (None, "bank_floated")


def test_02_a_point_and_a_nought_behind_an_id_number_go():
    assert told(MEMBER, "id_number", f"{GOOD}.0") == (GOOD, "id_float")


def test_03_an_apostrophe_or_a_formula_that_only_quotes_goes():
    for raw in (f"'{GOOD}", f'="{GOOD}"', f"‘{GOOD}"):
        assert told(MEMBER, "id_number", raw) == (GOOD, "id_spaces")
    assert told(HOUSEHOLD, "household_no", '="2208000012"') == ("2208000012", "tidied")


def test_04_a_small_x_or_a_cross_is_an_x_and_a_mask_is_no_number():
    assert told(MEMBER, "id_number", "53090019580702101x") == ("53090019580702101X", "id_lower_x")
    assert told(MEMBER, "id_number", "53090019580702101×") == ("53090019580702101X", "id_cross")
    assert told(MEMBER, "id_number", "53090019580702101Ｘ") == ("53090019580702101X", "id_width")
    assert told(MEMBER, "id_number", "5309**********101*") == (None, "id_masked")


def test_05_full_width_digits_are_digits():
    assert told(MEMBER, "id_number", "４５０３００１９５８０７０２１０１７") == (GOOD, "id_width")
    assert told(INCOME, "wage_work", "１２００") == ("1200.00", "tidied")


def test_06_spaces_and_line_breaks_in_a_cell_go_and_the_middle_dot_stays():
    assert told(MEMBER, "id_number", "450300 1958\u00a00702\u200b1017\n") == (GOOD, "id_spaces")
    assert told(MEMBER, "name", "阿依古丽．买买提") == ("阿依古丽·买买提", "tidied")


def test_07_a_name_padded_to_look_even_is_one_name():
    assert told(MEMBER, "name", "李　四") == ("李四", "tidied")


def test_08_a_lost_leading_nought_is_put_back():
    assert told(MEMBER, "ethnicity", 1.0) == ("01", "leading_zero")
    assert told(HOUSEHOLD, "group_name", "01组") == ("1组", "leading_zero")


def test_09_an_old_number_of_fifteen_becomes_eighteen_and_one_of_seventeen_is_refused():
    assert told(MEMBER, "id_number", "450300580702101") == (GOOD, "id_from_15")
    assert told(MEMBER, "id_number", GOOD[:17]) == (None, "id_length")


def test_10_a_disability_number_in_the_id_column_is_read_and_pointed_out(county):
    people = [member("1", "李四", 1, id_number=id_number("19600101", 1) + "43", id_type="居民身份证")]
    assert "certificate_as_id" in codes(check(book(household=[household("1")], member=people)))
    assert told(HOUSEHOLD, "household_no", GOOD) == (None, "code_is_id")


def test_11_the_heads_number_copied_to_everybody_is_found(county):
    homes, people = pair()
    people[1] |= {"id_number": people[0]["id_number"]}
    assert "与第 3 行（本户）相同" in said(check(book(household=homes, member=people)), "id_number_twice")[0]


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("2018年5月1日", "date_written"),
        ("20180501", "date_written"),
        ("18.5.1", "date_short_year"),
        ("2018.5", "date_month_only"),
        ("2018-05", "date_month_only"),
        ("201805", "date_ambiguous"),
        ("201805.0", "not_a_date"),
        ("2018年", "date_year_only"),
    ],
)
def test_12_a_day_in_any_spelling_is_a_day_and_half_a_day_is_told(raw, code):
    text, found = told(MEMBER, "joined_on", raw)
    assert found == code or (raw, found) == ("201805", "date_month_only")
    assert text in ("2018-05-01", None)


def test_13_a_serial_number_is_its_day_also_where_days_count_from_1904():
    assert told(MEMBER, "joined_on", 43221.0) == ("2018-05-01", "date_serial")
    assert told(MEMBER, "joined_on", 41759.0, from_1904=True) == ("2018-05-01", "date_serial")
    assert told(MEMBER, "joined_on", 2018.0) == (None, "date_year_only")  # not a day of 1905


def test_14_october_typed_as_a_number_may_be_january_and_is_asked_back():
    assert told(MEMBER, "joined_on", 2018.1) == (None, "date_ambiguous")
    assert told(MEMBER, "joined_on", 2018.5) == ("2018-05-01", "date_month_only")


def test_15_a_day_that_never_was_or_is_still_to_come_is_refused():
    for raw, code in (
        ("2018-02-30", "date_impossible"),
        ("0000-00-00", "date_impossible"),
        ("2019-05-01", "date_future"),
    ):
        assert told(MEMBER, "joined_on", raw) == (None, code)
    assert told(HOUSEHOLD, "registered_year", "214") == (None, "year_impossible")


def test_16_titles_and_unit_rows_above_the_header_are_no_data(county):
    def title(opened):
        opened["户"].insert_rows(1, 2)
        opened["户"]["A1"], opened["户"]["A2"] = "某某乡贫困户台账", "填表日期：2018年10月"

    bring_in(worked_on(title))
    assert Household.objects.count() == 1


def test_17_a_merged_number_counts_for_the_rows_under_it_and_says_so(county):
    def merge(opened):
        opened["成员"]["A4"].value = None
        opened["成员"].merge_cells("A3:A4")

    assert "以下 1 行按同一内容读取" in said(bring_in(worked_on(merge)), "merged_filled")[0]


def test_18_sums_signatures_and_empty_rows_are_counted_and_skipped(county):
    def sign(opened):
        for cells in ([None], ["合计", "35 人"], ["/", "-"], ["单位负责人（签字）：", None, "填报人："], ["以下空白"]):
            opened["成员"].append(cells)

    batch = check(worked_on(sign))
    assert batch.counts["sheets"]["成员"]["skipped"] == {"blank": 2, "no_data": 3}


def test_19_hidden_sheets_rows_and_columns_are_read_and_told(county):
    def hide(opened):
        opened["成员"].sheet_state = "hidden"
        opened["户"].row_dimensions[3].hidden = True
        opened["户"].column_dimensions["B"].hidden = True

    assert {"sheet_hidden", "rows_hidden", "columns_hidden"} <= codes(check(worked_on(hide)))


def test_20_a_formula_that_went_wrong_names_the_cell_and_one_without_result_the_file(county):
    def wrong(opened):
        opened["成员"]["C3"] = "=1/0"

    batch = check(worked_on(wrong))
    assert batch.state == "refused" and "C3" in batch.refusal and "公式没有算出的结果" in batch.refusal
    homes, people = pair()
    people[0]["education"] = "#REF!"
    assert "显示为 #REF!" in said(check(book(household=homes, member=people)), "formula_error")[0]


def test_21_ten_thousand_yuan_in_the_heading_becomes_yuan_and_a_strange_sum_is_told(county):
    row = {
        "household_no": "1",
        "calculated_on": DAY(2018, 10, 1),
        "period_start": DAY(2017, 10, 1),
        "period_end": DAY(2018, 9, 30),
    }
    homes, people = pair()
    batch = bring_in(book(household=homes, member=people, income=[row | {"wage_work": 1.2}]))
    assert "不足 100 元" in said(batch, "income_small")[0]
    data = book(
        headings={"wage_work": "务工收入（万元）"}, household=homes, member=people, income=[row | {"wage_work": 1.2}]
    )
    bring_in(data)
    assert Income.objects.filter(superseded_at=None).get().wage_work == 12000


@pytest.mark.parametrize(
    ("raw", "text", "code"),
    [
        ("3口人", "3.00", "number_with_words"),
        ("约500", "500.00", "number_with_words"),
        ("60㎡", "60.00", "number_with_words"),
        ("500元/月×12", None, "not_a_number"),
        ("500/月", None, "not_a_number"),
        ("5千", None, "not_a_number"),
        ("500-600", None, "not_a_number"),
        ("10²", None, "not_a_number"),
        ("½", None, "not_a_number"),
        ("5 6", None, "not_a_number"),
    ],
)
def test_22_one_figure_among_words_is_read_and_what_may_be_two_is_refused(raw, text, code):
    found = told(INCOME, "wage_work", raw)
    assert found == (text, code) or raw == "60㎡" and found[0] == "60.00"


def test_23_separators_go_and_letters_in_a_figure_are_told():
    assert told(INCOME, "wage_work", "1，200") == ("1200.00", "tidied")
    assert told(INCOME, "wage_work", "1,2") == (None, "not_a_number")
    assert told(INCOME, "wage_work", "2O18") == ("2018.00", "letters_in_number")


def test_24_nothing_written_in_any_way_is_unknown_and_nought_is_a_figure():
    for raw in ("无", "/", "—", "空", "不详", "N/A", ""):
        assert told(INCOME, "wage_work", raw) == (None, "")
    assert told(INCOME, "wage_work", 0.0) == ("0.00", "")
    assert told(MEMBER, "joined_on", "0") == (None, "zero_is_blank")
    assert told(HOUSEHOLD, "residence_place", "同上") == (None, "ditto")


def test_25_other_words_for_a_code_are_known_and_unknown_ones_say_what_is_allowed():
    assert told(HOUSEHOLD, "main_cause", "缺劳动力") == ("labour", "synonym")
    assert told(MEMBER, "relation", "妻子") == ("spouse", "synonym")
    assert told(HOUSEHOLD, "attr", "富裕户") == (None, "not_in_list")


def test_26_two_causes_in_a_cell_for_one_are_refused_and_several_illnesses_are_read():
    assert told(HOUSEHOLD, "main_cause", "因病、缺劳力") == (None, "two_values")
    assert told(MEMBER, "health", "残疾；长期慢性病") == ("{chronic,disabled}", "")


def test_27_two_heads_none_or_two_spouses_are_named_with_their_rows(county):
    people = [
        *[member("1", "李四", 1), member("1", "王五", 3)],
        member("2", "张三", 5, "之子"),
        *[member("3", "赵六", 7), member("3", "王芳", 2, "配偶"), member("3", "张兰", 4, "配偶")],
    ]
    batch = check(book(household=[household(str(at)) for at in (1, 2, 3)], member=people))
    assert {"two_heads", "no_head", "two_spouses"} <= codes(batch) and books.numbers(batch).refused == 3


def test_28_members_apart_from_each_other_are_one_household_and_a_lost_number_is_told(county):
    homes, people = (
        [household("1"), household("2")],
        [member("1", "李四", 1), member("2", "张三", 3), member("1", "王芳", 2, "配偶")],
    )
    assert books.numbers(check(book(household=homes, member=people))).new == 2
    people[2] |= {"household_no": ""}
    assert codes(check(book(household=homes, member=people))) == {"household_no_missing"}


def test_29_sex_and_birthday_that_contradict_the_number_are_told_and_the_number_counts(county):
    people = [member("1", "李四", 1, sex="女", birth_date=DAY(1971, 1, 1))]
    assert {"sex_contradicts_id", "birth_contradicts_id"} <= codes(
        check(book(household=[household("1")], member=people))
    )


def test_30_a_lost_or_traditional_character_still_finds_the_village_and_is_told(county):
    def places(name: str, town: str = "东屏镇") -> set[str]:
        return codes(check(book(household=[household("1", village=name, town=town)], member=[member("1", "李四", 1)])))

    assert places("公□勒村委会") == places("公勒村") == {"place_alike"}
    assert places("公和勒村", town="東屏鎮") == set()
    assert told(MEMBER, "name", "李□") == ("李□", "name_glyph")


def test_31_a_village_with_its_county_before_it_or_another_ending_is_found(county):
    for name in ("公和勒", "公和勒社区", "东屏镇公和勒村", "镇赉县东屏镇公和勒村"):
        batch = check(book(household=[household("1", village=name)], member=[member("1", "李四", 1)]))
        assert books.numbers(batch).new == 1, name


def test_32_a_twin_row_counts_once_and_a_person_in_two_villages_is_asked_about(county):
    home, head = household("1"), member("1", "李四", 1)
    assert said(check(book(household=[home], member=[head, head])), "row_twice")
    twice = book(household=[home, household("2", village="大龙村委会")], member=[head, head | {"household_no": "2"}])
    assert "与第 3 行（户编号 1）相同" in said(check(twice), "id_number_twice")[0]


# --- and beside them ----------------------------------------------------------------------------------------


def test_comments_are_not_read_and_that_is_told(county):
    def note(opened):
        opened["户"]["A3"].comment = Comment("此户已搬走", "村会计")

    assert "有 1 处批注" in said(check(worked_on(note)), "comments_ignored")[0]


def test_a_list_as_long_as_the_old_format_allows_may_have_lost_its_end():
    findings = Findings()
    seen.tell("成员", SheetStart("成员", 65_536, 3, []), findings)
    assert [row[5] for row in findings.rows] == ["xls_full"]


def test_all_faults_of_a_row_are_told_at_once_even_where_its_number_is_lost(county):
    people = [member("", "李4", 1, id_number="4.503E+17", relation="表叔公", joined_on="2018-02-30")]
    batch = check(book(household=[household("1")], member=[member("1", "王五", 3), *people]))
    assert codes(batch) >= {"household_no_missing", "name_digits", "id_floated", "not_in_list", "date_impossible"}


def test_the_generator_numbers_nobody_twice():
    made = County(7, 200)
    ids = [row.cells["id_number"] for row in made.sheets["member"] if not row.skipped and not row.touched]
    assert len(ids) == len(set(ids))
