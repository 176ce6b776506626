"""Every county of the demo is filled whole as `make run` does it, and holds what its table of sizes says."""

import json
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from povertycase.launch.installation import PROJECT
from povertycase.launch.postgres import free_port
from supervision.demo.frame import COUNTIES
from tests.servers import clean_environment, make_reachable

pytestmark = [pytest.mark.slow, pytest.mark.house, pytest.mark.timeout(1200)]
MINUTES = 15


def _step(port: str) -> str:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            return str(json.load(answer)["step"])
    except urllib.error.HTTPError as answer:
        return str(json.load(answer)["step"])
    except OSError:
        return ""


@pytest.fixture(params=sorted(COUNTIES))
def filled(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of a county that runs and is ready."""
    make_reachable(tmp_path)
    told = clean_environment() | {"COUNTY": request.param, "DATA": str(tmp_path / "data"), "PORT": str(free_port())}
    with open(tmp_path / "said", "w", encoding="utf-8") as said:
        launcher = subprocess.Popen(
            [sys.executable, "-m", "povertycase.launch", "run"], cwd=PROJECT, env=told, stdout=said, stderr=said
        )
    try:
        deadline = time.monotonic() + MINUTES * 60
        while _step(told["PORT"]) != "ready":
            assert launcher.poll() is None and time.monotonic() < deadline, (tmp_path / "said").read_text()
            time.sleep(1)
        yield told
    finally:
        launcher.send_signal(signal.SIGTERM)
        launcher.wait(timeout=30)


def test_the_county_holds_what_its_table_of_sizes_says(filled: dict[str, str]) -> None:
    compared = subprocess.run(
        [sys.executable, "-m", "tests.county_sizes"], cwd=PROJECT, env=filled, capture_output=True, text=True
    )
    assert compared.returncode == 0, compared.stdout + compared.stderr
