"""Ranges of ids: households named one by one, looked at in as few statements as lie near each other."""

from collections.abc import Iterable


def near(ids: Iterable[int], span: int = 1) -> list[tuple[int, int]]:
    """[(lo, hi), …] that cover the ids in order. span 1: ids in a row only, nobody else; more: ids up to so far from
    the first one of the range, with whoever lies between them.
    """
    found: list[tuple[int, int]] = []
    for one in sorted(set(ids)):
        if found and (one == found[-1][1] + 1 or one - found[-1][0] < span):
            found[-1] = (found[-1][0], one)
        else:
            found.append((one, one))
    return found
