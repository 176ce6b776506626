"""The people of the register's cast, joined by those who verify and confirm; the window of 2018; a proof."""

import datetime
from types import SimpleNamespace
from typing import Any

import pytest

from households.actions import change_proofs
from households.models import CollectionWindow
from povertycase.models import Account, Bureau, Post, Upload
from tests.register_cast import ENTRY

pytest_plugins = ["tests.register_cast"]
COUNTY = "220821000000"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc000000301010018dd8d"
    "b00000000049454e44ae426082"
)
MORE = {
    "reviewer": ("township_reviewer", "220821101000", ""),
    "countyreviewer": ("county_reviewer", COUNTY, ""),
    "housing": ("department", COUNTY, Bureau.HOUSING),
    "water": ("department", COUNTY, Bureau.WATER),
    "medical": ("department", COUNTY, Bureau.MEDICAL),
}


@pytest.fixture
def desk(people: Any) -> SimpleNamespace:
    """The cast's people and desk.reviewer (township), .countyreviewer, .housing, .water, .medical."""
    found = dict(vars(people))
    for name, (role, place, bureau) in MORE.items():
        found[name] = Account.objects.create(username=name, display_name=name, must_change_password=False)
        Post.objects.create(account=found[name], role=role, division_id=place, bureau=bureau, valid_from=ENTRY)
    return SimpleNamespace(**found)


@pytest.fixture
def window(people: Any) -> CollectionWindow:
    """The collection window of 2018 as a county announces it."""
    return CollectionWindow.objects.create(
        division_id=COUNTY,
        year=2018,
        collect_from=datetime.date(2018, 10, 1),
        collect_to=datetime.date(2018, 10, 31),
        entry_to=datetime.date(2018, 11, 20),
        town_clean_to=datetime.date(2018, 11, 23),
        audit_to=datetime.date(2018, 11, 25),
        document="镇扶组发〔2018〕30号",
    )


def proof_of(who: Account) -> Upload:
    """A photo that this account has taken in."""
    return change_proofs.take_in(data=PNG, by=who)
