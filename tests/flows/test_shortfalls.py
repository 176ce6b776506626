"""Shortfalls 对标补短: opened by what stands, planned by the village, closed by another person of the township."""

import copy
import datetime
import io

import openpyxl
import pytest

from households.actions import records
from households.models import Cadre, HouseholdStatus, Posting, Unit
from povertycase import jobs
from povertycase.models import Account, AuditEvent, Post, RuleVersion
from povertycase.rules import versions
from supervision.actions import full_run, standing
from supervision.models import Shortfall
from tests.exit_county import DAY, TODAY, TOWN, VILLAGE, county, household, pair

__all__ = ["county"]
pytestmark = pytest.mark.django_db
LATER = TODAY + datetime.timedelta(days=20)


@pytest.fixture
def cast(county):
    """A planned household with a bad house in 东胜村, its village clerk, and two people of its township."""
    for name, role, place in (
        ("village", "village_clerk", VILLAGE),
        ("town", "township_clerk", TOWN),
        ("other", "township_reviewer", TOWN),
    ):
        account = Account.objects.create(username=name, display_name=name, must_change_password=False)
        Post.objects.create(account=account, role=role, division_id=place, valid_from=DAY)
        setattr(county, name, account)
    county.home = household(1, grade="D")
    pair(county.home, county.helper)
    judged()
    county.row = Shortfall.objects.get()
    return county


def judged(day=TODAY):
    job = jobs.run_to_end(full_run.start(day=day, by=None))
    assert job.state == "done", job.error


def mended(home, grade="B"):
    records.record(
        household=home, part="housing", true_from=TODAY, values={"grade": grade, "certificate_no": "住建鉴8号", "area": 60},
        entered_on=TODAY, by=None,
    )  # fmt: skip


def enter(client, account):
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


def planned(client, cast, by, **also):
    told = {"row": cast.row.pk, "step": "plan", "measure": "纳入危房改造", "owner": "own", "due_on": LATER.isoformat()}
    return enter(client, by).post("/shortfalls/plan/", told | also)


def reviewed(client, cast, by, decision="close", words="入户看过，已住进新房"):
    version = Shortfall.objects.get(pk=cast.row.pk).version
    told = {"words": words, "decision": decision, "version": version}
    return enter(client, by).post(f"/shortfalls/{cast.row.pk}/close/", told)


def test_the_village_plans_the_fact_improves_and_the_township_closes(client, cast) -> None:
    assert planned(client, cast, cast.village).status_code == 302
    cast.row.refresh_from_db()
    assert (cast.row.measure, cast.row.owner.name, cast.row.due_on) == ("纳入危房改造", "干部", LATER)
    mended(cast.home)
    cast.row.refresh_from_db()
    assert cast.row.state == "recheck"
    page = enter(client, cast.town).get(f"/shortfalls/{cast.row.pk}/").content.decode()
    assert "属实，销号" in page
    assert reviewed(client, cast, cast.town).status_code == 302
    cast.row.refresh_from_db()
    assert (cast.row.state, cast.row.closed_by, cast.row.closed_on) == ("closed", cast.town, TODAY)
    assert AuditEvent.objects.filter(kind="shortfall.closed", by=cast.town).exists()


def test_who_planned_it_may_not_close_it(client, cast) -> None:
    planned(client, cast, cast.town)
    mended(cast.home)
    page = enter(client, cast.town).get(f"/shortfalls/{cast.row.pk}/").content.decode()
    assert "另一位同志" in page and "属实，销号" not in page
    assert reviewed(client, cast, cast.town).status_code == 422
    assert reviewed(client, cast, cast.other).status_code == 302


def test_the_village_may_not_close(client, cast) -> None:
    mended(cast.home)
    assert reviewed(client, cast, cast.village).status_code == 403


def test_nothing_closes_before_the_criterion_is_met_nor_without_words(client, cast) -> None:
    assert reviewed(client, cast, cast.town).status_code == 422
    mended(cast.home)
    assert reviewed(client, cast, cast.town, words=" ").status_code == 422
    cast.row.refresh_from_db()
    assert cast.row.state == "recheck"


def test_sent_back_it_waits_for_a_person_and_no_run_moves_it(client, cast) -> None:
    planned(client, cast, cast.village)
    mended(cast.home)
    assert reviewed(client, cast, cast.town, "back", "屋顶还在漏").status_code == 302
    judged()
    cast.row.refresh_from_db()
    assert cast.row.state == "open"
    assert "退回重补" in enter(client, cast.village).get("/shortfalls/").content.decode()
    assert client.post(f"/shortfalls/{cast.row.pk}/done/").status_code == 302
    cast.row.refresh_from_db()
    assert cast.row.state == "recheck"


def test_a_closed_one_that_falls_short_again_is_another_row(client, cast) -> None:
    mended(cast.home)
    reviewed(client, cast, cast.town)
    records.correct(
        row=cast.home.housingappraisal_set.filter(grade="B", superseded_at=None).get(), values={"grade": "C"},
        entered_on=TODAY, by=None,
    )  # fmt: skip
    assert list(Shortfall.objects.order_by("pk").values_list("state", flat=True)) == ["closed", "open"]


def test_one_that_somebody_else_has_moved_on_is_refused(client, cast) -> None:
    mended(cast.home)
    told = {"words": "已看", "decision": "close", "version": 0}
    assert enter(client, cast.town).post(f"/shortfalls/{cast.row.pk}/close/", told).status_code == 409


def test_several_are_planned_at_once_each_with_its_own_helper(client, cast) -> None:
    pair(household(2, grade="C"), cast.helper)
    judged()
    rows = list(Shortfall.objects.values_list("pk", flat=True))
    assert planned(client, cast, cast.village, row=rows).status_code == 302
    assert Shortfall.objects.filter(measure="纳入危房改造", owner__name="干部").count() == 2
    assert AuditEvent.objects.get(kind="shortfall.planned").params["count"] == 2


def test_a_household_without_helper_needs_a_named_cadre(client, cast) -> None:
    household(2, grade="C")
    judged()
    row = Shortfall.objects.exclude(pk=cast.row.pk).get()
    answer = planned(client, cast, cast.village, row=row.pk)
    assert answer.status_code == 422 and "请选择一位责任人" in answer.content.decode()
    cadre = Cadre.objects.create(cadre_no="C7", name="驻村", unit=Unit.objects.first())
    Posting.objects.create(cadre=cadre, village_id=VILLAGE, role="team_member", entered_on=DAY, true_from=DAY)
    assert planned(client, cast, cast.village, row=row.pk, owner="C7").status_code == 302


def test_shortfalls_of_other_villages_are_as_if_they_did_not_exist(client, cast) -> None:
    assert planned(client, cast, cast.clerk).status_code == 404
    assert enter(client, cast.clerk).get(f"/shortfalls/{cast.row.pk}/").status_code == 404


def test_the_counts_of_the_workbench_are_the_lists_they_open(client, cast) -> None:
    for number in (2, 3):
        household(number, grade="C")
    judged()
    for account in (cast.village, cast.town):
        page = enter(client, account).get("/").content.decode()
        assert "/shortfalls/?wanted=unplanned" in page
        rows = client.get("/shortfalls/?wanted=unplanned").context["page"]
        assert rows.paginator.count == 3
    mended(cast.home)
    page = enter(client, cast.town).get("/").content.decode()
    assert "/shortfalls/?state=recheck" in page
    assert client.get("/shortfalls/?state=recheck").context["page"].paginator.count == 1


def test_the_list_leaves_as_a_workbook_without_any_amount(client, cast) -> None:
    household(2, per_head=2890)
    judged()
    answer = enter(client, cast.town).post("/shortfalls/export/")
    book = openpyxl.load_workbook(io.BytesIO(answer.getvalue()))
    cells = [str(cell) for row in book.active.iter_rows(values_only=True) for cell in row]
    assert "收入未达标" in cells
    assert not any("2890" in cell or "5780" in cell for cell in cells)
    assert AuditEvent.objects.get(kind="shortfall.list_exported").params == {"rows": 2}


def test_the_file_of_the_household_shows_its_shortfalls(client, cast) -> None:
    page = enter(client, cast.village).get(f"/households/{cast.home.household_no}/").content.decode()
    assert f"/shortfalls/{cast.row.pk}/" in page


def test_who_left_the_register_or_the_plan_waits_for_a_person_with_the_words_why(client, cast) -> None:
    other = household(2, grade="D", people=1)
    judged()
    for home, also in (
        (cast.home, {"poverty_status": "gone"}),
        (other, {"poverty_status": "poor", "planned_exit_year": 2019}),
    ):
        HouseholdStatus.objects.create(household=home, attr="general", true_from=TODAY, entered_on=TODAY, **also)
    judged()
    gone, off = cast.row, Shortfall.objects.get(household=other)
    gone.refresh_from_db()
    assert (gone.state, gone.closing_words) == ("recheck", "该户已不在建档立卡系统中")
    assert (off.state, off.closing_words, off.improved_on) == ("recheck", "该户已不在本年度退出计划中", TODAY)
    version = off.version
    judged()
    off.refresh_from_db()
    assert off.version == version, "the next night changes nothing"
    page = enter(client, cast.town).get(f"/shortfalls/{gone.pk}/").content.decode()
    assert "待复核原因" in page and "该户已不在建档立卡系统中，请核实后销号" in page
    assert reviewed(client, cast, cast.town, words="已整户去世，村里核实").status_code == 302
    gone.refresh_from_db()
    assert (gone.state, gone.closed_by) == ("closed", cast.town)


def test_sent_back_after_leaving_it_stays_open_and_listed_again_it_is_asked_as_before(client, cast) -> None:
    def plan(year):
        HouseholdStatus.objects.create(
            household=cast.home, attr="general", poverty_status="poor", planned_exit_year=year, true_from=TODAY,
            entered_on=TODAY,
        )  # fmt: skip
        judged()
        cast.row.refresh_from_db()

    plan(2019)
    assert reviewed(client, cast, cast.town, "back", "仍要改造住房").status_code == 302
    judged()
    cast.row.refresh_from_db()
    assert cast.row.state == "open" and cast.row.closing_words == "仍要改造住房"
    plan(2018)
    assert (cast.row.state, cast.row.improved_on) == ("open", None)
    plan(2019)
    plan(2018)
    assert (cast.row.state, cast.row.closing_words) == ("open", "")


def another_standard(county, level="household", **also):
    """The province's own standard, which asks what the national one asks; returns it to be taken out of force."""
    body = copy.deepcopy(next(one for one in versions.all_of("standard") if one.code == f"national-{level}").body)
    body |= {"code": f"own-{level}", "name": "本省标准", "division": "22", **also}
    told = {"kind": "standard", "code": body["code"], "division_code": body["division"], "body": body}
    return RuleVersion.objects.create(
        **told, sha256=versions.sha256(body), valid_from=DAY, document="本省文件", author=county.office
    )


def test_one_of_a_replaced_standard_waits_for_a_person_and_the_new_standard_opens_its_own(client, cast) -> None:
    own = another_standard(cast)
    judged()
    cast.row.refresh_from_db()
    words = "退出标准已更换，新标准不再考核这项指标"
    assert (cast.row.state, cast.row.closing_words, cast.row.improved_on) == ("recheck", words, TODAY)
    assert Shortfall.objects.get(state="open").standard_code == own.code
    version = cast.row.version
    judged()
    mended(cast.home, "D")
    cast.row.refresh_from_db()
    assert (cast.row.state, cast.row.version) == ("recheck", version), "neither the night nor a fact moves it again"
    page = enter(client, cast.town).get(f"/shortfalls/{cast.row.pk}/").content.decode()
    assert f"{words}，请核实后销号" in page and "转待复核日期" in page
    assert reviewed(client, cast, cast.town, words="标准已换，按新标准补短").status_code == 302
    cast.row.refresh_from_db()
    assert (cast.row.state, cast.row.closed_by) == ("closed", cast.town)


def test_sent_back_or_with_its_standard_in_force_again_it_is_open_as_before(client, cast) -> None:
    own = another_standard(cast)
    judged()
    reviewed(client, cast, cast.town, "back", "住房仍要改造")
    judged()
    cast.row.refresh_from_db()
    assert (cast.row.state, cast.row.closing_words) == ("open", "住房仍要改造"), "sent back it is not released again"
    RuleVersion.objects.filter(pk=own.pk).update(in_force=False)
    judged()
    cast.row.refresh_from_db()
    assert (cast.row.state, cast.row.improved_on) == ("open", None)
    replaced = Shortfall.objects.get(standard_code=own.code)
    assert replaced.state == "recheck", "now the other one is of a standard that nobody follows"


def test_a_criterion_that_a_new_version_leaves_out_waits_for_a_person_too(cast) -> None:
    now = next(one for one in versions.all_of("standard") if one.code == "national-household")
    body = copy.deepcopy(now.body)
    body["criteria"] = [one for one in body["criteria"] if one["code"] != "housing"]
    new = {"division_code": now.division_code, "body": body, "document": "修订", "author": cast.office}
    RuleVersion.objects.create(kind=now.kind, code=now.code, sha256=versions.sha256(body), valid_from=DAY, **new)
    RuleVersion.objects.filter(pk=now.pk).update(valid_to=DAY)
    standing.rejudge([cast.home.pk], day=TODAY, event=None)
    cast.row.refresh_from_db()
    assert (cast.row.criterion, cast.row.state) == ("housing", "recheck")
