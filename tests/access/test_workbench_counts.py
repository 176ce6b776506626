"""A count on the workbench is the number of rows of the list it opens, for every role and every item."""

import datetime
import re

import pytest

from households.models import Cadre, HouseholdCard, Pairing, Residence
from povertycase import periods, slots
from povertycase.actions.posts import LEVELS
from povertycase.models import Account, ImportBatch, JobRun, Post, Upload
from supervision.models import Bulletin
from tests.register_cast import EAST, ENTRY

pytest_plugins = ["tests.register_cast"]
pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
PLACES = {"county": "220821000000", "town": "220821101000", "village": EAST}
COUNTED = ("todo", "progress")
NONE = {"rows": []}


@pytest.fixture
def everybody(people, homes):
    """An account for every role over the same few households, and something that waits for each."""
    found = {"helper": people.helper, "unit_liaison": people.liaison}
    for role in slots.ROLES:
        if role.code not in found:
            place = PLACES[LEVELS.get(role.code, "county")]
            account = Account.objects.create(username=f"all-{role.code}", must_change_password=False)
            Post.objects.create(account=account, role=role.code, division_id=place, valid_from=ENTRY)
            found[role.code] = account
    _waiting(found)
    Residence.objects.filter(household=homes.west).update(state="away")
    HouseholdCard.objects.filter(pk=homes.west.pk).update(residence="away")
    Pairing.objects.create(
        household=homes.single, cadre=Cadre.objects.get(cadre_no="G0001"), true_from=ENTRY, entered_on=ENTRY
    )
    return found


def _waiting(people):
    day = datetime.date(2018, 10, 31)
    Bulletin.objects.create(month="2018-10", division_code=PLACES["county"], state="draft", as_of=day, figures=NONE)
    for n, role in enumerate(("county_office", "township_clerk")):
        upload = Upload.objects.create(name="册.xlsx", stored_as=f"x{n}", sha256=f"{n}" * 64, size=1, by=people[role])
        batch = ImportBatch(kind="register", upload=upload, state="checked", business_date=day, by=people[role])
        batch.division_code = PLACES["county" if n == 0 else "town"]
        batch.save()
        JobRun.objects.create(
            kind="register.import", key=f"k{n}", state="failed", by=people[role], division_code=batch.division_code
        )


def rows(client, url):
    """How many rows a list has: what its pager says, or its lines."""
    answer = client.get(url)
    assert answer.status_code == 200, url
    text = answer.content.decode().partition('id="templates"')[0]  # blank workbooks are no rows of a list
    said = re.search(r"共 ([\d,]+) [^\s<]", text)
    if said:
        return int(said.group(1).replace(",", ""))
    return sum(part.partition("</tbody>")[0].count("<tr") for part in text.split("<tbody>")[1:])


@pytest.mark.parametrize("role", [role.code for role in slots.ROLES])
def test_every_count_is_the_length_of_its_list(client, everybody, role):
    client.force_login(everybody[role], backend=BACKEND)
    counted = 0
    for item in slots.WORKBENCH_ITEMS:
        if item.band in COUNTED and everybody[role].can(item.permission):
            for line in item.query(everybody[role], periods.today()):
                assert rows(client, line["url"]) == line["count"], (role, item.code, line["url"])
                counted += bool(line["count"])
    text = client.get("/").content.decode()
    assert 'id="todo"' in text and 'id="progress"' in text and 'id="recent"' in text
    if role in ("county_office", "county_reviewer", "township_clerk", "first_secretary", "village_clerk", "helper"):
        assert counted, "a test that counted nothing proves nothing"
