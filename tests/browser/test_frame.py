"""The frame and the shared parts in real Chromium: reachable, within the width, quiet, usable by keyboard."""

from collections.abc import Iterator

import pytest

from povertycase import jobs, slots
from povertycase.access.permissions import Permission
from tests.access.conftest import cast, places  # noqa: F401 - the cast plays here too
from tests.browser.window import WIDTHS, Window, window

pytestmark = [pytest.mark.django_db, pytest.mark.browser]
PAGES = ("/", "/jobs/", "/accounts/password/", "/_parts/", "/nothing/here/")


@pytest.fixture(params=WIDTHS)
def glass(request, client, chromium, monkeypatch) -> Iterator[Window]:
    # The driver runs a loop in this thread; the test's queries stay in its transaction all the same.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    yield from window(client, chromium, request.param)


@pytest.fixture
def desk(glass, client, cast):  # noqa: F811
    client.force_login(cast.county_office, backend="django.contrib.auth.backends.ModelBackend")
    return glass


def test_the_sign_in_page_has_no_barrier(glass):
    assert glass.looked_through(["/accounts/login/"]) == []


def test_pages_have_no_barrier_and_fit_the_screen(desk):
    assert desk.looked_through(PAGES) == []


@pytest.mark.parametrize("glass", [1440], indirect=True)
def test_the_keyboard_finds_walks_and_explains(desk):
    page = desk.open("/_parts/")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert "B0002" in page.inner_text("tr.at")
    page.keyboard.press("?")
    assert page.is_visible("#keys")
    page.uncheck("[data-keys-switch]")
    page.keyboard.press("Escape")
    page.keyboard.press("k")
    assert "B0002" in page.inner_text("tr.at"), "switched off, a single key does nothing"


@pytest.mark.parametrize("glass", [1440], indirect=True)
def test_a_running_job_ends_on_the_screen_without_a_click(desk, cast):  # noqa: F811
    work = jobs.Step(plan=lambda job: [{}], work=lambda job, params: None, label="数行")
    slots.JOB_KINDS.add(jobs.JobKind("screen-job", "数数", (work,), Permission.IMPORT_RUN))
    try:
        job = jobs.enqueue("screen-job", key="1", params={}, by=cast.county_office, division="220821000000")
        page = desk.open(f"/jobs/{job.pk}/")
        assert "等待中" in page.inner_text(f"#job-{job.pk}")
        jobs.run_to_end(job)
        page.wait_for_selector("text=已完成", timeout=6000)
        assert page.get_attribute(f"#job-{job.pk}", "hx-get") is None
    finally:
        slots.JOB_KINDS._entries.pop("screen-job")


@pytest.mark.parametrize("glass", [360], indirect=True)
def test_on_a_phone_the_menu_opens_and_targets_are_large_enough(desk):
    page = desk.open("/")
    page.click(".menu-phone summary")
    small = page.evaluate(
        "[...document.querySelectorAll('.menu-phone a, .btn, .band-tools button, .band-tools summary')]"
        ".filter(e => e.offsetParent && e.getBoundingClientRect().height < 44).map(e => e.outerHTML.slice(0, 80))"
    )
    assert small == []
