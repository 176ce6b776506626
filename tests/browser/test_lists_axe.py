"""Lists and forms of other offices on their pages: no barrier, no page wider than its screen, in both languages."""

from collections.abc import Iterator

import pytest

from households.actions import cards
from households.models import Membership, Person
from tests import foreign_lists
from tests.browser.window import WIDTHS, Window, window
from tests.bulletin_county import TODAY, county, draft

__all__ = ["county"]
pytestmark = [pytest.mark.django_db, pytest.mark.browser]
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture(params=WIDTHS)
def desk(request, client, chromium, county, monkeypatch) -> Iterator[Window]:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    client.force_login(county.office, backend=BACKEND)
    yield from window(client, chromium, request.param)


def test_pages_of_lists_and_forms_have_no_barrier_and_fit_the_screen(desk, county):
    cards.refresh(None, day=TODAY)
    draft(county, by=county.office)
    twice = Membership.objects.filter(household__card__village_code="220821100200").values_list("person_id", flat=True)
    Person.objects.filter(pk__in=list(twice[:2])).update(name="单小明")
    heads = ["序号", "乡镇", "行政村", "姓名"]
    rows = [
        [1, "镇赉镇", "长安村", "单小明"],
        [2, "镇赉镇", "没有这个村", "单小明"],
        [3, "坦途镇", "坦途村", "没有的人"],
    ]
    name = "关于报送2018年农村妇女免费检查人员名单的附件一.xlsx"
    people = foreign_lists.bring("list", foreign_lists.book(heads, rows), county.office, name)
    form = foreign_lists.bring("form", foreign_lists.form(["镇赉镇", "坦途镇", "白沙滩镇"]), county.office, name)
    addresses = [
        "/lists/fill/", f"/lists/fill/{people.pk}/", f"/lists/fill/{people.pk}/choose/", f"/lists/fill/{people.pk}/key/",
        "/lists/form/", f"/lists/form/{form.pk}/",
    ]  # fmt: skip
    assert desk.looked_through(addresses) == []
    desk.open(f"/lists/fill/{people.pk}/choose/")
    desk.page.check("input[type=radio] >> nth=0")
    desk.page.click("main button[type=submit]")
    desk.page.wait_for_selector("#columns")
    assert "唯一" in desk.page.inner_text("main") or "one match" in desk.page.inner_text("main")
