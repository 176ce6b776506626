"""A change that everybody agreed to moves the household's verdict; what was judged before stays as it was."""

import datetime

import pytest

from households.actions import changes, records
from povertycase import jobs, periods
from povertycase.models import Division
from povertycase.rules import explain, versions
from supervision.actions import exit_runs
from supervision.models import Verdict
from supervision.queries import standards
from tests.change_cast import COUNTY, proof_of
from tests.register_cast import TODAY

pytest_plugins = ["tests.change_cast"]
pytestmark = pytest.mark.django_db
BEFORE, DAY = datetime.date(2018, 10, 9), datetime.date(2018, 11, 28)
PAPER = {"grade": "B", "certificate_no": "ZJ-2018-311", "renovation_method": "repair"}


@pytest.fixture
def house_in_danger(homes):
    """A household whose house was appraised D: 住房未达标."""
    versions.ensure_shipped()
    values = {"grade": "D", "certificate_no": "ZJ-2018-002"}
    records.record(household=homes.east, part="housing", true_from=BEFORE, values=values, entered_on=TODAY, by=None)
    return homes.east


def housing_now(home):
    version = standards.find("national-household", TODAY)
    judged = explain.live(home.pk, standards.of(version), as_of=TODAY, known_on=periods.now())
    return {reason.code: reason.outcome for reason in judged.reasons(amounts=False)}["housing"]


def carried(home, desk):
    request = changes.propose(
        kind="housing", household=home, values=PAPER, true_from=DAY, reason="危房改造已验收", entered_on=TODAY,
        proof=proof_of(desk.secretary), by=desk.secretary,
    )  # fmt: skip
    changes.agree(request=request, words="已入户核对", by=desk.township, on=TODAY)
    request.refresh_from_db()
    return changes.agree(request=request, words="鉴定证书属实", by=desk.housing, on=TODAY)


def test_housing_goes_from_unmet_to_met_and_the_effects_say_so(house_in_danger, desk):
    assert housing_now(house_in_danger) == "unmet"
    request = carried(house_in_danger, desk)
    assert {"label": "住房安全有保障", "before": "未达标", "after": "达标"} in request.effects
    assert housing_now(house_in_danger) == "met"


def test_the_verdict_of_a_check_before_the_change_stays(house_in_danger, desk, client):
    run = exit_runs.start(
        standard="national-household", as_of=TODAY, division=Division.objects.get(code=COUNTY), population="all",
        by=None,
    )  # fmt: skip
    jobs.run_to_end(run.job)
    stored = list(Verdict.objects.filter(run_id=run.pk).values_list("household_id", "outcome", "met", "unmet"))
    carried(house_in_danger, desk)
    assert list(Verdict.objects.filter(run_id=run.pk).values_list("household_id", "outcome", "met", "unmet")) == stored
    place = [item.code for item in standards.of(run.standard).criteria].index("housing")
    kept = Verdict.objects.get(run_id=run.pk, household_id=house_in_danger.pk)
    assert kept.unmet >> place & 1
    # The file says both: what the check said then, and what is judged now.
    client.force_login(desk.office, backend="django.contrib.auth.backends.ModelBackend")
    file = client.get("/households/H0001/").content.decode()
    then = file[file.index("上次预审（2018-11-30）") :]
    assert then.index("未达标") < then.index("现在") < then.index("待核实")


def test_the_consequences_name_outcomes_and_no_amount(house_in_danger, desk):
    told = changes.preview(
        kind="income", household=house_in_danger, true_from=DAY, entered_on=TODAY, by=desk.secretary,
        values={"wage_work": "1000", "transfer_dibao": "0"},
    )  # fmt: skip
    words = " ".join(f"{one['label']} {one['before']} {one['after']}" for one in told)
    assert "元" not in words and not any(character.isdigit() for character in words), words
    assert "稳定" in words or "未达标" in words
