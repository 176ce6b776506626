"""One child process: started in its own session, its lines copied to a log file, asked and made to stop."""

import contextlib
import os
import pwd
import signal
import subprocess
import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from povertycase.launch.words import say

LOG_BYTES = 20 << 20
# Said whenever PostgreSQL starts or stops beside a waiting client, or somebody asks whether the start has ended.
EXPECTED = (
    *("due to administrator command", "database system is starting up", "database system is shutting down"),
    *("unexpected postmaster exit", "Unavailable: /readyz"),
)
TROUBLE = ("ERROR", "FATAL", "PANIC", "CRITICAL", "No space left")


@dataclass(frozen=True)
class ServerUser:
    """The user without rights that a server runs as where the launcher is root."""

    uid: int
    gid: int

    def popen(self) -> dict[str, Any]:
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def server_user() -> ServerUser | None:
    """`nobody` where the launcher is root (PostgreSQL refuses root), otherwise None: as we are."""
    if os.geteuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody")
    return ServerUser(nobody.pw_uid, nobody.pw_gid)


@dataclass(frozen=True)
class Program:
    """What a child is: its command, its surroundings, how it is asked to stop."""

    name: str
    command: tuple[str, ...]
    env: Mapping[str, str]
    folder: Path = Path("/")
    user: ServerUser | None = None
    stop_signal: int = signal.SIGTERM
    loud: bool = False  # every line on the console; otherwise only trouble


class Child:
    """A running Program. `last_lines` are kept for the sentence that says why it died."""

    def __init__(self, program: Program, log_folder: Path) -> None:
        self.program = program
        self.last_lines: deque[str] = deque(maxlen=12)
        self._log = log_folder / f"{program.name}.log"
        as_user = program.user.popen() if program.user else {}
        self.process = subprocess.Popen(
            program.command,
            cwd=program.folder,
            env=dict(program.env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            **as_user,
        )
        assert self.process.stdout is not None
        self._reader = threading.Thread(target=self._copy, args=(self.process.stdout,), daemon=True)
        self._reader.start()

    @property
    def name(self) -> str:
        return self.program.name

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def ask_to_stop(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(self.program.stop_signal)

    def kill(self) -> None:
        """Kill the child and whatever it started; safe on a dead one, whose group may still have members."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def drained(self) -> str:
        """The last lines, after the reader has seen the end."""
        self._reader.join(timeout=1)
        return "\n".join(self.last_lines)

    def _copy(self, lines: IO[bytes]) -> None:
        with contextlib.closing(lines):
            for raw in lines:
                line = raw.decode("utf-8", errors="replace").rstrip()
                self.last_lines.append(line)
                self._write(line)
                if self.program.loud or _is_trouble(line):
                    say(line, self.name)

    def _write(self, line: str) -> None:
        # A full disk must not stop the reader: a child with a full pipe would hang.
        with contextlib.suppress(OSError):
            if self._log.exists() and self._log.stat().st_size > LOG_BYTES:
                os.replace(self._log, self._log.with_suffix(".log.1"))
            with open(self._log, "a", encoding="utf-8") as log:
                log.write(line + "\n")


def _is_trouble(line: str) -> bool:
    return any(word in line for word in TROUBLE) and not any(words in line for words in EXPECTED)
