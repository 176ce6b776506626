"""贴线, 改后达标 and the smallest change: for the township and above, never for the village (E-13)."""

import io

import openpyxl
import pytest

from households.actions import records
from households.models import Income
from povertycase import jobs
from povertycase.models import Account, AuditEvent, Post
from supervision.actions import full_run
from tests.exit_county import DAY, TODAY, TOWN, VILLAGE, county, household, pair

__all__ = ["county"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(county):
    for name, role, place in (("village", "village_clerk", VILLAGE), ("town", "township_clerk", TOWN)):
        account = Account.objects.create(username=name, display_name=name, must_change_password=False)
        Post.objects.create(account=account, role=role, division_id=place, valid_from=DAY)
        setattr(county, name, account)
    return county


def run():
    job = jobs.run_to_end(full_run.start(day=TODAY, by=None))
    assert job.state == "done", job.error
    return job


def enter(client, account):
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


def sampled(client, account, rule=""):
    answer = enter(client, account).get(f"/exit/sample/?rule={rule}")
    return [one.card.household_no for one in answer.context["page"]]


def test_a_household_just_above_the_line_is_in_the_sample(client, cast) -> None:
    for number, per_head in ((1, 3536), (2, 3711), (3, 3712), (4, 3535), (5, 9000)):
        household(number, per_head=per_head)
    assert run().result["households"] == 5
    assert sampled(client, cast.town, "near_line") == ["H00001", "H00002"]


def test_data_changed_soon_after_an_unmet_result_are_in_the_sample_and_the_township_notes_what_it_saw(
    client, cast
) -> None:
    home = household(1, grade="D")
    household(2)
    run()
    records.record(
        household=home, part="housing", true_from=TODAY, values={"grade": "B", "certificate_no": "住建鉴8号", "area": 60},
        entered_on=TODAY, by=cast.office,
    )  # fmt: skip
    run()
    assert sampled(client, cast.town) == ["H00001"]
    assert "待抽查" in client.get("/exit/sample/").content.decode()
    assert client.post("/exit/sample/H00001/", {"result": "untrue"}).status_code == 302
    assert "不属实，已要求更正" in client.get("/exit/sample/").content.decode()
    assert AuditEvent.objects.get(kind="integrity.checked").by == cast.town


def taken(answer):
    """The rows below the headings of the first sheet of a list that left the house."""
    rows = list(openpyxl.load_workbook(io.BytesIO(answer.getvalue())).worksheets[0].iter_rows(values_only=True))
    return rows[next(at for at, row in enumerate(rows) if row[0] == "村") + 1 :]


def test_the_sample_leaves_as_the_page_shows_it_without_amounts_and_is_noted(client, cast) -> None:
    for number, per_head in ((1, 3536), (2, 3711), (3, 9000)):
        household(number, per_head=per_head)
    run()
    enter(client, cast.town).post("/exit/sample/H00001/", {"result": "true"})
    first, second = taken(client.post("/exit/sample/export/?rule=near_line"))
    assert first[1:3] + first[4:] == ("H00001", first[2], "属实", "town", str(TODAY))
    assert second[1] == "H00002" and second[4] == "待抽查"
    assert not any(amount in str(cell) for row in (first, second) for cell in row for amount in ("3536", "3711"))
    event = AuditEvent.objects.get(kind="integrity.list_exported")
    assert (event.by, event.params, event.subjects) == (cast.town, {"rows": 2}, 2)
    assert client.post("/exit/sample/export/?rule=nothing").status_code == 404
    assert enter(client, cast.village).post("/exit/sample/export/").status_code == 403
    assert taken(enter(client, cast.clerk).post("/exit/sample/export/")) == []


def test_the_sample_is_not_for_the_village_the_helper_nor_another_township(client, cast) -> None:
    pair(household(1, per_head=3536), cast.helper)
    run()
    for account in (cast.village, cast.secretary, cast.helper):
        assert enter(client, account).get("/exit/sample/").status_code == 403
    assert sampled(client, cast.clerk) == []


def test_the_township_sees_what_is_missing_and_by_how_much(client, cast) -> None:
    household(1, per_head=3291, grade="D")
    page = enter(client, cast.town).get("/households/H00001/").content.decode()
    assert "还差什么" in page and "244" in page


def test_no_village_role_gets_a_number_relative_to_the_line_anywhere(client, cast) -> None:
    """Page, API, Excel: 244 yuan below and 3,535 are nowhere; the shortfall is told in words."""
    pair(household(1, per_head=3291), cast.helper)
    household(2, per_head=3536)
    run()
    for account in (cast.village, cast.secretary, cast.helper):
        enter(client, account)
        for number in ("H00001", "H00002"):
            answer = client.get(f"/households/{number}/")
            if account is cast.helper and number == "H00002":
                assert answer.status_code == 404
                continue
            page = answer.content.decode()
            for amount in ("3,535", "3535", "244", "还差什么", "离标准线", "贴线"):
                assert amount not in page, amount
        assert "收入未达标" in client.get("/shortfalls/").content.decode()
        answer = client.get("/api/v1/households/H00001/")
        assert answer.status_code == 200
        assert not any(amount in answer.content.decode() for amount in ("3535", "244"))
        assert client.post("/shortfalls/export/").status_code == 403
    book = openpyxl.load_workbook(io.BytesIO(enter(client, cast.town).post("/shortfalls/export/").getvalue()))
    assert not any("3535" in str(cell) for row in book.active.iter_rows(values_only=True) for cell in row)


def test_the_file_tells_since_when_what_turned_and_by_whom(client, cast) -> None:
    home = household(1, per_head=2000)
    run()
    row = Income.objects.get(household=home)
    records.correct(row=row, values={"wage_work": 12000}, entered_on=TODAY, by=cast.office)
    page = enter(client, cast.village).get("/households/H00001/").content.decode()
    assert "判定历史" in page and "未达标 → 达标" in page and "office" in page
