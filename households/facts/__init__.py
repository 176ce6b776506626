"""What can be known about a household and its members on a day; the registry puts it into the slots."""

from households.facts import household, income, living, members, responsible
from povertycase.rules import facts, sheet


def register() -> None:
    """Declare the register's subjects, sources and facts."""
    sheet.MEMBERS["household"] = "members"
    parts = (household, members, income, living, responsible)
    facts.register(
        subjects=(household.HOUSEHOLD,),
        sources=[source for part in parts for source in part.SOURCES],
        facts=[*members.PERSON_FACTS, *(fact for part in parts for fact in part.FACTS)],
    )


__all__ = ["register"]
