"""The leader's page: the bulletin's own figures, drawn for the county, a town or a village, and naming nobody."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from households.choices import CauseCode
from households.models import Cause, Household, Person
from povertycase.models import Account, Post
from povertycase.rules import versions
from supervision.actions import bulletins
from supervision.queries import overview
from supervision.queries.bulletin_figures import row_of
from supervision.sheets.bulletin_xlsx import of_bulletin
from tests.bulletin_county import COUNTY, DAY, SIZE, TODAY, TOWNS, county, draft
from tests.exit_county import check

__all__ = ["county"]
pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def bulletin(county):
    rows = enumerate(Household.objects.order_by("pk"))
    said = {"entered_on": DAY, "true_from": DAY, "is_main": True}
    Cause.objects.bulk_create(
        Cause(household=home, code="illness" if i % 3 else "skill", **said) for i, home in rows if i % 10
    )
    made = draft(county)
    bulletins.issue(bulletin=made, number="镇〔2018〕1号", on=TODAY, by=county.reviewer, write=of_bulletin)
    return made


@pytest.fixture
def at(client, county):
    def sign_in(name):
        client.force_login(getattr(county, name), backend=BACKEND)
        return client

    return sign_in


def test_every_figure_of_the_page_is_a_cell_of_the_bulletin(county, bulletin):
    cells = row_of(bulletin.figures, COUNTY)["cells"]
    found = overview.overview(county.leader, "visits")
    assert [figure.value for figure in found.figures][:4] == [
        cells[code] for code in ("registered_households", "exited_households", "poor_households", "planned_households")
    ]
    exit_chart = found.charts[0]
    assert [sum(row[at] for row in exit_chart.rows) for at in (1, 2, 3, 4)] == [
        cells[code] for code in ("planned_households", "exit_met", "exit_unknown", "exit_unmet")
    ]
    assert [row[0] for row in exit_chart.rows] == ["镇赉镇", "坦途镇"], "in the order of the codes, not ranked"


def test_causes_are_counted_by_the_bulletin_and_add_up_to_the_register(county, bulletin):
    chart = next(chart for chart in overview.overview(county.leader, "visits").charts if chart.code == "causes")
    assert {row[0]: row[1] for row in chart.rows} == {"因病": 72, "缺技术": 36, "没有登记": 12}
    assert sum(row[1] for row in chart.rows) == SIZE
    assert chart.rows[-1][0] == "没有登记"
    counted = {body["code"] for body in versions.shipped("indicator") if body["code"].startswith("cause_")}
    assert counted == {f"cause_{code}" for code in [*CauseCode.values, "unrecorded"]}, "every cause has its indicator"


def test_a_leader_reads_totals_that_lead_to_the_bulletins_cells_and_meets_no_name(at, bulletin):
    Person.objects.update(name="鵟金雀")
    leader = at("leader")
    text = leader.get("/overview/").content.decode()
    cell = f"/bulletins/{bulletin.pk}/#f-{COUNTY}-exit_unmet"
    assert cell in text and f'id="f-{COUNTY}-exit_unmet"' in leader.get(f"/bulletins/{bulletin.pk}/").content.decode()
    assert "鵟" not in text and "/households/" not in text and "/rows/" not in text
    assert text.count("<caption") == text.count("data-chart=") + 1, "every chart and the tile map has its table"


def test_an_officer_opens_the_list_behind_every_figure(at, bulletin):
    office = at("office")
    text = office.get("/overview/").content.decode()
    links = re.findall(r'class="stat[^"]*" href="([^"]+)"><span>[^<]*</span><b>([\d,]+)', text)
    assert len(links) == 10
    for url, figure in links:
        listed = office.get(url).content.decode()
        number = re.search(r"共 ([\d,]+) 条", listed)
        assert (number.group(1) if number else "0") == figure, url


def test_a_township_sees_its_own_villages_and_a_village_only_itself(at, county, bulletin):
    found = overview.overview(county.clerk, "visits")
    assert found.row["code"] == TOWNS[1]
    assert [tile.name for tile in found.tiles] == ["坦途村委会"]
    assert "长安村委会" not in at("clerk").get("/overview/").content.decode()
    village = overview.overview(county.secretary, "visits")
    assert village.row["name"] == "长安村委会" and village.tiles == []
    text = at("secretary").get("/overview/").content.decode()
    assert "街北村委会" not in text and "镇赉镇" not in text.partition("<main")[2]


def test_causes_of_a_single_village_are_not_for_who_may_not_read_health(county, bulletin):
    bureau = Account.objects.create(username="bureau", display_name="住建", must_change_password=False)
    Post.objects.create(account=bureau, role="department", division_id="220821100200", valid_from=DAY)
    assert "causes" not in [chart.code for chart in overview.overview(bureau, "visits").charts]
    assert "causes" in [chart.code for chart in overview.overview(county.secretary, "visits").charts]


def test_the_list_of_a_cause_is_closed_to_who_may_not_read_health(client, at, county, bulletin):
    url = reverse("bulletin-list", args=[bulletin.pk, COUNTY, "cause_illness"])
    assert at("office").get(url).status_code == 200
    bureau = Account.objects.create(username="bureau", display_name="住建", must_change_password=False)
    Post.objects.create(account=bureau, role="department", division_id=COUNTY, valid_from=DAY)
    client.force_login(bureau, backend=BACKEND)
    assert client.get(url).status_code == 404
    rows = client.get(f"/api/v1/bulletins/{bulletin.pk}/").json()["rows"]
    assert not any(code.startswith("cause_") for row in rows for code in row["cells"])


@pytest.mark.parametrize("metric", [*overview.METRICS, "nonsense"])
def test_the_tile_map_shades_each_place_by_its_value(at, bulletin, metric):
    text = at("leader").get("/overview/", {"map": metric}).content.decode()
    tiles = re.findall(r'class="tile s([0-5])" href="([^"]+)"><span>([^<]+)</span><b>([^<]+)</b>', text)
    assert [name for _shade, _url, name, _shown in tiles] == ["镇赉镇", "坦途镇"]
    assert all(f'<td class="num">{shown}</td>' in text for *_rest, shown in tiles), "the same numbers as in its table"


def test_without_a_bulletin_the_page_says_so(at):
    assert "还没有印发的通报" in at("leader").get("/overview/").content.decode()


def test_a_draft_says_that_it_is_one_and_is_not_for_everybody(at, county):
    draft(county)
    assert "草稿数字" in at("office").get("/overview/").content.decode()
    assert "还没有印发的通报" in at("clerk").get("/overview/").content.decode()


def test_the_page_asks_a_fixed_number_of_questions(at, bulletin):
    client = at("leader")
    client.get("/overview/")
    with CaptureQueriesContext(connection) as told:
        client.get("/overview/")
    assert sum(statement["sql"].startswith("SELECT") for statement in told.captured_queries) <= 8


def test_bulletins_and_checks_lately_opened_stand_on_the_workbench_newest_first(at, county, bulletin):
    run = check(county.division, by=county.office)
    office = at("office")
    office.get(f"/bulletins/{bulletin.pk}/")
    office.get(f"/exit/{run.pk}/")
    text = office.get("/").content.decode().partition('id="recent"')[2]
    assert 0 < text.index(f'href="/exit/{run.pk}/"') < text.index(f'href="/bulletins/{bulletin.pk}/"')
    assert "镇赉县 2018-11-30" in text
