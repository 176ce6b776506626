"""空表自动填: a superior's empty form is given back with the figures of the full run or of the bulletin."""

import io
import re

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from households.models import Household
from povertycase import jobs
from povertycase.models import AuditEvent, ForeignBook
from povertycase.secrets import identity
from supervision.actions import form_fill, full_run
from supervision.models import HeadingMeaning
from supervision.queries import full_runs
from supervision.queries.bulletin_figures import row_of
from tests import foreign_lists
from tests.bulletin_county import COUNTY, TODAY, TOWNS, VILLAGES, county, draft

__all__ = ["county"]
pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
PAGE = "/lists/form/"
SHEET = "附表"


@pytest.fixture
def office(client, county):
    return signed_in(client, county.office)


def signed_in(client, account):
    client.force_login(account, backend=BACKEND)
    client.raise_request_exception = False
    return client


def run():
    job = jobs.run_to_end(full_run.start(day=TODAY, by=None))
    assert job.state == "done", job.error
    return full_runs.figures(job)


def bring(client, data, name="统计表.xlsx"):
    answer = client.post(PAGE, {"file": SimpleUploadedFile(name, data)})
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    return answer["Location"]


def chosen(client, address):
    """What the page has chosen for every column, as its form would send it."""
    text = client.get(address).content.decode()
    found = {}
    for name, inside in re.findall(r'<select (?:id="[^"]+" )?name="([^"]+)"[^>]*>(.*?)</select>', text, re.S):
        picked = re.search(r'<option value="([^"]*)" selected', inside) or re.search(r'<option value="([^"]*)"', inside)
        found[name] = picked.group(1)
    return found


def take(client, address, **sent):
    answer = client.post(f"{address}workbook/", {**chosen(client, address), **sent})
    assert answer.status_code == 200, answer.content.decode()[-3000:]
    return answer.content


def cells(content, *addresses, sheet=SHEET):
    page = openpyxl.load_workbook(io.BytesIO(content))[sheet]
    return [page[address].value for address in addresses]


def test_figures_go_into_the_cells_of_that_very_file_and_formulas_stay(office, county):
    told = run()
    address = bring(office, foreign_lists.form(["镇赉镇", "坦途", "白沙滩镇"]))
    page = office.get(address).content.decode()
    assert "认出 2 个地方；6 列表头，5 列已对上指标" in page and "第 8 行 白沙滩镇" in page
    content = take(office, address)
    town, other = told[TOWNS[0]], told[TOWNS[1]]
    assert int(town["registered_households"]) + int(other["registered_households"]) == Household.objects.count()
    assert cells(content, "C6", "D6", "E6", "F6") == [
        int(town[code])
        for code in ("registered_households", "registered_persons", "exited_persons", "planned_households")
    ]
    assert cells(content, "C7", "H7", "C8", "I6") == [int(other["registered_households"]), None, None, None]
    assert cells(content, "C5", "A5", "A9", "D9") == ["=SUM(C6:C8)", "合计", "填表人：", "审核人："]
    rate = round(100 * int(town["visited_households"]) / int(town["visits_due"]), 2)
    assert cells(content, "G6")[0] == pytest.approx(rate, abs=0.01)
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book[SHEET]["C6"].font.name == "仿宋_GB2312" and book[SHEET]["C3"].fill.fgColor.rgb == "00FFF2CC"
    assert {"A1:I1", "C3:D3", "E3:E4"} <= {str(one) for one in book[SHEET].merged_cells.ranges}
    notes = "\n".join("｜".join(str(c) for c in row if c) for row in book["填报说明"].iter_rows(values_only=True))
    assert "全量核查（截至 2018年11月30日24时）" in notes and "国家贫困人口退出标准（户）" in notes
    assert "H｜产业项目资金（万元）｜没有对应的指标，留空" in notes
    assert "8｜白沙滩镇｜和本县的区划名称对不上" in notes and "5｜合计｜表中不是全部乡镇" not in notes
    event = AuditEvent.objects.get(kind="form.filled")
    assert event.params["headings"] == 5 and event.params["places"] == 3


def test_a_total_without_a_formula_is_the_countys_own_figure_and_blank_over_some_towns_only(office, county):
    told = run()
    for places, expected in ((["镇赉镇", "坦途镇"], int(told[COUNTY]["registered_households"])), (["坦途镇"], None)):
        data = openpyxl.load_workbook(io.BytesIO(foreign_lists.form(places)))
        for letter in "CDEF":
            data[SHEET][f"{letter}5"] = None
        buffer = io.BytesIO()
        data.save(buffer)
        assert cells(take(office, bring(office, buffer.getvalue())), "C5") == [expected]


def test_villages_are_filled_from_the_bulletin_of_a_month(office, county):
    bulletin = draft(county, by=county.office)
    address = bring(office, foreign_lists.form(["长安村", "街北村委会", "坦途镇坦途村"], above="村"))
    content = take(office, address, origin=str(bulletin.pk))
    for row, code in zip((6, 7, 8), VILLAGES, strict=True):
        own = row_of(bulletin.figures, code)["cells"]
        assert cells(content, f"C{row}", f"G{row}") == [own["registered_households"], float(own["visit_rate"])]
    notes = [row[1] for row in openpyxl.load_workbook(io.BytesIO(content))["填报说明"].iter_rows(values_only=True)]
    assert notes[0] == "2018年10月督查通报（草稿，截至 2018年10月31日24时）"


def test_a_heading_put_right_once_is_known_the_next_time(office, county):
    run()
    data = foreign_lists.form(["镇赉镇", "坦途镇"])
    address = bring(office, data)
    assert chosen(office, address)["c-7"] == "" and chosen(office, address)["c-2"] == "registered_households"
    content = take(office, address, **{"c-7": "poor_households", "c-2": ""})
    assert cells(content, "C6", "H6")[0] is None and cells(content, "H6") != [None]
    again = chosen(office, bring(office, data, "又一份.xlsx"))
    assert (again["c-7"], again["c-2"]) == ("poor_households", "")
    assert "上次选定" in office.get(f"{PAGE}{ForeignBook.objects.order_by('-pk').first().pk}/").content.decode()
    assert HeadingMeaning.objects.get(code="poor_households").text == "产业项目资金（万元）"
    count = AuditEvent.objects.filter(kind="heading.decided").count()
    take(office, address, **{"c-7": "poor_households", "c-2": ""})
    assert AuditEvent.objects.filter(kind="heading.decided").count() == count, "nothing new was decided"
    take(office, address, **{"c-7": "no_such_figure"})
    assert HeadingMeaning.objects.get(text="产业项目资金（万元）").code == "poor_households"


def test_a_heading_with_somebodys_number_is_not_remembered(county):
    number = "220800194001010001"
    number = number[:17] + identity.check_character(number)
    assert form_fill.remember(meanings={f"其中 {number}": "poor_households"}, by=county.office) == 0
    assert not HeadingMeaning.objects.exists()


def test_places_outside_of_ones_reach_stay_blank_and_are_said(client, county):
    run()
    clerk = signed_in(client, county.clerk)
    address = bring(clerk, foreign_lists.form(["镇赉镇", "坦途镇"]))
    assert "不在您的管辖范围内：" in clerk.get(address).content.decode()
    content = take(clerk, address)
    assert cells(content, "C6", "D6")[0] is None and cells(content, "C7")[0] > 0
    assert "6" in [
        row[0] for row in openpyxl.load_workbook(io.BytesIO(content))["填报说明"].iter_rows(values_only=True)
    ]
    assert signed_in(client, county.leader).get(address).status_code == 404, "somebody else's form"


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"", "空.xlsx", "是空的"),
        ("乡镇,户数\n镇赉镇,\n".encode(), "表.csv", "不是 xlsx 格式"),
        (foreign_lists.book(["序号", "项目"], [[1, "甲"], [2, "乙"]]), "别的.xlsx", "没有找到要填的表"),
    ],
)
def test_what_is_no_form_is_refused_with_what_it_needs(office, data, name, words):
    answer = office.post(PAGE, {"file": SimpleUploadedFile(name, data)})
    assert answer.status_code == 422 and words in answer.content.decode()
    assert not ForeignBook.objects.exists()


def test_before_the_first_run_there_is_nothing_to_fill_in(office):
    address = bring(office, foreign_lists.form(["镇赉镇"]))
    assert "没有数可填" in office.get(address).content.decode()
    assert office.post(f"{address}workbook/", {"origin": "run"}).status_code == 302
