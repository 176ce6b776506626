"""How many subjects know each fact, counted by night over every declared fact."""

import pytest

from households.models import LivingObservation
from povertycase import jobs
from povertycase.models import JobRun
from povertycase.rules import facts
from supervision.actions import fact_coverage as counting
from supervision.queries import fact_coverage
from tests.register_cast import TODAY

pytest_plugins = ["tests.register_cast"]
pytestmark = pytest.mark.django_db


def test_the_night_counts_who_knows_what(homes, people):
    LivingObservation.objects.create(household=homes.east, true_from=TODAY, entered_on=TODAY, has_tv=True)
    assert fact_coverage.last().of(facts.get("has_tv")) is None
    counting.make_nightly(None, TODAY)
    job = jobs.run_to_end(JobRun.objects.get(kind=fact_coverage.JOB))
    assert job.state == "done", job.error
    known = fact_coverage.last()
    assert known.day == TODAY and known.households == 4
    assert (known.of(facts.get("has_tv")), known.of(facts.get("fuel"))) == (1, 0)
    assert known.whole(facts.get("village_name")) == known.of(facts.get("village_name")) > 0


def test_a_night_is_counted_once(homes):
    for _ in range(2):
        jobs.day_tick(TODAY)
    assert JobRun.objects.filter(kind=fact_coverage.JOB).count() == 1
