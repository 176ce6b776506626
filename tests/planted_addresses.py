"""The addresses of planted objects, and the whole of what an answer says, for the tests of the doors."""

import io
import re
import zipfile

from django.http import HttpResponse

# Which planted object fills <int:pk>, by the first words of the address; the longest that fits counts.
PK = {
    "exit": "run", "shortfalls": "shortfall", "exit/places": "places", "exit-runs": "run", "bulletins": "bulletin",
    "imports": "batch", "imports/remembered": "heading", "jobs": "job",
    "accounts": "account", "account/sessions": "session", "posts": "post", "posts/accounts": "account",
    "audit": "event", "households": "measure", "changes": "change", "duplicates": "duplicate", "differences": "difference",
    "reconciliations": "reconciliation", "households/filters": "filter",
    "rules/standards": "standard", "rules/lines": "line", "rules/indicators": "indicator", "rules/checks": "check",
    "rules/warnings": "warning", "rules/frequencies": "frequency", "rules/policies": "policy",
    "rules/drafts": "draft", "rules/comparisons": "comparison",
    "checks/batches": "check_batch", "checks/items": "check_item",
    "rolls": "roll", "exports/clear": "clear",
    "lists": "list", "lists/fill": "filled_list", "lists/form": "filled_form", "households/batch/hand-over": "handover",
}  # fmt: skip


def filled(pattern: str, keys: dict[str, int | str], column: str = "registered_households") -> str:
    """The address of a planted object."""
    words = pattern.removeprefix("api/v1/")
    kind = max((start for start in PK if words.startswith(start)), key=len, default="")
    parts = {
        "<int:pk>": keys.get(PK.get(kind, "")),
        "<str:household_no>": keys["household_no"],
        "<slug:code>/<str:place>": f"incidence/{str(keys['code'])[:9]}000",
        "<slug:fact>": keys["fact"],
        "<slug:rule>": keys.get("rule", "warn_disaster"),
        "<str:code>": keys["code"],
        "<slug:column>": column,
        "<slug:kind>/<int:key>": f"condition/{keys['person']}",
        "<slug:kind>": "housing",
    }
    for hole, value in parts.items():
        pattern = pattern.replace(hole, str(value)) if value is not None else pattern
    assert "<" not in pattern, f"{pattern}: tests/planted_addresses.py does not know which object fills this"
    return f"/{pattern}"


def text(answer: HttpResponse) -> str:
    """All that an answer says, workbooks unpacked, without what differs from one answer to the next."""
    if getattr(answer, "streaming", False):
        body = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    else:
        body = answer.content
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as book:
            body = b"\n".join(book.read(name) for name in book.namelist())
    words = body.decode("utf-8", "replace") + str(dict(answer.headers))
    words = re.sub(r"""(nonce="|'nonce-)[0-9A-Za-z+/=]+""", r"\1", words)
    words = re.sub(r"(打印时间：)\d{4}-\d\d-\d\d \d\d:\d\d", r"\1", words)  # the minute may turn in between
    return re.sub(r'(csrfmiddlewaretoken" value="|X-CSRFToken[^0-9A-Za-z]+)[0-9A-Za-z]+', r"\1", words)


def without(words: str, *typed: str) -> str:
    """The answer without what the asker typed himself."""
    for value in typed:
        words = words.replace(value, "")
    return re.sub(r"'Content-Length': '\d+'", "", words)
