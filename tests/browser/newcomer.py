"""What a newcomer's hands do in a browser: sign in and out, follow the menu, wait for a worker, take a workbook away."""

import io

import openpyxl
from playwright.sync_api import Page

from povertycase import jobs
from povertycase.models import JobRun
from tests.browser.window import Window

PASSWORD = "Zhenlai-2018-11"


def sign_in(desk: Window, username: str) -> Page:
    """By the sign-in page, to the workbench."""
    page = desk.open("/accounts/login/")
    page.fill("#id_username", username)
    page.fill("#id_password", PASSWORD)
    page.click(".sign-in button[type=submit]")
    page.wait_for_selector("#todo")
    return page


def change_places(desk: Window, username: str) -> Page:
    """Who sits there signs out by the menu under the name, and somebody else signs in."""
    page = desk.page
    page.click(".who summary")
    page.click("form[action='/accounts/logout/'] button")
    page.wait_for_selector(".sign-in")
    return sign_in(desk, username)


def go(page: Page, address: str, wait: str = "h1") -> None:
    """An entry of the main menu."""
    page.click(f"nav.menu a[href='{address}']")
    page.wait_for_url(f"**{address}")
    page.wait_for_selector(wait)


def see_it_done(desk: Window, job: JobRun | None, done: str) -> None:
    """The page shows the job's bar; the worker does the job; the page finds out by itself."""
    desk.page.wait_for_selector("main progress")
    assert job is not None and job.is_open
    finished = jobs.run_to_end(job)
    assert finished.state == "done", finished.error
    desk.page.wait_for_selector(done, timeout=15_000)


def download(desk: Window, button: str) -> openpyxl.Workbook:
    """The workbook that a click brings."""
    with desk.page.expect_download() as started:
        desk.page.click(button)
    return openpyxl.load_workbook(io.BytesIO(started.value.path().read_bytes()))
