"""Import bench: a 36,000 x 40 workbook from file to applied, against django-import-export's default, in one run.

The peer is a plain ModelResource with default settings and openpyxl over one flat table of the 40 columns, with the
same sealing of the ID numbers, no audit, no history. Ours is the whole way of an officer's file: stored encrypted,
read, cleaned, sealed, checked, compared, applied as dated rows with index cards and audit, and 12,000 households
beside the members. Two processes share the chunks, as the two workers of an office do.

    python -m tests.scale.bench_import
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

from tests.scale import rows

GOAL_RATIO, GOAL_MB = 15.0, 300
ROOT = Path(__file__).resolve().parent.parent.parent


def measure(tell: Callable[[str], None] = print) -> list[dict[str, Any]]:
    """Run peer and import on the database of DATABASE_URL, which holds an empty register; returns the recorded rows."""
    with tempfile.TemporaryDirectory() as folder:
        book = Path(folder) / "bench.xlsx"
        _part("book", book)
        tell(f"workbook: {book.stat().st_size / 1e6:.1f} MB")
        ours = _part("ours", book)
        tell(f"ours: {ours['seconds']:.1f} s (read and checked {ours['staged']:.1f} s), peak {ours['mb']:.0f} MB")
        peer = _part("peer", book)
        tell(f"import-export default: {peer['seconds']:.1f} s, peak {peer['mb']:.0f} MB")
    ratio = round(peer["seconds"] / ours["seconds"], 1)
    words = f"≥ {GOAL_RATIO:g} (peer {peer['seconds']:.1f} s, ours {ours['seconds']:.1f} s)"
    return [
        rows.record("import.vs_import_export", ratio, "x", words, ratio >= GOAL_RATIO),
        rows.record("import.peak_mb", round(ours["mb"]), "MB", f"≤ {GOAL_MB}", ours["mb"] <= GOAL_MB),
    ]


def _part(name: str, book: Path) -> dict[str, Any]:
    """One part in a process of its own, so that its peak memory is its own."""
    command = [sys.executable, "-m", "tests.scale.bench_import", name, str(book)]
    done = subprocess.run(command, cwd=ROOT, env=os.environ, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.strip().splitlines()[-1]) if done.stdout.strip() else {}


def _peak_mb() -> float:
    """The most memory this process and the reading child it started ever held."""
    used = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(used) / 1024


def ours(path: Path) -> dict[str, Any]:
    """The file as an officer brings it in, with a second worker for the chunks."""
    import datetime

    from povertycase import jobs
    from povertycase.actions import imports

    helper = subprocess.Popen([sys.executable, "-m", "tests.scale.bench_import", "worker", "-"], cwd=ROOT)
    time.sleep(3)  # a worker of an office runs already,
    jobs.send(0)  # and its web process has spoken to the broker before (the peer's packages are loaded by now, too)
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
    assert batch.counts["households"]["new"] == 12_000, batch.counts
    batch = imports.confirm(batch=batch, by=None)
    job = jobs.run_to_end(batch.job)
    seconds = time.monotonic() - began
    batch.refresh_from_db()
    peak = _peak_mb()
    helper.wait(timeout=60)
    assert batch.state == "applied", job.error
    return {"seconds": seconds, "staged": staged, "mb": peak}


def worker(path: Path) -> dict[str, Any]:
    """A second worker process: takes chunks of the applying job until it is done."""
    from povertycase import jobs
    from povertycase.models import JobRun

    until = time.monotonic() + 300
    while time.monotonic() < until:
        job = JobRun.objects.filter(kind="import.register.apply").order_by("-pk").first()
        if job and job.is_open:
            jobs.work(job.pk, seconds=60)
        elif job:
            break
        time.sleep(0.05)
    return {}


def peer(path: Path) -> dict[str, Any]:
    """The same members by import-export as it comes, into one flat table; the ID numbers sealed alike."""
    from django.db import connection, models
    from import_export import fields, resources
    from import_export.formats.base_formats import XLSX

    from povertycase import secrets
    from tests.scale.import_book import MEMBERS, columns

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
        assert result.totals["new"] == MEMBERS, result.totals
        return {"seconds": seconds, "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}
    finally:
        with connection.schema_editor() as editor:
            editor.delete_model(flat)


def book(path: Path) -> dict[str, Any]:
    """Write the workbook."""
    from tests.scale.import_book import write

    write(path)
    return {}


def _with_own_servers() -> None:
    """An installation of its own, as safe as a real one, for a run from the command line."""
    from tests import servers

    servers.CARELESS = ("-c", "shared_buffers=256MB")
    servers.start()
    import django
    from django.core.management import call_command

    os.environ["DJANGO_SETTINGS_MODULE"] = "povertycase.settings"
    django.setup()
    call_command("migrate", verbosity=0)
    from povertycase.actions import divisions
    from tests.scale.import_book import CSV

    divisions.load(rows=divisions.read(CSV), source="bench", by=None)
    for row in measure():
        print(json.dumps(row, ensure_ascii=False))


PARTS = {"ours": ours, "worker": worker, "peer": peer, "book": book}

if __name__ == "__main__":
    if len(sys.argv) < 3:
        _with_own_servers()
    else:
        import django

        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "povertycase.settings")
        django.setup()
        print(json.dumps(PARTS[sys.argv[1]](Path(sys.argv[2]))))
