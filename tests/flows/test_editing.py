"""Editing the register by hand: every kind has its page, its consequences in words, and ends as a proposal."""

import datetime
import html
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from households.actions import change_drafts, changes, records
from households.models import ChangeRequest, CollectionWindow, Household
from povertycase.models import Account, Division, Post
from tests.register_cast import EAST, ENTRY, TODAY, number

pytest_plugins = ["tests.register_cast"]
pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
PHOTO = b"\x89PNG\r\n\x1a\n" + b"0" * 40
DAY = "2018-11-12"
NEW_ID = number("429000", "20181015", 4)
WIFE_ID = number("450300", "19720506", 8)


@pytest.fixture(autouse=True)
def window(people):
    """The county collects all November: nothing is locked but identities."""
    return CollectionWindow.objects.create(
        division=Division.objects.get(pk="220821000000"),
        year=2018,
        collect_from=datetime.date(2018, 10, 1),
        collect_to=datetime.date(2018, 11, 30),
        entry_to=datetime.date(2018, 12, 10),
        town_clean_to=datetime.date(2018, 12, 12),
        audit_to=datetime.date(2018, 12, 20),
        document="镇开办〔2018〕41号",
    )


@pytest.fixture
def at(client, people, homes):
    """Sign in as somebody; `villager` is the clerk of 东胜村."""
    villager = Account.objects.create(username="villager", display_name="村信息员", must_change_password=False)
    Post.objects.create(account=villager, role="village_clerk", division_id=EAST, valid_from=ENTRY)
    people.villager = villager

    def sign_in(name):
        client.force_login(getattr(people, name), backend=BACKEND)
        return client

    return sign_in


HELD = {"income": {"calculated_by": ""}}  # who computes stands ready in an empty field


def said(answer, status=200):
    assert answer.status_code == status, re.sub(r"<[^>]+>", " ", answer.content.decode())[:3000]
    return re.sub(r"\s+", " ", html.unescape(answer.content.decode()))


def fields(text):
    """What stands in the fields of a page's last form, as a browser would send it."""
    form = re.findall(r"<form class=\"card.*?</form>", text)[-1]
    found: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        kind = re.search(r'type="([^"]+)"', tag)
        if name and not (kind and kind[1] in ("checkbox", "radio") and " checked" not in tag) and kind[1] != "file":
            found.setdefault(name[1], []).append(value[1] if value else "")
    for name, body in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form):
        chosen = re.search(r'<option value="([^"]*)" selected', body) or re.search(r'<option value="([^"]*)"', body)
        found[name] = [chosen[1]]
    for name, body in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', form):
        found[name] = [body.strip()]
    return {
        name: value if len(value) > 1 else value[0] for name, value in found.items() if name != "csrfmiddlewaretoken"
    }


def filled(client, address, typed):
    """Open the page, type, and go on: the page of consequences and what it would send."""
    opened = fields(said(client.get(address)))
    assert all(not name.startswith("ask-") for name in opened)
    page = said(client.post(address, {**opened, **typed, "step": "check"}))
    return page, fields(page)


def proposed(client, address, typed, reason="", proof=None, status=302):
    page, hidden = filled(client, address, typed)
    paper = {"ask-proof": SimpleUploadedFile("p.png", proof)} if proof else {}
    answer = client.post(address, {**hidden, "ask-reason": reason, **paper, "step": "propose"})
    assert answer.status_code == status, re.sub(r"<[^>]+>", " ", answer.content.decode())[:3000]
    return page, answer


def member(home, relation):
    return home.membership_set.get(relation=relation).person_id


def kinds(homes):
    """Every kind: its address of the household H0001, what is typed, and a word of its page of consequences."""
    head, spouse = member(homes.east, "head"), member(homes.east, "spouse")
    new = {"name": "单小苗", "id_number": NEW_ID, "relation": "daughter", "reason": "birth", "true_from": "2018-10-15"}
    return {
        "join": ("join/", new, "新生儿"),
        "leave": (f"leave/{spouse}/", {"reason": "death", "true_from": DAY}, "死亡"),
        "head": ("head/", {"new_head": str(spouse), f"relations_{head}": "spouse", "true_from": DAY}, "张春燕"),
        "move": ("move/", {"village": EAST, "group_name": "二社", "true_from": DAY}, "二社"),
        "causes": ("causes/", {"main": "labour", "others": ["illness"], "true_from": DAY}, "缺劳力"),
        "status": ("status/", {"planned_exit_year": "2019", "true_from": DAY}, "2019"),
        "residence": ("residence/", {"state": "away", "place": "沈阳", "phone": "139 4411 2255"}, "139****2255"),
        "living": ("living/", {"arable_mu": "9.5", "true_from": DAY}, "9.5"),
        "housing": ("housing/", {"grade": "C", "certificate_no": "ZJ-9", "true_from": DAY}, "C级"),
        "water": ("water/", {"water_safe": "false", "true_from": DAY}, "否"),
        "income": ("income/", {"wage_work": "8000", "true_from": DAY}, "8000"),
        "supporter": ("supporter/", {"name": "单梅", "relation": "daughter", "ability": "weak"}, "单梅"),
        "condition": (f"condition/{head}/", {"labour": "lost", "true_from": DAY}, "丧失劳动力"),
        "identity": (f"identity/{spouse}/", {"id_number": WIFE_ID, "true_from": DAY}, "450300********"),
    }


def test_the_village_proposes_every_kind_and_the_register_waits_for_the_others(at, homes, people):
    client, version = at("villager"), Household.objects.get(pk=homes.east.pk).version
    for kind, (address, typed, word) in kinds(homes).items():
        page, answer = proposed(client, f"/households/H0001/change/{address}", typed, reason="入户核实", proof=PHOTO)
        assert word in page and "生效后的影响" in page, kind
        request = ChangeRequest.objects.latest("pk")
        assert (request.kind, request.state, request.proposed_by) == (kind, "open", people.villager)
        assert answer.url.startswith("/households/H0001/#"), kind
    assert Household.objects.get(pk=homes.east.pk).version == version, "nothing is written before the last opinion"
    assert "已提出修改申请，待乡镇办理" in said(client.get("/households/H0001/"))


def test_a_change_is_rehearsed_for_its_page_of_consequences_and_once_by_its_proposal(at, homes, monkeypatch):
    rehearsed, rehearse = [], change_drafts.rehearse
    monkeypatch.setattr(change_drafts, "rehearse", lambda draft: rehearsed.append(draft.kind) or rehearse(draft))
    proposed(at("villager"), "/households/H0001/change/living/", {"arable_mu": "9.5", "true_from": DAY})
    assert rehearsed == ["living", "living"]


def test_what_cannot_be_applied_any_more_when_it_is_proposed_goes_back_to_the_form(at, homes):
    client, address = at("villager"), "/households/H0001/change/living/"
    page, hidden = filled(client, address, {"arable_mu": "9.5", "true_from": DAY})
    proposed(client, address, {"arable_mu": "8", "true_from": DAY})
    refused = said(client.post(address, {**hidden, "step": "propose"}), status=422)
    assert "正在办理" in refused and "生效后的影响" not in refused and 'value="9.5"' in refused


def test_the_offices_hand_a_household_over_by_the_cadres_name_and_end_a_pairing_by_leaving_it_empty(at, homes):
    page, _answer = proposed(at("township"), "/households/H0001/change/pairing/", {"cadre": "孙立军", "true_from": DAY})
    assert "赵国强" in page and "孙立军" in page
    assert ChangeRequest.objects.get().kind == "pairing"
    assert at("villager").get("/households/H0001/change/pairing/").status_code == 404, "not the village's affair"


def test_a_new_household_is_proposed_with_its_head(at):
    typed = {
        "name": "冯德贵", "id_number": number("220800", "19680303", 5), "village": EAST, "group_name": "三社",
        "attr": "general", "main_cause": "illness", "registered_year": "2018", "true_from": "2018-11-01",
    }  # fmt: skip
    page, answer = proposed(at("villager"), "/households/new/", typed)
    assert "冯德贵" in page and "东胜村委会" in page and "220800********" in page
    request = ChangeRequest.objects.get()
    assert (request.kind, request.household, request.village_id) == ("register", None, EAST)
    assert at("helper").get("/households/new/").status_code == 403


def test_a_birth_without_a_number_and_a_wrong_number_are_told_apart(at, homes):
    client, address = at("villager"), "/households/H0001/change/join/"
    born = {"name": "单小苗", "sex": "female", "birth_date": "2018-11-01", "relation": "daughter", "reason": "birth"}
    filled(client, address, {**born, "true_from": "2018-11-01"})
    wrong = {
        **fields(said(client.get(address))),
        **born,
        "id_number": NEW_ID[:17] + ("0" if NEW_ID[17] != "0" else "1"),
    }
    page = said(client.post(address, {**wrong, "step": "check"}), 422)
    assert "校验位不对" in page and "单小苗" in page and "错误：" in page


def test_nothing_typed_is_lost_on_a_mistake_and_each_is_told_beside_its_field(at, homes):
    client, address = at("villager"), "/households/H0001/change/housing/"
    typed = {"area": "六十", "certificate_no": "ZJ-77", "true_from": "2018-13-40"}
    page = said(client.post(address, {**fields(said(client.get(address))), **typed, "step": "check"}), 422)
    for word in ("六十", "ZJ-77", "请只填数字", "日期写法不对", 'id="id_area-error"', 'id="id_true_from-error"'):
        assert word in page, word


def test_a_day_after_the_business_date_and_an_unchanged_page_are_refused_in_words(at, homes):
    client, address = at("villager"), "/households/H0001/change/housing/"
    opened = fields(said(client.get(address)))
    assert "内容没有变化" in said(client.post(address, {**opened, "step": "check"}), 422)
    late = {**opened, "area": "61", "true_from": "2018-12-05", "step": "check"}
    assert "晚于业务日期" in said(client.post(address, late), 422)


def test_a_head_who_dies_leaves_the_headship_on_the_same_form(at, homes):
    head, spouse = member(homes.east, "head"), member(homes.east, "spouse")
    client, address = at("villager"), f"/households/H0001/change/leave/{head}/"
    assert "请在同一张表上选定新户主" in said(client.get(address))
    opened = fields(said(client.get(address)))
    assert opened["new_head"] == str(spouse), "the only one who can be it"
    refused = client.post(address, {**opened, "new_head": "", "reason": "death", "true_from": DAY, "step": "check"})
    assert "指定新户主" in said(refused, 422)
    page, _answer = proposed(client, address, {"reason": "death", "new_head": str(spouse), "true_from": DAY})
    assert "户主" in page and "张春燕" in page


def test_the_last_member_who_leaves_ends_the_household_and_the_page_says_so(at, homes):
    head, spouse = member(homes.single, "head"), member(homes.single, "spouse")
    homes.single.membership_set.filter(person=spouse).update(true_to="2018-01-01", end_reason="death")
    page = said(at("villager").get(f"/households/H0002/change/leave/{head}/"))
    assert "整户消亡" in page and "new_head" not in page


def test_a_second_editor_sees_field_by_field_what_moved_and_goes_on_with_what_he_typed(at, homes):
    client, address = at("villager"), "/households/H0001/change/housing/"
    opened = fields(said(client.get(address)))
    values = {"grade": "C", "certificate_no": "ZJ-2018-001", "area": 60}
    records.record(household=homes.east, part="housing", values=values, true_from=TODAY, entered_on=TODAY, by=None)
    page = said(client.post(address, {**opened, "area": "72", "step": "check"}), 409)
    assert '<th scope="row">住房鉴定等级</th><td>B级</td><td>C级</td><td>（未改）</td>' in page
    assert '<th scope="row">住房面积(平方米)</th><td>60</td><td>60</td><td>72</td>' in page
    again = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
    assert again["area"] == "72"
    page = said(client.post(address, {**again, "step": "back"}))
    assert fields(page)["area"] == "72", "nothing typed is lost"
    assert fields(page)["grade"] == "C", "what the other did is not undone"
    final = {**fields(page), "true_from": "2018-11-30", "step": "check"}
    assert "生效后的影响" in said(client.post(address, final))


def test_a_change_of_another_part_does_not_hinder(at, homes):
    client, address = at("villager"), "/households/H0001/change/housing/"
    opened = fields(said(client.get(address)))
    records.record(
        household=homes.east, part="water", values={"water_safe": False}, true_from=TODAY, entered_on=TODAY, by=None
    )
    said(client.post(address, {**opened, "area": "72", "step": "check"}))


def test_outside_the_window_reason_and_proof_are_asked_for_and_three_opinions_named(at, homes, window):
    window.entry_to = window.collect_to = datetime.date(2018, 11, 15)
    window.save()
    client, address = at("villager"), "/households/H0001/change/income/"
    page = said(client.get(address))
    assert "不在采集窗口" in page and "三级提出意见" in page
    _page, answer = proposed(client, address, {"wage_work": "8000"}, status=422)
    page = said(answer, 422)
    assert "请写明修改理由" in page and "请上传依据" in page and not ChangeRequest.objects.exists()
    for wrong, words in ((b"", "0 字节"), (b"MZ exe", "只能上传照片")):
        paper = {"ask-proof": SimpleUploadedFile("x.png", wrong)}
        sent = {**fields(page), "ask-reason": "存折核对", **paper, "step": "propose"}
        page = said(client.post(address, sent), 422)
        assert words in page and "存折核对" in page
    proposed(client, address, {"wage_work": "8000"}, reason="存折核对", proof=PHOTO)
    assert ChangeRequest.objects.get().locked


def test_the_income_page_and_its_consequences_say_no_word_of_the_line_to_the_village(at, homes):
    page, _hidden = filled(at("villager"), "/households/H0001/change/income/", {"wage_work": "1100"})
    assert "1,750.00" in page, "the household's own figure is the enterer's own sum"
    for word in ("3,535", "2,995", "3,400", "标准线", "还差", "差额"):
        assert word not in page, word


def test_a_number_typed_comes_back_only_in_the_form_it_was_typed_into(at, homes):
    client = at("villager")
    page, _answer = proposed(
        client, f"/households/H0001/change/identity/{member(homes.east, 'spouse')}/",
        {"id_number": WIFE_ID, "true_from": DAY}, reason="补办证件", proof=PHOTO,
    )  # fmt: skip
    assert page.count(WIFE_ID) == 1 and f'name="id_number" value="{WIFE_ID}"' in page
    assert WIFE_ID not in said(client.get("/households/H0001/"))
    old = said(client.get(f"/households/H0001/change/identity/{member(homes.east, 'head')}/"))
    assert number("141100", "19650102", 1) not in old and "141100********" in old
    assert "no-store" in client.get("/households/H0001/change/residence/")["Cache-Control"]


def test_what_different_bureaus_confirm_is_proposed_on_pages_of_its_own(at, homes):
    head = member(homes.east, "head")
    page = said(at("villager").get(f"/households/H0001/change/condition/{head}/?group=medical"))
    assert 'name="ins_resident_medical"' in page and 'name="labour"' not in page and "?group=school" in page


def test_values_of_a_later_year_cannot_be_chosen_before_it(at, homes):
    page = said(at("villager").get("/households/H0001/change/causes/"))
    assert 'value="marriage"' in page and 'value="bereavement"' not in page
    head = member(homes.east, "head")
    assert 'value="weak"' not in said(at("villager").get(f"/households/H0001/change/condition/{head}/"))


def test_the_years_income_opens_for_its_period_and_another_year_by_its_tab(at, homes):
    page = said(at("villager").get("/households/H0001/change/income/"))
    assert "2017-10-01～2018-09-30" in page and fields(page)["wage_work"] == "9000"
    page = said(at("villager").get("/households/H0001/change/income/?year=2017"))
    ready = fields(page)
    assert (ready["period_end"], ready["wage_work"], ready["member_count"]) == ("2017-09-30", "", "2")


def test_a_phone_is_put_right_at_once_by_who_calls_it(at, homes):
    client, address = at("helper"), "/households/H0001/phone/"
    assert "13944112233" not in said(client.get(address))
    assert "位数不对" in said(client.post(address, {"phone": "123"}), 422)
    assert client.post(address, {"phone": "139-4411-2244"}).url == "/households/H0001/#basics"
    assert "139****2244" in said(client.get("/households/H0001/"))
    assert "没有变化" in said(client.post(address, {"phone": "13944112244"}), 422)
    assert "修改户 H0001 的联系电话" in said(client.get("/households/H0001/timeline/"))


def test_only_who_may_propose_sees_the_buttons(at):
    assert "/change/income/" in said(at("villager").get("/households/H0001/"))
    seen = said(at("helper").get("/households/H0001/"))
    assert "/change/income/" in seen and "/change/join/" not in seen and "/change/pairing/" not in seen
    assert "/change/" not in said(at("supervisor").get("/households/H0001/"))
    assert at("supervisor").get("/households/H0001/change/income/").status_code == 403


ELSEWHERE = (
    "income/",
    "leave/99999/",
    "leave/",
    "supporter/99999/",
    "income/5/",
    "register/",
    "nonsense/",
    "condition/",
)


def test_pages_that_are_not_there_and_households_out_of_reach_are_the_same_404(at, homes):
    client = at("clerk")
    for address in ELSEWHERE:
        hidden = client.get(f"/households/H0001/change/{address}")
        missing = client.get(f"/households/H9999/change/{address}")
        assert hidden.status_code == missing.status_code == 404 and hidden.content == missing.content, address
    client = at("villager")
    for address in ELSEWHERE[1:]:
        assert client.get(f"/households/H0001/change/{address}").status_code == 404, address


def test_a_member_of_another_household_cannot_be_edited_through_this_one(at, homes):
    other = member(homes.front, "head")
    assert at("office").get(f"/households/H0001/change/leave/{other}/").status_code == 404


def test_a_request_sent_back_is_put_right_on_the_same_page_and_goes_its_next_round(at, homes, people):
    client, address = at("villager"), "/households/H0001/change/join/"
    new = {"name": "单小苗", "id_number": NEW_ID, "relation": "daughter", "reason": "birth", "true_from": "2018-10-15"}
    proposed(client, address, new, reason="出生", proof=PHOTO)
    request = ChangeRequest.objects.get()
    changes.send_back(request=request, words="关系应为孙女", by=people.township, on=TODAY)
    detail = said(client.get(f"/changes/{request.pk}/"))
    again = re.search(r'href="([^"]*again=\d+)"', detail)[1]
    page = said(client.get(again))
    assert "退回后重新提出" in page and NEW_ID not in page and "429000********" in page
    assert (fields(page)["name"], fields(page)["relation"], fields(page)["true_from"]) == (
        "单小苗",
        "daughter",
        "2018-10-15",
    )
    page, _answer = proposed(client, again, {"relation": "granddaughter"})
    assert "之孙女" in page and "出生" in page
    request.refresh_from_db()
    kept = change_drafts.open_content(request)["new"]
    assert (request.round, request.state, ChangeRequest.objects.count()) == (2, "open", 1)
    assert (kept["id_number"], kept["relation"]) == (NEW_ID, "granddaughter")


def test_a_page_says_when_a_request_of_its_kind_is_under_way(at, homes):
    client, address = at("villager"), "/households/H0001/change/income/"
    proposed(client, address, {"wage_work": "8000"})
    assert "已有一份申请正在办理" in said(client.get(address))
    opened = {**fields(said(client.get(address))), "wage_work": "8100", "step": "check"}
    assert "办结后再提" in said(client.post(address, opened), 422)


def test_a_page_opens_with_everything_that_stands_and_sends_it_back_unchanged(at, homes):
    client, said_before = at("villager"), {"has_power": True, "has_tv": False, "food_secure": True, "arable_mu": 12}
    records.record(household=homes.east, part="living", values=said_before, true_from=TODAY, entered_on=TODAY, by=None)
    head = member(homes.east, "head")
    for kind in ("living", "housing", "water", "income", "causes", "residence", "status", f"condition/{head}"):
        address = f"/households/H0001/change/{kind}/"
        opened = fields(said(client.get(address)))
        page = said(client.post(address, {**opened, "step": "check", **HELD.get(kind, {})}), 422)
        assert "内容没有变化" in page, kind
    shown = fields(said(client.get("/households/H0001/change/living/")))
    assert (shown["has_power"], shown["has_tv"], shown["has_toilet"]) == ("true", "false", "")
    assert fields(said(client.get("/households/new/")))["village"] == EAST, "the clerk's only village stands ready"


def test_what_was_true_before_the_last_record_is_no_conflict(at, homes):
    client, address = at("villager"), "/households/H0001/change/housing/"
    page, _answer = proposed(client, address, {"grade": "C", "true_from": "2018-09-20"}, reason="鉴定", proof=PHOTO)
    assert "部门还没有账号" in page and "依据（必填）" in page
    assert ChangeRequest.objects.get().true_from == datetime.date(2018, 9, 20)
