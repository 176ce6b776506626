"""A receipt adds up: every household and every row that was read has one outcome."""

import datetime

import pytest

from povertycase.exchange.receipt import outcomes, table
from tests import register_books as books
from tests.register_books import book, bring_in, check, household, member, numbers

DAY = datetime.date


@pytest.fixture(autouse=True)
def county(db):
    books.load_divisions()


def adds_up(batch) -> dict[str, dict]:
    """The receipt's lines by title; each of them adds up."""
    found = {}
    for line in table(batch):
        assert line["read"] == sum(line["cells"]) + (line["left_out"] or 0), line
        cells = dict(zip([key for key, _label in outcomes(batch)], line["cells"], strict=True))
        found[line["title"]] = {**cells, "read": line["read"], "left_out": line["left_out"]}
    return found


def five_homes() -> dict[str, list]:
    """Households 1 to 5 with a member each."""
    return {
        "household": [household(str(at)) for at in range(1, 6)],
        "member": [member(str(at), "李四", at * 2 - 1) for at in range(1, 6)],
    }


def test_every_household_and_row_of_a_dirty_file_has_one_outcome():
    bring_in(book(**five_homes()))
    sheets = five_homes()
    sheets["household"][1] |= {"attr": "低保贫困户", "effective_on": DAY(2018, 11, 1)}
    sheets["household"][2] |= {"poverty_status": "富裕"}
    sheets["household"] += [household("6"), household("7"), household("7"), {"household_no": "合计"}]
    sheets["household"] += [{"town": books.TOWN, "village": books.VILLAGE, "attr": "一般贫困户"}]
    sheets["member"] += [member("6", "王五", 21), member("7", "赵六", 23), {"name": "无号"}]
    year = {"period_start": DAY(2017, 10, 1), "period_end": DAY(2018, 9, 30), "member_count": 1}
    earned = {"calculated_on": DAY(2018, 10, 12), "wage_work": 1200, **year}
    sheets["income"] = [{"household_no": "7", **earned}, {"household_no": "9", **earned}]
    batch = check(book(**sheets))
    told = adds_up(batch)
    assert told["户（全部工作表）"] == {
        "new": 2, "changed": 1, "same": 3, "refused": 2, "read": 8, "left_out": None
    }  # fmt: skip
    assert told["户"] == {"new": 2, "changed": 1, "same": 3, "refused": 2, "read": 10, "left_out": 2}
    assert told["成员"] == {"new": 2, "changed": 1, "same": 3, "refused": 2, "read": 8, "left_out": 0}
    assert told["收入"]["new"] == 1 and told["收入"]["refused"] == 1


def test_it_adds_up_once_the_file_is_written_and_when_it_comes_again():
    batch = bring_in(book(**five_homes()))
    assert adds_up(batch)["成员"] == {"new": 5, "changed": 0, "same": 0, "refused": 0, "read": 5, "left_out": 0}
    again = check(book(**five_homes()))
    assert adds_up(again)["户"]["same"] == 5 and numbers(again).same == 5
