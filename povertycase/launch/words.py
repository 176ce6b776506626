"""How the launcher talks: one clear sentence in Chinese, a short one in English."""

import contextlib
import sys
import threading
import time

_ONE_AT_A_TIME = threading.Lock()
_STARTED = time.monotonic()


class Refusal(Exception):
    """A start that cannot go on; its text says what is wrong and what to do."""

    def __init__(self, chinese: str, english: str) -> None:
        super().__init__(f"{chinese}（{english}）")


class Stopped(Exception):
    """Somebody asked the launcher to stop."""


def say(line: str, who: str = "run") -> None:
    """One line on the console with the seconds since the start; a closed console never stops the work."""
    with _ONE_AT_A_TIME, contextlib.suppress(OSError):
        print(f"{time.monotonic() - _STARTED:6.1f}s {who:<9}| {line}", flush=True)


def plain(line: str) -> None:
    """One line exactly as it stands, for programs that read it."""
    with _ONE_AT_A_TIME, contextlib.suppress(OSError):
        print(line, flush=True)


def complain(reason: object) -> None:
    """The reason of a stop, on standard error."""
    print(str(reason), file=sys.stderr, flush=True)
