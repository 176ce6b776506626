"""What can be known about a household, its members, a pairing, a posting, a unit and a place on a day."""

from households.facts import (
    changes,
    figures,
    household,
    income,
    living,
    member_counts,
    members,
    pairings,
    persons,
    places,
    postings,
    responsible,
    suspicions,
    units,
    villages,
)
from povertycase.rules import facts, sheet_select

_SUBJECTS = (
    household.HOUSEHOLD,
    *villages.SUBJECTS,
    *places.SUBJECTS,
    *units.SUBJECTS,
    *pairings.SUBJECTS,
    *postings.SUBJECTS,
)
_BOTH = (
    household,
    income,
    living,
    responsible,
    changes,
    suspicions,
    villages,
    places,
    units,
    pairings,
    postings,
    figures,
)
_SOURCED = (members, *_BOTH)
_STATED = (persons, member_counts, *_BOTH)


def register() -> None:
    """Declare the register's subjects, sources and facts."""
    sheet_select.MEMBERS["household"] = "members"
    facts.register(
        subjects=_SUBJECTS,
        sources=[source for part in _SOURCED for source in part.SOURCES],
        facts=[fact for part in _STATED for fact in part.FACTS],
    )


__all__ = ["register"]
