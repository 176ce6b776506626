"""Numbers as somebody typed them into an address or a form."""

LONGEST = 18  # digits that every key of the database has room for


def whole(text: str, digits: int = LONGEST) -> int | None:
    """A whole number; None for anything else, and for one of more digits than can be meant."""
    return int(text) if text.isdecimal() and text.isascii() and len(text) <= digits else None
