"""The `make` above the launcher: interrupted alone, it waits for its child without telling it.

Ctrl-C in a terminal reaches make and the launcher both. `kill -INT` of make's own process does not reach the launcher,
and make then waits for ever; it can be seen from outside, because make stops catching the signal.
"""

import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

LOOK_SECONDS = 0.5


def stop_with_make(stop: Callable[[], None]) -> None:
    """Call `stop` when the make that started us was interrupted; does nothing under any other parent."""
    make = os.getppid()
    if _name(make) in {"make", "gmake"} and _catches_interrupt(make):
        threading.Thread(target=_watch, args=(make, stop), daemon=True).start()


def _watch(make: int, stop: Callable[[], None]) -> None:
    while os.getppid() == make:
        if not _catches_interrupt(make):
            stop()
            return
        time.sleep(LOOK_SECONDS)


def _name(pid: int) -> str:
    return _read(pid, "comm").strip()


def _catches_interrupt(pid: int) -> bool:
    caught = [line.split()[1] for line in _read(pid, "status").splitlines() if line.startswith("SigCgt")]
    return bool(caught) and bool(int(caught[0], 16) & (1 << (signal.SIGINT - 1)))


def _read(pid: int, what: str) -> str:
    try:
        return Path(f"/proc/{pid}/{what}").read_text(encoding="utf-8")
    except OSError:
        return ""
