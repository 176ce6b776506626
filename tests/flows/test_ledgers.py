"""走访台账 and 帮扶措施台账: what was done at whose house, by conditions, on the page and in the file alike."""

import datetime
import io

import openpyxl
import pytest
from django.test import Client

from assistance.actions import measures, visits
from households.models import Cadre, SavedRoll
from povertycase.models import AuditEvent
from tests.register_cast import EAST, TODAY

pytest_plugins = ["tests.register_cast"]
pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def at(people, homes):
    for home, day, kind in ((homes.west, 20, "phone"), (homes.front, 28, "home"), (homes.east, 28, "home")):
        visits.enter(
            household=home, kind=kind, visited_on=datetime.date(2018, 11, day), findings="家里都好。", visitor_name="丁一",
            follow_up="已修好" if home == homes.east else "",
            entered_on=TODAY, by=None,
        )  # fmt: skip
    measures.plan(
        household=homes.west, kind="industry", content="养羊二十只", amount=3000, year=2017, entered_on=TODAY, by=None
    )

    def sign_in(name):
        client = Client()
        client.force_login(getattr(people, name), backend=BACKEND)
        return client

    return sign_in


def book(answer):
    assert answer.status_code == 200, answer.content.decode()[:500]
    return openpyxl.load_workbook(io.BytesIO(answer.getvalue()))


def lines(answer):
    return [list(row) for row in book(answer).worksheets[0].iter_rows(min_row=3, values_only=True)]


def shown(client, address):
    return [[str(cell["value"]) for cell in row["cells"]] for row in client.get(address).context["rows"]]


def test_the_ledger_begins_with_the_visits_of_the_bulletin_s_month_and_says_so(at):
    office = at("office")
    page = office.get("/visits/")
    assert "2018-11-01 至 2018-11-30" in page.content.decode()
    assert [row["number"] for row in page.context["rows"]] == ["H0001", "H0004", "H0003"], "the newest first"
    assert len(shown(office, "/visits/?period=")) == 4
    assert len(shown(office, "/visits/?period=last_month")) == 1


def test_place_kind_and_visitor_narrow_it_and_conditions_of_households_too(at):
    office = at("office")
    cadre = Cadre.objects.get(name="赵国强")
    assert len(shown(office, f"/visits/?period=year&village={EAST}")) == 2
    assert [row[5] for row in shown(office, "/visits/?period=year&visit_kind=phone")] == ["电话（视频）"]
    assert [row[6] for row in shown(office, f"/visits/?period=year&cadre={cadre.pk}")] == ["赵国强"]
    assert len(shown(office, "/visits/?period=year&status=exited")) == 1
    assert shown(office, "/visits/?period=nonsense") == [] == shown(office, "/visits/?period=&cadre=x")


def test_everybody_sees_the_visits_of_his_own_households_only(at):
    assert len(shown(at("township"), "/visits/?period=")) == 3
    assert len(shown(at("helper"), "/visits/?period=")) == 2
    assert shown(at("clerk"), "/visits/?period=")[0][2] == "H0003"
    assert at("auditor").get("/visits/").status_code == 403


def test_what_was_asked_for_at_home_is_for_who_may_read_health(at):
    assert "西屋墙角返潮" in at("office").get("/visits/?period=").content.decode()
    page = at("liaison").get("/visits/?period=").content.decode()
    assert "发现问题或诉求" not in page and "西屋墙角返潮" not in page


def test_the_file_says_what_the_page_says_with_its_conditions_on_the_last_sheet(at):
    office = at("office")
    page = office.get(f"/visits/?period=year&village={EAST}")
    found = book(office.post(page.context["export"]))
    rows = [list(row) for row in found.worksheets[0].iter_rows(min_row=4, values_only=True)]
    assert found.worksheets[0]["A1"].value == "走访台账"
    told = sorted((row[2], row[4].date(), row[5], row[6]) for row in rows)
    on_page = sorted((row[2], row[4], row[5], row[6]) for row in shown(office, f"/visits/?period=year&village={EAST}"))
    assert [(one[0], str(one[1]), *one[2:]) for one in told] == on_page
    about = {row[0]: row[1] for row in found.worksheets[-1].iter_rows(values_only=True)}
    assert found.sheetnames[-1] == "导出说明" and "东胜村委会" in about["条件"] and "走访日期：本年" in about["条件"]
    assert AuditEvent.objects.filter(kind="households.exported").exists()


def test_all_visits_leave_the_house_when_no_period_is_chosen_and_as_text_too(at):
    office = at("office")
    page = office.get("/visits/?period=")
    assert len(lines(office.post(page.context["export"]))) == 5
    text = office.post(page.context["export"], {"as": "csv"}).getvalue().decode("utf-8-sig")
    assert text.startswith("乡镇,行政村,户编号") and "赵国强" in text


def test_measures_stand_in_a_ledger_of_their_own(at):
    office = at("office")
    rows = shown(office, "/measures/")
    assert [row[2] for row in rows] == ["H0001", "H0003"] and rows[1][8] == "3000.00"
    assert len(shown(office, "/measures/?measure_year=2017")) == 1
    assert len(shown(office, "/measures/?measure_kind=health&measure_state=planned")) == 1
    page = office.get("/measures/?measure_year=2017")
    assert lines(office.post(page.context["export"]))[1][2] == "H0003"


def test_a_roll_has_a_row_for_each_visit_or_measure_and_is_shared(at):
    office = at("office")
    columns = [
        "household.household_no",
        "household.member_count",
        "visit.visited_on",
        "visit.visitor",
        "visit.findings",
    ]
    sent = {"kind": "visit", "column": columns, "period": "year", "joined": "yes"}
    page = office.get("/rolls/new/?kind=visit&period=year")
    assert "4 次走访" in page.content.decode() and 'value="visit.topics"' in page.content.decode()
    sheet = book(office.post("/rolls/take/", sent)).worksheets[0]
    assert [sheet.cell(row, 4).value for row in range(4, 8)] == ["赵国强", "丁一", "丁一", "丁一"]
    assert {str(one) for one in sheet.merged_cells.ranges} >= {"A4:A5", "B4:B5"}, "合并同户"
    office.post("/rolls/new/", {**sent, "name": "本年走访", "act": "save", "share": "yes"})
    roll = SavedRoll.objects.get()
    assert (roll.kind, roll.params, roll.division_code) == ("visit", {"period": "year"}, "220821000000")
    township = at("township")
    assert "每次走访一行" in township.get("/rolls/").content.decode()
    assert {row[0] for row in lines(township.post(f"/rolls/{roll.pk}/export/"))[1:]} == {"H0001", None, "H0003"}
    measured = {"kind": "measure", "column": ["household.household_no", "measure.kind", "measure.amount"]}
    assert lines(office.post("/rolls/take/", measured))[2] == ["H0003", "产业帮扶", 3000]


def test_in_a_roll_of_measures_there_is_no_column_of_a_visit_or_of_a_person(at):
    office = at("office")
    sent = {"kind": "measure", "column": ["measure.content", "visit.need", "member.name"]}
    assert lines(office.post("/rolls/take/", sent))[0] == ["项目内容"]
