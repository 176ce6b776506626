"""A count of members is one number: who surely fulfils a condition in its low bits, above them who perhaps does.

Two columns a count would make the sheet's row half as long again; most counts are 0 of known members.
"""

PERHAPS = 1 << 16  # more members than any household has


def packed(surely: int, perhaps: int) -> int:
    """The number that a sheet keeps."""
    return surely + PERHAPS * perhaps


def unpacked(kept: int) -> tuple[int, int]:
    """How many surely, and how many perhaps."""
    perhaps, surely = divmod(kept, PERHAPS)
    return surely, perhaps


def summed_sql(where: str) -> str:
    """The number over the rows of the members; false is of most of them, so that they are not even added."""
    return f"sum(CASE WHEN {where} THEN 1 ELSE {PERHAPS} END) FILTER (WHERE ({where}) IS NOT FALSE)"


def surely_sql(column: str) -> str:
    """How many surely, of a count's column."""
    return f"({column} & {PERHAPS - 1})"


def perhaps_sql(column: str) -> str:
    """How many perhaps, of a count's column."""
    return f"({column} / {PERHAPS})"


def all_known_sql(column: str) -> str:
    """Whether nobody is perhaps among them: then the column is the count itself."""
    return f"{column} < {PERHAPS}"
