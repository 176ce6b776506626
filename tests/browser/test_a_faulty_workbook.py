"""The last of a newcomer's first minutes: a workbook with five faults, read on the page, mended, uploaded again."""

import pytest

from households.models import Household
from povertycase import jobs
from povertycase.models import ImportBatch
from tests import register_books as books
from tests.browser.window import Window, window
from tests.bulletin_county import county

__all__ = ["county"]
pytestmark = [pytest.mark.django_db, pytest.mark.browser]
BACKEND = "django.contrib.auth.backends.ModelBackend"
PLACE = {"town": "镇赉镇", "village": "长安村委会"}
NAMES = ("王一平", "李守田", "张秀山", "赵国柱", "孙桂田", "周长海")
WRONG = books.id_number("19600101", 5)[:17] + ("0" if books.id_number("19600101", 5)[17] != "0" else "1")


def workbook(*, mended: bool) -> bytes:
    """Six households; five of them with a fault each unless mended."""
    homes = [books.household(str(22089600 + n), **PLACE) for n in range(6)]
    people = [books.member(str(22089600 + n), NAMES[n], 2 * n + 1) for n in range(6)]
    if not mended:
        homes[0]["village"] = "没有村"  # 1: no such village
        homes[1]["attr"] = "特别困难户"  # 2: no such kind
        people[2]["id_number"] = WRONG  # 3: the check digit
        people[3]["id_number"] = people[5]["id_number"]  # 4: one number twice
        people[4]["relation"] = "配偶"  # 5: nobody is head
    return books.book(household=homes, member=people)


@pytest.fixture
def desk(client, chromium, county, monkeypatch):
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    client.force_login(county.office, backend=BACKEND)
    yield from window(client, chromium, 1440)


def upload(desk: Window, data: bytes) -> ImportBatch:
    """Choose the file and send it; the worker reads it, and the page renews itself."""
    page = desk.open("/imports/")
    page.set_input_files("main input[type=file]", {"name": "镇赉镇.xlsx", "mimeType": "", "buffer": data})
    page.click("main form[action$='/upload/'] button[type=submit]")
    page.wait_for_selector("h1:has-text('镇赉镇.xlsx')")
    return work(desk, ImportBatch.objects.latest("pk"), "main form[action$='/give-up/']")


def work(desk: Window, batch: ImportBatch, end: str) -> ImportBatch:
    """The worker takes the batch on; its page, open meanwhile, renews itself."""
    desk.open(f"/imports/{batch.pk}/")
    batch.refresh_from_db()
    jobs.run_to_end(batch.job)
    desk.page.wait_for_selector(end)
    batch.refresh_from_db()
    return batch


def test_five_planted_faults_are_read_mended_and_gone(desk):
    page = desk.page
    upload(desk, workbook(mended=False))
    told = page.inner_text("main")
    for fault in ("没有村", "特别困难户", "校验位", "相同", "户主"):
        assert fault in told, (fault, told)
    assert "行" in told and "列" in told
    page.click("main form[action$='/give-up/'] button")
    page.wait_for_selector("text=没有写入任何内容")
    batch = upload(desk, workbook(mended=True))
    assert list(batch.problems.filter(severity="error").values_list("message", flat=True)) == []
    page.click("main form[action$='/confirm/'] button")
    work(desk, batch, "text=新增 6")
    assert Household.objects.filter(household_no__startswith="220896").count() == 6
    assert desk.faults == []
