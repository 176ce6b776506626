"""The bulletin over the API: the same rows, the same doors."""

import pytest

from supervision.actions import bulletins
from supervision.queries.bulletin_figures import row_of
from supervision.sheets.bulletin_xlsx import of_bulletin
from tests.bulletin_county import COUNTY, TODAY, TOWNS, VILLAGES, county, draft

__all__ = ["county"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def bulletin(county):
    return draft(county, by=county.office)


def _as(client, account):
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_without_a_login_the_bulletins_answer_401(client, county, bulletin):
    for path in ("", f"{bulletin.pk}/", f"{bulletin.pk}/rows/{COUNTY}/helpers/"):
        assert client.get(f"/api/v1/bulletins/{path}").status_code == 401


def test_a_bulletin_gives_its_columns_rows_and_notes(client, county, bulletin):
    listed = _as(client, county.office).get("/api/v1/bulletins/?month=2018-10").json()
    assert listed["count"] == 1 and listed["results"][0]["state"] == "draft"
    whole = client.get(f"/api/v1/bulletins/{bulletin.pk}/").json()
    assert [column["number"] for column in whole["columns"]] == list(range(3, 37))
    assert [row["level"] for row in whole["rows"]] == ["whole", "town", "village", "village", "town", "village"]
    assert whole["rows"] == bulletin.figures["rows"] and any("不作为退出依据" in note for note in whole["notes"])


def test_a_figure_gives_exactly_its_rows_over_all_pages(client, county, bulletin):
    wanted = row_of(bulletin.figures, COUNTY)["cells"]["registered_persons"]
    url, rows = f"/api/v1/bulletins/{bulletin.pk}/rows/{COUNTY}/registered_persons/?page_size=70", []
    _as(client, county.office)
    while url:
        answer = client.get(url).json()
        rows += answer["results"]
        url = answer["next"]
    assert len(rows) == answer["count"] == wanted == rows[-1]["cells"][0]


def test_a_township_gets_towns_but_only_its_own_villages_and_lists(client, county, bulletin):
    _as(client, county.clerk)
    assert client.get(f"/api/v1/bulletins/{bulletin.pk}/").status_code == 404
    bulletins.issue(bulletin=bulletin, number="镇脱贫组发〔2018〕21号", on=TODAY, by=county.reviewer, write=of_bulletin)
    rows = client.get(f"/api/v1/bulletins/{bulletin.pk}/").json()["rows"]
    assert [row["code"] for row in rows] == [COUNTY, TOWNS[0], TOWNS[1], VILLAGES[2]]
    assert client.get(f"/api/v1/bulletins/{bulletin.pk}/rows/{TOWNS[1]}/helpers/").status_code == 200
    assert client.get(f"/api/v1/bulletins/{bulletin.pk}/rows/{TOWNS[0]}/helpers/").status_code == 404
