"""Issuing the bulletin: by a second person, then frozen, then made again to the byte (issue 2, section 6)."""

import datetime
import hashlib

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from households.models import Household, Residence
from povertycase.models import AuditEvent
from povertycase.periods import Month
from povertycase.rules import sheet as fact_sheets
from povertycase.rules.difference import differences
from supervision.actions import bulletins
from supervision.actions.bulletins import BulletinError
from supervision.models import Bulletin
from supervision.queries.bulletin_figures import row_of
from supervision.sheets.bulletin_xlsx import of_bulletin
from tests.bulletin_county import COUNTY, OCTOBER, TODAY, county, draft

__all__ = ["county"]
pytestmark = pytest.mark.django_db
NUMBER = "镇脱贫组发〔2018〕21号"


def _issue(bulletin, by, number=NUMBER):
    return bulletins.issue(bulletin=bulletin, number=number, on=TODAY, by=by, write=of_bulletin)


def _correct(number: int) -> list[int]:
    """A back-dated correction of so many households: in October they were away with the whole family."""
    day = datetime.date(2018, 10, 15)
    chosen = [h for h in Household.objects.order_by("pk") if not h.residence_set.filter(state="away").exists()][:number]
    Residence.objects.bulk_create(Residence(household=h, state="away", true_from=day, entered_on=TODAY) for h in chosen)
    return [h.pk for h in chosen]


def test_the_preparer_cannot_issue_and_a_second_person_with_the_number_can(county):
    bulletin = draft(county, by=county.office)
    with pytest.raises(BulletinError, match="没有印发通报的权限"):
        _issue(bulletin, county.office)
    with pytest.raises(BulletinError, match="文号没有填写"):
        _issue(bulletin, county.reviewer, "  ")
    issued = _issue(bulletin, county.reviewer)
    assert (issued.state, issued.number, issued.issued_by) == ("issued", NUMBER, county.reviewer)
    assert AuditEvent.objects.filter(kind="bulletin.issued", by=county.reviewer).count() == 1
    with pytest.raises(BulletinError, match="不能再次印发"):
        _issue(bulletin, county.reviewer, "镇脱贫组发〔2018〕22号")


def test_who_may_issue_still_may_not_issue_a_draft_of_his_own(county):
    bulletin = draft(county, by=county.reviewer)
    with pytest.raises(BulletinError, match="编制人不能印发自己编制的通报"):
        _issue(bulletin, county.reviewer)


def test_an_issued_month_is_not_drafted_again_and_a_draft_is_replaced_by_a_newer_one(county):
    first = draft(county)
    second = draft(county)
    first.refresh_from_db()
    assert first.state == "replaced" and second.state == "draft"
    _issue(second, county.reviewer)
    with pytest.raises(BulletinError, match="已于2018-11-30印发"):
        bulletins.start(month=OCTOBER, division=county.division, on=TODAY, by=None)


def test_a_month_that_has_not_ended_is_refused_in_words(county):
    with pytest.raises(BulletinError, match="数据截止日期是2018-11-30，还没有到"):
        bulletins.start(month=Month(2018, 11), division=county.division, on=TODAY, by=None)
    with pytest.raises(CommandError, match="写法不对"):
        call_command("issue_bulletin", month="2018年10月")


def test_two_drafts_of_the_same_data_are_equal_but_for_the_moment_they_were_made(county):
    first, second = draft(county), draft(county)
    assert first.figures == second.figures
    second.known_on = first.known_on
    assert of_bulletin(first) == of_bulletin(second)


def test_recomputed_after_back_dated_corrections_it_is_equal_to_the_byte(county, tmp_path):
    bulletin = _issue(draft(county), county.reviewer)
    stored, figures = bytes(bulletin.workbook), bulletin.figures
    corrected = _correct(50)
    # As in a copy of the database that has lost the stored workbook and the frozen sheets.
    Bulletin.objects.filter(pk=bulletin.pk).update(workbook=None, figures=bulletin.figures)
    with connection.cursor() as cursor:
        for sheet in bulletins.sheets_of(bulletin).values():
            cursor.execute(f"DROP TABLE sheet.{sheet.table}")
    again, sheets = bulletins.recompute(bulletin=bulletin, known_on=bulletin.known_on, by=None)
    assert again == figures
    bulletin.figures = again
    assert of_bulletin(bulletin) == stored
    call_command("issue_bulletin", month="2018-10", xlsx=str(tmp_path / "again.xlsx"))
    assert (tmp_path / "again.xlsx").read_bytes() == stored

    today, new_sheets = bulletins.recompute(bulletin=bulletin, known_on=None, by=None)
    found = differences(sheets["household"], new_sheets["household"])
    assert sorted(one.subject_id for one in found) == corrected
    assert all("residence_state" in one.changes for one in found)
    assert differences(sheets["pairing"], new_sheets["pairing"]) == []
    before, after = (row_of(one, COUNTY)["cells"]["visits_due"] for one in (figures, today))
    assert before - after == 50


def test_a_frozen_sheet_is_neither_filled_nor_dropped(county):
    bulletin = _issue(draft(county), county.reviewer)
    sheet = bulletin.household_sheet
    sheet.refresh_from_db()
    with pytest.raises(fact_sheets.SheetError):
        fact_sheets.fill(sheet, 1, 10)
    with pytest.raises(fact_sheets.SheetError):
        fact_sheets.drop(sheet, now=datetime.datetime.now(datetime.UTC))


def test_a_draft_keeps_its_sheets_until_a_newer_one_replaces_it(county):
    first = draft(county)
    tomorrow = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=2)
    assert fact_sheets.drop_old(now=tomorrow) == 0
    draft(county)
    assert fact_sheets.drop_old(now=tomorrow) == 3
    for sheet in bulletins.sheets_of(Bulletin.objects.get(pk=first.pk)).values():
        assert sheet.dropped_at is not None


def test_the_command_makes_the_draft_then_issues_it_and_refuses_in_words(county, tmp_path):
    with pytest.raises(CommandError, match="还没有通报草稿"):
        call_command("issue_bulletin", month="2018-10", number=NUMBER, by="reviewer")
    file = tmp_path / "draft.xlsx"
    call_command("issue_bulletin", month="2018-10", by="office", xlsx=str(file))
    with pytest.raises(CommandError, match="请加 --by"):
        call_command("issue_bulletin", month="2018-10", number=NUMBER)
    with pytest.raises(CommandError, match="没有启用的账号"):
        call_command("issue_bulletin", month="2018-10", number=NUMBER, by="nobody")
    call_command("issue_bulletin", month="2018-10", number=NUMBER, by="reviewer", xlsx=str(file))
    bulletin = Bulletin.objects.get(state="issued")
    assert hashlib.sha256(file.read_bytes()).hexdigest() == bulletin.workbook_sha256
