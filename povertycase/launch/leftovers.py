"""Children of a launcher that was killed outright: noted while they run, stopped before the next start."""

import contextlib
import json
import os
import signal
import time
from collections.abc import Iterable
from pathlib import Path

from povertycase.launch.child import Child
from povertycase.launch.installation import read_json, write_whole
from povertycase.launch.words import say


def note(file: Path, children: Iterable[Child]) -> None:
    """Write down who runs: name, pid, and the start time that tells a reused pid from ours."""
    running = {child.name: [child.process.pid, start_time(child.process.pid)] for child in children}
    write_whole(file, json.dumps(running))


def start_time(pid: int) -> str:
    """When a process started, in the kernel's ticks; empty when there is none, or only its unread exit code."""
    try:
        # The name in brackets may hold blanks, so count from behind it.
        facts = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
    except OSError:
        return ""
    return "" if facts[0] == "Z" else facts[19]


def clear(file: Path, patience_seconds: float = 5) -> None:
    """Stop what an earlier launcher left behind. Call it under the lock on DATA only."""
    left = {name: pid for name, (pid, started) in read_json(file).items() if started and start_time(pid) == started}
    if left:
        say(f"上次没有正常停止，先收拾留下的进程：{'、'.join(left)}")
    for name, pid in left.items():
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGINT if name == "postgres" else signal.SIGTERM)
    deadline = time.monotonic() + patience_seconds
    while any(start_time(pid) for pid in left.values()) and time.monotonic() < deadline:
        time.sleep(0.1)
    for pid in left.values():
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)
    with contextlib.suppress(FileNotFoundError):
        file.unlink()
