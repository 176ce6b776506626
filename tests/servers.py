"""The embedded PostgreSQL and Valkey of one test session, started before Django reads its settings.

The first process of a session starts them and names them in the environment; the workers of pytest-xdist inherit that.
"""

import atexit
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from povertycase.launch import child as launched
from povertycase.launch import postgres, valkey
from povertycase.launch.child import Child
from povertycase.launch.installation import Installation

# A test database is thrown away: no need to survive a power cut.
CARELESS = (
    "-c",
    "fsync=off",
    "-c",
    "synchronous_commit=off",
    "-c",
    "full_page_writes=off",
    "-c",
    "shared_buffers=256MB",
)


def start() -> None:
    """Start both servers unless this session has them; they stop with the process that started them."""
    if os.environ.get("PC_TEST_SERVERS"):
        return
    launched.TROUBLE = ()  # tests break constraints on purpose; the log files keep what the servers said
    place = Installation(Path(tempfile.mkdtemp(prefix="povertycase-test-")))
    place.data.chmod(0o755)
    place.prepare()
    database = postgres.embedded(place)
    database.make()
    broker = valkey.embedded(place)
    children = [Child(database.program(CARELESS), place.log), Child(broker.program(), place.log)]
    atexit.register(_stop, children, place.data)
    _wait(lambda: database.answers() and broker.answers(), children)
    database.make_database()
    database.ask(f"GRANT pg_checkpoint TO {postgres.DATABASE}")  # a measurement begins with everything on the disk
    os.environ.update(
        PC_TEST_SERVERS="1",
        DATA=str(place.data),
        DATABASE_URL=database.url,
        REDIS_URL=broker.url,
        PC_PROFILE="demo",
        OFFICE_DATE="2018-11-30",
        COUNTY="220821",
    )


def make_reachable(folder: Path) -> None:
    """Open a temporary folder and the folders above it for root's PostgreSQL, which runs as nobody."""
    for each in (folder, *folder.parents):
        if each in (Path(tempfile.gettempdir()), Path("/")):
            return
        each.chmod(0o755)


def clean_environment() -> dict[str, str]:
    """The environment without the servers of the session, for tests that start an installation of their own."""
    ours = {"PC_TEST_SERVERS", "DATA", "DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "COUNTY", "OFFICE_DATE"}
    return {name: value for name, value in os.environ.items() if name not in ours}


def _wait(ready: Callable[[], bool], children: list[Child]) -> None:
    deadline = time.monotonic() + 60
    while not ready():
        if time.monotonic() > deadline or not all(child.alive for child in children):
            raise RuntimeError("the test servers did not start:\n" + "\n".join(child.drained() for child in children))
        time.sleep(0.05)


def _stop(children: list[Child], folder: Path) -> None:
    for child in children:
        child.kill()
    shutil.rmtree(folder, ignore_errors=True)
