"""How numbers and names are shown when they are not revealed (reference.md 8.3)."""

import re

STAR = "*"


def id_number(clear: str | None, *, strict: bool = False) -> str:
    """220821********1234; strict (for who is not the owner's worker): 2***************34.

    A disability certificate hides its type and grade too: 450300********1017**.
    """
    if not clear:
        return ""
    base, rest = clear[:18], clear[18:]
    if strict or len(base) < 15:
        shown = base[:1] + STAR * max(len(base) - 3, 0) + base[-2:] if len(base) > 3 else STAR * len(base)
    else:
        shown = base[:6] + STAR * (len(base) - 10) + base[-4:]
    return shown + STAR * len(rest)


def phone(clear: str | None) -> str:
    """138****5678; landlines keep area code and last two digits."""
    if not clear:
        return ""
    digits = re.sub(r"\D", "", clear)
    if len(digits) == 11 and digits[0] == "1":
        return f"{digits[:3]}****{digits[-4:]}"
    return digits[:4] + STAR * max(len(digits) - 6, 1) + digits[-2:] if len(digits) > 6 else STAR * len(digits)


def bank_account(clear: str | None) -> str:
    """6228***********0018."""
    if not clear:
        return ""
    return clear[:4] + STAR * (len(clear) - 8) + clear[-4:] if len(clear) > 8 else STAR * len(clear)


def name(clear: str | None) -> str:
    """张*, 张*明, first and last of four and more; names with a point keep their first character."""
    if not clear:
        return ""
    if "·" in clear or "•" in clear:
        return clear[0] + STAR
    if len(clear) <= 2:
        return clear[0] + STAR * (len(clear) - 1)
    return clear[0] + STAR * (len(clear) - 2) + clear[-1]


MASKS = {"id": id_number, "phone": phone, "bank": bank_account}


def mask(kind: str, clear: str | None) -> str:
    """The usual mask of a sealed kind: id, phone or bank."""
    return MASKS[kind](clear)
