"""Rules drafted by one, tried on a sheet, put in force by another: and then the next full run judges by them."""

import copy
import datetime
import io
import json
from decimal import Decimal

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from povertycase import jobs, slots
from povertycase.models import Account, AuditEvent, Post, RuleVersion
from povertycase.rules import thresholds, versions
from supervision.actions import comparisons, drafts, full_run
from supervision.models import CheckHit, Comparison, RuleDraft
from supervision.queries import checks, condition_rows
from supervision.queries import comparisons as reading
from tests.exit_county import COUNTY, DAY, OTHER_VILLAGE, TODAY, VILLAGE, county, household

__all__ = ["county"]
pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
TEST = {"fact": "net_income_per_capita", "below": 4000}
BODY = {
    "name": "人均纯收入低于4000元",
    "level": "warn",
    "family": "收入",
    "question": "请核对收入各项",
    "sources": [],
    "shows": ["net_income_per_capita"],
    "test": TEST,
    "valid_from": TODAY.isoformat(),
}


@pytest.fixture(autouse=True)
def office_day(settings):
    settings.OFFICE_DATE = TODAY


@pytest.fixture
def place(county):
    """Two villages with a household below 4,000 each and one above; a reviewer."""
    county.low = household(1, per_head=3600)
    county.high = household(2, per_head=9000)
    county.far = household(3, per_head=3700, village=OTHER_VILLAGE)
    county.reviewer = Account.objects.create(username="reviewer", display_name="审核", must_change_password=False)
    Post.objects.create(account=county.reviewer, role="county_reviewer", division_id=COUNTY, valid_from=DAY)
    versions.ensure_shipped()
    return county


def start(place, **also):
    return drafts.start(kind="check", body={**BODY, **also}, document="", on=TODAY, by=place.office)


def in_force(place, draft):
    draft = drafts.propose(draft=draft, on=TODAY, by=place.office)
    return drafts.approve(draft=draft, words="同意", on=TODAY, by=place.reviewer)


def run():
    job = jobs.run_to_end(full_run.start(day=TODAY, by=None))
    assert job.state == "done", job.error


def found(code):
    return {hit.household for hit in CheckHit.objects.filter(rule_code=code, gone_on=None)}


def test_office_drafts_reviewer_refuses_office_changes_reviewer_agrees_and_the_next_run_finds_so(place):
    draft = start(place)
    assert draft.code == "local-001"
    draft = drafts.propose(draft=draft, on=TODAY, by=place.office)
    with pytest.raises(ValidationError, match="写明原因"):
        drafts.refuse(draft=draft, words=" ", on=TODAY, by=place.reviewer)
    draft = drafts.refuse(draft=draft, words="线定高了", on=TODAY, by=place.reviewer)
    with pytest.raises(ValidationError, match="先修改"):
        drafts.propose(draft=draft, on=TODAY, by=place.office)
    lower = {**BODY, "test": {"fact": "net_income_per_capita", "below": 3650}}
    draft = drafts.change(draft=draft, body=lower, document="", on=TODAY, by=place.office)
    draft = in_force(place, draft)
    assert draft.result.approver == place.reviewer and draft.result.division_code == "220821"
    assert checks.in_force(TODAY).of("local-001") is not None
    assert checks.in_force(TODAY - datetime.timedelta(days=1)).of("local-001") is None
    run()
    assert found("local-001") == {place.low}
    kinds = list(
        AuditEvent.objects.filter(kind__startswith="rule_draft.").order_by("pk").values_list("kind", flat=True)
    )
    assert kinds == [
        f"rule_draft.{act}" for act in ["started", "proposed", "refused", "changed", "proposed", "in_force"]
    ]
    assert all(kind in slots.AUDIT_KINDS for kind in kinds)


def test_the_author_never_approves_and_the_database_holds_it(place):
    Post.objects.create(account=place.office, role="county_reviewer", division_id=COUNTY, valid_from=DAY)
    draft = drafts.propose(draft=start(place), on=TODAY, by=place.office)
    with pytest.raises(ValidationError, match="另一位同志"):
        drafts.approve(draft=draft, words="", on=TODAY, by=place.office)
    with pytest.raises(IntegrityError), transaction.atomic():
        RuleDraft.objects.filter(pk=draft.pk).update(decided_by=place.office)


def test_only_the_author_changes_and_nobody_overwrites_what_moved_on(place):
    draft = start(place)
    with pytest.raises(ValidationError, match="起草人"):
        drafts.change(draft=draft, body=BODY, document="", on=TODAY, by=place.reviewer)
    drafts.change(draft=draft, body=BODY, document="", on=TODAY, by=place.office, version=draft.version)
    with pytest.raises(drafts.Moved):
        drafts.propose(draft=draft, on=TODAY, by=place.office, version=draft.version)


def test_a_rule_of_the_county_stands_in_the_place_of_the_shipped_one_and_is_followed_by_its_next_edition(place):
    shipped = RuleVersion.objects.get(kind="check", code="exited_below_line")
    told = {"name": shipped.body["name"], "test": TEST}
    draft = drafts.start(kind="check", body={**BODY, **told}, document="", on=TODAY, by=place.office, base=shipped)
    assert draft.code == "exited_below_line"
    first = in_force(place, draft).result
    rules = checks.in_force(TODAY)
    assert [one.code for one in rules.checks].count("exited_below_line") == 1
    assert first.pk in rules.keys and shipped.pk not in rules.keys
    shipped.refresh_from_db()
    assert shipped.in_force and shipped.valid_to is None
    later = TODAY + datetime.timedelta(days=10)
    body = {**BODY, **told, "name": "另一版", "valid_from": later.isoformat()}
    second = in_force(
        place, drafts.start(kind="check", body=body, document="", on=TODAY, by=place.office, base=first)
    ).result
    first.refresh_from_db()
    assert (first.valid_to, second.valid_from) == (later - datetime.timedelta(days=1), later)
    assert first.pk in checks.in_force(TODAY).keys and second.pk in checks.in_force(later).keys


@pytest.mark.parametrize(
    ("test", "sentence"),
    [
        ({"fact": "no_such", "is_true": True}, "没有名为"),
        ({"fact": "house_grade", "above": 3}, "应为"),
        ({"fact": "food_secure", "above": 3}, "无法计算"),
        ({"fact": "net_income_per_capita", "is_true": True}, "无法计算"),
        ({"fact": "house_grade", "one_of": ["Z"]}, "没有代码"),
        ({"fact": "net_income_per_capita", "below": {"threshold": "no_line"}}, "没有名为"),
        ({"members": {"where": [{"fact": "age", "is_true": True}]}, "above": 0}, "无法计算"),
    ],
)
def test_a_rule_that_could_not_be_computed_never_becomes_a_draft(place, test, sentence):
    with pytest.raises(ValidationError, match=sentence):
        start(place, test=test)


# --- standards and lines ----------------------------------------------------------------------------------


def line(year, value, division=""):
    shipped = next(one for one in versions.shipped("threshold") if one["code"] == "poverty_line")
    told = {"division": division, "from": f"{year}-01-01", "to": f"{year}-12-31", "value": value}
    return {**{name: shipped[name] for name in ("code", "name", "unit")}, "line": told}


def enter(place, body, kind="threshold", document="吉扶组〔2019〕1号"):
    return drafts.start(kind=kind, body=body, document=document, on=TODAY, by=place.office)


def test_a_line_entered_from_its_document_holds_for_its_year_and_leaves_the_others(place):
    day = datetime.date(2019, 6, 1)
    assert thresholds.at("poverty_line", day, COUNTY).value == 3747
    with pytest.raises(ValidationError, match="文号"):
        drafts.propose(draft=enter(place, line(2019, 3800), document=""), on=TODAY, by=place.office)
    in_force(place, enter(place, line(2019, 3800, "22")))
    there = thresholds.at("poverty_line", day, COUNTY)
    assert (there.value, there.document, there.verified) == (3800, "吉扶组〔2019〕1号", True)
    assert thresholds.at("poverty_line", datetime.date(2018, 6, 1), COUNTY).value == 3535
    in_force(place, enter(place, line(2020, 4100, "22")))
    assert [thresholds.at("poverty_line", datetime.date(y, 6, 1), COUNTY).value for y in (2018, 2019, 2020)] == [
        3535, 3800, 4100,
    ]  # fmt: skip
    assert thresholds.at("poverty_line", day, "450329000000").value == 3747
    with pytest.raises(ValidationError, match="不得自行调整"):
        enter(place, line(2019, 3000))


def test_a_line_entered_under_the_wrong_name_is_moved_to_the_right_one(place):
    draft = enter(place, {**line(2022, 6000), "code": "monitoring_range", "name": "监测范围"})
    draft = drafts.change(draft=draft, body=line(2022, 6000), document="文", on=TODAY, by=place.office)
    assert (draft.code, draft.name, draft.body["code"]) == ("poverty_line", "扶贫标准2022年", "poverty_line")


def standard_text(code="jilin-household-2019", **also):
    text = (versions.SHIPMENTS["standards"].folder / "national-household.toml").read_text(encoding="utf-8")
    return text.replace('"national-household"', f'"{code}"').replace("valid_to = 2020-12-31", "")


def test_a_standard_in_force_is_not_tuned_here(place, client):
    client.force_login(place.office, backend=BACKEND)
    told = {"kind": "standard", "text": standard_text("national-household"), "document": "厅字〔2016〕16号"}
    page = client.post(reverse("rule-draft-new"), told)
    assert page.status_code == 422 and "不得自行调整" in page.content.decode()
    assert not RuleDraft.objects.exists()


def test_a_standard_is_pasted_from_its_document_and_its_mistakes_are_told_by_line(place, client):
    client.force_login(place.office, backend=BACKEND)
    text = standard_text()

    def answer(text):
        told = {"kind": "standard", "text": text, "document": "吉办发〔2019〕3号"}
        return client.post(reverse("rule-draft-new"), told)

    lines = text.splitlines()
    second = [n for n, words in enumerate(lines, 1) if words.startswith("[[criteria]]")][1]
    page = answer(text.replace('"food_secure"', '"no_such_fact"'))
    assert page.status_code == 422 and f"第 {second} 行起的指标" in page.content.decode()
    assert "第 3 行" in answer(text.replace('name = "国家', "name = 国家", 1)).content.decode()
    assert answer(text).status_code == 302
    draft = RuleDraft.objects.get()
    result = in_force(place, draft).result
    assert (result.code, result.verified, "text" in result.body) == ("jilin-household-2019", True, False)


# --- comparing --------------------------------------------------------------------------------------------


def test_a_draft_is_compared_village_by_village_and_every_count_opens_its_households(place, client):
    run()
    draft = start(place)
    made = comparisons.compare(draft=draft, choice="full", day=TODAY, by=place.office)
    assert made.counts["lacking"] == [] and Comparison.objects.count() == 1
    table = reading.table(made, place.office)
    assert [(head["turn"], head["number"]) for head in table["heads"]] == [("0-1", 2), ("1-0", 0), ("1-1", 0)]
    assert {row["place"]: row["cells"][0]["number"] for row in table["rows"]} == {
        VILLAGE[:9]: 1, VILLAGE: 1, OTHER_VILLAGE[:9]: 1, OTHER_VILLAGE: 1,
    }  # fmt: skip
    client.force_login(place.office, backend=BACKEND)
    page = client.get(reverse("rule-comparison", args=[made.pk])).content.decode()
    assert "新增疑点户" in page
    address = reverse("rule-comparison-list", args=[made.pk])
    page = client.get(address, {"turn": "0-1", "place": VILLAGE}).content.decode()
    assert "H00001" in page and "H00003" not in page and "H00002" not in page
    file = client.post(reverse("rule-comparison-export", args=[made.pk]) + "?turn=0-1")
    book = openpyxl.load_workbook(_bytes(file))
    assert [row[4].value for row in book["名单"].iter_rows(min_row=4)] == ["H00001", "H00003"]
    assert AuditEvent.objects.filter(kind="rule_draft.list_exported").exists()
    assert client.get(address, {"turn": "0-1", "place": "450329"}).status_code == 404


def _bytes(answer):
    return io.BytesIO(b"".join(answer.streaming_content))


def test_a_sheet_that_lacks_a_fact_is_made_again_with_its_day_and_moment_and_says_so(place):
    run()
    members = {"members": {"where": [{"fact": "age", "at_least": 1}]}, "at_least": 1}
    draft = start(place, test={"all": [TEST, members]})
    last = reading.named("full", place.office)
    made = comparisons.compare(draft=draft, choice="full", day=TODAY, by=place.office)
    assert made.sheet != last and (made.sheet.as_of, made.sheet.known_on) == (last.as_of, last.known_on)
    assert "成员人数" in reading.lacking_words(made)
    assert reading.turned(made, "", "0-1", place.office).count() == made.counts["villages"][VILLAGE]["0-1"] + 1


def test_a_line_shows_which_outcomes_would_turn(place):
    body = copy.deepcopy(line(2018, 3650))
    made = comparisons.compare(draft=enter(place, body), choice="today", day=TODAY, by=place.office)
    table = reading.table(made, place.office)
    assert [(str(head["words"]), head["number"]) for head in table["heads"]] == [("达标 → 未达标", 1)]
    assert sum(cell["number"] for row in table["cross"] for cell in row["cells"]) == 3
    assert Decimal(made.counts["lines"]["poverty_line"]) == 3535


# --- pages ------------------------------------------------------------------------------------------------


def form(**also):
    told = {
        "kind": "check", "name": "户均收入偏低", "level": "warn", "family": "收入", "question": "请核对",
        "valid_from": TODAY.isoformat(), "document": "", "join": "all", "b0-kind": "household", "b0-join": "all",
        "b0-r0-left": "net_income_per_capita", "b0-r0-test": "below", "b0-r0-against": "", "b0-r0-value": "4000",
    }  # fmt: skip
    return {**told, **also}


@pytest.fixture
def family():
    return next(body["family"] for body in versions.shipped("check"))


def test_rows_are_added_and_taken_away_without_scripts_and_choices_follow_the_fact(place, client):
    client.force_login(place.office, backend=BACKEND)
    address = reverse("rule-draft-new")
    page = client.post(address, form(act="row:0")).content.decode()
    assert 'name="b0-r1-left"' in page and "<html" in page and 'value="4000"' in page
    part = client.post(address, form(act="block:members"), headers={"HX-Request": "true"}).content.decode()
    assert 'name="b1-count"' in part and "<html" not in part and "低于4000" in part
    part = client.post(
        address, form(act="words", **{"b0-r0-left": "house_grade"}), headers={"HX-Request": "true"}
    ).content.decode()
    assert 'name="b0-r0-codes"' in part and 'value="above"' not in part
    assert not RuleDraft.objects.exists()


def test_the_office_writes_a_check_with_the_form_and_mistakes_stand_beside_their_fields(place, client, family):
    client.force_login(place.office, backend=BACKEND)
    address = reverse("rule-draft-new")
    wrong = client.post(address, form(act="save", family=family, **{"b0-r0-value": "四千"}))
    assert wrong.status_code == 422 and "请填写数字" in wrong.content.decode()
    answer = client.post(address, form(act="save", family=family))
    draft = RuleDraft.objects.get()
    assert answer.url == reverse("rule-draft", args=[draft.pk])
    assert draft.body["test"] == TEST and draft.body["shows"] == ["net_income_per_capita"]
    client.post(reverse("rule-draft-act", args=[draft.pk]), {"act": "propose", "version": draft.version})
    assert client.post(reverse("rule-draft-decide", args=[draft.pk]), {"act": "approve"}).status_code == 403
    client.force_login(place.reviewer, backend=BACKEND)
    assert "规则草稿" in client.get("/").content.decode()
    page = client.get(reverse("rule-draft", args=[draft.pk])).content.decode()
    assert "同意施行" in page and "4000" in page
    answer = client.post(
        reverse("rule-draft-decide", args=[draft.pk]), {"act": "approve", "version": draft.version + 1}
    )
    assert answer.status_code == 302
    draft.refresh_from_db()
    assert draft.state == "in_force"
    for pages in ("rule-checks", "rule-drafts", "rule-lines", "rule-standards"):
        assert client.get(reverse(pages)).status_code == 200


@pytest.mark.parametrize("who", ["leader", "secretary", "clerk"])
def test_leader_village_and_township_do_not_see_drafts(place, client, who):
    draft = start(place)
    client.force_login(getattr(place, who), backend=BACKEND)
    assert client.get(reverse("rule-drafts")).status_code == 403
    assert client.get(reverse("rule-draft", args=[draft.pk])).status_code == 403
    assert "rules/drafts/" not in client.get(reverse("rules")).content.decode()


def test_every_shipped_check_that_rows_can_say_comes_back_the_same(db):
    said = 0
    for body in versions.shipped("check"):
        rows = condition_rows.of_body(body["test"])
        if rows is None:
            continue
        said += 1
        again = condition_rows.body_of(rows)
        assert rows.is_sound, (body["code"], rows)
        assert _sorted(again) == _sorted(body["test"]), body["code"]
    assert said > 60


def _sorted(test):
    """A condition whose parts and codes may stand in any order."""
    if isinstance(test, dict):
        return {name: _sorted(value) for name, value in test.items()}
    if isinstance(test, list):
        return sorted((_sorted(one) for one in test), key=lambda one: json.dumps(one, sort_keys=True))
    return test
