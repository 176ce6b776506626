"""Long lists of numbers on their way to the database."""

from collections.abc import Iterable


def array(numbers: Iterable[int]) -> str:
    """`{1,2,3}`, to be cast to bigint[]: one text. As a list, the server would parse every number as an expression."""
    return f"{{{','.join(map(str, numbers))}}}"


__all__ = ["array"]
