"""Facts of every kind of subject: all can be asked on any day, and each says what not knowing it means."""

import pytest

from povertycase import slots
from povertycase.rules import facts, sheet
from tests.exit_county import TODAY, county, household

__all__ = ["county"]


def asked(subject, codes=None, **wanted):
    """The rows of a sheet with these facts, or with all facts of the subject."""
    codes = codes or [fact.code for fact in facts.of_subject(subject)]
    table = sheet.create(subject, as_of=TODAY, codes=codes, **wanted)
    for lo, hi in sheet.chunks(table):
        sheet.fill(table, lo, hi)
    sheet.complete(table)
    return sheet.rows(table)


@pytest.mark.parametrize("subject", ["household", "village", "town", "county", "unit", "pairing", "posting"])
def test_every_fact_of_every_subject_can_be_asked(county, subject):
    household(1, children=1)
    for row in asked(subject):
        assert set(row) >= {fact.code for fact in facts.of_subject(subject)}


def test_more_than_ninety_facts_are_declared_and_each_belongs_to_a_known_subject():
    subjects = {subject.code for subject in facts.SUBJECTS} | {"person"}
    assert len(list(slots.FACTS)) >= 90
    assert {fact.subject for fact in slots.FACTS} == subjects
