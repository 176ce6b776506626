"""Sheets from before a change of their form are read as before: what was issued stays readable."""

import datetime
import importlib
import types

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone

from povertycase.models import SheetTable
from povertycase.rules import conditions, difference, member_counts, sheet
from supervision.queries import bulletin_recheck

DAY = datetime.date(2018, 11, 30)
NODE = conditions.parse({"members": {"where": [{"fact": "age", "at_least": 80}]}, "above": 0})


@pytest.mark.django_db
def test_a_sheet_with_two_columns_a_count_answers_the_same_after_the_update():
    code, body = next(iter(NODE.counts().items()))
    old = SheetTable.objects.create(
        subject="household", as_of=DAY, known_on=timezone.now(), period_start=DAY, period_end=DAY, complete=True,
        frozen=True, columns=[["household_no", "text"], [f"{code}_t", "integer", body], [f"{code}_u", "integer", body]],
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TABLE sheet.{old.table} (subject_id bigint PRIMARY KEY, division_code text, household_no text,"
            f" {code}_t integer, {code}_u integer)"
        )
        cursor.execute(
            f"INSERT INTO sheet.{old.table} VALUES (1, '220821101200', 'A', 1, 0), (2, '220821101200', 'B', 0, 1),"
            " (3, '220821101200', 'C', 0, 0)"
        )
    update = importlib.import_module("povertycase.migrations.0014_one_column_a_count")
    for _again in range(2):
        update.join_columns(apps, types.SimpleNamespace(connection=connection))
    old.refresh_from_db()
    rows = sheet.rows(old, NODE)
    assert [row["household_no"] for row in rows] == ["A"], "who may or may not be eighty is not counted"
    assert [NODE.holds(row) for row in sheet.rows(old)] == [True, None, False]


def test_a_recheck_says_how_many_members_and_of_how_many_nobody_knows(settings):
    settings.LANGUAGE_CODE = "zh-hans"
    place = difference.Difference(1, "220821101200", {}, {"m_0": (2, member_counts.packed(1, 3))})
    assert bulletin_recheck.in_words(place, {}, amounts=True) == [("成员情况", 2, "1人，另有3人不明")]
