"""One user of DATA at a time: the launcher, or one command that started the database for itself."""

import fcntl
import json
import os
import time
from pathlib import Path
from typing import IO, Any

from povertycase.launch.words import Refusal


class DataLock:
    """A lock on DATA/run/lock that the system lifts when its holder dies, however it dies."""

    def __init__(self, run_folder: Path) -> None:
        self.file = run_folder / "lock"
        self._held: IO[str] | None = None

    def take(self, owner: str, wait_seconds: float = 0) -> None:
        """Take the lock or raise Refusal with who holds it. `owner` is `run` or `command`."""
        deadline = time.monotonic() + wait_seconds
        while not self.try_take(owner):
            if time.monotonic() >= deadline:
                holder = self.holder()
                raise Refusal(
                    f"数据目录 {self.file.parent.parent} 正被另一个进程使用（进程号 {holder.get('pid', '?')}）；"
                    "请先 make stop，或用 DATA=… 指定别的目录。",
                    "DATA is in use by another process",
                )
            time.sleep(0.2)

    def try_take(self, owner: str) -> bool:
        """Take the lock if it is free."""
        held = open(self.file, "a+", encoding="utf-8")  # noqa: SIM115 - closing it would give the lock back
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            held.close()
            return False
        held.truncate(0)
        held.write(json.dumps({"pid": os.getpid(), "owner": owner}))
        held.flush()
        self._held = held
        return True

    def give_back(self) -> None:
        if self._held:
            self._held.truncate(0)
            self._held.close()
            self._held = None

    def holder(self) -> dict[str, Any]:
        """Who holds the lock now: pid and owner; empty when nobody does."""
        if self._held is None and self.try_take("question"):
            self.give_back()
            return {}
        try:
            return dict(json.loads(self.file.read_text(encoding="utf-8")))
        except (OSError, ValueError):
            return {"pid": 0, "owner": "unknown"}
