"""Warnings, policies and visit frequencies: found by the full run, gone with their cause, drafted by the county itself."""

import datetime
import io

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from assistance.models import Measure, Visit
from assistance.queries import frequencies, visits
from households.models import Cause, HouseholdCard
from povertycase import jobs
from povertycase.models import Account, AuditEvent, Post, RuleVersion
from povertycase.periods import Month
from povertycase.rules import versions
from supervision.actions import drafts, full_run
from supervision.models import CheckHit, RuleDraft
from supervision.queries import bulletin_rules, check_items, checks
from supervision.queries import comparisons as reading
from tests.exit_county import COUNTY, DAY, OTHER_VILLAGE, TODAY, VILLAGE, county, household

__all__ = ["county"]
pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
GAP, NEAR, DISASTER = "house_renovation", "warn_income_near_line", "warn_disaster"


@pytest.fixture(autouse=True)
def office_day(settings):
    settings.OFFICE_DATE = TODAY


@pytest.fixture
def place(county):
    """A household in a bad house, one exited close above the line, one struck by a disaster in another village."""
    county.bad = household(1, grade="D")
    county.near = household(2, status="exited", per_head=3600)
    county.struck = household(3, village=OTHER_VILLAGE, per_head=9000)
    Cause.objects.create(household=county.struck, code="disaster", is_main=True, true_from=DAY, entered_on=DAY)
    county.reviewer = Account.objects.create(username="reviewer", display_name="审核", must_change_password=False)
    Post.objects.create(account=county.reviewer, role="county_reviewer", division_id=COUNTY, valid_from=DAY)
    run()
    return county


def run():
    job = jobs.run_to_end(full_run.start(day=TODAY, by=None))
    assert job.state == "done", job.error


def found(code):
    return {hit.household for hit in CheckHit.objects.filter(rule_code=code, gone_on=None)}


def enter(client, account):
    client.force_login(account, backend=BACKEND)
    return client


def words(client, name, *args, **query):
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == 200
    return answer.content.decode()


def measure(home, kind, **also):
    return Measure.objects.create(
        household=home, kind=kind, content="列入危房改造", year=TODAY.year, entered_on=TODAY, state="planned", **also
    )


def test_the_full_run_finds_them_and_they_are_no_suspicious_data(place):
    assert found(GAP) == {place.bad} and found(NEAR) == {place.near} and found(DISASTER) == {place.struck}
    assert found("warn_unsafe_house") == {place.bad}
    rows = check_items.by_rule(place.office, TODAY)
    codes = {one.code for one in checks.in_force(TODAY, kinds=("warning", "policy")).checks}
    assert not codes & {row["check"].code for row in rows}
    present = CheckHit.objects.filter(checks.present(TODAY))
    assert present.filter(rule_code__in=codes).count() == 0
    assert sum(row["present"] for row in check_items.by_town(place.office, TODAY)) == present.count()


def test_a_measure_answers_the_policy_and_the_next_run_takes_the_gap_away(place):
    measure(place.bad, "housing")
    run()
    assert found(GAP) == set()
    assert CheckHit.objects.get(rule_code=GAP).gone_on == TODAY


def test_a_stopped_measure_answers_nothing(place):
    Measure.objects.filter(pk=measure(place.bad, "housing").pk).update(state="stopped")
    run()
    assert found(GAP) == {place.bad}


def test_the_county_reads_counts_lists_and_takes_a_workbook(place, client):
    enter(client, place.office)
    page = words(client, "watch")
    assert "因灾致贫" in page and "农村危房改造" in page and "未核对原文" in page
    assert f'href="{reverse("watch-list", args=[DISASTER])}"' in page
    page = words(client, "watch-list", DISASTER)
    assert "H00003" in page and "H00001" not in page
    assert "H00003" not in words(client, "watch-list", DISASTER, place=VILLAGE)
    answer = client.post(reverse("watch-export", args=[DISASTER]))
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    assert [row[4].value for row in book["名单"].iter_rows(min_row=4)] == ["H00003"]
    assert AuditEvent.objects.get(kind="watch.list_exported").params == {"rows": 1}
    assert client.get(reverse("watch-list", args=["no-such-rule"])).status_code == 404


def test_a_village_never_learns_who_stands_near_the_line_and_sees_its_own_households_only(place, client):
    enter(client, place.secretary)
    page = words(client, "watch")
    assert "收入接近扶贫标准" not in page and "农村危房改造" in page
    assert client.get(reverse("watch-list", args=[NEAR])).status_code == 404
    assert "H00003" not in words(client, "watch-list", DISASTER)
    assert "收入接近扶贫标准" not in client.get("/households/H00002/").content.decode()
    enter(client, place.office)
    assert "收入接近扶贫标准" in client.get("/households/H00002/").content.decode()
    assert "H00002" not in client.get("/households/", {"warning": NEAR}).content.decode()


def test_the_file_says_them_at_once_and_the_list_is_narrowed_by_them(place, client):
    enter(client, place.office)
    page = client.get("/households/H00001/").content.decode()
    assert "农村危房改造" in page and "每月不少于1次" in page
    page = client.get("/households/", {"policy": GAP}).content.decode()
    assert "H00001" in page and "H00003" not in page
    assert "H00003" in client.get("/households/", {"warning": DISASTER}).content.decode()
    measure(place.bad, "housing")
    assert "农村危房改造" not in client.get("/households/H00001/").content.decode()


def test_leaders_and_bureaus_have_no_such_page(place, client):
    enter(client, place.leader)
    assert client.get(reverse("watch")).status_code == 403


# --- visit frequency --------------------------------------------------------------------------------------

MONTHLY = {"name": "未脱贫户每月两次", "visits": 2, "span": "month", "test": {"fact": "is_exited", "is_false": True}}
QUARTERLY = {"name": "脱贫户每季度一次", "visits": 1, "span": "quarter", "test": {"fact": "is_exited", "is_true": True}}


def in_force(place, kind, body, base=None):
    body = {**body, "valid_from": DAY.isoformat()}
    draft = drafts.start(kind=kind, body=body, document="", on=DAY, by=place.office, base=base)
    draft = drafts.propose(draft=draft, on=DAY, by=place.office)
    return drafts.approve(draft=draft, words="同意", on=DAY, by=place.reviewer).result


def visit(home, day):
    return Visit.objects.create(household=home, kind="home", visited_on=day, entered_on=day)


def listed(place, value, day):
    cards = visits.by_visited(HouseholdCard.objects.visible_to(place.office), value, day)
    return {card.household for card in cards}


def test_the_list_the_desk_and_the_file_follow_the_frequency_in_force(place):
    november, december = datetime.date(2018, 11, 20), datetime.date(2018, 12, 20)
    visit(place.bad, november)
    visit(place.near, datetime.date(2018, 11, 2))
    assert listed(place, "yes", november) == {place.bad, place.near}
    base = RuleVersion.objects.get(kind="frequency", code="at_home_monthly")
    in_force(place, "frequency", MONTHLY, base)
    in_force(place, "frequency", QUARTERLY)
    assert listed(place, "no", november) == {place.bad, place.struck}
    assert listed(place, "yes", november) == set(), "the quarter is counted in its last month"
    visit(place.bad, datetime.date(2018, 11, 22))
    assert listed(place, "yes", november) == {place.bad}
    assert listed(place, "yes", december) == {place.near}, "visited earlier in the quarter"
    done = visits.progress(place.office, november)
    assert [(row["count"], row.get("total")) for row in done] == [(1, 2), (1, None)]
    card = HouseholdCard.objects.get(household=place.near)
    assert [one.words for one in frequencies.of_card(card, november)] == ["每季度不少于1次"]


def test_the_bulletin_counts_by_the_frequency_of_its_day_and_names_it(place):
    month = Month(2018, 11)
    rules = bulletin_rules.current(month, place.division)
    assert list(rules.record["frequencies"]) == ["at_home_monthly"]
    base = RuleVersion.objects.get(kind="frequency", code="at_home_monthly")
    ours = in_force(place, "frequency", MONTHLY, base)
    again = bulletin_rules.current(month, place.division)
    assert again.record["frequencies"] == {"at_home_monthly": ours.sha256} and ours.sha256 in again.hashes
    due, done = again.indicators["visits_due"].node, again.indicators["visited_households"].node
    values = {"is_away": False, "is_exited": False, "visited_face_to_face": 1, "visit_entry_lag": 0, "attr": "general"}
    values |= {"poverty_status": "poor"}
    assert due.holds(values, again.given) is True and done.holds(values, again.given) is not True
    assert done.holds({**values, "visited_face_to_face": 2}, again.given) is True
    assert due.holds({**values, "is_exited": True}, again.given) is not True
    assert rules.indicators["visited_households"].node.holds(values, rules.given) is True


# --- drafts -----------------------------------------------------------------------------------------------


def form(kind, **also):
    told = {
        "kind": kind, "name": "县里的规则", "valid_from": TODAY.isoformat(), "document": "", "join": "all", "act": "save",
        "b0-kind": "household", "b0-join": "all", "b0-r0-left": "house_grade", "b0-r0-test": "one_of",
        "b0-r0-codes": ["C", "D"],
    }  # fmt: skip
    return {**told, **also}


FORMS = {
    "warning": {"level": "warn", "family": "住房", "question": "请去看一看"},
    "policy": {"department": "住房城乡建设部门", "measures": ["housing"], "question": "请列入改造"},
    "frequency": {
        "visits": "2",
        "span": "month",
        "b0-r0-left": "is_exited",
        "b0-r0-test": "is_false",
        "b0-r0-codes": [],
    },
}


@pytest.mark.parametrize("kind", FORMS)
def test_the_office_drafts_compares_and_the_reviewer_puts_it_in_force(place, client, kind):
    enter(client, place.office)
    page = words(client, "rule-draft-new", kind=kind)
    assert 'name="b0-r0-left"' in page
    answer = client.post(reverse("rule-draft-new"), form(kind, **FORMS[kind]))
    draft = RuleDraft.objects.get()
    assert (
        answer.status_code == 302
        and draft.code == {"warning": "local-w001", "policy": "local-p001", "frequency": "local-f001"}[kind]
    )
    assert "县里的规则" in words(client, "rule-draft-edit", draft.pk)
    assert "县里的规则" in words(client, "rule-draft", draft.pk)
    answer = client.post(reverse("rule-draft-compare", args=[draft.pk]), {"sheet": "full"})
    made = draft.comparisons.get()
    told = {"warning": ("新增预警户", 1), "policy": ("新增应享未享户", 1), "frequency": ("新增应走访户", 2)}[kind]
    heads = reading.table(made, place.office)["heads"]
    assert (str(heads[0]["words"]), heads[0]["number"]) == told
    assert told[0] in words(client, "rule-comparison", made.pk)
    assert "H00001" in words(client, "rule-comparison-list", made.pk, turn="0-1")
    file = client.post(reverse("rule-comparison-export", args=[made.pk]) + "?turn=0-1")
    assert file.status_code == 200 and b"".join(file.streaming_content)[:2] == b"PK"
    client.post(reverse("rule-draft-act", args=[draft.pk]), {"act": "propose", "version": draft.version})
    enter(client, place.reviewer)
    assert client.post(reverse("rule-draft-decide", args=[draft.pk]), {"act": "approve"}).status_code == 302
    draft.refresh_from_db()
    assert draft.result.kind == kind and draft.result.verified is False
    assert "县里的规则" in words(
        client, {"warning": "rule-warnings", "policy": "rule-policies", "frequency": "rule-frequencies"}[kind]
    )
    assert "县里的规则" in words(client, f"rule-{kind}", draft.result_id)
    assert "施行的版本" in words(client, "rule-draft", draft.pk)
    if kind != "frequency":
        run()
        assert found(draft.code) == {place.bad}
    kinds = AuditEvent.objects.filter(kind__startswith="rule_draft.").order_by("pk").values_list("kind", flat=True)
    assert [one.partition(".")[2] for one in kinds] == ["started", "compared", "list_exported", "proposed", "in_force"]


def test_a_policy_without_anything_that_answers_it_and_a_strange_frequency_are_refused_beside_their_fields(
    place, client
):
    enter(client, place.office)
    answer = client.post(reverse("rule-draft-new"), form("policy", **{**FORMS["policy"], "measures": []}))
    assert answer.status_code == 422 and "至少选一类帮扶措施" in answer.content.decode()
    answer = client.post(reverse("rule-draft-new"), form("frequency", **{**FORMS["frequency"], "visits": "0"}))
    assert answer.status_code == 422
    income = {"b0-r0-left": "net_income_per_capita", "b0-r0-test": "below", "b0-r0-value": "4000"}
    answer = client.post(reverse("rule-draft-new"), form("frequency", **{**FORMS["frequency"], **income}))
    assert answer.status_code == 422 and "不能用指标事实" in answer.content.decode()
    assert not RuleDraft.objects.exists()


def test_a_changed_policy_keeps_what_else_answers_it_and_stands_in_the_place_of_the_shipped_one(place, client):
    enter(client, place.office)
    versions.ensure_shipped()
    base = RuleVersion.objects.get(kind="policy", code="house_renovation")
    page = words(client, "rule-draft-new", kind="policy", base=base.pk)
    assert "鉴定后已改造并验收" in page
    told = form("policy", **{**FORMS["policy"], "base": base.pk, "measures": ["water"]})
    assert client.post(reverse("rule-draft-new"), told).status_code == 302
    draft = RuleDraft.objects.get()
    assert draft.code == "house_renovation" and draft.body["answered"] == base.body["answered"]
    assert "改动" in words(client, "rule-draft", draft.pk)
    with pytest.raises(ValidationError, match="怎样算已享受"):
        drafts.change(
            draft=draft, body={**draft.body, "answered": None, "measures": []}, document="", on=TODAY, by=place.office
        )


@pytest.mark.parametrize("name", ["rule-warnings", "rule-frequencies", "rule-policies"])
def test_the_rules_stand_on_their_pages_for_everybody_who_reads_rules(place, client, name):
    enter(client, place.leader)
    page = words(client, name)
    assert "现行" in page and "起草" not in page
    for version in versions.all_of(
        {"rule-warnings": "warning", "rule-frequencies": "frequency", "rule-policies": "policy"}[name]
    ):
        assert version.body["name"] in page
        one = words(
            client,
            name.replace("ies", "y").removesuffix("s") if name != "rule-frequencies" else "rule-frequency",
            version.pk,
        )
        assert version.body["name"] in one
