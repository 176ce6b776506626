"""分户, 并户 and 户主变更 on their pages: from the household's file to the last opinion, and what outsiders see of it."""

import html
import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from households.actions import change_drafts, members
from households.actions.register import NewPerson
from households.models import ChangeRequest, Household, Membership
from tests.change_cast import PNG
from tests.flows.test_change_pages import as_, decide, text
from tests.flows.test_editing import fields, said
from tests.register_cast import ENTRY, TODAY, household

pytest_plugins = ["tests.change_cast"]
pytestmark = pytest.mark.django_db
DAY = "2018-11-12"
CHANGE = "/households/H0001/change"


@pytest.fixture
def family(homes):
    """H0001: an old man and his wife, their son of 30, his wife, their boy; {name: person}."""
    for name, sex, relation, year in (
        ("单强", "male", "son", 1988), ("李红", "female", "daughter_in_law", 1990), ("单小宝", "male", "grandson", 2012),
    ):  # fmt: skip
        born = NewPerson(name, sex=sex, birth_date=TODAY.replace(year=year))
        members.join(household=homes.east, person=born, relation=relation, reason="registered", true_from=ENTRY,
                     entered_on=TODAY, by=None)  # fmt: skip
    rows = Membership.objects.known().filter(household=homes.east).select_related("person")
    for row in rows.filter(relation__in=("head", "spouse")):
        row.person.birth_date = TODAY.replace(year=1950)
        row.person.save()
    return {row.person.name: row.person_id for row in rows}


def proposed(client, address, typed):
    """The form, its consequences, the proposal with reason and paper; returns the page of consequences."""
    opened = fields(said(client.get(address)))
    page = said(client.post(address, {**opened, **typed, "step": "check"}))
    paper = SimpleUploadedFile("p.png", PNG)
    answer = client.post(address, {**fields(page), "ask-reason": "本人申请", "ask-proof": paper, "step": "propose"})
    assert answer.status_code == 302, re.sub(r"<[^>]+>", " ", answer.content.decode())[:3000]
    return page


def confirmed(client, desk, request):
    for who in (desk.township, desk.office):
        assert decide(as_(client, who), request, "agree").status_code == 302
    request.refresh_from_db()
    return request


def leaving(family):
    rows = {"单强": "head", "李红": "spouse", "单小宝": "son"}
    return {f"members_{family[name]}": relation for name, relation in rows.items()} | {"true_from": DAY}


def test_the_village_proposes_a_split_the_township_is_warned_and_the_county_confirms(client, homes, desk, family):
    as_(client, desk.secretary)
    file = said(client.get("/households/H0001/"))
    assert f"{CHANGE}/split/" in file and f"{CHANGE}/merge/" in file
    page = said(client.get(f"{CHANGE}/split/"))
    assert f"members_{family['单小明']}" not in page, "the head stays with the house"
    assert "之儿媳" in page and "原户主不能分出" in page and "凭农户申请" in page
    page = proposed(client, f"{CHANGE}/split/", leaving(family))
    assert "单强（户主）、李红（配偶）、单小宝（之子）；留在原户：单小明、张春燕" in page
    assert page.index("本户") < page.index("分出的新户") and "新户从零开始" in page
    assert "拆户" not in page and "赡养" not in page, "who proposes is not told what others look at"
    request = ChangeRequest.objects.get()
    detail = said(client.get(f"/changes/{request.pk}/"))
    assert "办理前请核实" not in detail
    detail = said(as_(client, desk.township).get(f"/changes/{request.pk}/"))
    assert "单小明、张春燕（60 岁以上）将与有劳动能力的子女 单强、李红 不在一户" in detail
    request = confirmed(client, desk, request)
    new = Household.objects.get(pk=request.subject)
    file = said(as_(client, desk.secretary).get(f"/households/{new.household_no}/"))
    assert "由这户分户而来：" in file and 'href="/households/H0001/"' in file and "没有帮扶责任人" in file
    assert f'href="/changes/{request.pk}/"' in file, "the request stands on both files"
    old = said(client.get("/households/H0001/"))
    assert "分出新户：" in old and f'href="/households/{new.household_no}/"' in old and "赵国强" in old
    assert "分户，分出 3 人" in said(client.get("/households/H0001/timeline/"))
    assert new.household_no in said(as_(client, desk.township).get("/households/?helper=none"))


def test_who_leaves_and_who_is_the_new_head_is_asked_for_in_words(client, homes, desk, family):
    as_(client, desk.secretary)
    opened = fields(said(client.get(f"{CHANGE}/split/")))
    page = said(client.post(f"{CHANGE}/split/", {**opened, "true_from": DAY, "step": "check"}), 422)
    assert "请在分出的成员中选定一位户主" in page
    two = {**leaving(family), f"members_{family['李红']}": "head"}
    assert "只能有一位" in said(client.post(f"{CHANGE}/split/", {**opened, **two, "step": "check"}), 422)
    Membership.objects.filter(household=homes.single, relation="spouse").delete()
    assert client.get("/households/H0002/change/split/").status_code == 404, "one person cannot be split"


def test_a_household_is_joined_by_its_number_or_its_heads_name(client, homes, desk):
    as_(client, desk.secretary)
    head, spouse = Membership.objects.known().filter(household=homes.single).order_by("pk")
    address = f"{CHANGE}/merge/"
    assert "要并入的户" in said(client.get(address))
    for typed in ("H0002", "曾守田"):
        answer = client.post(address, {"which": typed})
        assert answer.url == f"{address}{homes.single.pk}/", "no name stands in an address"
    typed = {f"members_{head.person_id}": "father", f"members_{spouse.person_id}": "mother", "true_from": DAY}
    opened = fields(said(client.get(f"{address}{homes.single.pk}/")))
    missing = client.post(
        f"{address}{homes.single.pk}/", {**opened, **typed, f"members_{spouse.person_id}": "", "step": "check"}
    )
    assert "请选择与户主的关系" in said(missing, 422)
    page = proposed(client, f"{address}{homes.single.pk}/", typed)
    assert "曾守田（之父）" in page and "并入的户" in page and "整户自然减少" in page
    request = confirmed(client, desk, ChangeRequest.objects.get())
    assert "未脱贫" in said(client.get(f"/changes/{request.pk}/"))
    as_(client, desk.secretary)
    gone, home = said(client.get("/households/H0002/")), said(client.get("/households/H0001/"))
    assert "本户并入这户：" in gone and "本户现在没有成员" in gone and "已减少的成员 2 人" in gone
    assert "这户并入本户：" in home and "曾守田" in home
    assert "并入另一户" in said(client.get("/households/H0002/timeline/"))


def test_namesakes_are_listed_to_choose_from(client, homes, desk):
    household("H0020", homes.east.card.village_code, "曾守田", 31)
    page = said(as_(client, desk.secretary).post(f"{CHANGE}/merge/", {"which": "曾守田"}))
    assert "有几户，请选一户" in page and "H0020" in page and "H0002" in page


def test_what_is_hidden_missing_ended_or_of_another_village_is_the_same_to_a_merge(client, homes, desk):
    for who in (desk.secretary, desk.township):
        as_(client, who)
        answers = set()
        for typed in ("H0004", "仇德福", "H0003", "H9999", "没有这人", "H0001"):
            page = said(client.post(f"{CHANGE}/merge/", {"which": typed}), 422)
            answers.add(re.sub(r"<[^>]+>|\d\d:\d\d", "", page))
            assert "没有找到" in page and 'id="found"' not in page
        assert len(answers) == 1, "hidden, missing and elsewhere are told in the same words"
        rows = [client.get(f"{CHANGE}/merge/{pk}/") for pk in (homes.front.pk, 987_654_321, homes.east.pk)]
        assert {one.status_code for one in rows} == {404} and len({one.content for one in rows}) == 1


def test_a_helper_of_one_household_does_not_read_who_joins_it(client, homes, desk):
    head, spouse = Membership.objects.known().filter(household=homes.single).order_by("pk")
    typed = {f"members_{head.person_id}": "father", f"members_{spouse.person_id}": "mother", "true_from": DAY}
    proposed(as_(client, desk.secretary), f"{CHANGE}/merge/{homes.single.pk}/", typed)
    request = ChangeRequest.objects.get()
    page = said(as_(client, desk.helper).get(f"/changes/{request.pk}/"))
    assert "您的岗位不能查看" in page
    for hidden in ("曾守田", "李桂兰", "H0002"):
        assert hidden not in page, hidden


def test_a_new_head_is_chosen_with_the_relations_that_follow_and_those_that_do_not(client, homes, desk, family):
    as_(client, desk.secretary)
    page = said(client.get(f"{CHANGE}/head/"))
    assert f'<option value="{family["单小明"]}"' not in page.replace("\n", ""), "the head of now is no choice"
    raw = text(client.get(f"{CHANGE}/head/"))
    father = re.search(rf'<select name="relations_{family["单小明"]}"[^>]*data-proposed="([^"]*)"', raw)
    assert json.loads(html.unescape(father[1]))[str(family["单强"])] == "father"
    opened = fields(page)
    typed = {"new_head": str(family["单强"]), f"relations_{family['单小明']}": "father",
             f"relations_{family['张春燕']}": "mother", f"relations_{family['单小宝']}": "son", "true_from": DAY}  # fmt: skip
    refused = said(client.post(f"{CHANGE}/head/", {**opened, **typed, "step": "check"}), 422)
    assert "请选择与新户主的关系" in refused and f'id="id_relations_{family["李红"]}-error"' in refused
    page = proposed(client, f"{CHANGE}/head/", {**typed, f"relations_{family['李红']}": "spouse"})
    assert "单强（户主）、单小明（之父）、张春燕（之母）、李红（配偶）、单小宝（之子）" in page.replace("；", "、")
    request = ChangeRequest.objects.get()
    kept = change_drafts.open_content(request)
    assert kept["old"]["relations"][str(family["单强"])] == "son"
    changes_back = said(client.get(f"/changes/{request.pk}/"))
    assert "单强（之子）" in changes_back and "单强（户主）" in changes_back


def test_a_head_of_two_has_his_heir_and_the_relation_ready(client, homes, desk):
    opened = fields(said(as_(client, desk.secretary).get(f"{CHANGE}/head/")))
    head, spouse = Membership.objects.known().filter(household=homes.east).order_by("pk")
    assert (opened["new_head"], opened[f"relations_{head.person_id}"]) == (str(spouse.person_id), "spouse")


def test_a_split_sent_back_opens_with_what_was_asked_for(client, homes, desk, family):
    proposed(as_(client, desk.secretary), f"{CHANGE}/split/", {**leaving(family), "group_name": "二社"})
    request = ChangeRequest.objects.get()
    decide(as_(client, desk.township), request, "return", "孩子随谁请核实")
    again = re.search(r'href="([^"]*again=\d+)"', text(as_(client, desk.secretary).get(f"/changes/{request.pk}/")))[1]
    opened = fields(said(client.get(again)))
    assert (opened["group_name"], opened[f"members_{family['单强']}"]) == ("二社", "head")
    page = said(client.post(again, {**opened, f"members_{family['单小宝']}": "", "step": "check"}))
    assert "留在原户：单小明、张春燕、单小宝" in page


def test_who_joined_the_family_meanwhile_is_shown_to_who_comes_second(client, homes, desk, family):
    as_(client, desk.secretary)
    opened = fields(said(client.get(f"{CHANGE}/split/")))
    born = NewPerson("单新新", sex="female", birth_date=TODAY.replace(month=9))
    members.join(household=homes.east, person=born, relation="granddaughter", reason="birth",
                 true_from=TODAY.replace(month=9), entered_on=TODAY, by=None)  # fmt: skip
    page = said(client.post(f"{CHANGE}/split/", {**opened, **leaving(family), "step": "check"}), 409)
    assert "单新新（之孙女）" in page


def test_more_members_do_not_mean_more_queries(client, homes, desk, family):
    as_(client, desk.secretary)
    counts = []
    for _round in range(2):
        found = []
        for address in (f"{CHANGE}/split/", f"{CHANGE}/head/", f"{CHANGE}/merge/{homes.single.pk}/"):
            with CaptureQueriesContext(connection) as queries:
                said(client.get(address))
            found.append(len(queries))
        counts.append(found)
        for at, home in enumerate([homes.east, homes.single] * 3):
            born = NewPerson(f"添{at}", sex="male", birth_date=TODAY.replace(year=2000))
            members.join(household=home, person=born, relation="other", reason="other_in", true_from=ENTRY,
                         entered_on=TODAY, by=None)  # fmt: skip
    assert counts[0] == counts[1] and max(counts[0]) <= 16, counts


def test_several_who_leave_are_ticked_on_one_page(client, homes, desk, family):
    as_(client, desk.secretary)
    wife, boy, head = (family[name] for name in ("李红", "单小宝", "单小明"))
    page = said(client.get(f"{CHANGE}/leave/{wife}/"))
    assert f'name="also" value="{boy}"' in page and f'name="also" value="{head}"' not in page
    page = proposed(client, f"{CHANGE}/leave/{wife}/", {"reason": "moved_out", "also": [boy], "true_from": DAY})
    assert "一同减少的成员" in page and "单小宝" in page
    whole = {"reason": "moved_out", "also": [who for who in family.values() if who != head], "new_head": family["单强"]}
    page = proposed(client, f"{CHANGE}/leave/{head}/", {**whole, "true_from": DAY})
    assert "整户自然减少" in page
