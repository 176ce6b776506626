"""Looking at a sealed number leaves a trace; changing the key leaves every number readable."""

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError

from households.models import Household
from povertycase import secrets
from povertycase.actions import reveal, rotation
from povertycase.models import AuditEvent
from povertycase.secrets import keys, seals

pytestmark = pytest.mark.django_db
PHONE = "13800001234"


@pytest.fixture(autouse=True)
def own_keys(settings, tmp_path):
    settings.KEYS_DIR = tmp_path / "keys"


@pytest.fixture
def household(db):
    sealed, index = secrets.seal("phone", PHONE)
    account, account_index = secrets.seal("bank", "6228480000000000018")
    return Household.objects.create(
        household_no="B0001", phone=sealed, phone_index=index, bank_account=account, bank_index=account_index
    )


def look(household, by, **changes):
    asked = {"kind": "phone", "sealed": household.phone, "index": household.phone_index, "reason": "call"}
    return reveal.show(
        **({"close": True} | asked | changes), about=household.household_no, households=(household.pk,), by=by
    )


def test_a_number_is_shown_for_thirty_seconds_and_noted(cast, household):
    shown = look(household, cast.helper)
    assert (shown.value, shown.seconds) == (PHONE, 30)
    event = AuditEvent.objects.get(pk=shown.event)
    assert (event.by, event.about, event.params) == (cast.helper, "B0001", {"field": "联系电话", "reason": "拨打电话"})
    assert list(event.subject_rows.values_list("household", flat=True)) == [household.pk]
    assert PHONE not in str(event.params)


def test_without_a_purpose_or_a_number_nothing_is_shown_or_noted(cast, household):
    before = AuditEvent.objects.count()
    for changes, words in (
        ({"reason": ""}, "用途"),
        ({"kind": "bank", "reason": "call"}, "直接拨打"),
        ({"close": False}, "直接拨打"),
        ({"sealed": None}, "没有登记"),
    ):
        with pytest.raises(ValidationError, match=words):
            look(household, cast.helper, **changes)
    assert AuditEvent.objects.count() == before


def test_sixty_numbers_an_hour_are_enough_and_calls_are_not_counted(cast, household, monkeypatch):
    monkeypatch.setitem(settings.LIMITS, "reveal", (3, 3600))
    for _ in range(4):
        look(household, cast.helper)
    for _ in range(3):
        look(household, cast.helper, reason="verify")
    with pytest.raises(ValidationError, match="一小时内"):
        look(household, cast.helper, reason="verify")
    assert look(household, cast.helper).value == PHONE
    assert look(household, cast.township_clerk, reason="verify").value == PHONE


def test_a_new_key_seals_every_number_again_and_keeps_indexes(household):
    household.bank_name = "农信社"
    household.save()
    history = household.events.count()
    fresh = keys.add()
    # The household's two numbers, and the two in its field history.
    assert rotation.reseal(by=None) == 2 + 2 * history
    after = Household.objects.get(pk=household.pk)
    assert seals.key_of(after.phone) == seals.key_of(after.bank_account) == fresh
    assert bytes(after.phone_index) == bytes(household.phone_index)
    assert secrets.open("phone", after.phone, after.phone_index) == PHONE
    assert after.events.count() == history
    assert rotation.reseal(by=None) == 0


def test_a_rotation_that_stopped_goes_on(household, monkeypatch):
    keys.add()
    monkeypatch.setattr(rotation, "BATCH", 1)
    for number in range(5):
        sealed, index = secrets.seal("phone", f"1390000000{number}")
        Household.objects.create(household_no=f"B1{number}", phone=sealed, phone_index=index)
    keys.add()
    one = rotation._reseal_batch(Household, "phone", "phone", "phone_index")
    assert one == 1
    assert rotation.reseal(by=None) == 5 + 1
    assert {seals.key_of(row.phone) for row in Household.objects.all()} == {keys.ring().current}


def test_every_sealed_column_of_the_house_is_known():
    found = {(model.__name__, field) for model, _kind, field, _index in rotation.sealed_columns()}
    assert {
        ("Household", "phone"),
        ("Household", "bank_account"),
        ("Person", "id_number"),
        ("Cadre", "phone"),
        ("Residence", "phone"),
    } <= found
