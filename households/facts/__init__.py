"""What can be known about a household, its members, a pairing and a village on a day."""

from households.facts import household, income, living, members, pairings, responsible, villages
from povertycase.rules import facts, sheet


def register() -> None:
    """Declare the register's subjects, sources and facts."""
    sheet.MEMBERS["household"] = "members"
    parts = (household, members, income, living, responsible, villages, pairings)
    facts.register(
        subjects=[household.HOUSEHOLD, *villages.SUBJECTS, *pairings.SUBJECTS],
        sources=[source for part in parts for source in part.SOURCES],
        facts=[*members.PERSON_FACTS, *(fact for part in parts for fact in part.FACTS)],
    )


__all__ = ["register"]
