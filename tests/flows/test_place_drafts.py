"""Drafts of village and county standards: which villages would turn beside the one in force, and why; a line as well."""

import copy
import io

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from households.actions.figures import Line
from households.models import VillageRecord
from povertycase.models import Account, AuditEvent, Division, Post
from povertycase.rules import versions
from supervision.actions import comparisons, drafts, places
from supervision.models import DivisionVerdict
from supervision.queries import comparisons as reading
from tests.exit_county import COUNTY, DAY, OTHER_VILLAGE, TODAY, VILLAGE, county
from tests.flows.test_places import said_everything, say, share

__all__ = ["county"]
pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
DOCUMENT = "吉办发〔2019〕3号"


@pytest.fixture(autouse=True)
def office_day(settings):
    settings.OFFICE_DATE = TODAY


@pytest.fixture
def place(county):
    """Two poor villages: of 东胜村 everything is known and the bus is lacking, of 前屯村 nothing; a reviewer."""
    county.reviewer = Account.objects.create(username="reviewer", display_name="审核", must_change_password=False)
    Post.objects.create(account=county.reviewer, role="county_reviewer", division_id=COUNTY, valid_from=DAY)
    versions.ensure_shipped()
    said_everything(VILLAGE, bus=False)
    return county


def standard(code, **also):
    """A shipped standard as the province's own paper of another code, from today on."""
    body = copy.deepcopy(next(one for one in versions.shipped("standard") if one["code"] == f"national-{code}"))
    body |= {"code": f"jilin-{code}-2019", "division": "22", "valid_from": TODAY.isoformat(), **also}
    body.pop("valid_to", None)
    return body


def without(body, *codes):
    return {**body, "criteria": [one for one in body["criteria"] if one["code"] not in codes]}


def draft(place, body, kind="standard"):
    return drafts.start(kind=kind, body=body, document=DOCUMENT, on=TODAY, by=place.office)


def compare(place, made, choice="today"):
    return comparisons.compare(draft=made, choice=choice, day=TODAY, by=place.office)


def heads(made, place):
    return [(str(head["words"]), head["number"]) for head in reading.table(made, place.office)["heads"]]


def test_a_village_standard_is_compared_on_the_sheet_of_a_check_village_by_village(place, client):
    run = places.check(standard="national-village", as_of=TODAY, division=place.division, by=place.office)
    made = draft(place, without(standard("village"), "bus"))
    choices = dict(reading.offered(place.office, TODAY, made))
    assert list(choices) == ["today", f"places:{run.pk}"] and "核验" in choices[f"places:{run.pk}"]
    client.force_login(place.office, backend=BACKEND)
    answer = client.post(reverse("rule-draft-compare", args=[made.pk]), {"sheet": f"places:{run.pk}"})
    one = made.comparisons.get()
    assert answer.url == reverse("rule-comparison", args=[one.pk]) and one.sheet == run.sheet
    assert heads(one, place) == [("未达标 → 达标", 1)]
    page = client.get(answer.url).content.decode()
    assert "东胜村委会" in page and "前屯村委会" not in page and "个村" in page and "户数" not in page
    assert AuditEvent.objects.get(kind="rule_draft.compared_places").params["households"] == 1
    assert "结果不同的村" in client.get(reverse("rule-draft", args=[made.pk])).content.decode()


def test_the_list_says_which_criteria_make_it_turn_and_leaves_as_a_workbook(place, client):
    one = compare(place, draft(place, without(standard("village"), "bus")))
    client.force_login(place.office, backend=BACKEND)
    page = client.get(reverse("rule-comparison-list", args=[one.pk]), {"turn": "0-1"}).content.decode()
    assert "东胜村委会" in page and "未通客运班车" in page
    same = client.get(reverse("rule-comparison-list", args=[one.pk]), {"turn": "2-2", "place": OTHER_VILLAGE})
    assert "前屯村委会" in same.content.decode()
    file = client.post(reverse("rule-comparison-export", args=[one.pk]) + "?turn=0-1")
    book = openpyxl.load_workbook(io.BytesIO(b"".join(file.streaming_content)))
    rows = [[cell.value for cell in row] for row in book["名单"].iter_rows(min_row=4)]
    assert rows == [[1, "东屏镇", "东胜村委会", "未达标", "达标", "未通客运班车", None]]


def test_villages_that_are_not_poor_are_not_counted(place):
    VillageRecord.objects.create(division_id=OTHER_VILLAGE, true_from=DAY, is_poor=False, entered_on=DAY)
    one = compare(place, draft(place, without(standard("village"), "bus")))
    assert reading.table(one, place.office)["whole"] == 1


def test_a_county_standard_is_compared_too(place):
    for code, numerator in (("wrong_exit", 4), ("missed", 6), ("composite_incidence", 9), ("approval", 800)):
        say(code, share(COUNTY, numerator, 900), unit="省评估组", sample=900)
    one = compare(place, draft(place, without(standard("county"), "approval")))
    assert heads(one, place) == [("未达标 → 达标", 1)]
    assert reading.table(one, place.office)["rows"] == []
    listed = reading.turned(one, "", "0-1", place.office)
    assert [(row["village"], row["town"]) for row in listed[0:5]] == [("镇赉县", "")]


def test_a_line_that_only_villages_are_asked_shows_which_villages_would_turn(place):
    say("bus", *_answer(True))
    shipped = next(one for one in versions.shipped("threshold") if one["code"] == "incidence_limit")
    told = {"division": "22", "from": "2018-01-01", "to": "2018-12-31", "value": "0.5"}
    body = {**{name: shipped[name] for name in ("code", "name", "unit")}, "line": told}
    one = compare(place, draft(place, body, kind="threshold"))
    assert heads(one, place) == [("达标 → 未达标", 1)]


def _answer(said):
    return [Line(Division.objects.get(code=VILLAGE), answer=said)]


def test_a_sheet_of_households_is_not_offered_nor_taken_for_villages(place):
    made = draft(place, without(standard("village"), "bus"))
    assert all(choice == "today" or choice.startswith("places:") for choice, _words in reading.offered(
        place.office, TODAY, made
    ))  # fmt: skip
    other = places.check(standard="national-county", as_of=TODAY, division=place.division, by=place.office)
    with pytest.raises(ValidationError, match="改选"):
        compare(place, made, f"places:{other.pk}")


def test_entered_by_one_in_force_by_a_second_and_the_next_check_judges_by_it(place):
    made = draft(place, without(standard("village"), "bus"))
    drafts.propose(draft=made, on=TODAY, by=place.office)
    with pytest.raises(ValidationError, match="另一位同志"):
        drafts.approve(draft=made, words="", on=TODAY, by=place.office)
    drafts.approve(draft=made, words="已核对原文", on=TODAY, by=place.reviewer)
    run = places.check(standard="jilin-village-2019", as_of=TODAY, division=place.division, by=place.office)
    assert DivisionVerdict.objects.get(run=run, division_id=VILLAGE).outcome == 1
