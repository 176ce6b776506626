"""A suspicion refers to its rule and its household; the database keeps that by the statement, not by the row."""

import pytest
from django.db import IntegrityError, connection, transaction

from povertycase import jobs
from supervision.actions import full_run
from supervision.models import CheckHit
from tests.exit_county import TODAY, VILLAGE, county, household

__all__ = ["county"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def found(county, settings) -> CheckHit:
    """What the nightly run finds of an exited household below the line."""
    settings.OFFICE_DATE = TODAY
    household(1, status="exited", per_head=2000)
    jobs.run_to_end(full_run.start(day=TODAY, by=None))
    return CheckHit.objects.get(rule_code="exited_below_line")


def test_a_hit_of_what_does_not_exist_is_refused_by_the_database(found):
    row = {"rule_id": found.rule_id, "rule_code": "x", "household_id": found.household_id, "village_code": VILLAGE,
           "facts_key": "", "first_found_on": TODAY}  # fmt: skip
    for wrong in ({"household_id": 0}, {"rule_id": 0}):
        with pytest.raises(IntegrityError, match="refers to what does not exist"), transaction.atomic():
            CheckHit.objects.create(**{**row, **wrong})
        with pytest.raises(IntegrityError, match="refers to what does not exist"), transaction.atomic():
            CheckHit.objects.filter(pk=found.pk).update(**wrong)
    CheckHit.objects.create(**row)
    gone = pytest.raises(IntegrityError, match="refers to what was to be deleted")
    with gone, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM povertycase_ruleversion WHERE id = %s", [found.rule_id])
