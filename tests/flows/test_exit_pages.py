"""The pages of the exit check: every figure opens a list of exactly that many rows, within the reader's reach."""

import io
import re

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from households.models import Household, HousingAppraisal
from povertycase import audit
from povertycase.exchange import listed
from povertycase.models import AuditEvent
from supervision.models import ExitRun, Verdict
from supervision.queries import exit_runs, verdicts
from supervision.sheets import exit_list_xlsx
from tests.exit_county import OTHER_VILLAGE, TODAY, VILLAGE, check, county, household, pair

__all__ = ["county"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def run(county):
    """Eight planned households in two villages, two of them unmet, one unknown, and one already exited."""
    household(1), household(2, per_head=3000), household(3, certificate=""), household(4, grade="D", per_head=100)
    for number in range(5, 9):
        household(number, village=OTHER_VILLAGE)
    household(9, status="exited", plan=2016)
    return check(county.division)


def as_(client, account):
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


def rows_of(answer) -> int:
    return len(re.findall(r'class="lead"><a href="/exit/\d+/households/', answer.content.decode()))


def test_every_figure_opens_a_list_of_exactly_that_many_rows(client, county, run):
    page = as_(client, county.office).get(reverse("exit-run", args=[run.pk])).content.decode()
    links = set(re.findall(r'href="(/exit/\d+/households/[^"]*)"[^>]*>(?:<span>[^<]*</span><b>)?([\d,]+)', page))
    assert len(links) > 20
    for address, figure in links:
        answer = client.get(address.replace("&amp;", "&"))
        assert rows_of(answer) == int(figure.replace(",", "")), address


def test_the_expected_figures_are_arithmetic_and_say_so(client, county, run):
    page = as_(client, county.office).get(reverse("exit-run", args=[run.pk])).content.decode()
    assert "预计" in page and "6 户 12 人" in page  # five that meet, one that had exited
    assert "本结果仅供工作参考，不作为退出依据" in page
    assert "未核对原文" in page


def test_a_clerk_sees_his_own_rows_of_the_countys_check_alone(client, county, run):
    as_(client, county.clerk)
    page = client.get(reverse("exit-run", args=[run.pk])).content.decode()
    assert "前屯" in page and "东胜" not in page and "预计" not in page
    answer = client.get(reverse("exit-list", args=[run.pk]))
    assert rows_of(answer) == 4
    assert "户主2" not in answer.content.decode()
    assert client.get(reverse("exit-verdict", args=[run.pk, "H00002"])).status_code == 404
    assert client.get(reverse("exit-list", args=[run.pk]), {"place": VILLAGE}).content.decode().count("户主") <= 2


def test_a_helper_sees_his_own_household(client, county, run):
    pair(Verdict.objects.get(household__household_no="H00002").household, county.helper)
    answer = as_(client, county.helper).get(reverse("exit-list", args=[run.pk]))
    assert rows_of(answer) == 1 and "户主2" in answer.content.decode()


def test_a_leader_does_not_enter(client, county, run):
    assert as_(client, county.leader).get(reverse("exit-runs")).status_code == 403


def test_the_village_reads_the_gap_in_words_and_never_the_amount(client, county, run):
    address = reverse("exit-verdict", args=[run.pk, "H00002"])
    office = as_(client, county.office).get(address).content.decode()
    assert "3,000" in office and "3,535" in office
    village = as_(client, county.secretary).get(address).content.decode()
    assert "收入未达标" in village
    assert "3,000" not in village and "人均纯收入高于" not in village


def test_what_is_missing_names_who_supplies_it(client, county, run):
    page = as_(client, county.secretary).get(reverse("exit-verdict", args=[run.pk, "H00003"])).content.decode()
    assert "待核实（缺：住房鉴定等级，由村报、县住建局认定）" in page


def test_the_household_file_judges_on_the_spot(client, county, run):
    page = as_(client, county.office).get(reverse("household", args=["H00002"])).content.decode()
    assert "退出达标情况" in page and "收入未达标" in page
    exited = client.get(reverse("household", args=["H00009"])).content.decode()
    assert "稳定" in exited


def test_a_check_is_started_on_the_page(client, county, run):
    form = {"standard": "national-household", "as_of": TODAY, "division": county.division.pk, "population": "all"}
    answer = as_(client, county.office).post(reverse("exit-start"), form)
    started = ExitRun.objects.latest("pk")
    assert answer.url == reverse("exit-run", args=[started.pk]) and started.population == "all"
    assert "等待中" in client.get(answer.url).content.decode()
    progress = client.get(reverse("exit-progress", args=[started.pk]))
    assert progress.status_code == 200 and "HX-Refresh" not in progress.headers
    assert client.get(reverse("exit-runs")).status_code == 200


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ({"as_of": "2026-01-01"}, "不在有效期内"),
        ({"as_of": "2018-13-01"}, "错误"),
        ({"division": "999999999999"}, "错误"),
        ({"standard": "other"}, "错误"),
        ({"population": ""}, "错误"),
    ],
)
def test_a_wrong_form_comes_back_with_its_sentence(client, county, wanted, words):
    form = {"standard": "national-household", "as_of": TODAY, "division": county.division.pk, "population": "planned"}
    answer = as_(client, county.office).post(reverse("exit-start"), {**form, **wanted})
    assert answer.status_code == 200 and words in answer.content.decode()
    assert not ExitRun.objects.exists()


@pytest.mark.parametrize("query", ["outcome=x", "criterion=x", "result=x", "place=abc"])
def test_an_unknown_filter_is_a_page_that_does_not_exist(client, county, run, query):
    assert as_(client, county.office).get(reverse("exit-list", args=[run.pk]) + f"?{query}").status_code == 404


def test_the_api_gives_the_same_rows_with_the_same_rights(client, county, run):
    listed = as_(client, county.office).get(reverse("api-exit-runs")).json()
    assert listed["count"] == 1 and listed["results"][0]["standard"] == "national-household"
    one = client.get(reverse("api-exit-run", args=[run.pk])).json()
    assert one["counts"]["met"] == {"households": 5, "persons": 10}
    found = client.get(reverse("api-exit-verdicts", args=[run.pk])).json()
    assert found["count"] == 8 and found["results"][1]["criteria"][0]["value"] == 3000
    as_(client, county.secretary)
    hidden = client.get(reverse("api-exit-verdicts", args=[run.pk])).json()
    assert hidden["count"] == 4 and hidden["results"][1]["criteria"][0]["value"] is None


def test_the_pages_ask_the_database_a_fixed_number_of_times(client, county, run, django_assert_max_num_queries):
    as_(client, county.office)
    with django_assert_max_num_queries(20):
        client.get(reverse("exit-run", args=[run.pk]))
    with django_assert_max_num_queries(16):
        client.get(reverse("exit-list", args=[run.pk]))


def test_the_files_section_asks_for_the_rules_once_and_judges_in_one_statement(county, run):
    home = Household.objects.get(household_no="H00002")
    county.office.can("exit.view")  # the posts are read before
    with CaptureQueriesContext(connection) as told:
        exit_runs.file_section(home, county.office, TODAY)
    sent = [one["sql"] for one in told.captured_queries]
    assert sum('FROM "povertycase_ruleversion"' in sql for sql in sent) == 2
    assert len(sent) <= 11


def test_cautions_are_read_in_the_readers_language_and_name_the_province(client, county, settings):
    run = check(county.division, standard="guangxi-household-2018")
    assert all(set(caution) == {"code", "params"} for caution in run.warnings)
    page = as_(client, county.office).get(reverse("exit-run", args=[run.pk])).content.decode()
    assert "是其他区划（广西壮族自治区）的标准" in page and "2018-01-01 至 2019-12-31" in page
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    page = client.get(reverse("exit-run", args=[run.pk])).content.decode()
    assert "a standard of another division (广西壮族自治区)" in page and "not checked against the document" in page
    assert "2018-01-01 to 2019-12-31" in page and "未核对文件原文" not in page
    run.warnings = ["从前写下的一句话。"]
    run.save()
    assert "从前写下的一句话。" in client.get(reverse("exit-run", args=[run.pk])).content.decode()


def test_every_reason_names_its_source_rows_and_why(client, county, run):
    home = Household.objects.get(household_no="H00002")
    event = audit.record("household.recorded", by=county.clerk, about="H00002", households=[home.pk])
    HousingAppraisal.objects.filter(household=home).update(event_id=event, appraised_by="县住建局")
    paper = HousingAppraisal.objects.get(household=home)
    address = reverse("exit-verdict", args=[run.pk, "H00002"])
    page = as_(client, county.office).get(address).content.decode()
    assert '<a href="/households/H00002/#living">住房鉴定</a>' in page
    assert f"{paper.true_from}　{paper.certificate_no}，县住建局　{paper.entered_on} 录入（clerk）" in page
    assert '<a href="/households/H00002/#income">收入核算</a>' in page and "#members" in page
    assert "判断条件：人均纯收入高于扶贫标准（3,535元）" in page and "标准线：扶贫标准 3,535元（" in page
    assert "现状：人均纯收入 3,000元/人" in page and "文件：中共中央办公厅" in page
    village = as_(client, county.secretary).get(address).content.decode()
    assert "3,000" not in village and "标准线：" not in village
    assert "判断条件：人均纯收入" not in village and "判断条件：住房鉴定等级" in village
    file = as_(client, county.office).get(reverse("household", args=["H00002"])).content.decode()
    assert '<a href="#living">住房鉴定</a>' in file


def test_the_list_leaves_as_a_workbook_with_the_same_rows_and_the_fixed_line(client, county, run):
    as_(client, county.clerk)
    address = reverse("exit-list-export", args=[run.pk])
    assert address in client.get(reverse("exit-list", args=[run.pk]), {"outcome": "met"}).content.decode()
    answer = client.post(address + "?outcome=met&place=220821102")
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    rows = list(book["名单"].values)
    assert "演示数据" in rows[1][0] and "本结果仅供工作参考，不作为退出依据" in rows[1][0]
    assert len(rows) == 3 + 4 and rows[3][:6] == (1, "大屯镇", "前屯村委会", None, "H00005", "户主5")
    assert rows[2][9:] == ("人均纯收入（元/人）", "高于标准线（元）") and rows[3][9] - rows[3][10] == 3535
    about = dict(row[:2] for row in book["导出说明"].values)
    assert about["条件"] == "预审结果：达标；区划：大屯镇" and about["行数"] == "4"
    assert AuditEvent.objects.get(kind="exit_run.list_exported").params["rows"] == 4
    assert client.post(address + "?outcome=x").status_code == 404
    as_(client, county.secretary)
    assert client.post(address).status_code == 403
    assert "导出Excel" not in client.get(reverse("exit-list", args=[run.pk])).content.decode()


def test_who_may_not_see_amounts_gets_a_workbook_without_them(county, run):
    found = exit_list_xlsx.listed(run, verdicts.chosen(run, county.office), "", amounts=False)
    file, number = listed.to_file(found, "xlsx", "经办")
    rows = list(openpyxl.load_workbook(file)["名单"].values)
    assert number == 8 and len(rows[2]) == 9 and not any(3000 in row for row in rows)
