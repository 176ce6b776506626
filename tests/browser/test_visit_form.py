"""A first secretary's visit on a phone: short, in both languages, what is rarely wanted folded away."""

import pytest
from django.urls import reverse

from assistance.models import Visit
from tests.browser.window import Window, window

pytest_plugins = ["tests.register_cast"]
pytestmark = [pytest.mark.django_db, pytest.mark.browser]


@pytest.fixture
def phone(client, chromium, people, homes, monkeypatch):
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    client.force_login(people.helper, backend="django.contrib.auth.backends.ModelBackend")
    yield from window(client, chromium, 360)


def test_a_plain_visit_is_two_fields_and_one_button_on_a_phone(phone: Window, homes):
    for language in ("en", "zh-hans"):
        phone.ask_in(language)
        page = phone.open(reverse("visit-new", args=["H0001"]))
        assert page.get_attribute("html", "lang").lower() == language
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        assert page.evaluate("document.documentElement.scrollHeight") < 1700
        assert not page.is_visible("#id_minutes") and not page.is_visible("#id_visitor")
    # Whoever enters for somebody else unfolds the rest; only then is a name asked for.
    page.click("details.more > summary")
    assert page.is_visible("#id_visitor") and not page.is_visible("#id_visitor_name")
    page.select_option("#id_visitor", "other")
    assert page.is_visible("#id_visitor_name")
    page.fill("#id_findings", "墙已修好。")
    page.click("main form button[type=submit]")
    page.wait_for_selector(".error-box")
    assert page.is_visible("#id_visitor_name"), "what is wrong stands open"
    page.select_option("#id_visitor", index=0)
    page.fill("#id_follow_up", "墙角已重新抹好")
    page.click("main form button[type=submit]")
    page.wait_for_selector("#visits")
    assert Visit.objects.filter(household=homes.east, findings="墙已修好。", cadre__cadre_no="G0001").exists()
    assert phone.faults == []
