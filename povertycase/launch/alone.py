"""Commands of manage.py: beside a running `make run`, or alone with the embedded database for as long as they take."""

import contextlib
import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence

from povertycase.launch import leftovers, postgres
from povertycase.launch.child import Child
from povertycase.launch.installation import Installation, here
from povertycase.launch.lock import DataLock
from povertycase.launch.words import Refusal

# These read files or the code only; everything else gets a database.
WITHOUT_DATABASE = {
    *("help", "version", "demo_workbooks", "list_rules", "makemigrations", "makemessages", "compilemessages"),
    *("messages", "startapp", "startproject", "spectacular", "collectstatic", "findstatic", "diffsettings", "check"),
}
KEEP_STRUCTURE = {"migrate", "sqlmigrate", "showmigrations", "flush"}
START_SECONDS = 60.0
STOP_SECONDS = 60.0
# Another command alone may run for minutes; the next one waits its turn.
TURN_SECONDS = 600.0


def needs_database(argv: Sequence[str]) -> bool:
    """Whether `manage.py …` needs the database at all."""
    words = argv[1:]
    if not words or words[0].startswith("-") or "--help" in words or "-h" in words:
        return False
    if words[0] == "check":
        return any(word.startswith("--database") for word in words)
    return words[0] not in WITHOUT_DATABASE


@contextlib.contextmanager
def database(argv: Sequence[str]) -> Iterator[None]:
    """The surroundings of one command: DATABASE_URL given → as it is; launcher running → its servers; else our own."""
    place = here()
    if not needs_database(argv):
        os.environ.update(_unset(place.remembered()))
        yield
        return
    with servers(place):
        if argv[1] not in KEEP_STRUCTURE and os.environ.get("PC_STARTED_ALONE"):
            _migrate()
        yield


@contextlib.contextmanager
def servers(place: Installation) -> Iterator[None]:
    """DATABASE_URL (and REDIS_URL beside a launcher) in the environment, for the time of the block."""
    if os.environ.get("DATABASE_URL") or os.environ.get("DATABASE_URL_FILE"):
        yield
        return
    place.prepare()
    lock = DataLock(place.run)
    if not _take_or_join(place, lock):
        yield
        return
    try:
        leftovers.clear(place.run / "children.json")
        with _own_server(place):
            yield
    finally:
        lock.give_back()


def _take_or_join(place: Installation, lock: DataLock) -> bool:
    """True when the lock is ours and a server must be started; False when a launcher's servers are set."""
    deadline = time.monotonic() + TURN_SECONDS
    while not lock.try_take("command"):
        running = place.known_servers() if lock.holder().get("owner") == "run" else {}
        if running:
            os.environ.update(_unset({name: str(value) for name, value in running.items()}))
            return False
        if time.monotonic() > deadline:
            lock.take("command")
        time.sleep(0.2)
    os.environ.update(_unset(place.remembered()))
    return True


def _unset(wanted: dict[str, str]) -> dict[str, str]:
    """The settings that the caller's environment does not name itself."""
    return {name: value for name, value in wanted.items() if not os.environ.get(name)}


@contextlib.contextmanager
def _own_server(place: Installation) -> Iterator[None]:
    server = postgres.embedded(place)
    server.make()
    # kill must stop the server too, so it becomes an ordinary exit.
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    child = Child(server.program(), place.log)
    leftovers.note(place.run / "children.json", [child])
    try:
        _wait(server, child)
        server.make_database()
        os.environ.update({"DATABASE_URL": server.url, "PC_STARTED_ALONE": "1"})
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
        for name in ("DATABASE_URL", "PC_STARTED_ALONE"):
            os.environ.pop(name, None)
        _stop(child)
        (place.run / "children.json").unlink(missing_ok=True)


def _wait(server: postgres.Postgres, child: Child) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not server.answers():
        if not child.alive or time.monotonic() > deadline:
            raise Refusal(f"数据库没有启动：\n{child.drained()}\n", "the database did not start")
        time.sleep(0.05)


def _stop(child: Child) -> None:
    child.ask_to_stop()
    deadline = time.monotonic() + STOP_SECONDS
    while child.alive and time.monotonic() < deadline:
        time.sleep(0.05)
    child.kill()


def _migrate() -> None:
    """Bring the tables up to the code, silently when they are."""
    import django
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    django.setup()
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", interactive=False, verbosity=0)
