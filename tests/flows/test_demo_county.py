"""The demo county comes in by the office's own import and gives the figures that were published."""

import csv
import datetime
import shutil
import stat
from collections import Counter
from decimal import Decimal

import openpyxl
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import transaction

from households.models import (
    Cadre,
    ChangeRequest,
    CollectionWindow,
    Household,
    Membership,
    Pairing,
    Posting,
    Unit,
    VillageRecord,
)
from povertycase import audit, jobs, slots
from povertycase.actions import divisions
from povertycase.models import Account, ImportBatch, ImportProblem
from supervision.actions import exit_runs
from supervision.demo import fill, importing, workbooks
from supervision.demo.county import generate
from supervision.demo.villages import DIVISIONS
from supervision.models import Bulletin, ExitRun, Shortfall
from supervision.queries import verdicts

# Filled once: all tests of this file run in the same process.
pytestmark = pytest.mark.xdist_group("demo_county")
NOVEMBER, OCTOBER = datetime.date(2018, 11, 30), datetime.date(2018, 10, 31)
COUNTY_CODE = "220821000000"
SMALL_TOWN = "220821200000"  # 哈吐气蒙古族乡, five villages


@pytest.fixture(scope="module")
def filled(django_db_setup, django_db_blocker, tmp_path_factory):
    """The whole county, filled once for this module in one transaction; the lines it told."""
    told: list[str] = []
    before = settings.DATA_DIR, settings.COUNTY, settings.OFFICE_DATE, settings.UPLOAD_DIR
    folder = tmp_path_factory.mktemp("data")
    with django_db_blocker.unblock(), transaction.atomic():
        settings.DATA_DIR, settings.COUNTY, settings.OFFICE_DATE = folder, "220821", NOVEMBER
        settings.UPLOAD_DIR = folder / "uploads"
        fill.Fill("220821", 1, told.append, processes=1).run()
        yield told
        transaction.set_rollback(True)
        settings.DATA_DIR, settings.COUNTY, settings.OFFICE_DATE, settings.UPLOAD_DIR = before


def counts(run: ExitRun) -> dict[str, list[int]]:
    run.refresh_from_db()
    return run.counts["outcomes"]


def check(as_of: datetime.date, population: str = "planned") -> ExitRun:
    place = divisions.Division.objects.get(code=COUNTY_CODE)
    run = exit_runs.start(standard="national-household", as_of=as_of, division=place, population=population, by=None)
    assert jobs.run_to_end(run.job).state == "done"
    return run


def test_the_register_has_the_households_persons_and_helpers_of_the_county(filled):
    there = Membership.objects.known().true_on(NOVEMBER)
    assert Household.objects.count() == 18_884
    assert there.count() == 36_076
    assert Membership.objects.known().true_on(OCTOBER).count() != 36_076
    assert (Cadre.objects.count(), Unit.objects.count()) == (8_935, 189)
    paired = Pairing.objects.known().true_on(NOVEMBER)
    assert paired.values("household").distinct().count() == 18_884
    assert paired.values("cadre").distinct().count() == 8_935
    assert Counter(Posting.objects.values_list("role", flat=True)) == {"first_secretary": 115, "team_member": 302}


def test_of_6318_planned_households_6300_meet_the_national_standard(filled):
    run = ExitRun.objects.get(as_of=NOVEMBER, population="planned")
    assert counts(run) == {"met": [6_300, 11_872], "unmet": [18, 33], "unknown": [0, 0]}
    assert counts(check(NOVEMBER, "unplanned"))["unmet"] == [39, 71]


def test_in_october_most_meet_some_are_unknown_and_few_do_not(filled):
    found = {word: households for word, (households, _) in counts(check(OCTOBER)).items()}
    assert found == {"met": 5_490, "unknown": 594, "unmet": 234}


def test_the_receipts_show_what_was_cleaned_and_what_was_refused(filled):
    batches = ImportBatch.objects.filter(state="applied", kind="register")
    assert batches.count() == 11
    assert sum(batch.counts["households"]["new"] for batch in batches) == 18_884
    assert {batch.counts["households"]["refused"] for batch in batches} == {2}
    kinds = set(ImportProblem.objects.values_list("severity", "code"))
    assert {("error", "id_check"), ("error", "id_number_twice")} <= kinds
    assert {
        ("cleaned", "id_lower_x"),
        ("cleaned", "id_width"),
        ("cleaned", "synonym"),
        ("cleaned", "row_twice"),
    } <= kinds


def test_the_incidences_are_announced_figures_with_their_document(filled):
    records = VillageRecord.objects.filter(division_id=COUNTY_CODE).order_by("true_from")
    assert [record.incidence for record in records] == [Decimal("20.90"), Decimal("14.20"), Decimal("6.94")]
    assert {record.rural_registered_pop for record in records} == {172_612}
    assert all(record.document for record in records)
    villages = VillageRecord.objects.filter(true_from=datetime.date(2017, 12, 31), division__level="village")
    assert sum(record.rural_registered_pop for record in villages) == 172_612
    assert villages.filter(is_poor=True).count() == 82


def test_the_bulletin_of_october_is_drafted(filled):
    bulletin = Bulletin.objects.get(month="2018-10")
    assert bulletin.state == Bulletin.State.DRAFT
    assert bulletin.as_of == OCTOBER


def test_the_bulletins_of_the_three_months_before_are_issued(filled):
    issued = Bulletin.objects.filter(state=Bulletin.State.ISSUED).order_by("month")
    assert [bulletin.month for bulletin in issued] == ["2018-07", "2018-08", "2018-09"]
    assert [bulletin.issued_on.month for bulletin in issued] == [8, 9, 10]
    rates = [bulletin.figures["rows"][0]["cells"]["visit_rate"] for bulletin in issued]
    assert len(set(rates)) == 3 and all(Decimal(rate) > 90 for rate in rates)


def test_villages_have_shortfalls_one_planned_one_for_the_township_to_review_some_waiting_for_papers(filled):
    rows = Shortfall.objects.exclude(division=None)
    villages = rows.filter(division__level="village")
    assert villages.filter(state="open", unknown=False, planned_by__username="village_clerk1").count() == 1
    assert villages.get(state="recheck").criterion == "broadband"
    assert 0 < villages.filter(state="open", unknown=True).count() < 12
    assert rows.filter(division_id=COUNTY_CODE, state="open").exists()


def test_every_account_of_the_file_can_sign_in_and_sees_something_where_it_has_reach(filled):
    file = settings.DATA_DIR / "demo-accounts.csv"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with file.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert list(rows[0]) == ["role", "username", "password", "division_code", "division_name"]
    each = Counter(row["role"] for row in rows)
    assert each.pop("first_secretary") == 115
    assert set(each.values()) == {3} and len(each) == 15
    accounts = {account.username: account for account in Account.objects.all()}
    for row in rows:
        account = accounts[row["username"]]
        assert account.roles() == [row["role"]]
        assert not account.must_change_password
        sees = slots.ROLES[row["role"]].reach in ("divisions", "own_pairings", "own_unit")
        assert Household.objects.visible_to(account).exists() == sees, row["username"]
    assert accounts[rows[0]["username"]].check_password(rows[0]["password"])


def test_the_fill_tells_its_steps_and_does_nothing_the_second_time(filled):
    assert [line[:6] for line in filled if line.startswith("步骤")] == [f"步骤 {at}/9" for at in range(1, 10)]
    before = ImportBatch.objects.count()
    call_command("fill_demo")
    assert ImportBatch.objects.count() == before
    assert audit.AuditEvent.objects.filter(kind="demo.filled").count() == 1


# --- one township, changed by hand ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def township(tmp_path_factory):
    return workbooks.write(generate("220821", 1), SMALL_TOWN, tmp_path_factory.mktemp("books"))


@pytest.fixture
def judge(db, settings, tmp_path):
    """Import a workbook into an empty register, judge the planned, take everything back."""
    settings.COUNTY, settings.OFFICE_DATE, settings.UPLOAD_DIR = "220821", NOVEMBER, tmp_path / "uploads"
    file = DIVISIONS / "220821.csv"
    divisions.load(rows=divisions.read(file), source=file.name, by=None)

    def judged(workbook):
        with transaction.atomic():
            importing.bring_in([workbook], NOVEMBER, False, lambda done, batch: None, iter(()))
            found = {item["household_no"]: item["outcome"] for item in verdicts.objects(check(NOVEMBER))}
            transaction.set_rollback(True)
        return found

    return judged


def test_a_house_of_grade_d_a_missing_certificate_and_missing_incomes_change_exactly_these_households(
    judge, township, tmp_path
):
    before = judge(township)
    met = sorted(number for number, outcome in before.items() if outcome == "met")
    assert len(met) > 150
    dangerous, uncertified, uncounted = met[0], met[1], set(met[2:52])
    changed = tmp_path / township.name
    shutil.copy(township, changed)
    book = openpyxl.load_workbook(changed)
    living = _rows(book["生产生活条件"])
    living[dangerous][-1][_column(book["生产生活条件"], "住房鉴定等级")].value = "D级"
    living[uncertified][-1][_column(book["生产生活条件"], "鉴定证书编号")].value = None
    incomes = book["收入"]
    for number, rows in sorted(_rows(incomes).items(), reverse=True):
        if number in uncounted:
            for cells in reversed(rows):
                incomes.delete_rows(cells[0].row)
    book.save(changed)
    after = judge(changed)
    expected = {dangerous: "unmet", uncertified: "unknown", **dict.fromkeys(uncounted, "unknown")}
    assert after == {**before, **expected}


def _rows(page):
    found = {}
    for cells in page.iter_rows(min_row=5):
        if cells[1].value:
            found.setdefault(str(cells[1].value), []).append(cells)
    return found


def _column(page, heading):
    return next(place for place, cell in enumerate(page[4]) if str(cell.value).startswith(heading))


def test_changes_are_under_way_at_a_village_a_township_and_a_bureau(filled):
    waits = ChangeRequest.objects.filter(state="open").order_by("pk").values_list("kind", "next_place", "bureau")
    assert list(waits) == [("condition", "bureau", "medical"), ("living", "town", ""), ("residence", "village", "")]
    assert CollectionWindow.objects.get().entry_to == datetime.date(2018, 11, 20)
