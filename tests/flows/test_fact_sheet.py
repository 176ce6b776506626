"""The fact sheet: rows, lists and counts agree; frozen sheets stay, old ones go; writers are waited for."""

import contextlib
import datetime
import threading
import time
from decimal import Decimal
from types import SimpleNamespace

import psycopg2
import pytest
from django.db import connection

from households.models import Cause, HouseholdCard
from povertycase import periods
from povertycase.models import SheetTable
from povertycase.rules import conditions, facts, sheet
from tests.exit_county import DAY, OTHER_VILLAGE, TODAY, VILLAGE, county, household, member

__all__ = ["county"]
GOOD_HOUSE = conditions.parse({"fact": "house_grade", "one_of": ["A", "B"]})


def filled(**wanted):
    table = sheet.create("household", as_of=TODAY, **wanted)
    for lo, hi in sheet.chunks(table):
        sheet.fill(table, lo, hi)
    sheet.complete(table)
    return table


def test_a_list_has_as_many_rows_as_its_count(county):
    household(1), household(2, grade="D"), household(3, village=OTHER_VILLAGE)
    table = filled(nodes=[GOOD_HOUSE])
    assert [row["household_no"] for row in sheet.rows(table, GOOD_HOUSE)] == ["H00001", "H00003"]
    assert sheet.count(table, GOOD_HOUSE) == 2 and sheet.count(table) == 3
    assert sheet.count(table, GOOD_HOUSE, division=VILLAGE) == len(sheet.rows(table, GOOD_HOUSE, VILLAGE)) == 1


def test_every_fact_of_the_register_can_be_asked(county):
    home = household(1, children=1)
    row = filled(codes=[fact.code for fact in facts.of_subject("household")])
    found = sheet.rows(row)[0]
    assert len(found) >= 100
    assert (found["members"], found["household_size"], found["children_6_15"], found["head_name"]) == (
        3,
        3,
        1,
        "H00001-0",
    )
    assert (found["labour_members"], found["has_labour"], found["helpers"]) == (2, True, 0)
    assert (found["arable_mu_per_person"], found["main_cause"]) == (Decimal("6.67"), None)
    assert sheet.computed(row, home.pk, home.pk)[0] == found


def test_facts_never_read_the_index_card(county):
    household(1)
    HouseholdCard.objects.all().delete()
    assert sheet.count(filled(codes=["poverty_status"])) == 1


def test_a_range_filled_again_is_the_same(county):
    household(1), household(2)
    table = filled(codes=["house_grade"])
    before = sheet.rows(table)
    for lo, hi in sheet.chunks(table):
        sheet.fill(table, lo, hi)
    assert sheet.rows(table) == before


@pytest.mark.parametrize("lost", [0, 90])
def test_ranges_cover_every_household_once_even_where_many_ids_are_missing(county, lost):
    homes = [household(number) for number in range(1, 5)]
    with connection.cursor() as cursor:
        serial = "pg_get_serial_sequence('households_household', 'id')"
        cursor.execute(f"SELECT nextval({serial}) FROM generate_series(1, %s)", [lost])
    homes.append(household(5))
    wide = ["attr", "poverty_status", "house_grade", "water_safe"]
    ranges = sheet.chunks(sheet.create("household", as_of=TODAY, codes=wide), size=2)
    held = [[home.pk for home in homes if lo <= home.pk <= hi] for lo, hi in ranges]
    assert sum(held, []) == [home.pk for home in homes]
    assert max(map(len, held)) <= 2


def test_causes_have_an_end(county):
    home = household(1)
    Cause.objects.create(household=home, code="illness", is_main=True, true_from=DAY, true_to=TODAY, entered_on=DAY)
    tomorrow = sheet.create("household", as_of=TODAY + datetime.timedelta(days=1), codes=["main_cause"])
    sheet.fill(tomorrow, home.pk, home.pk)
    assert sheet.rows(filled(codes=["main_cause"]))[0]["main_cause"] == "illness"
    assert sheet.rows(tomorrow)[0]["main_cause"] is None


def test_a_member_count_is_a_column_of_its_own(county):
    home = household(1)
    member(home, 8, ins_resident_medical=None, ins_employee_medical=None)
    insured = conditions.parse({"members": {"where": [{"fact": "insured", "is_true": True}]}, "at_least": 3})
    table = filled(nodes=[insured])
    assert sheet.count(table, insured) == 0
    row = sheet.rows(table)[0]
    assert insured.holds(row) is None and row["members"] == 3


def test_a_frozen_sheet_is_neither_filled_nor_dropped(county):
    household(1)
    table = filled()
    sheet.freeze(table)
    later = periods.now() + datetime.timedelta(days=400)
    assert sheet.drop_old(now=later) == 0
    for act in (lambda: sheet.fill(table, 1, 2), lambda: sheet.drop(table, now=later)):
        with pytest.raises(sheet.SheetError, match="封存"):
            act()


def test_the_server_looks_after_a_sheet_only_once_it_is_issued(county):
    """While a province's sheet is filled, tidying it would take a processor from those who fill it."""
    household(1)
    table = filled()

    def looked_after() -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT reloptions FROM pg_class WHERE oid = %s::regclass", [f"sheet.{table.table}"])
            return "autovacuum_enabled=off" not in (cursor.fetchone()[0] or [])

    assert not looked_after()
    sheet.freeze(table)
    assert looked_after()


def test_an_old_sheet_goes_after_a_day_and_says_so(county):
    household(1)
    table = filled()
    assert sheet.drop_old(now=periods.now() + datetime.timedelta(hours=23)) == 0
    assert sheet.drop_old(now=periods.now() + datetime.timedelta(hours=25)) == 1
    with pytest.raises(sheet.SheetError, match="已过保留期"):
        sheet.rows(SheetTable.objects.get(pk=table.pk))


def test_a_population_may_only_use_the_status_of_the_household(county):
    household(1)
    with pytest.raises(sheet.SheetError, match="范围条件"):
        filled(population={"fact": "house_grade", "one_of": ["A"]}, codes=["attr"])


def test_the_moment_of_a_sheet_waits_for_writers_that_began_before(db, monkeypatch):
    began, waited, ended = threading.Event(), threading.Event(), []

    def pause(seconds):
        waited.set()
        time.sleep(seconds)

    monkeypatch.setattr(sheet, "time", SimpleNamespace(monotonic=time.monotonic, sleep=pause))

    def write():
        with contextlib.closing(psycopg2.connect(**connection.get_connection_params())) as other:
            other.cursor().execute("LOCK TABLE households_income IN ROW EXCLUSIVE MODE")
            began.set()
            waited.wait()
            ended.append(time.monotonic())
            other.rollback()

    writer = threading.Thread(target=write)
    writer.start()
    began.wait()
    asked = time.monotonic()
    moment = sheet.settled()
    assert time.monotonic() >= ended[0] > asked
    writer.join()
    assert moment <= periods.now()


def test_a_writer_that_never_ends_is_said_in_plain_words(db):
    with contextlib.closing(psycopg2.connect(**connection.get_connection_params())) as other:
        other.cursor().execute("LOCK TABLE households_income IN ROW EXCLUSIVE MODE")
        with pytest.raises(sheet.SheetError, match="长时间没有结束"):
            sheet.settled(wait_seconds=0.1)
        other.rollback()
