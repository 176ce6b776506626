"""Accounts by the system administrator, posts by the security administrator: two people, and neither for himself."""

import datetime
import io
import re

import openpyxl
import pytest
from axes.models import AccessAttempt
from django.contrib.auth import SESSION_KEY
from django.test import Client

from povertycase.actions import accounts
from povertycase.models import Account, AuditEvent, Post

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
PASSWORD = "Hd7-spring-wheat"


def desk_of(account):
    client = Client()
    client.force_login(account, backend=BACKEND)
    return client


@pytest.fixture
def system(cast):
    return desk_of(cast.system_admin)


@pytest.fixture
def security(cast):
    return desk_of(cast.security_admin)


def words(answer):
    return answer.content.decode()


# --- accounts -----------------------------------------------------------------------------------------------


def test_an_account_is_made_and_its_first_password_shown_once(system, cast):
    page = words(system.post("/accounts/new/", {"username": "sun.wei", "display_name": "孙伟"}))
    password = re.search(r'id="first-password">([^<]+)<', page).group(1)
    made = Account.objects.get(username="sun.wei")
    assert made.check_password(password) and made.must_change_password
    assert password not in words(system.get(f"/accounts/{made.pk}/"))
    event = AuditEvent.objects.get(kind="account.created", about="sun.wei")
    assert event.by == cast.system_admin and password not in str(event.params)


@pytest.mark.parametrize(
    ("username", "said"),
    [
        ("sun wei", "须为 2 至 60"),
        ("13987650001", "不能是手机号"),
        ("22082119610203041X", "不能是手机号"),
        ("", "必填"),
    ],
)
def test_a_user_name_is_no_phone_and_no_id(system, username, said):
    answer = system.post("/accounts/new/", {"username": username, "display_name": "孙伟"})
    assert answer.status_code == 422
    assert said in words(answer) or "这个字段是必填项" in words(answer)
    assert not Account.objects.filter(display_name="孙伟").exists()


def test_accounts_are_found_by_name_and_state(system, cast):
    accounts.create(username="sun.wei", display_name="孙伟", by=None)
    accounts.deactivate(account=cast.helper, by=None)
    assert "sun.wei" in words(system.get("/accounts/?q=孙"))
    assert "cast-helper" not in words(system.get("/accounts/?q=孙"))
    for state, inside, outside in (
        ("ended", "cast-helper", "sun.wei"),
        ("first", "sun.wei", "cast-leader"),
        ("no_post", "sun.wei", "cast-leader"),
        ("active", "cast-leader", "cast-helper"),
    ):
        page = words(system.get(f"/accounts/?state={state}"))
        assert inside in page and outside not in page, state


def rows_of(answer, first):
    """The rows of a list that left the house, below the heading row that begins with `first`."""
    rows = list(openpyxl.load_workbook(io.BytesIO(answer.getvalue())).worksheets[0].iter_rows(values_only=True))
    return rows[next(at for at, row in enumerate(rows) if row[0] == first) + 1 :]


def test_the_accounts_leave_as_the_page_shows_them_and_are_noted(system, security, cast):
    accounts.create(username="sun.wei", display_name="孙伟", by=None)
    (row,) = rows_of(system.post("/accounts/export/", {"q": "孙", "state": "no_post"}), "用户名")
    assert row[:4] == ("sun.wei", "孙伟", "启用、未改初始密码", "无")
    event = AuditEvent.objects.get(kind="account.list_exported")
    assert (event.by, event.params) == (cast.system_admin, {"rows": 1})
    assert security.post("/accounts/export/").status_code == 403


def test_the_list_of_accounts_takes_as_many_queries_for_many(system, django_assert_max_num_queries):
    for n in range(40):
        Account.objects.create(username=f"many-{n}", display_name=f"第{n}")
    with django_assert_max_num_queries(9):
        assert "many-39" in words(system.get("/accounts/?size=100"))


def test_an_ended_account_is_out_at_once_and_may_come_back(system, cast, client):
    desk = desk_of(cast.helper)
    assert "账号已停用" in words(system.post(f"/accounts/{cast.helper.pk}/disable/", follow=True))
    assert desk.get("/").status_code == 302
    assert "账号已启用" in words(system.post(f"/accounts/{cast.helper.pk}/enable/", follow=True))
    assert Account.objects.get(pk=cast.helper.pk).is_active


def test_a_paused_account_is_listed_and_let_in_again(system, cast, client):
    accounts.change_password(account=cast.helper, password=PASSWORD, by=cast.helper)
    for _ in range(5):
        client.post("/accounts/login/", {"username": "cast-helper", "password": "wrong"})
    assert "cast-helper" in words(system.get("/accounts/?state=paused"))
    assert "暂停登录到" in words(system.get(f"/accounts/{cast.helper.pk}/"))
    system.post(f"/accounts/{cast.helper.pk}/unlock/")
    assert not AccessAttempt.objects.filter(username="cast-helper").exists()
    assert client.post("/accounts/login/", {"username": "cast-helper", "password": PASSWORD}).status_code == 302


def test_a_reset_password_is_shown_once_and_ends_sessions(system, cast, client):
    accounts.change_password(account=cast.helper, password=PASSWORD, by=cast.helper)
    client.post("/accounts/login/", {"username": "cast-helper", "password": PASSWORD})
    page = words(system.post(f"/accounts/{cast.helper.pk}/reset/"))
    password = re.search(r'id="first-password">([^<]+)<', page).group(1)
    assert Account.objects.get(pk=cast.helper.pk).check_password(password)
    assert client.get("/").status_code == 302 and SESSION_KEY not in client.session


def test_nobody_ends_or_resets_himself(system, cast):
    for act in ("disable", "reset"):
        answer = system.post(f"/accounts/{cast.system_admin.pk}/{act}/", follow=True)
        assert "自己" in words(answer)
    assert Account.objects.get(pk=cast.system_admin.pk).is_active


# --- posts --------------------------------------------------------------------------------------------------

POST = {
    "role": "village_clerk", "town": "220821101000", "village": "220821101200", "valid_from": "2018-11-01",
    "document_no": "镇扶办发〔2018〕12号",
}  # fmt: skip


@pytest.fixture
def newcomer(cast):
    return accounts.create(username="sun.wei", display_name="孙伟", by=None)[0]


def test_a_post_is_given_by_town_and_village_with_its_document(security, cast, newcomer):
    answer = security.post(f"/posts/accounts/{newcomer.pk}/new/", POST)
    assert answer.status_code == 302, words(answer)
    post = Post.objects.get(account=newcomer)
    assert (post.role, post.division_id, post.document_no) == ("village_clerk", "220821101200", POST["document_no"])
    event = AuditEvent.objects.get(kind="post.opened", about="sun.wei")
    assert event.by == cast.security_admin and event.params["document"] == POST["document_no"]
    assert "东胜村" in words(security.get(f"/posts/accounts/{newcomer.pk}/"))


def test_the_villages_of_a_town_fill_the_second_list(security):
    options = words(security.get("/posts/villages/?town=220821101000"))
    assert "东胜村委会" in options and "前屯村委会" not in options
    assert 'option value="2' not in words(security.get("/posts/villages/"))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"village": ""}, "须任命到村"),
        ({"role": "township_clerk"}, "须任命到乡镇"),
        ({"role": "county_office"}, "须任命到县"),
        ({"valid_to": "2018-10-01"}, "早于开始日期"),
        ({"document_no": "电话 13987650001"}, "不能有电话"),
    ],
)
def test_a_post_that_does_not_fit_is_refused_and_what_was_typed_stays(security, newcomer, changes, said):
    answer = security.post(f"/posts/accounts/{newcomer.pk}/new/", POST | changes)
    assert answer.status_code == 422 and said in words(answer)
    assert 'value="220821101000" selected' in words(answer)
    assert not Post.objects.filter(account=newcomer).exists()


def test_a_person_holds_one_administrators_post_at_most(security, cast):
    answer = security.post(
        f"/posts/accounts/{cast.system_admin.pk}/new/", POST | {"role": "audit_admin", "town": "", "village": ""}
    )
    assert answer.status_code == 422 and "专任" in words(answer)


def test_nobody_appoints_or_dismisses_himself_by_the_page(security, cast):
    own = cast.security_admin
    answer = security.post(f"/posts/accounts/{own.pk}/new/", POST)
    assert answer.status_code == 422 and "自己" in words(answer)
    answer = security.post(f"/posts/{own.post_set.get().pk}/end/", {"valid_to": "2018-11-30"})
    assert answer.status_code == 422 and "自己" in words(answer)


def test_a_post_ends_by_its_last_day(security, cast):
    post = cast.village_clerk.post_set.get()
    assert security.post(f"/posts/{post.pk}/end/", {"valid_to": "2018-11-29"}).status_code == 302
    assert Post.objects.get(pk=post.pk).valid_to == datetime.date(2018, 11, 29)
    assert "cast-village_clerk" in words(security.get("/posts/?state=ended"))
    assert "cast-village_clerk" not in words(security.get("/posts/?state=now"))


def test_who_holds_what_where(security, cast):
    page = words(security.get("/posts/?town=220821101000&role=village_clerk"))
    assert "cast-village_clerk" in page and "cast-township_clerk" not in page
    assert "cast-township_clerk" in words(security.get("/posts/?q=township_clerk"))


def test_who_holds_what_leaves_as_the_page_shows_it_and_is_noted(security, system, cast):
    asked = {"town": "220821101000", "role": "village_clerk", "state": "now"}
    (row,) = rows_of(security.post("/posts/export/", asked), "姓名")
    assert row[1] == "cast-village_clerk" and row[3] == "东胜村委会"
    answer = security.post("/posts/export/", {**asked, "as": "csv"})
    assert "cast-village_clerk" in answer.getvalue().decode("utf-8-sig")
    told = AuditEvent.objects.filter(kind="post.list_exported").order_by("pk")
    assert [(one.by, one.params) for one in told] == [(cast.security_admin, {"rows": 1})] * 2
    assert system.post("/posts/export/").status_code == 403


@pytest.mark.parametrize("role", ["system_admin", "security_admin", "audit_admin"])
def test_no_administrator_sees_household_data(cast, role):
    desk = desk_of(getattr(cast, role))
    for address in ("/households/", "/exit/", "/bulletins/", "/imports/", "/jobs/"):
        assert desk.get(address).status_code == 403, address
