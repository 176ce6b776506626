"""The whole launcher on its own servers: not ready, ready, something dies, ready again, stopped in time."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from povertycase.launch.installation import PROJECT, read_json
from povertycase.launch.postgres import free_port
from tests.servers import clean_environment, make_reachable

pytestmark = pytest.mark.house


class Office:
    """A launched production office (no demo to fill). `answers` holds every different /readyz seen so far."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.env = clean_environment() | {
            "DATA": str(data),
            "PORT": str(free_port()),
            "PC_PROFILE": "production",
            "ALLOWED_HOSTS": "office.example",
        }
        self.answers: list[tuple[int, str]] = []
        self.launcher = subprocess.Popen(
            [sys.executable, "-m", "povertycase.launch", "run"],
            cwd=PROJECT,
            env=self.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def ready(self) -> tuple[int, dict[str, Any]]:
        address = f"http://127.0.0.1:{self.env['PORT']}/readyz"
        asked = urllib.request.Request(address, headers={"Host": "office.example"})
        try:
            with urllib.request.urlopen(asked, timeout=5) as answer:
                status, told = answer.status, json.load(answer)
        except urllib.error.HTTPError as answer:
            status, told = answer.code, json.load(answer)
        except OSError:
            return 0, {}
        if (status, told["step"]) not in self.answers:
            self.answers.append((status, told["step"]))
        return status, told

    def pid(self, name: str) -> int:
        return int(read_json(self.data / "run" / "children.json").get(name, [0])[0])

    def wait(self, happened: Callable[[], bool], seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while not happened():
            assert self.launcher.poll() is None, self.launcher.communicate()[0]
            assert time.monotonic() < deadline, self.ready()
            time.sleep(0.1)

    def wait_until_ready(self) -> None:
        self.wait(lambda: self.ready()[0] == 200)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole")
    make_reachable(folder)
    return folder / "data"


@pytest.fixture
def office(data: Path) -> Iterator[Office]:
    made = Office(data)
    yield made
    if made.launcher.poll() is None:
        made.launcher.send_signal(signal.SIGTERM)
        made.launcher.communicate(timeout=20)


def test_an_office_starts_survives_its_dead_and_stops_in_time(office: Office) -> None:
    office.wait_until_ready()
    assert [status for status, _ in office.answers][:-1] == [503] * (len(office.answers) - 1)
    assert office.answers[-1] == (200, "ready")

    for name in ("web", "worker", "schedule", "valkey", "postgres"):
        dead = office.pid(name)
        os.kill(dead, signal.SIGKILL)
        office.wait(lambda name=name, dead=dead: office.pid(name) not in (0, dead))
        office.wait_until_ready()

    beside = subprocess.run(
        [sys.executable, "manage.py", "migrate", "--check"],
        cwd=PROJECT,
        env=office.env,
        capture_output=True,
        text=True,
    )
    assert beside.returncode == 0, beside.stderr

    began = time.monotonic()
    office.launcher.send_signal(signal.SIGINT)
    said, _ = office.launcher.communicate(timeout=20)
    assert time.monotonic() - began < 15
    assert office.launcher.returncode == 0, said
    assert f"ready http://127.0.0.1:{office.env['PORT']}\n" in said
    assert "database system is shut down" in (office.data / "log" / "postgres.log").read_text()
    assert not (office.data / "run" / "servers.json").exists()


def test_a_launcher_killed_outright_leaves_nothing_that_stops_the_next_start(office: Office) -> None:
    office.wait_until_ready()
    left = [office.pid(name) for name in ("postgres", "valkey", "web", "worker", "schedule")]
    office.launcher.kill()
    office.launcher.communicate()
    again = Office(office.data)
    try:
        again.wait_until_ready()
        assert not any(Path(f"/proc/{pid}").exists() for pid in left)
    finally:
        again.launcher.send_signal(signal.SIGTERM)
        again.launcher.communicate(timeout=20)
