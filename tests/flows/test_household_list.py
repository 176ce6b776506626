"""An officer keeps conditions, chooses columns, takes a list out, hands households over, comes back to the row."""

import datetime
import io
import re

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from households.actions import handover
from households.models import Cadre, HouseholdCard, Pairing, Unit
from povertycase.actions import desk
from povertycase.models import Account, AuditEvent, Opened, Post, SavedFilter
from tests.register_cast import ENTRY, TODAY, number

pytest_plugins = ["tests.register_cast"]
pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
LIST = "/households/"


@pytest.fixture
def at(client, people, homes):
    def sign_in(name):
        client.force_login(getattr(people, name), backend=BACKEND)
        client.raise_request_exception = False
        return client

    return sign_in


def numbers(answer):
    return re.findall(r'class="lead"><a href="/households/(H\d+)/', answer.content.decode())


def rows_of(answer):
    """The lines of a workbook that came as an answer, its heading first."""
    assert answer.status_code == 200, answer.content.decode()[:300]
    book = openpyxl.load_workbook(io.BytesIO(answer.getvalue()))
    return [[cell.value for cell in row] for row in book.worksheets[0].iter_rows(min_row=3)]


# --- conditions under a name ---------------------------------------------------------------------------------


def keep(client, name, query, **more):
    return client.post("/households/filters/save/", {"name": name, "query": query, **more}, follow=True)


def test_conditions_are_kept_under_a_name_and_opened_again(at):
    office = at("office")
    text = keep(office, "本年度未脱贫", "status=poor&planned=2018&q=单小明&page=3&s=key").content.decode()
    assert "条件已保存" in text and "本年度未脱贫" in text
    saved = SavedFilter.objects.get()
    assert saved.params == {"status": "poor", "planned": "2018"}, "a typed name, a key and the page are not kept"
    address = re.search(r'href="(/households/\?[^"]+)"[^>]*>本年度未脱贫', text).group(1).replace("&amp;", "&")
    assert set(numbers(office.get(address))) == {"H0001", "H0002", "H0004"}
    assert 'aria-current="true">本年度未脱贫' in office.get(address).content.decode()


def test_a_name_taken_twice_is_told_and_replaced_only_on_purpose(at):
    office = at("office")
    keep(office, "常用", "status=poor")
    assert "替换同名的" in keep(office, "常用", "status=exited").content.decode()
    assert SavedFilter.objects.get().params == {"status": "poor"}
    keep(office, "常用", "status=exited", replace="yes")
    assert SavedFilter.objects.get().params == {"status": "exited"}


@pytest.mark.parametrize(
    ("name", "query", "words"),
    [
        ("", "status=poor", "请给条件起个名称"),
        ("长" * 31, "status=poor", "最多 30 个字"),
        (number("141100", "19650102", 1), "status=poor", "不能有证件号码"),
        ("打给13844556677", "status=poor", "不能有证件号码或电话"),
        ("空的", "q=王", "还没有选条件"),
    ],
)
def test_what_cannot_be_kept_is_told(at, name, query, words):
    assert words in keep(at("office"), name, query).content.decode()
    assert not SavedFilter.objects.exists()


def test_a_filter_is_shared_with_ones_role_in_ones_division_and_no_further(at, people):
    for name, role, place in (
        ("colleague", "township_clerk", "220821101000"),
        ("neighbour", "township_clerk", "220821102000"),
    ):
        account = Account.objects.create(username=name, display_name=name, must_change_password=False)
        Post.objects.create(account=account, role=role, division_id=place, valid_from=ENTRY)
        setattr(people, name, account)
    keep(at("township"), "要走访的", "status=poor", share="yes")
    keep(at("township"), "自己看的", "status=exited")
    seen = {who: at(who).get(LIST).content.decode() for who in ("colleague", "neighbour", "office", "secretary")}
    assert "要走访的" in seen["colleague"] and "township共享" in seen["colleague"]
    assert "自己看的" not in seen["colleague"]
    assert not any("要走访的" in seen[who] for who in ("neighbour", "office", "secretary"))
    shared = SavedFilter.objects.get(name="要走访的")
    assert at("colleague").post(f"/households/filters/{shared.pk}/delete/").status_code == 404
    assert at("township").post(f"/households/filters/{shared.pk}/delete/").status_code == 302
    assert not SavedFilter.objects.filter(pk=shared.pk).exists()


def test_who_may_not_take_lists_out_does_not_share_either(at):
    keep(at("secretary"), "我的", "status=poor", share="yes")
    assert SavedFilter.objects.get().role == ""


# --- columns -------------------------------------------------------------------------------------------------


def test_columns_are_chosen_for_the_account_and_sensitive_ones_need_their_right(at):
    office = at("office")
    office.post("/households/columns/", {"column": ["number", "unit", "cause", "last_visit"], "query": "status=poor"})
    head = office.get(LIST).content.decode().partition("<thead>")[2].partition("</thead>")[0]
    assert all(word in head for word in ("户编号", "帮扶单位", "主要致贫原因", "最近走访")) and "人口" not in head
    assert "2018-10-13" in office.get(LIST).content.decode()
    liaison = at("liaison")
    liaison.post("/households/columns/", {"column": ["number", "cause"]})
    text = liaison.get(LIST).content.decode()
    assert "致贫原因" not in text and "户编号" in text
    office = at("office")
    office.post("/households/columns/", {"usual": "yes"})
    assert "人口" in office.get(LIST).content.decode().partition("<thead>")[2].partition("</thead>")[0]


# --- taking the list out -------------------------------------------------------------------------------------


def test_the_workbook_has_exactly_the_chosen_rows_and_the_shown_columns(at, homes):
    office = at("office")
    office.post("/households/columns/", {"column": ["number", "village", "members"]})
    lines = rows_of(office.post("/households/batch/export/", {"row": ["H0002", "H0001"]}))
    assert lines[0] == ["户主", "户编号", "村", "人口"]
    assert lines[1:] == [["单小明", "H0001", "东胜村委会", 2], ["曾守田", "H0002", "东胜村委会", 2]]
    event = AuditEvent.objects.get(kind="households.exported")
    assert event.params == {"rows": 2, "columns": "户编号、村、人口"}
    assert set(event.subject_rows.values_list("household", flat=True)) == {homes.east.pk, homes.single.pk}


def test_the_whole_selection_is_the_filter_counted_again_on_the_server(at):
    office = at("office")
    query = "status=poor&sort=-number"
    page = office.get(f"{LIST}?{query}")
    lines = rows_of(office.post("/households/batch/export/", {"query": query, "all": "yes", "row": ["H0001"]}))
    assert [line[1] for line in lines[1:]] == numbers(page) == ["H0004", "H0002", "H0001"]
    village = rows_of(at("township").post("/households/batch/export/", {"query": query, "all": "yes"}))
    assert [line[1] for line in village[1:]] == ["H0002", "H0001"], "as far as one's own reach"


def test_one_foreign_household_refuses_the_whole_call(at):
    township = at("township")
    for address in ("/households/batch/export/", "/households/batch/hand-over/"):
        foreign = township.post(address, {"row": ["H0001", "H0004"]})
        missing = township.post(address, {"row": ["H0001", "H9999"]})
        assert foreign.status_code == missing.status_code == 404, address
    assert not AuditEvent.objects.filter(kind="households.exported").exists()
    assert "还没有选中" in township.post("/households/batch/export/", {}).content.decode()
    assert at("secretary").post("/households/batch/export/", {"row": ["H0001"]}).status_code == 403


def test_a_formula_in_a_name_stays_text_in_the_workbook(at, homes):
    HouseholdCard.objects.filter(pk=homes.east.pk).update(head_name="=1+1")
    answer = at("office").post("/households/batch/export/", {"row": ["H0001"]})
    sheet = openpyxl.load_workbook(io.BytesIO(answer.getvalue())).worksheets[0]
    assert (sheet["A4"].value, sheet["A4"].data_type) == ("=1+1", "s")


# --- handing over --------------------------------------------------------------------------------------------

HAND = "/households/batch/hand-over/"
WHOM = {"to": "G0002", "day": "2018-11-30"}


def test_households_are_handed_over_after_one_has_seen_what_it_means(at, people, homes):
    office = at("office")
    rows = {"row": ["H0001", "H0002"]}
    assert "交给谁" in office.post(HAND, rows).content.decode()
    asked = office.post(HAND, {**rows, **WHOM, "step": "ask"}).content.decode()
    assert "孙立军" in asked and "赵国强（县水利局）" in asked and "确认更换" in asked
    assert Pairing.objects.known().count() == 1, "nothing is done before the confirmation"
    done = office.post(HAND, {**rows, **WHOM, "step": "confirm", "query": "status=poor"}, follow=True)
    assert "2 户的帮扶责任人已更换为孙立军" in done.content.decode()
    held = Pairing.objects.known().true_on(TODAY).filter(household__in=(homes.east, homes.single))
    assert set(held.values_list("cadre__cadre_no", flat=True)) == {"G0002"} and held.count() == 2
    assert HouseholdCard.objects.get(pk=homes.single.pk).helper_name == "孙立军"
    kinds = set(AuditEvent.objects.filter(by=people.office).values_list("kind", flat=True))
    assert {"pairing.handed_over", "pairing.opened"} <= kinds
    assert at("helper").get("/households/H0001/").status_code == 404, "the helper before no longer sees the file"


def test_all_of_them_are_handed_over_or_none(at, homes):
    """The second household's pairing begins after the day asked for."""
    cadre = Cadre.objects.get(cadre_no="G0001")
    Pairing.objects.create(household=homes.single, cadre=cadre, true_from=TODAY, entered_on=TODAY)
    before = set(Pairing.objects.known().values_list("pk", flat=True))
    sent = {"row": ["H0001", "H0002"], "to": "G0002", "day": "2018-11-01", "step": "confirm"}
    answer = at("office").post(HAND, sent)
    assert answer.status_code == 422 and "H0002" in answer.content.decode()
    assert set(Pairing.objects.known().values_list("pk", flat=True)) == before


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"to": ""}, "请填写新的帮扶责任人"),
        ({"to": "没有这人"}, "没有找到这位干部"),
        ({"day": "2018-12-01"}, "日期晚于业务日期"),
        ({"day": "昨天"}, "日期写法不对"),
    ],
)
def test_a_mistake_in_a_hand_over_is_told_beside_its_field(at, change, words):
    answer = at("office").post(HAND, {"row": ["H0001"], **WHOM, "step": "ask", **change})
    assert answer.status_code == 422 and words in answer.content.decode()


def test_of_two_cadres_of_one_name_one_is_chosen(at, homes):
    unit = Unit.objects.create(name="县农业局")
    Cadre.objects.create(cadre_no="G0009", name="孙立军", unit=unit)
    sent = {"row": ["H0001"], "to": "孙立军", "day": "2018-11-30", "step": "ask"}
    answer = at("office").post(HAND, sent)
    assert answer.status_code == 422 and "县农业局" in answer.content.decode()
    assert "办理后" in at("office").post(HAND, {**sent, "which": "G0009"}).content.decode()


def test_too_many_at_once_are_told_before_anything_is_asked(at, monkeypatch):
    monkeypatch.setattr(handover, "MOST_BY_JOB", 1)
    text = at("office").post(HAND, {"query": "status=poor", "all": "yes"}).content.decode()
    assert "选中的户太多" in text and "下一步" not in text
    sent = {"query": "status=poor", "all": "yes", **WHOM, "step": "confirm"}
    assert "选中的户太多" in at("office").post(HAND, sent).content.decode()
    assert not Pairing.objects.known().filter(cadre__cadre_no="G0002").exists()


def test_all_that_match_stay_the_conditions_until_the_deed(at, homes):
    """The page carries the conditions on, not the numbers: what matches when it is confirmed is handed over."""
    sent = {"query": "status=poor", "all": "yes", **WHOM}
    text = at("office").post(HAND, {**sent, "step": "ask"}).content.decode()
    assert 'name="all" value="yes"' in text and 'name="row"' not in text and "已选 3 户" in text
    done = at("office").post(HAND, {**sent, "step": "confirm"}, follow=True).content.decode()
    assert "3 户的帮扶责任人已更换" in done


def test_only_township_and_county_hand_over(at):
    for who, status in (("township", 200), ("clerk", 403), ("secretary", 403), ("helper", 403), ("supervisor", 403)):
        assert at(who).post(HAND, {"row": ["H0001"]}).status_code in (status, 404 if status == 200 else status), who


# --- the way back, what was opened ---------------------------------------------------------------------------


def test_the_way_back_from_a_file_leads_to_the_same_page_and_row(at):
    office = at("office")
    office.get(f"{LIST}?status=poor&sort=head")
    text = office.get("/households/H0002/").content.decode()
    assert 'href="/households/?status=poor&amp;sort=head#r-H0002"' in text
    assert 'id="r-H0002"' in office.get(f"{LIST}?status=poor&sort=head").content.decode()


def test_the_last_opened_files_stand_on_the_workbench_by_number_while_they_are_visible(at, homes):
    helper = at("helper")
    helper.get("/households/H0001/")
    text = helper.get("/").content.decode().partition('id="recent"')[2]
    assert "H0001" in text and "单小明" not in text
    Pairing.objects.known().update(true_to=datetime.date(2018, 11, 1))
    assert "H0001" not in helper.get("/").content.decode()


def test_only_the_last_thirty_are_remembered(people, homes):
    for key in range(1, 40):
        desk.note_opened(kind="household", key=key, by=people.office)
    desk.note_opened(kind="household", key=20, by=people.office)
    kept = list(
        Opened.objects.filter(account=people.office).order_by("-opened_at", "-pk").values_list("key", flat=True)
    )
    assert len(kept) == 30 and kept[:2] == [20, 39]


def questions(client, address):
    with CaptureQueriesContext(connection) as told:
        assert client.get(address).status_code == 200
    return [statement["sql"] for statement in told.captured_queries if statement["sql"].startswith("SELECT")]


def test_the_list_asks_a_fixed_number_of_questions_whatever_is_chosen(at):
    office = at("office")
    keep(office, "一", "status=poor")
    keep(office, "二", "status=exited", share="yes")
    office.get(LIST)
    plain = questions(office, LIST)
    chosen = questions(office, f"{LIST}?status=poor&village=220821101000&sort=-head")
    assert len(plain) == len(chosen) <= 15, "\n".join(plain)
