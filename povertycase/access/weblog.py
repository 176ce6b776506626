"""What a log may keep of an address: its shape, never a number or a name that somebody typed into it.

gunicorn loads MaskedLogger before Django is there: this module imports nothing of the house.
"""

import logging
import re
import unicodedata
from typing import Any
from urllib.parse import quote, unquote

from gunicorn.glogging import Logger

# A phone has 11 digits, an ID number 15 or 18; typed with spaces, hyphens or points they are the same numbers.
NUMBER = re.compile(r"[0-9](?:[ .\-]*[0-9]){10,}[Xx]?")
LONGEST = 300
HIDDEN = "***"


def masked(path: str) -> str:
    """A path without long numbers and without parts in other than ASCII letters; fit for one line of a log."""
    plain = unicodedata.normalize("NFKC", unquote(path.partition("?")[0]))
    parts = (NUMBER.sub(HIDDEN, part) if part.isascii() else HIDDEN for part in plain.split("/"))
    return quote("/".join(parts)[:LONGEST], safe="/*:@,;=+~()[] ").replace(" ", "%20")


class MaskedPaths(logging.Filter):
    """Takes long numbers out of the arguments of a log line that are addresses."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(
                masked(value) if isinstance(value, str) and value.startswith("/") else value for value in record.args
            )
        return True


class MaskedLogger(Logger):
    """The log of the web process: `%(U)s` masked, and no atom that carries a query, a referrer or a header."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        # "Error handling request /path?query" is gunicorn's own line.
        self.error_log.addFilter(MaskedPaths())

    def atoms(self, resp: Any, req: Any, environ: dict[str, Any], request_time: Any) -> dict[str, Any]:
        found = super().atoms(resp, req, environ, request_time)
        # WSGI hands a path over as bytes in Latin-1 clothes.
        path = masked((environ.get("PATH_INFO") or "").encode("latin-1", "replace").decode("utf-8", "replace"))
        kept = {name: value for name, value in found.items() if not name.startswith("{")}
        return kept | {"U": path, "r": f"{environ.get('REQUEST_METHOD')} {path}", "q": "-", "f": "-"}
