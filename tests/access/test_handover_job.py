"""Very many households are handed over by a job: household by household, what cannot be done stands on the receipt."""

import datetime

import pytest
from django.test import Client

from households.actions import handover, handover_job
from households.models import Cadre, Household, HouseholdCard, Pairing
from povertycase import jobs
from povertycase.models import AuditEvent, JobRun
from tests.register_cast import TODAY

pytest_plugins = ["tests.register_cast"]
pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
HAND = "/households/batch/hand-over/"
ASKED = {"query": "status=poor", "all": "yes", "to": "G0002", "day": "2018-11-30"}


@pytest.fixture(autouse=True)
def many(monkeypatch):
    """Two households are very many here, and a chunk holds one."""
    monkeypatch.setattr(handover, "MOST", 1)
    monkeypatch.setattr(handover_job, "CHUNK", 1)


@pytest.fixture
def at(people, homes):
    def sign_in(name):
        client = Client()
        client.force_login(getattr(people, name), backend=BACKEND)
        return client

    return sign_in


def confirmed(client) -> JobRun:
    answer = client.post(HAND, {**ASKED, "step": "confirm"})
    assert answer.status_code == 302, answer.content.decode()[:2000]
    return JobRun.objects.get(pk=answer.url.rstrip("/").rpartition("/")[2], kind="households.hand_over")


def held() -> set[str]:
    """The numbers of the households that G0002 answers for."""
    found = Pairing.objects.known().true_on(TODAY).filter(cadre__cadre_no="G0002", place=1)
    return set(found.values_list("household__household_no", flat=True))


def test_many_households_change_hands_with_a_bar_and_a_receipt(at):
    office = at("office")
    assert "由后台逐户办理" in office.post(HAND, {**ASKED, "step": "ask"}).content.decode()
    job = confirmed(office)
    assert not held() and 'hx-trigger="every 2s"' in office.get(f"{HAND}{job.pk}/").content.decode()
    assert jobs.run_to_end(job).state == "done"
    assert held() == set(HouseholdCard.objects.filter(poverty_status="poor").values_list("household_no", flat=True))
    text = office.get(f"{HAND}{job.pk}/").content.decode()
    assert "办理回执" in text and "孙立军" in text and "没有办成的原因" not in text
    assert f"{HAND}{job.pk}/" in office.get(f"/jobs/{job.pk}/").content.decode()


def test_what_cannot_be_done_stands_on_the_receipt_and_the_others_are_done(at, homes):
    """The second household's pairing begins after the day asked for."""
    cadre = Cadre.objects.get(cadre_no="G0001")
    Pairing.objects.create(household=homes.single, cadre=cadre, true_from=TODAY, entered_on=TODAY)
    office = at("office")
    answer = office.post(HAND, {**ASKED, "day": "2018-11-01", "step": "confirm"})
    jobs.run_to_end(JobRun.objects.get(kind="households.hand_over"))
    text = office.get(answer.url).content.decode()
    job = JobRun.objects.get(kind="households.hand_over")
    assert job.state == "done" and job.result["refused_number"] == 1, (job.error, job.result)
    assert "没有办成的原因" in text and "H0002" in text, job.result
    assert "H0001" in held() and "H0002" not in held()


def test_a_job_done_twice_has_the_effect_of_one(at):
    """Confirmed twice, and once more after it ended: every household has one hand-over in the trail."""
    office = at("office")
    job = confirmed(office)
    assert confirmed(office).pk == job.pk
    jobs.run_to_end(job)
    before = AuditEvent.objects.filter(kind__startswith="pairing.").count()
    again = confirmed(office)
    assert jobs.run_to_end(again).state == "done" and again.pk != job.pk
    assert AuditEvent.objects.filter(kind__startswith="pairing.").count() == before
    assert "不用办理" in office.get(f"{HAND}{again.pk}/").content.decode()


def test_killed_in_a_household_it_goes_on_there_and_changes_none_twice(at, monkeypatch):
    job = confirmed(at("office"))
    whole, calls = handover.hand_over_each, []

    def dies(**said):
        done = whole(**said)
        calls.append(said["households"])
        if len(calls) == 2:
            raise OSError("killed")
        return done

    monkeypatch.setattr(handover, "hand_over_each", dies)
    monkeypatch.setattr("povertycase.jobs.runner.time.sleep", lambda seconds: None)
    assert jobs.run_to_end(job).state == "done"
    assert len(calls) == 4 and calls[1] == calls[2]
    events = AuditEvent.objects.filter(kind__in=("pairing.opened", "pairing.handed_over"), by__username="office")
    assert events.count() == 3 == job.result["changed"]


def test_the_receipt_is_its_authors_alone(at, people):
    job = confirmed(at("office"))
    township = at("township")
    hidden, missing = township.get(f"{HAND}{job.pk}/"), township.get(f"{HAND}987654321/")
    assert hidden.status_code == missing.status_code == 404 and hidden.content == missing.content
    assert at("clerk").get(f"{HAND}{job.pk}/").status_code == 403
    assert township.get(f"/jobs/{job.pk}/").status_code == 404


def test_who_lost_the_right_in_between_changes_nothing_more(at, people):
    job = confirmed(at("office"))
    people.office.post_set.all().delete()
    assert jobs.run_to_end(job).state == "failed"
    assert "没有更换帮扶责任人的权限" in job.error and not held()


def test_the_job_holds_ids_and_dates_only(at):
    job = confirmed(at("office"))
    jobs.run_to_end(job)
    words = f"{job.key} {job.params} {job.result}"
    assert "孙立军" not in words and "单" not in words
    assert set(job.params) == {"cadre", "day", "entered", "households"}
    assert datetime.date.fromisoformat(job.params["day"]) == TODAY
    assert set(job.params["households"]) <= set(Household.objects.values_list("pk", flat=True))
