"""What can be known about the help a household gets: visits and measures; the registry puts it into the slots."""

from assistance.facts import measures, pairing_visits, visits
from povertycase.rules import facts


def register() -> None:
    """Declare the sources and facts of assistance."""
    for part in (visits, measures, pairing_visits):
        facts.register(sources=part.SOURCES, facts=part.FACTS)


__all__ = ["register"]
