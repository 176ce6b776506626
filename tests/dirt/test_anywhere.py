"""A workbook nobody has seen before: the officer reads at once what it is not and what to do; nothing is written."""

import pytest
from django.core.cache import cache

from households.models import Household
from povertycase.actions import imports
from povertycase.exchange.files import FileRefused
from tests import register_books as books
from tests.dirt.anywhere import NO_SHEET, STRANGERS, other_county

GUIDE = ("模板", "请", "核对")


@pytest.fixture(autouse=True)
def county(db):
    books.load_divisions()
    cache.clear()


def told(stranger) -> str:
    suffix = {"气象": ".ods", "网站导出": ".csv"}.get(stranger.name, ".xlsx")
    try:
        batch = books.check(stranger.build(), name=stranger.name + suffix)
    except FileRefused as reason:
        return str(reason)
    assert batch.state == "refused", f"{stranger.name}: {batch.counts}"
    return batch.refusal


def test_there_are_twenty_workbooks_from_anywhere():
    assert len(STRANGERS) >= 20


def test_a_workbook_of_something_else_gets_words_that_name_it_and_help():
    for stranger in STRANGERS:
        words = told(stranger)
        assert any(word in words for word in stranger.words or (*NO_SHEET, "没有找到表头", "缺少列")), (
            f"{stranger.name}: {words}"
        )
        assert any(word in words for word in GUIDE) and words.endswith("。"), words
    assert not Household.objects.exists()


def test_the_register_of_another_county_is_refused_village_by_village():
    batch = books.check(other_county())
    assert books.numbers(batch).refused == 2 and books.numbers(batch).new == 0
    assert len(books.said(batch, "unknown_town")) == 2
    assert any("本县没有乡镇“青山镇”" in words for words in books.said(batch, "unknown_town"))
    with pytest.raises(imports.ImportRefused, match="没有可以导入的户"):
        imports.confirm(batch=batch, by=None)
