"""A house to be killed: own PostgreSQL and Valkey, a real worker and schedule, each restarted as the launcher would.

with House(tmp_path) as house:
    house.enqueue("fault.write", key="a", params={…})
    house.kill_worker(); house.kill_child(); house.kill_broker()
    house.wait_until_all_jobs_end()
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg2

from povertycase.launch import postgres, valkey
from povertycase.launch.child import Child, Program
from povertycase.launch.installation import PROJECT, Installation
from tests.servers import clean_environment, make_reachable

PYTHON = sys.executable


class House:
    """One installation in a folder of its own. `app` names the Celery application, with the job kinds it needs."""

    def __init__(self, folder: Path, *, app: str = "tests.faults.app", settings: str = "tests.faults.settings"):
        make_reachable(folder)
        self.place = Installation(folder)
        self.place.prepare()
        self.app = app
        self.env = clean_environment() | {
            "DATA": str(folder),
            "PC_PROFILE": "demo",
            "COUNTY": "220821",
            "OFFICE_DATE": "2018-11-30",
            "DJANGO_SETTINGS_MODULE": settings,
            "PYTHONUNBUFFERED": "1",
        }
        self.children: dict[str, Child] = {}
        self.kills = 0

    def __enter__(self) -> "House":
        self.database, self.broker = postgres.embedded(self.place), valkey.embedded(self.place)
        self.database.make()
        self._start(self.database.program())
        self._start(self.broker.program())
        self.wait(self.database.answers, 60)
        self.wait(self.broker.answers, 60)
        self.database.make_database()
        self.env |= {"DATABASE_URL": self.database.url, "REDIS_URL": self.broker.url}
        self.manage("migrate", "--no-input", "-v", "0")
        self.start_worker()
        self._start(self._celery("beat", "--schedule", str(self.place.run / "beat"), "--pidfile=", name="schedule"))
        return self

    def __exit__(self, *_: Any) -> None:
        for child in reversed(list(self.children.values())):
            child.kill()

    def start_worker(self) -> None:
        self._start(self._celery("worker", "-c", "2", "--without-gossip", "--without-mingle", name="worker"))

    def _celery(self, *words: str, name: str) -> Program:
        command = (PYTHON, "-m", "celery", "-A", self.app, *words, "--loglevel", "INFO")
        return Program(name, command, self.env, PROJECT)

    def _start(self, program: Program) -> None:
        self.children[program.name] = Child(program, self.place.log)

    def manage(self, *words: str) -> str:
        """Run a command of manage.py; its output. Raises CalledProcessError when it fails."""
        return self._run([PYTHON, "manage.py", *words])

    def python(self, code: str) -> str:
        """Run a few lines inside the house, with Django and the job kinds set up; what they print."""
        start = f"import django; django.setup(); import {self.app}\n"
        return self._run([PYTHON, "-c", start + code])

    def _run(self, command: list[str]) -> str:
        done = subprocess.run(command, env=self.env, cwd=PROJECT, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    def enqueue(self, kind: str, *, key: str, params: dict[str, Any]) -> int:
        """The number of the new job."""
        call = f"jobs.enqueue({kind!r}, key={key!r}, params={params!r}, by=None)"
        return int(self.python(f"from povertycase import jobs; print({call}.pk)"))

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Read (or write) the house's database past the product."""
        with psycopg2.connect(self.database.url) as line, line.cursor() as cursor:
            cursor.execute(sql, values)
            found = cursor.fetchall() if cursor.description else []
        line.close()
        return found

    def kill_worker(self) -> None:
        """kill -9 the worker with all its children, and start another."""
        self.children["worker"].kill()
        self.kills += 1
        self.start_worker()

    def kill_child(self) -> bool:
        """kill -9 one of the worker's pool processes; False when there is none yet."""
        main = self.children["worker"].process.pid
        found = Path(f"/proc/{main}/task/{main}/children").read_text().split()
        if not found:
            return False
        with suppress(ProcessLookupError):
            os.kill(int(found[self.kills % len(found)]), signal.SIGKILL)
        self.kills += 1
        return True

    def kill_broker(self) -> None:
        """kill -9 Valkey, start it again; a worker that does not come back is the launcher's to restart."""
        self.children["valkey"].kill()
        self.kills += 1
        time.sleep(0.3)
        self._start(self.broker.program())
        self.wait(self.broker.answers, 20)
        self.kill_worker()
        self.kills -= 1

    def open_jobs(self) -> int:
        return self.rows("SELECT count(*) FROM povertycase_jobrun WHERE state IN ('queued', 'running')")[0][0]

    def wait_until_all_jobs_end(self, seconds: float = 90) -> None:
        self.wait(lambda: self.open_jobs() == 0, seconds)

    def wait(self, ready: Callable[[], bool], seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not ready():
            assert time.monotonic() < deadline, "\n".join(
                f"{name}: {child.last_lines}" for name, child in self.children.items()
            )
            time.sleep(0.1)
