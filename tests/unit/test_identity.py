"""Reading ID numbers: what is certain is put right, what is impossible is refused in plain words."""

import datetime
import time

import pytest

from povertycase.secrets import identity, masks


@pytest.mark.parametrize(
    ("number", "sex", "birth"),
    [
        ("11010519491231002X", "female", "1949-12-31"),
        ("440524188001010014", "male", "1880-01-01"),
        ("450300195807021017", "male", "1958-07-02"),
        ("42900020120901003X", "male", "2012-09-01"),
    ],
)
def test_the_sample_numbers_of_the_standard_are_read(number, sex, birth):
    read = identity.read(number)
    assert (read.number, read.sex, read.birth.isoformat(), read.cleaned) == (number, sex, birth, ())


def test_a_small_x_spaces_and_wide_digits_are_put_right_and_named():
    read = identity.read(" '５３０９００ 19580702 10１x ")
    assert read.number == "53090019580702101X"
    assert set(read.cleaned) == {"width", "spaces", "lower_x"}
    assert read.area == "530900"


def test_fifteen_digits_become_eighteen():
    read = identity.read("450300580702101")
    assert read.number == "450300195807021017"
    assert read.cleaned == ("from_15",)


def test_a_disability_certificate_carries_type_and_grade_and_meets_its_id():
    read = identity.read("45030019580702101743")
    assert (read.disability_type, read.disability_grade, read.base) == (4, 3, "450300195807021017")
    assert read.is_certificate
    assert identity.read("45030019580702101743B1").base == read.base


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("450300195807021018", "check"),
        ("450300195802301017", "date"),
        ("45030019580702101", "length"),
        ("", "length"),
        ("45030019580702A017", "characters"),
        ("45030019580702101783", "disability"),
        ("45030019580702101745", "disability"),
        ("4.50300195807E+17", "floated"),
    ],
)
def test_an_impossible_number_is_refused_with_its_reason(number, code):
    with pytest.raises(identity.IdentityError) as refused:
        identity.read(number)
    assert refused.value.code == code
    assert any("\u4e00" <= character <= "\u9fff" for character in str(refused.value))


@pytest.mark.parametrize(
    "text",
    [
        "450300195807021017",
        "户主身份证号450300195807021017，请改正。",
        "42900020120901003x",
        "（５３０９００１９５８０７０２１０１Ｘ）",
        "残疾人证45030019580702101743有误",
        "残疾人证 45030019580702101743B1",
        "/households/450300195807021017/",
        '{"note":"450300195807021017"}',
        "450300195807021017B区",
        "450300195807021018 应为 450300195807021017",
    ],
)
def test_an_id_number_in_a_text_is_found(text):
    assert identity.stands_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2018 年危房改造 12 户",
        "450300195807021018",
        "45030019580702101783",
        "622848450300195807021017",
        "4503001958070210176",
        "a450300195807021017",
        "450300580702101",
        "450300 19580702 1017",
    ],
)
def test_other_numbers_in_a_text_are_not_taken_for_an_id_number(text):
    assert not identity.stands_in(text)


def test_nobody_is_born_after_the_day_asked_for():
    with pytest.raises(identity.IdentityError) as refused:
        identity.read("42900020120901003X", on=datetime.date(2010, 1, 1))
    assert refused.value.code == "future"


def test_masks_show_what_the_office_may_show():
    assert masks.id_number("450300195807021017") == "450300********1017"
    assert masks.id_number("45030019580702101743") == "450300********1017**"
    assert masks.id_number("450300195807021017", strict=True) == "4***************17"
    assert masks.phone("13812345678") == "138****5678"
    assert masks.phone("0436-7221234") == "0436*****34"
    assert masks.bank_account("6228480000000000018") == "6228***********0018"
    assert [masks.name(n) for n in ("张三", "张小明", "欧阳小明", "阿依·买买提", "")] == [
        "张*",
        "张*明",
        "欧**明",
        "阿*",
        "",
    ]
    assert masks.mask("phone", None) == ""


def test_a_hundred_thousand_numbers_are_read_in_seconds():
    # The time of this process only: other tests share the machine.
    start = time.process_time()
    for _ in range(100_000):
        identity.read("450300195807021017")
    assert time.process_time() - start < 3
