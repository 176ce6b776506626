"""Household numbers for the audit trail: key by number and numbers by key, and nothing else of a household."""

from households.models import Household


def key_of(number: str) -> int | None:
    """The key of the household with this number."""
    return Household.objects.filter(household_no=number).values_list("pk", flat=True).first()


def numbers(keys: list[int]) -> dict[int, str]:
    """The numbers of households by key."""
    return dict(Household.objects.filter(pk__in=keys).values_list("pk", "household_no"))
