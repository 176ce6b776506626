"""The first ten minutes of a newcomer, in one go: from signing in as the county office to a mended workbook.

A name and its file; the check of the county, a figure of one town, its list, one household's reason; what is wrong put
right by three people; last month's figures to Excel; a visit on a phone in English; the auditor; five faults in a file.
"""

import io
import re

import openpyxl
import pytest

from assistance.models import Visit
from households.actions import cards
from households.models import Cadre, Household, Membership, Person
from povertycase.models import Account, ImportBatch, Post
from supervision.models import Bulletin, ExitRun, Verdict
from tests import register_books as books
from tests.browser.newcomer import PASSWORD, change_places, download, go, see_it_done, sign_in
from tests.browser.window import Window, window
from tests.bulletin_county import COUNTY, DAY, TODAY, TOWNS, VILLAGES, county, draft, planned, unmet, village, where
from tests.change_cast import PNG

__all__ = ["county"]
pytestmark = [pytest.mark.django_db, pytest.mark.browser]
NUMBER, HEAD = "H000009", "王守仓"  # its house was appraised D (tests/bulletin_county.py)
OTHER = "王福山"
PEOPLE = {
    "clerk1": ("村信息员刘", "village_clerk", VILLAGES[0], ""),
    "town1": ("镇专干孙", "township_clerk", TOWNS[0], ""),
    "house1": ("住建局周", "department", COUNTY, "housing"),
    "audit1": ("审计员吴", "audit_admin", None, ""),
}
THREE = [PEOPLE[who][0] for who in ("clerk1", "town1", "house1")]
CERTIFICATE = "住建鉴2018-311"
# The workbook: six households of 长安村; five of them with a fault each.
PLACE = {"town": "镇赉镇", "village": "长安村委会"}
NAMES = ("王一平", "李守田", "张秀山", "赵国柱", "孙桂田", "周长海")
IDS = [books.id_number("19600101", 2 * n + 1) for n in range(6)]
WRONG = IDS[2][:17] + ("0" if IDS[2][17] != "0" else "1")


@pytest.fixture
def desk(client, chromium, county, monkeypatch):
    """The office's screen; two people called 王, one of them in a house of grade D; October's draft by the schedule."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    for number, name in ((NUMBER, HEAD), ("H000014", OTHER)):
        head = Membership.objects.get(household__household_no=number, relation="head").person_id
        Person.objects.filter(pk=head).update(name=name)
    Cadre.objects.filter(name="干部60").update(account=county.secretary)
    for username, (name, role, place, bureau) in PEOPLE.items():
        account = Account.objects.create(username=username, display_name=name, must_change_password=False)
        Post.objects.create(account=account, role=role, division_id=place, bureau=bureau, valid_from=DAY)
    for account in Account.objects.filter(username__in=[*PEOPLE, "office", "secretary"]):
        account.set_password(PASSWORD)
        account.save()
    cards.refresh(None, day=TODAY)
    draft(county)
    yield from window(client, chromium, 1440)


def test_the_first_ten_minutes_of_a_newcomer(desk):
    sign_in(desk, "office")
    a_name_is_found_and_its_file_read(desk)
    run = the_county_is_checked(desk)
    a_figure_of_one_town_leads_to_one_households_reason(desk, run)
    change_places(desk, "clerk1")
    the_village_proposes_a_correction(desk)
    change_places(desk, "town1")
    it_is_agreed_to(desk, "已入户核对")
    change_places(desk, "house1")
    it_is_agreed_to(desk, "鉴定证书属实")
    change_places(desk, "office")
    the_verdict_is_new_and_the_old_one_kept(desk, run)
    a_figure_of_last_month_goes_to_excel(desk)
    the_pages_turn_english(desk)
    change_places(desk, "secretary")
    a_visit_is_entered_on_a_phone(desk)
    change_places(desk, "audit1")
    the_auditor_sees_what_happened_without_a_name(desk)
    change_places(desk, "office")
    five_faults_are_read_mended_and_gone(desk)
    assert desk.faults == []


def a_name_is_found_and_its_file_read(desk: Window) -> None:
    page = desk.page
    page.fill("[data-search]", "王")
    page.press("[data-search]", "Enter")
    page.wait_for_selector("tbody td.lead a")
    assert sorted(page.locator("tbody td.lead a").all_inner_texts()) == sorted([HEAD, OTHER])
    page.click(f"tbody td.lead a:has-text('{HEAD}')")
    page.wait_for_selector("#members")
    assert "王" not in page.title(), "the title of a page goes into the browser's history: a number, no name"
    told = {code: page.inner_text(f"#{code}") for code in ("members", "income", "living", "helpers", "visits", "exit")}
    assert HEAD in told["members"] and "户主" in told["members"]
    assert "5,000.00" in told["income"] and "D" in told["living"]
    assert "干部4" in told["helpers"] and "县教育局" in told["helpers"]
    assert "2018-10-10" in told["visits"] and re.search(r"住房安全有保障\s+住房未达标", told["exit"])


def the_county_is_checked(desk: Window) -> ExitRun:
    page = desk.page
    go(page, "/exit/")
    page.click("main a[href='/exit/start/']")
    page.wait_for_selector("#id_division")
    assert "镇赉县" in page.inner_text("#id_division option:checked")
    page.click("main form button[type=submit]")
    page.wait_for_url("**/exit/*/")
    run = ExitRun.objects.get()
    see_it_done(desk, run.job, "#criteria")
    assert page.locator("main progress").count() == 0
    return run


def a_figure_of_one_town_leads_to_one_households_reason(desk: Window, run: ExitRun) -> None:
    page = desk.page
    row = page.locator("#towns tbody tr", has_text="镇赉镇")
    figure = row.locator("a[href*='criterion=housing'][href*='result=unmet']")
    count = int(figure.inner_text())
    assert count == len(where(planned, lambda i: "housing" in unmet(i), lambda i: village(i) in VILLAGES[:2])) > 1
    figure.click()
    page.wait_for_selector("tbody td.lead a")
    assert page.locator("tbody tr").count() == count
    assert page.locator(".chip").all_inner_texts()[-1].startswith("区划：镇赉镇")
    page.click(f"text={HEAD}")
    page.wait_for_selector("#reasons")
    reason = page.inner_text("#reasons tr:has-text('住房安全有保障')")
    assert "住房未达标" in reason and "D" in reason and "C级、D级" in reason, reason
    assert page.locator("#reasons tr:has-text('住房') a[href$='#living']").count() == 1, "the row it rests on"


def the_village_proposes_a_correction(desk: Window) -> None:
    """Form, consequences, reason and photo of the certificate; no amount is told to who enters data."""
    page = desk.page
    page.fill("[data-search]", NUMBER)
    page.press("[data-search]", "Enter")
    page.click("tbody td.lead a")
    page.click("#living a[href$='/change/housing/']")
    page.select_option("#id_grade", "B")
    page.fill("#id_certificate_no", CERTIFICATE)
    page.fill("#id_true_from", "2018-11-28")
    page.click("main button[value=check]")
    page.wait_for_selector("#effects")
    told = page.inner_text("#effects")
    assert re.search(r"住房安全有保障\s+未达标\s+达标", told) and "元" not in told, told
    page.fill("#id_ask-reason", "危房改造已完工，住建部门重新鉴定为 B 级。")
    page.set_input_files("#id_ask-proof", {"name": "鉴定.png", "mimeType": "image/png", "buffer": PNG})
    page.click("main button[value=propose]")
    page.wait_for_selector("text=已提出修改申请")


def it_is_agreed_to(desk: Window, words: str) -> None:
    """From the workbench's count to its list to the request with its certificate and proof, and one click."""
    page = desk.page
    todo = page.locator("#todo a[href*='/changes/']").first
    assert todo.locator(".n").inner_text() == "1"
    todo.click()
    page.wait_for_selector("main tbody tr")
    assert page.locator("main tbody tr").count() == 1
    page.click("main tbody a[href*='/changes/']")
    page.wait_for_selector("#why")
    assert CERTIFICATE in page.inner_text("#changed") and "重新鉴定为 B 级" in page.inner_text("#why")
    page.click("#why summary")
    assert desk.until("document.querySelector('#why img').naturalWidth > 0")
    page.fill("#id_words", words)
    page.click("main button[value=agree]")
    page.wait_for_selector(f"#opinions:has-text('{words}')")


def the_verdict_is_new_and_the_old_one_kept(desk: Window, run: ExitRun) -> None:
    page = desk.page
    page.fill("[data-search]", NUMBER)
    page.press("[data-search]", "Enter")
    page.click("tbody td.lead a")
    page.wait_for_selector("#exit")
    assert CERTIFICATE in page.inner_text("#living")
    told = page.inner_text("#exit")
    assert re.search(r"上次预审（2018-11-30）：未达标\s+现在：达标", told), told
    assert "住房未达标" not in told
    # Who did it, all three by name, in the file and on the request.
    assert all(name in page.inner_text("#changes") for name in THREE)
    page.click("#changes a[href^='/changes/']")
    page.wait_for_selector("#opinions")
    assert all(name in page.inner_text("main") for name in THREE)
    assert re.search(r"未达标\s+达标", page.inner_text("#effects"))
    page.go_back()
    page.click("#exit a[href*='/exit/']")
    page.wait_for_selector("#reasons")
    assert "住房未达标" in page.inner_text("#reasons")
    assert Verdict.objects.get(run=run, household__household_no=NUMBER).outcome == 0


def a_figure_of_last_month_goes_to_excel(desk: Window) -> None:
    page = desk.page
    bulletin = Bulletin.objects.get()
    go(page, "/bulletins/")
    page.click("main tbody a:has-text('2018年10月')")
    page.wait_for_selector(".grid.bulletin")
    figure = page.locator(f"a[href='/bulletins/{bulletin.pk}/rows/{COUNTY}/poor_households/']")
    count = int(figure.inner_text())
    assert count == 80
    annex = download(desk, f"a[href='/bulletins/{bulletin.pk}/workbook/']")
    heading = [str(cell) for row in annex.worksheets[0].iter_rows(max_row=3, values_only=True) for cell in row if cell]
    assert any("2018年10月" in text and "汇总表" in text for text in heading)
    figure.click()
    page.wait_for_selector(".pager")
    assert str(count) in page.inner_text(".pager")
    book = download(desk, "main form[action$='/export/'] button")
    assert sum(1 for row in book.worksheets[0].iter_rows(values_only=True) if str(row[0] or "").isdigit()) == count


def the_pages_turn_english(desk: Window) -> None:
    page = desk.page
    page.click("text=English")
    page.wait_for_selector("html[lang=en]")
    assert "Export" in page.inner_text(".page-head .acts") and "rows/" in page.url, "where one was"
    assert "households" in page.inner_text("h1").lower()


def a_visit_is_entered_on_a_phone(desk: Window) -> None:
    page = desk.page
    page.set_viewport_size({"width": 360, "height": 800})
    assert page.get_attribute("html", "lang") == "en"
    todo = page.locator("#todo a[href*='visited']").first
    count = int(todo.locator(".n").inner_text())
    todo.click()
    page.wait_for_selector("tbody td.lead a")
    assert f"{count}" in page.inner_text(".pager")
    page.click("tbody td.lead a")
    page.wait_for_selector("#basics")
    number = page.inner_text("#basics .num-id >> nth=0")
    page.click("#visits a[href$='/visits/new/']")
    page.fill("#id_findings", "秋粮已卖完，大儿子在沈阳打工，孩子在镇里上学。")
    assert desk.sticking_out() == []
    page.click("main form button[type=submit]")
    page.wait_for_selector("#visits:has-text('秋粮已卖完')")
    assert "visit" in page.inner_text("#notices").lower()
    assert Visit.objects.get(household__household_no=number, visited_on=TODAY).cadre.account.username == "secretary"
    assert desk.sticking_out() == []
    # One household less to visit, on the workbench and in its list.
    page.click("a.brand")
    page.wait_for_selector("#todo")
    left = page.locator("#todo a[href*='visited'] .n")
    assert (int(left.first.inner_text()) if left.count() else 0) == count - 1
    page.set_viewport_size({"width": 1440, "height": 800})


def the_auditor_sees_what_happened_without_a_name(desk: Window) -> None:
    page = desk.page
    page.click("button[value='zh-hans']")
    page.wait_for_selector("html[lang=zh-Hans]")
    go(page, "/audit/", "tbody tr")
    told = page.inner_text("main")
    assert all(name in told for name in THREE), "who did it"
    assert all(what in told for what in ("提出修改申请", "同意修改申请", "走访", "退出达标预审", "导出"))
    page.click("[data-open=by-household]")
    page.fill("#number", NUMBER)
    page.click("#by-household button[type=submit]")
    page.wait_for_selector(".chips")
    assert NUMBER in page.inner_text(".chips") and "生效" in page.inner_text("tbody")
    for content in (page.content(), told):
        assert HEAD not in content and OTHER not in content and CERTIFICATE not in content and "秋粮" not in content


def five_faults_are_read_mended_and_gone(desk: Window) -> None:
    page = desk.page
    batch = upload(desk, "镇赉镇.xlsx", faulty())
    told = page.inner_text("#problems")
    for fault in ("没有村", "特别困难户", "校验位", "相同", "户主"):
        assert fault in told, (fault, told)
    assert batch.counts["households"]["refused"] == 5 and "行" in told and "列" in told
    marked = download(desk, "main form[action$='/give-back/'] button")
    page.click("main form[action$='/give-up/'] button")
    page.wait_for_selector("text=没有写入任何内容")
    batch = upload(desk, "镇赉镇（改）.xlsx", mended(marked))
    assert page.locator("#problems .tag.bad").count() == 0
    page.click("main form[action$='/confirm/'] button")
    page.wait_for_url("**/imports/*/")
    batch.refresh_from_db()
    see_it_done(desk, batch.job, "text=新增 6")
    assert Household.objects.filter(household_no__startswith="220896").count() == 6


def upload(desk: Window, name: str, data: bytes) -> ImportBatch:
    """Choose the file and send it; the worker reads it, and the page renews itself."""
    page = desk.page
    go(page, "/imports/")
    page.set_input_files("main input[type=file]", {"name": name, "mimeType": "", "buffer": data})
    page.click("main form[action$='/upload/'] button[type=submit]")
    page.wait_for_selector(f"h1:has-text('{name}')")
    batch = ImportBatch.objects.latest("pk")
    see_it_done(desk, batch.job, "main form[action$='/give-up/']")
    batch.refresh_from_db()
    return batch


def faulty() -> bytes:
    """No such village, no such kind of household, a wrong check digit, one number twice, nobody head."""
    homes = [books.household(str(22089600 + n), **PLACE) for n in range(6)]
    people = [books.member(str(22089600 + n), NAMES[n], 2 * n + 1) for n in range(6)]
    homes[0]["village"], homes[1]["attr"] = "没有村", "特别困难户"
    people[2]["id_number"], people[3]["id_number"] = WRONG, IDS[5]
    people[4]["relation"] = "配偶"
    return books.book(household=homes, member=people)


def mended(marked: openpyxl.Workbook) -> bytes:
    """The workbook that came back with its faulty cells marked, each put right by hand."""
    right = {"没有村": PLACE["village"], "特别困难户": "一般贫困户", WRONG: IDS[2], "配偶": "户主"}
    for sheet in marked.worksheets:
        for row in sheet.iter_rows():
            number = next((str(cell.value) for cell in row if str(cell.value).startswith("220896")), "")
            for cell in row:
                if cell.value == IDS[5] and number == "22089603":
                    cell.value = IDS[3]
                cell.value = right.get(cell.value, cell.value)
    data = io.BytesIO()
    marked.save(data)
    return data.getvalue()
