"""Planted objects: the canary of 前屯村, and one object of every kind in each place, for the tests of the doors.

A new address with an id in it: say in tests/planted_addresses.py which object fills its hole, and in tests/access/doors.csv who
may open it.
"""

import datetime
from types import SimpleNamespace

import pytest
from django.conf import settings

from assistance.actions import measures, visits
from households.actions import change_proofs, changes, pairing, records
from households.models import (
    Cadre,
    ChangeRequest,
    Household,
    HouseholdCard,
    HouseholdDivision,
    SavedRoll,
    Unit,
)
from povertycase import jobs, secrets, slots
from povertycase.actions import divisions
from povertycase.actions.posts import LEVELS
from povertycase.models import (
    Account,
    AccountSession,
    AuditEvent,
    ClearExport,
    Division,
    ForeignBook,
    ImportBatch,
    ImportMapping,
    JobRun,
    ListFile,
    Post,
    SavedFilter,
)
from povertycase.periods import Month
from povertycase.rules import versions
from supervision.actions import bulletin_recheck, bulletins, drafts, exit_runs, places
from supervision.models import Bulletin, CheckBatch, CheckItem, Comparison, ExitRun, RuleDraft, Shortfall
from supervision.sheets.bulletin_xlsx import of_bulletin
from tests import foreign_lists
from tests import register_books as books
from tests.planted_pairs import compared_objects
from tests.register_cast import EAST, ENTRY, FRONT, TODAY, WEST, household, number

COUNTY, TOWN = "220821000000", "220821102000"
ABROAD = "220882101200"
MISSING_PK = 987654321
# A character that stands in nothing else, the household's number, and digits of its sealed numbers.
MARK, SAFE = "鵟", "鸎"
HIDDEN_NO, MISSING_NO = "H0999888", "H0777666"
ID = number("141100", "19650102", 9)
PHONE = "13955667788"
MARKS = (MARK, HIDDEN_NO, ID, PHONE, "22089777", f"{MARK}3")


@pytest.fixture
def planted(people, homes, monkeypatch):
    """The canary of 前屯村 and everything that can be made of it: a run, a bulletin, an import, jobs, a search.

    Whoever tries every door tries many a minute: the limits of an account have tests of their own.
    """
    for limit in ("export", "search"):
        monkeypatch.setitem(settings.LIMITS, limit, (10**6, 60))
    home = household(HIDDEN_NO, FRONT, f"{MARK}金雀", 9)
    HouseholdDivision.objects.filter(household=home).update(group_name=f"{MARK}家屯")
    HouseholdCard.objects.filter(household=home).update(group_name=f"{MARK}家屯")
    unit = Unit.objects.create(name=f"{MARK}局")
    sealed, index = secrets.seal("phone", PHONE)
    cadre = Cadre.objects.create(cadre_no="G0999", name=f"{MARK}助人", unit=unit, phone=sealed, phone_index=index)
    pairing.open(household=home, cadre=cadre, true_from=ENTRY, entered_on=TODAY, by=None)
    _life(home, cadre)
    _change(home, FRONT)
    clerk = Account.objects.create(username="far", display_name=f"{MARK}专干", must_change_password=False)
    Post.objects.create(account=clerk, role="township_clerk", division_id=TOWN, valid_from=ENTRY)
    found = SimpleNamespace(home=home, cadre=cadre, clerk=clerk, measure=home.measure_set.get().pk)
    found.run, found.county_run = _check(TOWN), _check(COUNTY)
    found.bulletin = _bulletin(people)
    found.batch = _batch(clerk)
    found.job = found.batch.job
    return found


def _life(home: Household, cadre: Cadre) -> None:
    """A row with the mark in every section of the household's file."""
    day = datetime.date(2018, 10, 8)
    said = {"true_from": day, "entered_on": TODAY, "by": None}
    records.record(household=home, part="housing", values={"grade": "D", "certificate_no": f"{MARK}鉴1"}, **said)
    records.record(household=home, part="residence", values={"state": "away", "place": f"{MARK}城"}, **said)
    supporter = {"name": f"{MARK}强", "relation": "son", "ability": "weak"}
    records.record(household=home, part="supporter", values=supporter, **said)
    head = home.membership_set.get(relation="head").person
    records.record_condition(person=head, values={"disease": f"{MARK}病", "health": ["chronic"]}, **said)
    phone, index = secrets.seal("phone", PHONE)
    Household.objects.filter(pk=home.pk).update(phone=phone, phone_index=index)
    visits.enter(
        household=home, kind="home", visited_on=day, findings=f"{MARK}口", need=f"{MARK}需", solved_on_site=False,
        cadre=cadre, entered_on=TODAY, by=None,
    )  # fmt: skip
    measures.plan(household=home, kind="health", content=f"{MARK}羊", cause="illness", entered_on=TODAY, by=None)


def _check(place: str) -> int:
    division = Division.objects.get(code=place)
    run = exit_runs.start(
        standard="national-household", as_of=TODAY, division=division, population="all", by=None
    )  # fmt: skip
    assert jobs.run_to_end(run.job).state == "done"
    return run.pk


def _bulletin(people: SimpleNamespace) -> int:
    """September's and October's bulletin, October's issued."""
    for month in (9, 10):
        division = Division.objects.get(code=COUNTY)
        made = bulletins.start(month=Month(2018, month), division=division, on=TODAY, by=people.office)
        assert jobs.run_to_end(made.job).state == "done"
        made.refresh_from_db()
        reviewer = Account.objects.create(username=f"reviewer{month}", must_change_password=False)
        Post.objects.create(account=reviewer, role="county_reviewer", division_id=COUNTY, valid_from=ENTRY)
        bulletins.issue(bulletin=made, number=f"镇〔2018〕{month}号", on=TODAY, by=reviewer, write=of_bulletin)
    return made.pk


def _batch(clerk: Account) -> ImportBatch:
    """A batch of the other township that waits for its clerk, with a finding that quotes a cell."""
    homes = [books.household("22089777", town="大屯镇", village="前屯村委会", head_name=f"{MARK}三")]
    homes.append(books.household("22089778", town="大屯镇", village=f"{MARK}村"))
    people = [books.member("22089777", f"{MARK}三", 31), books.member("22089778", f"{MARK}四", 33)]
    batch = books.check(books.book(household=homes, member=people), name=f"{MARK}.xlsx", by=clerk)
    assert batch.state == "checked" and batch.problems.exists()
    return batch


PLACES = {"east": EAST, "west": WEST, "front": FRONT, "abroad": ABROAD}


@pytest.fixture
def everywhere(planted, homes, people):
    """everywhere.at[place]: the ids of one object of every kind in the village, its sibling, another town, another county."""
    keys = ("level", "code12", "name", "parent_code", "parent_name")
    rows = [
        ("county", "220882000000", "大安市", "220800", "白城市"),
        ("town", "220882101000", "月亮泡镇", "220882", "大安市"),
        ("village", ABROAD, "汉书村委会", "220882101", "月亮泡镇"),
    ]
    divisions.load(rows=[dict(zip(keys, row, strict=True)) for row in rows], source="cast", by=None)
    numbers = {
        "east": homes.east.household_no, "west": homes.west.household_no, "front": HIDDEN_NO,
        "abroad": household("H0888777", ABROAD, "异乡人", 11).household_no,
    }  # fmt: skip
    batches = {"east": _own_batch(people.township), "front": planted.batch.pk}
    batches["west"] = batches["east"]
    at = {place: _objects(code, numbers[place], batches.get(place, MISSING_PK)) for place, code in PLACES.items()}
    jobs.run_to_end(bulletin_recheck.start(bulletin=Bulletin.objects.get(pk=planted.bulletin), by=people.office))
    whole = places.check(
        standard="national-village", as_of=TODAY, division=Division.objects.get(code=COUNTY), by=people.office
    )
    for found in at.values():
        found["bulletin"], found["places"] = planted.bulletin, whole.pk
    at["county"] = {**at["front"], "run": planted.county_run, "code": COUNTY, "job": _job(planted.county_run)}
    for found in at.values():
        found["filter"] = _shared_filter(planted.clerk)
        found |= (
            _door_objects(planted.clerk)
            | {"clear": found["clear"]}
            | rule_objects()
            | draft_objects(people.office, planted.county_run)
        )
    missing = {"household_no": MISSING_NO, "code": "220821999999", "fact": "no_such_fact", "rule": "no_such_rule"}
    at["missing"] = dict.fromkeys(at["east"], MISSING_PK) | missing
    return SimpleNamespace(at=at, planted=planted)


def rule_objects() -> dict[str, int | str]:
    """A rule of each kind, and a fact."""
    of = {"standard": "standard", "line": "threshold", "indicator": "indicator", "check": "check"}
    of |= {kind: kind for kind in ("warning", "frequency", "policy")}
    named = {"fact": "house_grade", "rule": "warn_disaster"}
    return {**named, **{name: versions.all_of(kind)[0].pk for name, kind in of.items()}}


def draft_objects(by: Account, run: int) -> dict[str, int]:
    """A draft of a check, compared on the sheet of a run."""
    test = {"fact": "members", "above": 0}
    body = {"name": "门", "level": "warn", "family": "逻辑", "question": "请核实", "test": test}
    draft = RuleDraft.objects.first() or drafts.start(kind="check", body=body, document="", on=TODAY, by=by)
    counts = {"choice": "today", "lacking": [], "before": None, "lines": {}, "villages": {EAST: {"0-1": 1}}}
    told = {"sheet": ExitRun.objects.get(pk=run).sheet, "body": draft.body, "counts": counts, "by": by}
    return {"draft": draft.pk, "comparison": Comparison.objects.get_or_create(draft=draft, defaults=told)[0].pk}


def _shared_filter(by: Account) -> int:
    """Conditions that the clerk of 大屯镇 shares with the clerks of 大屯镇."""
    told = {"role": "township_clerk", "division_code": TOWN, "params": {"cause": "illness"}}
    return SavedFilter.objects.get_or_create(by=by, name=f"{MARK}大屯", listing="households", defaults=told)[0].pk


def _door_objects(account: Account) -> dict[str, int]:
    """What belongs to an account: itself, its post, its session; and an event of the trail."""
    session, _new = AccountSession.objects.get_or_create(
        session_key=f"planted-{account.pk}", defaults={"account": account, "device": "Chrome"}
    )
    event = AuditEvent.objects.order_by("pk").values_list("pk", flat=True).first()
    post = account.post_set.get().pk
    lists = ListFile.objects.get_or_create(
        stored_as=f"planted-{account.pk}", defaults={"kind": "households.list", "asked": b"", "by": account}
    )
    found = {"account": account.pk, "post": post, "session": session.pk, "event": event or MISSING_PK}
    told = {
        "cadre": Cadre.objects.order_by("pk").values_list("pk", flat=True)[0],
        "day": "2018-11-30",
        "households": [],
    }
    handed = JobRun.objects.get_or_create(
        kind="households.hand_over", key=f"planted-{account.pk}", defaults={"by": account, "state": "done", "params": told}
    )  # fmt: skip
    told = {"kind": "household", "columns": ["household.household_no"]}
    found["roll"] = SavedRoll.objects.get_or_create(by=account, name="门", defaults=told)[0].pk
    found["clear"] = clear_export(account, COUNTY)
    return {**found, "list": lists[0].pk, "handover": handed[0].pk, **_foreign_books(account)}


def clear_export(by: Account, division: str, mark: str = "") -> int:
    """A request for clear numbers."""
    stored = f"clear-{by.pk}-{division}"
    file, _new = ListFile.objects.get_or_create(
        stored_as=stored, defaults={"kind": "lists.file", "asked": b"", "by": by}
    )
    told = {
        "title": f"{mark}花名册",
        "columns": "证件号码",
        "rows": 1,
        "reason": "verify",
        "division_code": division,
        "by": by,
    }
    return ClearExport.objects.get_or_create(file=file, defaults=told)[0].pk


def _foreign_books(account: Account) -> dict[str, int]:
    """A list and a form of another office that the account brought."""
    found = {}
    made = (
        ("filled_list", ForeignBook.LIST, foreign_lists.by_number()),
        ("filled_form", ForeignBook.FORM, foreign_lists.form(["东屏镇"])),
    )
    for kind, name, content in made:
        book = ForeignBook.objects.visible_to(account).filter(kind=name, by=account).first()
        found[kind] = book.pk if book else foreign_lists.bring(name, content, account).pk
    return found


def _objects(code: str, household_no: str, batch: int) -> dict[str, int | str]:
    home = Household.objects.get(household_no=household_no)
    measure = home.measure_set.first() or measures.plan(
        household=home, kind="health", content="随访", cause="illness", entered_on=TODAY, by=None
    )
    run = _check(code)
    found = {"code": code, "household_no": household_no, "measure": measure.pk, "run": run, "batch": batch}
    proposed = ChangeRequest.objects.filter(household=home).first()
    found["change"] = proposed.pk if proposed else _change(home, code)
    found["person"] = home.membership_set.get(relation="head").person_id
    found["shortfall"] = _shortfall(home, code)
    found |= _suspicion(home, code)
    found |= compared_objects(home, code, MARK if code == FRONT else "")
    reporter = Account.objects.get(username=f"reports-{code}")
    found["clear"] = clear_export(reporter, code, MARK if code == FRONT else "")
    found["heading"] = _heading(code)
    return {**found, "job": _job(run)}


def _change(home: Household, village: str) -> int:
    """A change of the house that its village proposed, with a proof; in 前屯村 it carries the mark."""
    mark = MARK if village == FRONT else ""
    by = Account.objects.create(username=f"reports-{village}", display_name=f"{mark}报", must_change_password=False)
    Post.objects.create(account=by, role="village_clerk", division_id=village, valid_from=ENTRY)
    made = changes.propose(
        kind="housing", household=home, values={"grade": "C", "certificate_no": f"{mark}鉴9"}, true_from=TODAY,
        reason=f"{mark}漏雨", proof=change_proofs.take_in(data=b"\x89PNG\r\n\x1a\n" + mark.encode(), by=by),
        entered_on=TODAY, by=by,
    )  # fmt: skip
    return made.pk


def _shortfall(home: Household, village: str) -> int:
    """A shortfall of the household; in 前屯村 its measure carries the mark."""
    told = {"village_code": village, "opened_on": TODAY, "measure": f"{MARK if village == FRONT else ''}修"}
    key = {"household": home, "standard_code": "national-household", "criterion": "housing"}
    return Shortfall.objects.update_or_create(**key, defaults=told)[0].pk


def _suspicion(home: Household, village: str) -> dict[str, int]:
    """An item of its own batch; in 前屯村 it carries the mark."""
    mark = MARK if village == FRONT else ""
    told = {"title": "十一月", "source": "own", "division_code": COUNTY, "sent_on": TODAY, "deadline": TODAY}
    batch, _new = CheckBatch.objects.get_or_create(number=f"YD-{village}", defaults=told)
    by = Account.objects.get(username=f"reports-{village}")
    proof = change_proofs.take_in(data=b"\x89PNG\r\n\x1a\n" + mark.encode(), by=by)
    about = {"rule_words": "上级疑点", "values": {"": f"{mark}不符"}, "proof": proof, "village_code": village}
    item, _new = CheckItem.objects.get_or_create(batch=batch, household=home, defaults=about)
    return {"check_batch": batch.pk, "check_item": item.pk}


def _heading(village: str) -> int:
    """What a heading means in a village; in 前屯村 it carries the mark."""
    shown = f"{MARK if village == FRONT else ''}称谓"
    key = {"kind": "register", "sheet": "member", "heading": shown, "division_code": village}
    return ImportMapping.objects.get_or_create(**key, defaults={"shown": shown, "key": "relation"})[0].pk


def _job(run: int) -> int:
    return ExitRun.objects.get(pk=run).job_id


def _own_batch(by: Account) -> int:
    homes = [books.household("22089601", town="东屏镇", village="东胜村委会", head_name="新户")]
    return books.check(books.book(household=homes, member=[books.member("22089601", "新户", 35)]), by=by).pk


@pytest.fixture
def roles(people):
    """One account for each role: the county's, of 东屏镇, of 东胜村; the helper and the liaison answer for H0001."""
    known = {"helper": people.helper, "unit_liaison": people.liaison}
    for role in slots.ROLES.codes():
        if role in known:
            continue
        known[role] = Account.objects.create(username=f"r-{role}", display_name=role, must_change_password=False)
        code = {"county": COUNTY, "town": "220821101000", "village": EAST}.get(LEVELS.get(role, ""))
        Post.objects.create(account=known[role], role=role, division_id=code, valid_from=ENTRY)
    return known


OWNED = ("account", "roll", "clear", "post", "session", "list", "handover", "filled_list", "filled_form")


@pytest.fixture
def mine(roles):
    """mine(role): the ids of what belongs to the role's own account alone."""

    def of(role):
        made, _new = SavedFilter.objects.get_or_create(by=roles[role], name="我的", listing="households")
        own = _door_objects(roles[role])
        return {"filter": made.pk, **{name: own[name] for name in OWNED}}

    return of
