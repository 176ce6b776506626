"""The import pages with files of several kinds on them: no barrier, no page wider than its screen, both languages."""

import datetime
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from povertycase import jobs
from povertycase.models import ImportBatch
from tests import kind_books
from tests.browser.window import WIDTHS, Window, window
from tests.register_cast import homes, people

__all__ = ["homes", "people"]
pytestmark = [pytest.mark.django_db, pytest.mark.browser]
DAY = datetime.date


@pytest.fixture
def addresses(homes, people) -> list[str]:
    """A file of visits that waits, the same written, a refused one."""
    told = {"kind": "入户", "visitor": "赵国强", "findings": "在家，玉米已收，羊圈漏雨要修", "follow_up": "已办结"}
    rows = [{"household_no": "H0001", "visited_on": DAY(2018, 11, day), **told} for day in (5, 6)]
    wrong = {"household_no": "H9999", "visited_on": DAY(2018, 11, 5), **told}
    kind_books.bring_in("visits", rows, people.office)
    waiting = kind_books.check("visits", [rows[0] | {"findings": "外出看病"}, rows[1], wrong], people.office)
    kind_books.bring_in("divisions", [{"code": "220821101202", "name": "新胜村委会"}], people.office)
    kind_books.check("bureau_list", [{"id_number": "1", "name": "甲", "true_from": DAY(2018, 1, 1), "document": "号"}])
    return [
        "/imports/",
        *(f"/imports/{batch.pk}/" for batch in ImportBatch.objects.all()),
        f"/imports/{waiting.pk}/lines/",
    ]


@pytest.fixture(params=WIDTHS)
def desk(request, client, chromium, people, monkeypatch) -> Iterator[Window]:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    client.force_login(people.office, backend="django.contrib.auth.backends.ModelBackend")
    for desk in window(client, chromium, request.param):
        desk.width = request.param
        yield desk


def test_pages_of_every_kind_have_no_barrier_and_fit_the_screen(desk, addresses):
    assert desk.looked_through(addresses) == []
    if folder := os.environ.get("PICTURES"):
        desk.ask_in("zh-hans")
        for at, path in enumerate(addresses):
            desk.open(path).screenshot(path=Path(folder) / f"{desk.width}-{at}.png", full_page=True)


def test_an_officer_drops_a_file_corrects_its_kind_and_sees_its_rows(desk, homes, client):
    row = {"household_no": "H0001", "visited_on": DAY(2018, 11, 5), "kind": "入户", "visitor": "赵国强"}
    row |= {"findings": "在家", "follow_up": "已办结"}
    data = SimpleUploadedFile("十一月.xlsx", kind_books.book("visits", [row], "户"))
    address = client.post("/imports/upload/", {"file": data}).headers["Location"]
    jobs.run_to_end(ImportBatch.objects.get().job)
    page = desk.open(address)
    page.get_by_text("不是这一种表？").click()
    page.locator("#as-kind").select_option(label="走访登记表")
    page.get_by_role("button", name="改按这一种读取").click()
    page.get_by_text("上传时选定").wait_for()
    made = ImportBatch.objects.order_by("-pk").first()
    jobs.run_to_end(made.job)
    desk.open(f"/imports/{made.pk}/")
    assert page.get_by_text("确认后写入 1 行").is_visible()
    page.get_by_role("link", name="逐行查看全部").click()
    assert page.get_by_text("H0001 2018-11-05 赵国强").is_visible()
