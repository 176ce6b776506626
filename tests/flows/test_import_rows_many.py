"""Many rows of a small kind: looked at and written in chunks, every row rehearsed, counted as if it were one."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assistance.models import Visit
from households.models import DivisionFigure
from povertycase import jobs
from povertycase.actions import imports
from povertycase.exchange import row_lines, rowwise
from povertycase.models import JobChunk
from tests.flows.test_import_kinds import figure, place, posting, visit
from tests.kind_books import book, bring_in, check, counted
from tests.register_cast import TODAY, homes, people  # noqa: F401

DAY = datetime.date


@pytest.fixture(autouse=True)
def there(homes):  # noqa: F811
    return homes


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch):
    monkeypatch.setattr(rowwise, "LOOK_ROWS", 3)
    monkeypatch.setattr(rowwise, "CHUNK_ROWS", 3)


def test_a_file_is_checked_in_chunks_and_every_row_is_rehearsed():
    rows = [figure(true_from=DAY(2018, 10, day)) for day in range(1, 11)]
    rows[4]["numerator"] = rows[9]["numerator"] = 300  # only the act says that this is no share
    batch = check("figures", rows)
    assert counted(batch) == (8, 0, 0, 2)
    assert list(batch.problems.filter(code="refused").order_by("row").values_list("row", flat=True)) == [7, 12]
    assert JobChunk.objects.filter(job=batch.job).count() >= 1 + 4 + 1
    assert not DivisionFigure.objects.known().filter(true_from__month=10).exists(), "nothing of the rehearsal stays"
    told = batch.counts["sheets"]["部门数据"]
    assert told["rows"] == sum(told[name] for name in rowwise.OUTCOMES) == 10 and told["errors"] == 2
    batch = bring_in("figures", rows)
    assert counted(batch) == (8, 0, 0, 2) and DivisionFigure.objects.known().filter(true_from__month=10).count() == 8


def test_rows_that_hang_together_are_tried_together_wherever_they_stand_in_the_file():
    far = [visit("H0003", visited_on=DAY(2018, 11, day)) for day in range(1, 8)]
    first = visit("H0002", visited_on=DAY(2018, 11, 2), need="想修房子")
    later = visit("H0002", visited_on=DAY(2018, 11, 20), follow_up=None)  # says nothing of what was asked for
    batch = check("visits", [first, *far, later])
    assert counted(batch)[3] == 1 and "上次走访记有诉求" in batch.problems.get(code="refused").message
    assert batch.problems.get(code="refused").row == 11


def test_a_township_stands_before_its_villages_and_two_postings_of_one_cadre_meet():
    villages = [place(f"2208211502{number:02d}", f"第{number}村委会") for number in range(8)]
    assert counted(check("divisions", [place("220821150000", "新镇"), *villages])) == (9, 0, 0, 0)
    rows = [posting(true_from=DAY(2018, 5, day)) for day in range(1, 6)]
    batch = check("postings", rows)
    assert counted(batch) == (1, 0, 0, 4)


def test_a_check_that_was_stopped_goes_on_and_says_nothing_twice():
    rows = [figure(true_from=DAY(2018, 10, day), numerator=300) for day in range(1, 8)]
    data = book("figures", rows)
    batch = imports.take_in(kind="figures", name="表.xlsx", data=data, business_date=TODAY, by=None)
    while not batch.problems.exists():
        jobs.work(batch.job.pk, seconds=0)
    batch.refresh_from_db()
    assert batch.state == "reading"
    jobs.run_to_end(batch.job)
    batch.refresh_from_db()
    assert batch.state == "checked" and counted(batch) == (0, 0, 0, 7)
    assert batch.problems.filter(code="refused").count() == 7


def test_the_rows_are_shown_page_by_page_in_the_order_of_the_file():
    rows = [visit(no, visited_on=DAY(2018, 11, day)) for day in range(1, 6) for no in ("H0001", "H0002")]
    batch = check("visits", rows)
    found = row_lines.Lines(batch, "new")
    assert len(found) == 10 and [line.row for line in found[3:6]] == [6, 7, 8] and found[9].row == 12
    assert found[20:30] == [] and len(row_lines.Lines(batch, "same")) == 0
    bring_in("visits", rows)
    assert Visit.objects.known().filter(visited_on__month=11).count() >= 10


def test_more_rows_than_anybody_reads_are_refused_with_the_number(monkeypatch):
    monkeypatch.setattr(rowwise, "MAX_ROWS", 3)
    rows = [figure(true_from=DAY(2018, 10, day)) for day in range(1, 6)]
    batch = imports.take_in(kind="figures", name="表.xlsx", data=book("figures", rows), business_date=TODAY, by=None)
    jobs.run_to_end(batch.job)
    batch.refresh_from_db()
    assert batch.state == "refused" and "超过 3 行" in batch.refusal


def test_who_went_is_the_helper_of_that_day_or_the_cadre_of_that_number_and_nobody_elses_helper():
    rows = [
        visit("H0001", visited_on=DAY(2018, 11, 6)),  # 赵国强 answers for H0001 since 2018-01-01
        visit("H0001", visited_on=DAY(2017, 12, 20)),
        visit("H0002", visited_on=DAY(2018, 11, 6)),
        visit("H0002", visited_on=DAY(2018, 11, 7), visitor="孙立军", cadre_no="G0002"),
        visit("H0002", visited_on=DAY(2018, 11, 8), visitor="别人", cadre_no="G0002"),
    ]
    assert sum(counted(bring_in("visits", rows))[:2]) == 5
    known = Visit.objects.known().filter(visited_on__in={row["visited_on"] for row in rows})
    told = known.values_list("household__household_no", "visited_on", "cadre__cadre_no", "visitor_name")
    assert set(told) == {
        ("H0001", DAY(2018, 11, 6), "G0001", ""),
        ("H0001", DAY(2017, 12, 20), None, "赵国强"),
        ("H0002", DAY(2018, 11, 6), None, "赵国强"),
        ("H0002", DAY(2018, 11, 7), "G0002", ""),
        ("H0002", DAY(2018, 11, 8), None, "别人"),
    }


def test_households_and_helpers_are_asked_for_once_a_chunk_and_not_for_every_row(monkeypatch):
    monkeypatch.setattr(rowwise, "LOOK_ROWS", 100)
    rows = [visit("H0001", visited_on=DAY(2018, 6, 1) + datetime.timedelta(days=day)) for day in range(30)]
    with CaptureQueriesContext(connection) as asked:
        assert counted(check("visits", rows)) == (30, 0, 0, 0)
    for table in ("households_household", "households_cadre", "households_pairing"):
        assert sum(f'FROM "{table}"' in one["sql"] for one in asked.captured_queries) <= 3, table
