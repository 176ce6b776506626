"""疑似重复: who may be one person is found, shown side by side, decided once, and followed up by a change request."""

import datetime
import io

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from households.actions import compare_people, duplicates, identity, members
from households.actions.dated import Conflict
from households.actions.register import NewPerson
from households.models import Duplicate, Membership, Person
from povertycase import jobs
from povertycase.models import AuditEvent
from tests import register_books as books
from tests.register_cast import EAST, ENTRY, FRONT, TODAY, WEST, household, number

pytest_plugins = ["tests.change_cast"]
pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
BIRTH = datetime.date(1972, 5, 6)
WHY = "核对了户口簿"


def joins(home, name="董守信", order=0, birth=BIRTH, certificate=""):
    """A man of this name and birth, with a number of his own or none, joins a household."""
    clear = (number("450300", f"{birth:%Y%m%d}", order) if order else "") + certificate
    who = NewPerson(name, id_number=clear, sex="male", birth_date=birth)
    said = {"relation": "other", "reason": "registered", "true_from": ENTRY, "entered_on": TODAY, "by": None}
    return members.join(household=home, person=who, **said)


@pytest.fixture
def pair(homes, desk):
    """董守信 in 东胜村 and in 西胜村, both of one township, with two numbers."""
    joins(homes.east, order=101)
    joins(homes.west, order=103)
    compare_people.find(day=TODAY)
    return Duplicate.objects.get()


@pytest.fixture
def far(homes, desk):
    """董守信 in 东胜村, and without a number in 前屯村 of another township."""
    joins(homes.east, order=101)
    joins(homes.front)
    compare_people.find(day=TODAY)
    return Duplicate.objects.get()


def at(client, account):
    client.force_login(account, backend=BACKEND)
    return client


def test_two_of_one_name_sex_and_birth_are_found_and_nobody_is_paired_with_himself(homes):
    joins(homes.east, order=101)
    joins(homes.west, order=103)
    joins(homes.front, name="董守义", order=105)
    compare_people.find(day=TODAY)
    found = Duplicate.objects.get()
    assert found.why == "likeness"
    assert len({side.person_id for side in found.sides.all()}) == 2
    compare_people.find(day=TODAY)
    assert Duplicate.objects.count() == 1


def test_who_has_no_number_is_said_so(far):
    assert far.why == "blank"


def test_who_has_left_one_household_is_no_duplicate_any_more(pair, homes):
    row = Membership.objects.get(household=homes.west, person__name="董守信")
    members.leave(
        membership=row, reason="other_out", true_to=TODAY - datetime.timedelta(days=2), entered_on=TODAY, by=None
    )
    pair.refresh_from_db()
    assert pair.gone_on == TODAY


def test_a_decision_is_kept_until_a_number_changes(pair, homes, desk):
    duplicates.decide(duplicate=pair, state="different", kept=None, reason=WHY, by=desk.township, on=TODAY)
    compare_people.find(day=TODAY)
    pair.refresh_from_db()
    assert (pair.state, pair.gone_on) == ("different", None)
    person = Person.objects.get(name="董守信", membership__household=homes.west)
    values = {"id_number": number("450300", f"{BIRTH:%Y%m%d}", 107)}
    identity.correct(household=homes.west, person=person, values=values, entered_on=TODAY, by=None)
    pair.refresh_from_db()
    assert (pair.state, pair.reason, pair.decided_by) == ("open", "", None)


def test_a_decision_outlives_a_time_in_which_the_two_stood_apart(pair, homes, desk):
    duplicates.decide(duplicate=pair, state="different", kept=None, reason=WHY, by=desk.township, on=TODAY)
    Membership.objects.filter(household=homes.west, person__name="董守信").update(
        true_to=TODAY - datetime.timedelta(days=1)
    )
    compare_people.find(day=TODAY)
    assert Duplicate.objects.get().gone_on == TODAY
    Membership.objects.filter(household=homes.west, person__name="董守信").update(true_to=None)
    compare_people.find(day=TODAY)
    assert Duplicate.objects.get().state == "different"


def test_the_decision_is_in_the_trail_without_a_name(pair, desk):
    duplicates.decide(duplicate=pair, state="same", kept=1, reason=WHY, by=desk.township, on=TODAY)
    event = AuditEvent.objects.get(kind="duplicate.decided")
    assert event.about == "H0001、H0003"
    assert event.params == {"decision": "同一人", "kept": "H0001"}
    assert event.subjects == 2


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"reason": " "}, "判定依据"),
        ({"state": "same", "kept": None}, "保留在哪一户"),
        ({"state": "open"}, "请选择"),
        ({"reason": number("450300", "19720506", 101)}, "证件号码"),
    ],
)
def test_a_decision_without_its_ground_is_refused(pair, desk, said, words):
    with pytest.raises(ValidationError, match=words):
        usual = {"state": "different", "kept": None, "reason": WHY, "by": desk.township, "on": TODAY}
        duplicates.decide(duplicate=pair, **(usual | said))


def test_who_sees_one_side_only_does_not_decide_and_two_do_not_decide_at_once(far, desk):
    said = {"state": "different", "kept": None, "reason": WHY, "on": TODAY}
    with pytest.raises(ValidationError, match="上一级"):
        duplicates.decide(duplicate=far, by=desk.township, **said)
    duplicates.decide(duplicate=far, by=desk.office, version=far.version, **said)
    with pytest.raises(Conflict):
        duplicates.decide(duplicate=far, by=desk.office, version=far.version, **said)


# --- a file beside the register -----------------------------------------------------------------------------


def rows(no, who, order, village="东胜村委会", **cells):
    """A household of one, as a workbook has it."""
    home = books.household(no, town="东屏镇", village=village, head_name=who)
    return {"household": [home], "member": [books.member(no, who, order, **cells)]}


def sent(*parts):
    return books.book(household=[p["household"][0] for p in parts], member=[p["member"][0] for p in parts])


def test_somebody_of_the_register_in_another_household_of_a_file_leads_to_a_decision(people):
    books.bring_in(sent(rows("22080001", "王小明", 1)))
    batch = books.check(sent(rows("22080077", "王小明", 1), rows("22080002", "李四", 3)))
    assert books.said(batch, "id_number_elsewhere")
    found = Duplicate.objects.get()
    assert (found.why, found.batch_id) == ("number", batch.pk)
    first, second = found.sides.order_by("place")
    assert first.person.name == "王小明" and first.household_no == "22080001"
    assert second.person is None and second.household_no == "22080077" and second.mask.startswith("220800****")
    books.check(sent(rows("22080077", "王小明", 1)))
    assert Duplicate.objects.count() == 1


def test_a_certificate_meets_the_id_it_begins_with(client, desk):
    books.bring_in(sent(rows("22080001", "王小明", 1)))
    certificate = books.id_number("19600101", 1) + "43"
    books.check(sent(rows("22080077", "王小明", 1, id_number=certificate)))
    found = Duplicate.objects.get()
    page = at(client, desk.office).get(reverse("duplicate", args=[found.pk])).content.decode()
    assert "残疾人证，它的前 18 位就是另一方的身份证号码" in page


def test_two_households_of_one_file_with_one_number_are_a_pair(people):
    batch = books.check(sent(rows("22080001", "王小明", 1), rows("22080002", "王小明", 1, village="西胜村委会")))
    assert books.said(batch, "id_number_twice")
    found = Duplicate.objects.get()
    assert [side.household_no for side in found.sides.order_by("place")] == ["22080001", "22080002"]
    assert [side.name for side in found.sides.all()] == ["王小明", "王小明"]


def test_a_row_twice_in_its_own_household_is_no_pair(people):
    part = rows("22080001", "王小明", 1)
    part["member"].append(books.member("22080001", "王小朋", 1, "之子"))
    batch = books.check(books.book(**part))
    assert books.said(batch, "id_number_twice")
    assert not Duplicate.objects.exists()


def test_a_household_sent_again_without_the_person_claims_him_no_longer(people):
    books.bring_in(sent(rows("22080001", "王小明", 1)))
    books.check(sent(rows("22080077", "王小明", 1)))
    books.check(sent(rows("22080077", "赵六", 5)))
    assert Duplicate.objects.get().gone_on == TODAY


def test_the_finding_of_the_import_leads_to_the_pair(client, desk):
    books.bring_in(sent(rows("22080001", "王小明", 1)))
    batch = books.check(sent(rows("22080077", "王小明", 1)))
    page = at(client, desk.office).get(reverse("import", args=[batch.pk])).content.decode()
    address = f"{reverse('duplicates')}?batch={batch.pk}"
    assert address in page
    listed = at(client, desk.office).get(address).content.decode()
    assert "王小明" in listed and "证件号码相同" in listed


def test_the_night_and_an_import_look_for_pairs(homes, desk):
    joins(homes.east, order=101)
    joins(homes.west, order=103)
    duplicates.make_nightly(None, TODAY)
    job = duplicates.start(day=TODAY, key="county", by=None)
    assert jobs.run_to_end(job).result == {"found": 1, "gone": 0}


# --- pages --------------------------------------------------------------------------------------------------


def test_a_decision_leads_to_the_change_request_that_follows_from_it(pair, homes, client, desk):
    page = at(client, desk.township)
    address = reverse("duplicate", args=[pair.pk])
    shown = page.get(address).content.decode()
    assert shown.count("450300********") == 2
    assert number("450300", f"{BIRTH:%Y%m%d}", 101) not in shown
    assert "同名同日出生的两个人" in shown
    said = {"decision": "same-1", "reason": WHY, "version": pair.version}
    page.post(reverse("duplicate-decide", args=[pair.pk]), said)
    pair.refresh_from_db()
    assert (pair.state, pair.kept) == ("same", 1)
    leave = reverse("household-change-one", args=["H0003", "leave", pair.sides.get(place=2).person_id])
    assert leave in page.get(address).content.decode()
    assert page.get(leave).status_code == 200
    assert Membership.objects.known().filter(person__name="董守信", true_to=None).count() == 2, (
        "nothing is merged silently"
    )


def test_a_decision_without_a_reason_is_told_beside_its_field(pair, client, desk):
    answer = at(client, desk.township).post(
        reverse("duplicate-decide", args=[pair.pk]), {"decision": "different", "version": pair.version}
    )
    assert answer.status_code == 422


def test_the_counts_of_the_workbench_are_the_lists(pair, client, desk):
    page = at(client, desk.township)
    assert f"{reverse('duplicates')}?tab=waiting" in page.get("/").content.decode()
    listed = page.get(reverse("duplicates")).content.decode()
    assert "董守信" in listed and "东胜村委会" in listed and "西胜村委会" in listed
    duplicates.decide(duplicate=pair, state="same", kept=2, reason=WHY, by=desk.township, on=TODAY)
    assert f"{reverse('duplicates')}?tab=todo" in page.get("/").content.decode()
    assert "董守信" in page.get(f"{reverse('duplicates')}?tab=todo&village={EAST}").content.decode()
    assert "董守信" not in page.get(f"{reverse('duplicates')}?tab=todo&village={FRONT}").content.decode()


def test_a_village_learns_of_the_other_entry_only_that_it_is_in_another_village(far, client, desk):
    page = at(client, desk.secretary)
    for address in (reverse("duplicates"), reverse("duplicate", args=[far.pk]), reverse("household", args=["H0001"])):
        shown = page.get(address).content.decode()
        assert "县内另一村" in shown, address
        for word in ("H0004", "仇德福", "前屯", "大屯"):
            assert word not in shown, f"{word} at {address}"
    assert page.post(reverse("duplicate-decide", args=[far.pk])).status_code == 403


def test_another_village_sees_nothing_of_a_pair_it_has_no_part_in(far, client, desk):
    page = at(client, desk.clerk)
    assert WEST not in [side.village_code for side in far.sides.all()]
    assert page.get(reverse("duplicate", args=[far.pk])).status_code == 404
    assert "董守信" not in page.get(reverse("duplicates")).content.decode()


def test_an_entry_is_found_by_both_villages(homes, desk, client):
    household("H0050", FRONT, "单小明", 77)
    compare_people.find(day=TODAY)
    assert Duplicate.objects.get().why == "likeness"
    for who in (desk.secretary, desk.office):
        assert "单小明" in at(client, who).get(reverse("duplicates")).content.decode()


def rows_of(answer) -> list[tuple]:
    """The cells of a list that left the house, below its headings."""
    page = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).worksheets[0]
    found = [row for row in page.iter_rows(values_only=True) if any(row)]
    return found[next(at for at, row in enumerate(found) if row[0] == "姓名") + 1 :]


def test_the_list_leaves_as_the_page_shows_it_and_is_noted(pair, client, desk, homes):
    answer = at(client, desk.office).post(f"{reverse('duplicates-export')}?tab=waiting&village={EAST}")
    (row,) = rows_of(answer)
    sides = {("东胜村委会", homes.east.household_no), ("西胜村委会", homes.west.household_no)}
    assert row[0] == "董守信" and {row[1:3], row[3:5]} == sides
    assert row[6] == Duplicate.State.OPEN.label
    assert AuditEvent.objects.get(kind="duplicate.list_exported").params == {"rows": 1}
    assert at(client, desk.office).post(f"{reverse('duplicates-export')}?tab=nowhere").status_code == 404


def test_of_an_entry_out_of_reach_the_file_tells_no_more_than_the_page(far, client, desk, homes):
    (row,) = rows_of(at(client, desk.township).post(f"{reverse('duplicates-export')}?tab=waiting"))
    assert homes.front.household_no not in row and "县内另一村" in row
