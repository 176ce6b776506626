"""Import bench: a 36,000 x 40 workbook from file to applied, against django-import-export's default, in one run.

The peer is a plain ModelResource with default settings and openpyxl over one flat table of the 40 columns, with the
same sealing of the ID numbers, no audit, no history. Ours is the whole way of an officer's file: stored encrypted,
read, cleaned, sealed, checked, compared, applied as dated rows with index cards and audit, and 12,000 households
beside the members. Two processes share the chunks, as the two workers of an office do. Floor: one process reads the
cells of the same file with the library that reads them here, and copies them as text; nothing of ours is in it, so it
gets no lower when our reader gets faster. A file of 198,000 members shows how it grows.

The peer takes two minutes in which a machine may change its pace: ours and the floor are measured twice before it and
three times after it, each time in an empty register. Of ours over the peer the one in the middle counts, of ours over
the floor the middle of the five pairs, since what is measured one after the other has the same pace.

    python -m tests.scale.bench_import
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from io import BytesIO, StringIO
from itertools import islice
from pathlib import Path
from threading import Thread
from typing import Any

from tests.scale import own_house, rows

GOAL_RATIO, GOAL_FLOOR, GOAL_MB = 20.0, 3.0, 300
# 198,000 rows are 5.5 times 36,000; a fifth more time a row still counts as linear. Memory of the long file.
GOAL_GROWTH, GOAL_LONG_MB = 6.6, 1024
TURNS = 5
ROOT = Path(__file__).resolve().parent.parent.parent


def measure(tell: Callable[[str], None] = print) -> list[dict[str, Any]]:
    """Run floor, peer and imports on copies of the database of DATABASE_URL, an empty register; returns the rows."""
    from django.db import connection

    connection.close()  # a database that is copied has no visitors
    with tempfile.TemporaryDirectory() as folder:
        books = {size: Path(folder) / f"{size}.xlsx" for size in ("usual", "longest")}
        for book in books.values():
            _part("book", book)
        tell(f"workbooks: {', '.join(f'{book.stat().st_size / 1e6:.1f} MB' for book in books.values())}")
        usual = books["usual"]
        ours, floors = [], []
        for turn in range(TURNS):
            if turn == TURNS // 2:
                peer = _part("peer", usual)
            ours.append(_part("ours", usual))
            floors.append(_part("floor", usual))
        long = _part("ours", books["longest"])
    for run in ours:
        tell(f"ours: {run['seconds']:.1f} s (read and checked {run['staged']:.1f} s), peak {run['mb']:.0f} MB")
    tell(f"floor: {', '.join(format(run['seconds'], '.2f') for run in floors)} s")
    tell(f"198,000 members: {long['seconds']:.1f} s, peak {long['mb']:.0f} MB")
    tell(f"import-export default: {peer['seconds']:.1f} s, peak {peer['mb']:.0f} MB")
    pairs = [{"seconds": run["seconds"] / floor["seconds"]} for run, floor in zip(ours, floors, strict=True)]
    tell(f"ours over the floor, pair by pair: {', '.join(format(pair['seconds'], '.2f') for pair in pairs)}")
    return _rows(rows.middle(ours), round(rows.middle(pairs)["seconds"], 2), long, peer)


def _rows(ours: dict[str, Any], to_floor: float, long: dict[str, Any], peer: dict[str, Any]) -> list[dict]:
    ratio = round(peer["seconds"] / ours["seconds"], 1)
    growth = round(long["seconds"] / ours["seconds"], 2)
    words = f"≥ {GOAL_RATIO:g} (peer {peer['seconds']:.1f} s, ours {ours['seconds']:.1f} s)"
    told = f"≤ {GOAL_GROWTH:g}, {GOAL_LONG_MB} MB (198,000 rows: {long['mb']:.0f} MB)"
    linear = growth <= GOAL_GROWTH and long["mb"] <= GOAL_LONG_MB
    return [
        rows.record("import.vs_import_export", ratio, "x", words, ratio >= GOAL_RATIO),
        rows.record("import.floor_ratio", to_floor, "x floor", f"≤ {GOAL_FLOOR:g}", to_floor <= GOAL_FLOOR),
        rows.record("import.peak_mb", round(ours["mb"]), "MB", f"≤ {GOAL_MB}", ours["mb"] <= GOAL_MB),
        rows.record("import.growth", growth, "x", told, linear),
    ]


def _part(name: str, book: Path) -> dict[str, Any]:
    """One part in a process and a database of its own: its peak memory is its own, the register empty, all on the disk."""
    command = [sys.executable, "-m", "tests.scale.bench_import", name, str(book)]
    with _copied() as database:
        environment = os.environ | {"DATABASE_URL": database}
        done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.strip().splitlines()[-1]) if done.stdout.strip() else {}


@contextmanager
def _copied() -> Iterator[str]:
    """The address of a copy of the database, dropped afterwards (which sends autovacuum away and waits for the others)."""
    import psycopg2

    server, _, name = os.environ["DATABASE_URL"].rpartition("/")
    for command in (f'CREATE DATABASE "{name}_copy" TEMPLATE "{name}"', "CHECKPOINT"):
        _ask(psycopg2.connect(f"{server}/postgres"), command)
    try:
        yield f"{server}/{name}_copy"
    finally:
        _ask(psycopg2.connect(f"{server}/postgres"), f'DROP DATABASE "{name}_copy"')


def _ask(connection: Any, command: str) -> None:
    connection.autocommit = True
    with closing(connection), connection.cursor() as cursor:
        cursor.execute(command)


class Watch(Thread):
    """The most memory this process and the reading child it started ever held, each by its own account.

    Not ru_maxrss: of a child that begins with what the parent held when it started it.
    """

    def __init__(self, other: int) -> None:
        """other: a child that is no reader, the second worker."""
        super().__init__(daemon=True)
        self.children: dict[str, int] = {}
        self.other = str(other)

    def run(self) -> None:
        while True:
            for task in Path("/proc/self/task").iterdir():
                with suppress(OSError, IndexError):  # ended in between
                    for child in {*(task / "children").read_text().split()} - {self.other}:
                        self.children[child] = _peak_kb(child)
            time.sleep(0.05)

    def peak_mb(self) -> float:
        """This process and the largest of its children."""
        return (_peak_kb("self") + max(self.children.values(), default=0)) / 1024


def _peak_kb(process: str) -> int:
    told = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    return int(told.partition("VmHWM:")[2].split()[0])


def ours(path: Path) -> dict[str, Any]:
    """The file as an officer brings it in, with a second worker for the chunks."""
    import datetime

    from povertycase import jobs
    from povertycase.actions import imports

    helper = subprocess.Popen([sys.executable, "-m", "tests.scale.bench_import", "worker", "-"], cwd=ROOT)
    watch = Watch(helper.pid)
    time.sleep(3)  # a worker of an office runs already,
    jobs.send(0)  # and its web process has spoken to the broker before (the peer's packages are loaded by now, too)
    watch.start()
    began = time.monotonic()
    batch = imports.take_in(
        kind="register",
        name=path.name,
        data=path.read_bytes(),
        business_date=datetime.date(2018, 11, 30),
        by=None,
    )
    jobs.run_to_end(batch.job)
    batch.refresh_from_db()
    staged = time.monotonic() - began
    assert batch.state == "checked", batch.refusal
    assert batch.counts["households"]["new"] == _size(path).members // 3, batch.counts
    batch = imports.confirm(batch=batch, by=None)
    job = jobs.run_to_end(batch.job)
    seconds = time.monotonic() - began
    batch.refresh_from_db()
    peak = watch.peak_mb()
    helper.wait(timeout=60)
    assert batch.state == "applied", job.error
    return {"seconds": seconds, "staged": staged, "mb": peak}


def floor(path: Path) -> dict[str, Any]:
    """Every cell of the file read by the library and written as text by COPY, in one process, nothing else."""
    import csv

    from django.db import connection, transaction
    from python_calamine import CalamineWorkbook

    began = time.monotonic()
    with transaction.atomic(), connection.cursor() as cursor:
        book = CalamineWorkbook.from_filelike(BytesIO(path.read_bytes()))
        for number, name in enumerate(book.sheet_names):
            sheet = book.get_sheet_by_name(name)
            names = ", ".join(f"c{at} text" for at in range(sheet.width))
            cursor.execute(f"CREATE TEMP TABLE floor_{number} ({names})")
            following = sheet.iter_rows()
            while block := list(islice(following, 2_000)):
                text = StringIO()
                csv.writer(text).writerows(block)
                text.seek(0)
                cursor.copy_expert(f"COPY floor_{number} FROM STDIN WITH (FORMAT csv)", text)
    return {"seconds": time.monotonic() - began}


def worker(path: Path) -> dict[str, Any]:
    """A second worker process: called by the broker as one of an office is, takes chunks of the next import's two jobs."""
    from redis import Redis

    from povertycase import jobs
    from povertycase.models import JobRun

    imports = JobRun.objects.filter(kind__in=("import.register", "import.register.apply")).order_by("-pk")
    before = imports.values_list("pk", flat=True).first() or 0  # the database may hold an import already
    broker = Redis.from_url(os.environ["REDIS_URL"])
    broker.delete("celery")
    until = time.monotonic() + 300
    while time.monotonic() < until:
        broker.blpop(["celery"], timeout=1)
        job = imports.filter(pk__gt=before).first()
        if job and job.is_open and job.step > 1:  # what is for one worker alone has the other one
            jobs.work(job.pk, seconds=60)
        elif job and not job.is_open and job.kind.endswith("apply"):
            break
    return {}


def peer(path: Path) -> dict[str, Any]:
    """The same members by import-export as it comes, into one flat table; the ID numbers sealed alike."""
    from django.db import connection, models
    from import_export import fields, resources
    from import_export.formats.base_formats import XLSX

    from povertycase import secrets
    from tests.scale.import_book import columns

    names = {column.key: column.title for column in columns()}
    body: dict[str, Any] = {key: models.CharField(max_length=200, blank=True, null=True) for key in names}
    body |= {"person_no": models.CharField(max_length=24, unique=True)}
    body |= {"id_number": models.BinaryField(null=True), "id_index": models.BinaryField(null=True)}
    body |= {"Meta": type("Meta", (), {"app_label": "povertycase", "db_table": "bench_flat"}), "__module__": __name__}
    flat = type("BenchFlat", (models.Model,), body)

    def seal(self: Any, instance: Any, row: Any, **kwargs: Any) -> None:
        instance.id_number, instance.id_index = secrets.seal("id", row[names["id_number"]])

    shown = {key: fields.Field(attribute=key, column_name=title) for key, title in names.items() if key != "id_number"}
    meta = type("Meta", (), {"model": flat, "import_id_fields": ["person_no"], "fields": list(shown)})
    plain = type("BenchResource", (resources.ModelResource,), {**shown, "before_save_instance": seal, "Meta": meta})
    with connection.schema_editor() as editor:
        editor.create_model(flat)
    try:
        began = time.monotonic()
        dataset = XLSX().create_dataset(BytesIO(path.read_bytes()).read())
        result = plain().import_data(dataset, dry_run=False, raise_errors=True)
        seconds = time.monotonic() - began
        assert result.totals["new"] == _size(path).members, result.totals
        return {"seconds": seconds, "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}
    finally:
        with connection.schema_editor() as editor:
            editor.delete_model(flat)


def book(path: Path) -> dict[str, Any]:
    """Write the workbook whose size its name says."""
    from tests.scale.import_book import write

    write(path, _size(path))
    return {}


def _size(path: Path) -> Any:
    from tests.scale.import_book import SIZES

    return SIZES[path.stem]


PARTS = {"ours": ours, "floor": floor, "worker": worker, "peer": peer, "book": book}

if __name__ == "__main__":
    if len(sys.argv) < 3:
        own_house.run(measure)
    else:
        own_house.ready()
        print(json.dumps(PARTS[sys.argv[1]](Path(sys.argv[2]))))
