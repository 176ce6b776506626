"""The index card follows the business date: what was entered ahead shows on its day, without anybody writing again."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from households.actions import cards, members, pairing
from households.models import Cadre, HouseholdCard, HouseholdStatus, Pairing, Unit
from povertycase import jobs
from povertycase.models import Duty
from tests.register_cast import ENTRY, TODAY

pytest_plugins = ["tests.register_cast"]
pytestmark = pytest.mark.django_db
NEXT = datetime.date(2018, 12, 1)


def card(home):
    return HouseholdCard.objects.get(pk=home.pk)


@pytest.fixture
def ahead(homes):
    """The office announced for 1 December what holds from then on; the helper's last day is 30 November."""
    row = HouseholdStatus.objects.get(household=homes.east)
    HouseholdStatus.objects.create(
        household=homes.east,
        attr=row.attr,
        poverty_status="exited",
        registered_year=2014,
        exit_year=2018,
        true_from=NEXT,
        entered_on=TODAY,
    )
    duty = Pairing.objects.get(household=homes.east)
    pairing.close(pairing=duty, true_to=TODAY, entered_on=TODAY, by=None)
    cards.refresh(None, day=TODAY)
    return homes


def test_a_status_from_tomorrow_and_a_helper_until_today_change_the_card_overnight(ahead):
    assert (card(ahead.east).poverty_status, card(ahead.east).helper_name) == ("poor", "赵国强")
    assert "households.cards" in jobs.day_tick(TODAY)
    assert (card(ahead.east).poverty_status, card(ahead.east).helper_name) == ("poor", "赵国强")
    assert "households.cards" in jobs.day_tick(NEXT)
    assert (card(ahead.east).poverty_status, card(ahead.east).helper_name) == ("exited", "")
    assert jobs.day_tick(NEXT) == [], "a date once done is done"


def test_days_on_which_the_office_was_shut_are_one_turn(ahead):
    jobs.day_tick(TODAY)
    jobs.day_tick(datetime.date(2019, 2, 1))
    assert card(ahead.east).poverty_status == "exited"
    assert Duty.objects.get(kind="households.cards").last_period == "2019-02-01"


def test_the_first_turn_of_an_installation_finds_what_was_entered_ahead(ahead):
    jobs.day_tick(NEXT)
    assert card(ahead.east).poverty_status == "exited"


def test_a_demo_whose_date_is_put_back_shows_the_cards_of_that_day(ahead):
    jobs.day_tick(NEXT)
    jobs.day_tick(TODAY)
    assert (card(ahead.east).poverty_status, card(ahead.east).helper_name) == ("poor", "赵国强")


def test_a_member_leaving_and_a_household_entered_ahead_are_counted_on_their_day(homes):
    unit = Unit.objects.create(name="县农业局")
    cadre = Cadre.objects.create(cadre_no="G0077", name="吴向东", unit=unit)
    pairing.open(household=homes.single, cadre=cadre, true_from=NEXT, entered_on=TODAY, by=None)
    spouse = homes.single.membership_set.get(relation="spouse")
    members.leave(membership=spouse, reason="death", true_to=TODAY, entered_on=TODAY, by=None)
    assert (card(homes.single).member_count, card(homes.single).helper_name) == (2, "")
    jobs.day_tick(TODAY)
    jobs.day_tick(NEXT)
    assert (card(homes.single).member_count, card(homes.single).helper_name) == (1, "吴向东")


def test_a_day_on_which_nothing_turns_writes_no_card_and_asks_once(homes):
    since = ENTRY + datetime.timedelta(days=500)
    with CaptureQueriesContext(connection) as told:
        assert cards.follow_the_day(since, since + datetime.timedelta(days=1)) == 0
    assert len(told.captured_queries) == 1
