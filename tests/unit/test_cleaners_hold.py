"""Whatever stands in a cell: no cleaner raises, none invents a digit, what came out of one stays as it is."""

import datetime
import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from households.sheets.register import HOUSEHOLD, INCOME, LIVING, MEMBER, SHEETS
from povertycase.exchange import numbers
from povertycase.exchange.cells import cleaner
from povertycase.exchange.cleaning import BLANKS, CLEANED, ERROR, WARNING, half, is_blank, tidy
from povertycase.secrets import identity

TODAY = datetime.date(2018, 11, 30)
COLUMNS = {f"{sheet.title}.{column.key}": column for sheet in SHEETS for column in sheet.columns}
KINDS = {column.type: column for column in COLUMNS.values()}

# What people type: digits of every width, the signs that stand between them, words, marks of a parser.
SIGNS = "0123456789０１２３４５６７８９.,，。-—/年月日号:： 　\u00a0\u200b\t\n'‘\"=*×Xx＊OolI约元亩万%～+²½①٣፩无空"
TYPED = st.text(st.sampled_from(SIGNS), max_size=24)
CELLS = st.one_of(
    TYPED,
    st.text(max_size=40),
    TYPED.map(lambda text: "\0d" + text),
    st.floats(allow_nan=True, allow_infinity=True),
    st.integers(-10, 300_000).map(float),
    st.floats(1900, 2100, allow_nan=False),
    st.booleans(),
    st.sampled_from(sorted(BLANKS)),
    st.dates().map(lambda day: "\0d" + day.isoformat()),
    st.builds("{}.{}.{}".format, st.integers(0, 2100), st.integers(0, 13), st.integers(0, 32)),
)
many = settings(max_examples=300, deadline=None, derandomize=True)  # the same cells in every run


def digits(text: str) -> str:
    return re.sub("[^0-9]", "", half(text))


def is_part(short: str, long: str) -> bool:
    """Do the digits of the one stand in the other, in their order?"""
    rest = iter(long)
    return all(digit in rest for digit in short)


@pytest.mark.parametrize("kind", sorted(KINDS))
@many
@given(raw=CELLS)
def test_no_cell_makes_a_cleaner_raise(kind, raw):
    text, note = cleaner(KINDS[kind], TODAY)(raw)
    assert text is None or isinstance(text, str) and text
    assert note is None or note.severity in (ERROR, WARNING, CLEANED) and note.chinese()
    # A refused cell gives no value; a value comes without an error.
    assert not (note and note.severity == ERROR) or text is None


@many
@given(raw=CELLS)
@example(raw="፩" * 15)
def test_no_cell_makes_the_reader_of_id_numbers_raise(raw):
    found, note = numbers.read_id(raw, TODAY)
    assert not (note and note.severity == ERROR) or found is None
    assert found is None or identity.is_valid(found.number)


@pytest.mark.parametrize("kind", ["text", "name", "group", "code", "int", "dec", "year", "date", "phone", "bank"])
@many
@given(raw=CELLS)
def test_what_was_cleaned_is_clean(kind, raw):
    clean = cleaner(KINDS[kind], TODAY)
    text, _note = clean(raw)
    if text is not None:
        again, note = clean(text)
        assert again == text
        assert note is None or note.severity != ERROR


@pytest.mark.parametrize("kind", ["text", "name", "group", "code", "phone", "bank"])
@many
@given(raw=st.one_of(TYPED, st.text(max_size=40)))
def test_no_digit_is_invented_or_moved(kind, raw):
    text, _note = cleaner(KINDS[kind], TODAY)(raw)
    assert text is None or is_part(digits(text), digits(raw))


@many
@given(raw=TYPED)
def test_a_figure_is_made_of_the_digits_that_stand_there(raw):
    text, note = cleaner(INCOME["wage_work"], TODAY)(raw)
    if text is not None and (note is None or note.code == "tidied"):
        assert is_part(digits(text).strip("0"), digits(raw))


@many
@given(raw=TYPED)
def test_a_day_is_made_of_the_digits_that_stand_there(raw):
    text, note = cleaner(INCOME["calculated_on"], TODAY)(raw)
    if text is not None and note and note.code == "date_written":
        year, month, day = (str(int(part)) for part in text.split("-"))
        assert is_part(year + month + day, digits(raw))


@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize("raw", ["", " ", "\u3000", "/", "—", "不详", "未知", "N/A", "\u200b", "空"])
def test_unknown_never_becomes_a_value(kind, raw):
    text, note = cleaner(KINDS[kind], TODAY)(raw)
    assert text is None and (note is None or note.severity != ERROR)


@pytest.mark.parametrize("name", sorted(name for name, column in COLUMNS.items() if column.choices))
def test_every_label_of_a_code_list_means_its_code_alone(name):
    column = COLUMNS[name]
    clean = cleaner(column, TODAY)
    for value, label in column.choices:
        text, note = clean(label)
        assert text == (f"{{{value}}}" if column.type == "multi" else str(value)) and note is None, label


@many
@given(raw=st.one_of(TYPED, st.text(max_size=40)))
def test_tidying_twice_is_tidying_once(raw):
    once = tidy(raw)
    assert tidy(once) == once and (not is_blank(once) or not once or once in BLANKS)


@many
@given(order=st.integers(1, 999), day=st.dates(datetime.date(1920, 1, 1), TODAY), data=st.data())
def test_an_id_number_in_any_dress_is_read_or_refused_and_never_another(order, day, data):
    body = f"450300{day:%Y%m%d}{order:03d}"
    number = body + identity.check_character(body)
    dress = data.draw(st.sampled_from(["{}", "'{}", '="{}"', " {} ", "{}\n", "\u200b{}", "{}.0", "‘{}"]))
    worn = dress.format(number)
    if data.draw(st.booleans()):
        worn = worn.translate({ord(digit): chr(ord(digit) + 0xFEE0) for digit in "0123456789X"})
    found, note = numbers.read_id(worn, TODAY)
    assert found is None or found.number == number
    assert found is not None or note is not None and note.severity == ERROR


@many
@given(shown=st.from_regex(r"[0-9]{3,6}\*{2,12}[0-9]{2,4}[0-9Xx]?", fullmatch=True))
def test_a_masked_number_is_never_a_value(shown):
    for sheet, key in ((HOUSEHOLD, "phone"), (HOUSEHOLD, "bank_account"), (MEMBER, "id_number")):
        text = numbers.read_id(shown, TODAY)[0] if key == "id_number" else cleaner(sheet[key], TODAY)(shown)[0]
        assert text is None
    assert numbers.is_masked(shown) and LIVING
