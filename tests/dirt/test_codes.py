"""Every finding is declared: what an import says can be looked up, with how grave it is and what to do."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.conf import settings

from povertycase import slots
from povertycase.exchange.codes import DIRT, SEVERITIES, page

FLOORS = ("povertycase", "households", "assistance", "supervision")
GRAVITY = {"E": "error", "ERROR": "error", "W": "warning", "WARNING": "warning", "CLEANED": "cleaned"}
# Codes that are made of parts: id_<what identity.read complains of>, and the like.
MADE = {
    r"id_.*": {"id_floated", "id_length", "id_characters", "id_disability", "id_date", "id_check", "id_future"},
    r".*_twice": {"id_number_twice", "person_no_twice"},
    r".*_twice_later": {"id_number_twice_later", "person_no_twice_later"},
    r".*_overlaps": {"membership_overlaps", "pairing_overlaps"},
}


@cache
def used() -> list[tuple[str, str, set[str]]]:
    return list(_used())


def _used() -> Iterator[tuple[str, str, set[str]]]:
    """(file, severity or nothing, codes) of every Note(...) and RowRule(...) in the code."""
    for floor in FLOORS:
        for file in sorted((Path(settings.BASE_DIR) / floor).rglob("*.py")):
            for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if not isinstance(call, ast.Call):
                    continue
                if "refused" in (getattr(call.func, "id", ""), getattr(call.func, "attr", "")) and len(call.args) > 2:
                    yield file.name, "error", codes_of(call.args[1])  # rowwise.refused(key, code, words …)
                if getattr(call.func, "id", "") in ("Note", "RowRule"):
                    severity, code = call.args[:2] if call.func.id == "Note" else (call.args[1], call.args[0])
                    if found := codes_of(code):
                        yield file.name, GRAVITY.get(getattr(severity, "id", ""), ""), found


def codes_of(node: ast.expr) -> set[str]:
    """The codes an expression may be: a word, a choice of two, a word made of parts; nothing of a variable."""
    if isinstance(node, ast.Constant):
        return {node.value}
    if isinstance(node, ast.IfExp):
        return codes_of(node.body) | codes_of(node.orelse)
    if isinstance(node, ast.JoinedStr):
        shape = "".join(part.value if isinstance(part, ast.Constant) else ".*" for part in node.values)
        return MADE.get(shape) or {code for code in slots.FINDING_CODES.codes() if re.fullmatch(shape, code)} or {shape}
    return set()


def test_every_finding_an_import_can_make_is_declared():
    lost = {
        f"{code} ({file})" for file, _severity, codes in used() for code in codes if code not in slots.FINDING_CODES
    }
    assert not lost, f"declare these in a CODES list (exchange/codes.py, actions/register_codes.py …): {sorted(lost)}"


def test_a_finding_is_as_grave_as_it_is_declared():
    order = ["cleaned", "warning", "error"]
    for file, severity, codes in used():
        for code in codes if severity else ():
            declared = slots.FINDING_CODES[code].severity
            assert order.index(severity) <= order.index(declared), (
                f"{code} in {file} is {severity}, declared {declared}"
            )


def test_every_finding_says_what_it_is_and_what_to_do():
    assert len(slots.FINDING_CODES) >= 40
    for code in slots.FINDING_CODES:
        assert code.severity in SEVERITIES and code.words and code.todo and re.fullmatch("[a-z0-9_]+", code.code)
        assert all(1 <= number <= len(DIRT) for number in code.dirt), code.code


def test_every_kind_of_dirt_has_a_finding():
    answered = {number for code in slots.FINDING_CODES for number in code.dirt}
    assert len(DIRT) == 33 and answered == set(range(1, 34))
    assert len([line for line in page() if line.startswith("| ")]) >= 32 + len(slots.FINDING_CODES)
