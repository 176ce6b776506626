"""At the gate in a real browser: a post given by town and village, a household called by one tap."""

import pytest

from povertycase.actions import accounts
from povertycase.models import AuditEvent, Post
from tests.access.conftest import cast, places  # noqa: F401 - the cast plays here too
from tests.browser.window import HOST, window

pytest_plugins = ["tests.register_cast"]
pytestmark = [pytest.mark.django_db, pytest.mark.browser]
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def glass(request, client, chromium, monkeypatch):
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    yield from window(client, chromium, request.param)


@pytest.mark.parametrize("glass", [1440], indirect=True)
def test_a_post_is_given_by_choosing_town_then_village(glass, client, cast):  # noqa: F811
    person, _password = accounts.create(username="sun.wei", display_name="孙伟", by=None)
    client.force_login(cast.security_admin, backend=BACKEND)
    page = glass.open("/posts/accounts/?without=1")
    page.click("text=孙伟")
    page.click(".page-head .btn.main")
    assert page.input_value("#id_valid_from") == "2018-11-30"
    page.select_option("#id_role", "village_clerk")
    page.select_option("#id_town", "220821101000")
    page.wait_for_selector("#id_village option[value='220821101201']", state="attached")
    page.select_option("#id_village", "220821101201")
    page.fill("#id_document_no", "镇扶办发〔2018〕12号")
    page.click("main form button.main")
    page.wait_for_selector("text=岗位已任命")
    assert Post.objects.get(account=person).division_id == "220821101201"
    assert glass.faults == []


@pytest.mark.parametrize("glass", [360], indirect=True)
def test_a_first_secretary_calls_a_household_by_one_tap(glass, client, people, homes):
    client.force_login(people.secretary, backend=BACKEND)
    page = glass.open("/households/H0001/")
    assert "13944112233" not in page.content()
    button = page.locator("#basics .call button")
    assert button.bounding_box()["height"] >= 44
    button.click()
    page.wait_for_selector("#basics .reveal .shown")
    assert page.inner_text("#basics .reveal .shown") == "13944112233"
    assert AuditEvent.objects.get(kind="secret.revealed").params["reason"] == "拨打电话"


@pytest.mark.parametrize("glass", [360], indirect=True)
@pytest.mark.parametrize("address", ["/households/", "/households/H0001/"])
def test_a_tap_before_the_script_has_come_shows_the_number_on_a_page_that_calls(glass, client, people, homes, address):
    """A poor line: the list stands, its script is still on the way, and the secretary taps."""
    client.force_login(people.secretary, backend=BACKEND)
    page = glass.page
    page.route("**/app.js", lambda route: None)
    page.goto(HOST + address, wait_until="commit")
    page.locator("button[value=call]").locator("visible=true").first.click(no_wait_after=True)
    page.wait_for_selector("main .shown")
    assert page.inner_text("main .shown") == "13944112233"
    assert page.get_attribute("main .btn.main", "href") == "tel:13944112233"
    assert AuditEvent.objects.get(kind="secret.revealed").params["reason"] == "拨打电话"
    page.unroute("**/app.js")
    page.click("main .btn:not(.main)")
    page.wait_for_selector("#basics")
    assert "13944112233" not in page.content() and glass.faults == []
