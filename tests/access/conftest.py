"""A small cast: two villages of one town, one of another, and an account for every role."""

import datetime
from types import SimpleNamespace

import pytest

from povertycase import slots
from povertycase.actions import divisions
from povertycase.actions.posts import LEVELS
from povertycase.models import Account, Division, Post

ROWS = [
    ("town", "220821101000", "东屏镇", "220821", "镇赉县"),
    ("village", "220821101200", "东胜村委会", "220821101", "东屏镇"),
    ("village", "220821101201", "西胜村委会", "220821101", "东屏镇"),
    ("town", "220821102000", "大屯镇", "220821", "镇赉县"),
    ("village", "220821102200", "前屯村委会", "220821102", "大屯镇"),
]
PLACES = {"county": "220821000000", "town": "220821101000", "village": "220821101200"}


@pytest.fixture
def places(db):
    """The divisions of the cast by code."""
    keys = ("level", "code12", "name", "parent_code", "parent_name")
    divisions.load(rows=[dict(zip(keys, row, strict=True)) for row in ROWS], source="cast", by=None)
    return Division.objects.in_bulk()


@pytest.fixture
def cast(places):
    """cast.<role> = an account that holds this one post, in its county, town or village."""
    people = {}
    for role in slots.ROLES:
        account = Account.objects.create(
            username=f"cast-{role.code}", display_name=str(role.label), must_change_password=False
        )
        place = places[PLACES[LEVELS.get(role.code, "county")]]
        Post.objects.create(account=account, role=role.code, division=place, valid_from=datetime.date(2018, 1, 1))
        people[role.code] = account
    return SimpleNamespace(**people)
