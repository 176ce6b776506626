"""The pages of the bulletin: figures that open their lists, reach, issue on the page, comparison, workbook."""

import datetime
import io
import re
from urllib.parse import unquote

import openpyxl
import pytest
from django.urls import reverse

from households.models import Household, HouseholdStatus, Residence
from povertycase import jobs
from povertycase.models import AuditEvent, JobRun
from povertycase.periods import Month
from supervision.actions import bulletins
from supervision.models import Bulletin
from supervision.queries.bulletin_figures import row_of
from supervision.sheets.bulletin_xlsx import of_bulletin
from tests.bulletin_county import COUNTY, TODAY, TOWNS, VILLAGES, county, draft

__all__ = ["county"]
pytestmark = pytest.mark.django_db
NUMBER = "镇脱贫组发〔2018〕21号"


@pytest.fixture
def bulletin(county):
    return draft(county, by=county.office)


def _as(client, account):
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


def _issued(bulletin, county):
    return bulletins.issue(bulletin=bulletin, number=NUMBER, on=TODAY, by=county.reviewer, write=of_bulletin)


def _taken(content, first, page=None):
    """The rows of a list that left the house, below the heading row that begins with `first`."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    rows = list((book[page] if page else book.worksheets[0]).iter_rows(values_only=True))
    return rows[next(at for at, row in enumerate(rows) if row[0] == first) + 1 :]


def test_every_figure_of_the_page_is_a_link_to_a_list_of_that_many_rows(client, county, bulletin):
    page = _as(client, county.office).get(reverse("bulletin", args=[bulletin.pk])).content.decode()
    links = re.findall(rf'href="(/bulletins/{bulletin.pk}/rows/[^"]+)"[^>]*>([^<]+)</a>', page)
    assert len(links) == 3 * 26
    for url, figure in links:
        if "visit_rate" in url:
            continue
        answer = client.get(url)
        assert answer.context["listing"].paginator.count == int(figure), url


def test_the_page_shows_the_form_its_notes_and_the_fixed_lines(client, county, bulletin):
    page = _as(client, county.office).get(reverse("bulletin", args=[bulletin.pk])).content.decode()
    for words in ("2018年10月各乡镇脱贫攻坚工作情况汇总表", "退出达标预审", "未达标指标（户次）", "应入户走访",
                  "驻村考勤数据尚未接入", "不作为退出依据", "演示数据，纯属虚构"):  # fmt: skip
        assert words in page


def test_pages_take_a_fixed_number_of_queries(client, county, bulletin, django_assert_max_num_queries):
    _as(client, county.office)
    with django_assert_max_num_queries(25):
        client.get(reverse("bulletin", args=[bulletin.pk]))
    with django_assert_max_num_queries(25):
        client.get(reverse("bulletin-list", args=[bulletin.pk, COUNTY, "registered_persons"]))


def test_a_township_reads_the_issued_bulletin_and_opens_only_its_own_lists(client, county, bulletin):
    address = reverse("bulletin", args=[bulletin.pk])
    assert _as(client, county.clerk).get(address).status_code == 404, "草稿只给能看全县的岗位"
    _issued(bulletin, county)
    page = client.get(address).content.decode()
    assert f"/rows/{TOWNS[1]}/" in page and f"/rows/{TOWNS[0]}/" not in page and f"/rows/{COUNTY}/" not in page
    assert client.get(reverse("bulletin-list", args=[bulletin.pk, TOWNS[1], "helpers"])).status_code == 200
    assert client.get(reverse("bulletin-list", args=[bulletin.pk, TOWNS[0], "helpers"])).status_code == 404
    assert client.get(reverse("bulletin-town", args=[bulletin.pk, TOWNS[0]])).status_code == 404


def test_a_secretary_sees_his_own_village_inside_his_town(client, county, bulletin):
    _issued(bulletin, county)
    page = _as(client, county.secretary).get(reverse("bulletin-town", args=[bulletin.pk, TOWNS[0]])).content.decode()
    assert "长安村委会" in page and "街北村委会" not in page
    assert f"/rows/{VILLAGES[0]}/" in page and f"/rows/{TOWNS[0]}/" not in page


def test_county_leaders_see_totals_and_no_list(client, county, bulletin):
    page = _as(client, county.leader).get(reverse("bulletin", args=[bulletin.pk])).content.decode()
    assert "合计" in page and "/rows/" not in page
    assert client.get(reverse("bulletin-list", args=[bulletin.pk, COUNTY, "helpers"])).status_code == 403


def test_a_helper_has_no_bulletin(client, county, bulletin):
    _issued(bulletin, county)
    assert _as(client, county.helper).get(reverse("bulletin", args=[bulletin.pk])).status_code == 403
    assert client.get(reverse("bulletin-list", args=[bulletin.pk, COUNTY, "helpers"])).status_code == 404


def test_a_draft_is_asked_for_on_the_list_and_refused_in_words(client, county):
    _as(client, county.office)
    answer = client.post(reverse("bulletin-draft"), {"month": "2018-10"})
    made = Bulletin.objects.get()
    assert answer.url == reverse("bulletin", args=[made.pk])
    assert "可以离开本页" in client.get(answer.url).content.decode()
    jobs.run_to_end(made.job)
    assert client.get(reverse("bulletin-progress", args=[made.pk])).headers["HX-Refresh"] == "true"
    page = client.post(reverse("bulletin-draft"), {"month": "2018-11"}, follow=True).content.decode()
    assert "请选择一个已经截止的月份" in page


def test_issuing_on_the_page_needs_a_number_and_another_person(client, county, bulletin):
    address = reverse("bulletin-issue", args=[bulletin.pk])
    assert _as(client, county.office).post(address, {"number": NUMBER}).status_code == 403
    _as(client, county.reviewer)
    answer = client.post(address, {"number": " "})
    assert answer.status_code == 422 and "文号没有填写" in answer.content.decode()
    answer = client.post(address, {"number": NUMBER}, follow=True)
    assert "通报已印发" in answer.content.decode() and NUMBER in answer.content.decode()


def test_the_workbook_comes_under_the_name_the_office_gives_it(client, county, bulletin):
    answer = _as(client, county.office).get(reverse("bulletin-workbook", args=[bulletin.pk]))
    assert "附件1：2018年10月各乡镇脱贫攻坚工作情况汇总表.xlsx" in unquote(answer["Content-Disposition"])
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert book.sheetnames == ["附件1", "导出说明"]
    line = [cell.value for cell in book["附件1"][7]]
    cells = row_of(bulletin.figures, COUNTY)["cells"]
    assert line[0] == "合计" and line[4] == cells["registered_households"] and str(line[26]) == cells["visit_rate"]


def test_a_list_leaves_as_a_workbook_without_formulas_and_the_audit_trail_knows(client, county, bulletin):
    address = reverse("bulletin-export", args=[bulletin.pk, TOWNS[0], "poor_households"])
    assert _as(client, county.office).get(address).status_code == 405
    answer = client.post(address)
    book = openpyxl.load_workbook(io.BytesIO(answer.getvalue()))
    sheet = book["名单"]
    wanted = row_of(bulletin.figures, TOWNS[0])["cells"]["poor_households"]
    assert sheet.max_row == 3 + wanted
    assert [cell.value for cell in sheet[3]][:6] == ["序号", "村", "组", "户编号", "户主", "人口（人）"]
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert AuditEvent.objects.get(kind="bulletin.list_exported").params["rows"] == wanted


def test_two_months_are_compared_figure_by_figure_and_household_by_household(client, county, bulletin):
    _issued(bulletin, county)
    gone = HouseholdStatus.objects.order_by("household").first()
    HouseholdStatus.objects.create(
        household=gone.household, attr="general", poverty_status="gone",
        true_from=datetime.date(2018, 11, 5), entered_on=datetime.date(2018, 11, 6),
    )  # fmt: skip
    later = datetime.date(2018, 12, 3)
    november = bulletins.start(month=Month(2018, 11), division=county.division, on=later, by=None)
    jobs.run_to_end(november.job)
    page = _as(client, county.office).get(reverse("bulletin-compare", args=[november.pk])).content.decode()
    assert "与2018年10月比较" in page and "-1" in page
    address = reverse("bulletin-moved", args=[november.pk, COUNTY, "registered_households"])
    moved = client.get(address).context["movement"]
    assert moved.came == [] and [row[2] for row in moved.gone] == [gone.household.household_no]
    leaves = reverse("bulletin-moved-export", args=[november.pk, COUNTY, "registered_households"])
    (row,) = _taken(client.post(leaves).getvalue(), "变化")
    assert row == ("本月减少", *moved.gone[0])
    assert "增减" in AuditEvent.objects.get(kind="bulletin.list_exported").params["figure"]
    assert _as(client, county.clerk).post(leaves).status_code == 404, "草稿只给能看全县的岗位"


def test_an_issued_bulletin_is_made_again_and_today_s_differences_are_listed_household_by_household(
    client, county, bulletin
):
    _issued(bulletin, county)
    moved = Household.objects.filter(residence__state="at_home").order_by("pk")[:3]
    for household in moved:
        Residence.objects.create(
            household=household, state="away", true_from=datetime.date(2018, 10, 20), entered_on=TODAY
        )
    assert _as(client, county.clerk).post(reverse("bulletin-recheck-start", args=[bulletin.pk])).status_code == 403
    _as(client, county.office).post(reverse("bulletin-recheck-start", args=[bulletin.pk]))
    jobs.run_to_end(JobRun.objects.get(kind="bulletin.recheck"))
    answer = client.get(reverse("bulletin-recheck", args=[bulletin.pk]))
    assert "与印发时逐字节一致" in answer.content.decode()
    found = answer.context["listing"].object_list
    assert sorted(one.household_no for one in found) == sorted(household.household_no for household in moved)
    assert all(("居住状况", "常住", "整户外出") in one.facts for one in found)
    assert {change.column.code: change.difference for change in answer.context["figures"]}["visits_due"] == -3
    answer = client.post(reverse("bulletin-recheck-export", args=[bulletin.pk]))
    content = answer.getvalue()
    rows = _taken(content, "村")
    assert sorted(row[1] for row in rows if row[3:] == ("居住状况", "常住", "整户外出")) == sorted(
        household.household_no for household in moved
    )
    sums = _taken(content, "指标", "合计数字的变化")
    assert [row[3] for row in sums if "应入户走访" in row[0]] == [-3]
    event = AuditEvent.objects.get(kind="bulletin.changes_exported")
    assert (event.by, event.params) == (county.office, {"rows": len(rows)})
    assert _as(client, county.clerk).post(answer.wsgi_request.path).status_code == 404


def test_unknown_rows_and_columns_are_missing_pages(client, county, bulletin):
    _as(client, county.office)
    for code, column in (("220821999000", "helpers"), (COUNTY, "nothing"), ("x", "helpers")):
        assert client.get(reverse("bulletin-list", args=[bulletin.pk, code, column])).status_code == 404
    assert client.get(reverse("bulletin-compare", args=[bulletin.pk])).status_code == 404
