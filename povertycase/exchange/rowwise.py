"""Small kinds of import: the row is the atom, and every row is written by an action that a page uses too.

A kind brings one function: look(stage, row) says what a row would do and hands over the act that does it. The check
rehearses every row in a savepoint that is rolled back, so that what an action refuses is said before anybody confirms; a
job then does the same for good. Both go chunk by chunk, each row in a savepoint of its own.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Count
from django.utils.translation import gettext_lazy, override
from django.utils.translation import gettext_noop as _

from povertycase import audit, slots
from povertycase.exchange import row_acts, row_lines, row_undo, rows
from povertycase.exchange.batch import Particulars, Staging, batch_of, staging_of
from povertycase.exchange.cleaning import CLEANED, ERROR, WARNING, Note
from povertycase.exchange.columns import Sheet
from povertycase.exchange.files import FileRefused
from povertycase.exchange.row_acts import RowRefused
from povertycase.exchange.row_lines import Change, Line, Wrote
from povertycase.jobs import Step
from povertycase.models import ImportBatch, JobRun

logger = logging.getLogger(__name__)

NEW, CHANGED, SAME, REFUSED = "new", "changed", "same", "refused"
OUTCOMES = (NEW, CHANGED, SAME, REFUSED)
CHUNK_ROWS = 100
LOOK_ROWS = 200
MAX_ROWS = 50_000

Row = dict[str, Any]


@dataclass(frozen=True)
class Looked:
    """What a row would do: new | changed | same | refused.

    about: what it is about; named: before it, a name of the office's own that another language has too.
    changes: (label, before, after) in words; note, key: why it is refused and the column that says so.
    act: writes it, called with `by` and `on`, and returns what it Wrote.
    """

    outcome: str
    about: str = ""
    changes: Sequence[Change] = ()
    act: Callable[..., Wrote] | None = None
    note: Note | None = None
    key: str = ""
    named: str = ""


Look = Callable[..., Looked]


@dataclass(frozen=True)
class Rows:
    """A small kind. once: the columns that tell one row from another; two such rows that differ refuse the later one.

    look(stage, row): what a row would do. around(stage, rows): what the rows of a chunk name, asked for at once and
    handed to look as `around`; only what no row of the chunk changes may stand in it.
    take_back(wrote, by, on): takes back what a row wrote, as an act; returns the key of what stands again in
    place of what the row had superseded. Raises RowRefused for what was changed or used since.
    stays: what of it is never taken back, in words for the page.
    part(row): rows of the same part hang together and are written in their order, by one chunk; usually each alone.
    rehearse: whether the check tries the acts; a kind whose acts take long checks everything in `look`.
    """

    look: Look
    take_back: Callable[..., int | None]
    once: tuple[str, ...] = ()
    part: Callable[[Row], Any] | None = None
    rehearse: bool = True
    stays: str = ""
    around: Callable[[Staging, Sequence[Row]], Any] | None = None

    def check(self, stage: Staging) -> dict[str, Any]:
        """List the rows that are to be looked at; those that are wrong by themselves are refused at once."""
        row_lines.keep(stage, list(_listed(stage, self)))
        return {}

    def look_at(self, stage: Staging, low: int, high: int) -> dict[str, int]:
        """Look at one chunk of rows and rehearse them; nothing of it stays. Returns how many of each outcome."""
        found = list(_looked_at(stage, self, low, high))
        row_lines.note_looked(stage, found)
        stage.findings.append(stage.batch.pk)
        return _count(found)

    def apply(self, stage: Staging, low: int, high: int) -> dict[str, int]:
        """Write one chunk of rows; returns how many of each outcome."""
        done = {outcome: 0 for outcome in OUTCOMES}
        for code, wanted in row_lines.waiting(stage, low, high).items():
            found = list(rows.staged(stage, code, wanted))
            look = self.looking(stage, found)
            for row in found:
                looked, wrote = _one(stage, look, code, row, acts=True)
                done[looked.outcome] += 1
                row_lines.note_done(stage, code, row["row"], looked.outcome, wrote)
        stage.findings.append(stage.batch.pk)
        return done

    def looking(self, stage: Staging, found: Sequence[Row]) -> Look:
        """How the rows of a chunk are looked at."""
        return partial(self.look, around=self.around(stage, found)) if self.around else self.look

    def particulars(self) -> Particulars:
        """What the two jobs of the kind ask for."""
        return Particulars(_prepare, _chunks, _finish, tells=False)


def kind(
    code: str, *, order: int, label: Any, permission: str, sheets: tuple[Sheet, ...], rows: Rows, see: str = "",
    extra: dict[str, Any] | None = None,
) -> slots.ImportKind:  # fmt: skip
    """An import kind whose rows are written one by one, for batch.add."""
    taken_back = {"rows": rows, "undo": row_undo.start, "forget": row_lines.forget}
    extra = {"particulars": rows.particulars(), "check_steps": CHECK_STEPS, **taken_back, **(extra or {})}
    return slots.ImportKind(code, order, label, permission, sheets, rows.check, rows.apply, extra, see)


def refused(key: str, code: str, words: str, params: dict[str, Any] | None = None, about: str = "") -> Looked:
    """A row that cannot go in: the column that says so, the code and words of the finding."""
    return Looked(REFUSED, about, note=Note(ERROR, code, words, params), key=key)


# --- looking ----------------------------------------------------------------------------------------------


def _listed(stage: Staging, small: Rows) -> Iterator[Line]:
    """Every row in the order of the file: refused or the same already, or with no outcome yet."""
    parts: dict[Any, int] = {}
    for code in stage.present:
        seen: dict[tuple, Row] = {}
        for number, row in enumerate(rows.staged(stage, code), start=1):
            if number > MAX_ROWS:
                words = _("“%(sheet)s”超过 %(limit)s 行，请分成几个文件导入。")
                raise FileRefused(words, {"sheet": stage.sheets[code].title, "limit": MAX_ROWS})
            wrong = (stage.sheets[code].title, row["row"]) in stage.findings.refused_rows
            looked = _twice(stage, small, code, row, seen) or Looked(REFUSED if wrong else "")
            part = parts.setdefault(small.part(row) if small.part else (code, number), len(parts) + 1)
            yield Line(code, row["row"], looked.outcome, "", [], part)


def _looked_at(stage: Staging, small: Rows, low: int, high: int) -> Iterator[Line]:
    """The rows of a range of parts, tried in the order of the file; nothing of it stays."""
    with transaction.atomic():
        for code, wanted in row_lines.unlooked(stage, low, high).items():
            found = list(rows.staged(stage, code, wanted))
            look = small.looking(stage, found)
            for row in found:
                looked, _wrote = _one(stage, look, code, row, acts=small.rehearse)
                yield Line(code, row["row"], looked.outcome, looked.about, list(looked.changes), named=looked.named)
        transaction.set_rollback(True)


def _twice(stage: Staging, small: Rows, code: str, row: Row, seen: dict[tuple, Row]) -> Looked | None:
    """A row whose like came before: equal, it counts once; different, it is refused."""
    key = tuple(_plain(row[name]) for name in small.once)
    first = seen.setdefault(key, row) if any(part is not None for part in key) else row
    if first is row:
        return None
    names = [name for name in row if name != "row" and f"{name}_index" not in row]
    told = {"first": first["row"]}
    if all(_plain(first[name]) == _plain(row[name]) for name in names):
        note = Note(CLEANED, "row_twice", _("与第 %(first)s 行完全相同，只导入一行"), told)
        stage.findings.add(stage.place(code, row["row"]), note)
        return Looked(SAME)
    note = Note(ERROR, "key_twice", _("与第 %(first)s 行重复而内容不同，请留下正确的一行"), told)
    return _refuse(stage, code, row, Looked(REFUSED, note=note, key=small.once[0]))


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value


def _one(stage: Staging, look: Look, code: str, row: Row, *, acts: bool) -> tuple[Looked, Wrote | None]:
    """Look at a row and write it; whatever goes wrong is a finding of this row and leaves nothing behind."""
    if (stage.sheets[code].title, row["row"]) in stage.findings.refused_rows:
        return Looked(REFUSED), None
    looked, wrote = Looked(REFUSED), None
    try:
        with transaction.atomic():
            looked = look(stage, row)
            if looked.outcome in (NEW, CHANGED) and looked.act and acts:
                wrote = looked.act(by=stage.batch.by, on=stage.batch.business_date)
    except (OperationalError, InterfaceError):
        raise  # the database went away, or another writer was met: the chunk is done again
    except (RowRefused, *row_acts.REFUSALS) as error:
        return _said(stage, code, row, row_acts.notes(error), looked.about), None
    except Exception as error:
        # A surprise in one row must not keep the others out.
        logger.exception("a row of import batch %s failed: row %s", stage.batch.pk, row["row"])
        looked, wrote = Looked(REFUSED, looked.about, note=row_acts.surprise(error)), None
    return (_refuse(stage, code, row, looked) if looked.outcome == REFUSED else looked), wrote


def _said(stage: Staging, code: str, row: Row, notes: Sequence[tuple[str, Note]], about: str) -> Looked:
    """Everything an action refuses, each at the column it speaks of."""
    looked = Looked(REFUSED, about)
    for name, note in notes:
        key = name if name in stage.headers[code].index else ""
        _refuse(stage, code, row, replace(looked, note=note, key=key))
    return looked


def _refuse(stage: Staging, code: str, row: Row, looked: Looked) -> Looked:
    if looked.note:
        value = row.get(looked.key)
        shown = value if isinstance(value, str) else ""
        place = stage.place(code, row["row"], looked.key)
        stage.findings.add(place, looked.note, str(row.get("household_no") or ""), shown)
    return looked


def _count(found: Iterable[Line]) -> dict[str, int]:
    counts = {outcome: 0 for outcome in OUTCOMES}
    for line in found:
        counts[line.outcome] += 1
    return counts


def _sum(counts: Iterable[dict[str, Any]]) -> dict[str, int]:
    found = list(counts)
    return {outcome: sum(one[outcome] for one in found) for outcome in OUTCOMES}


def _plan_looks(job: JobRun) -> list[dict[str, Any]]:
    batch = ImportBatch.objects.get(pk=job.params["batch"])
    if batch.state != ImportBatch.State.READING:
        return []  # the file was refused
    return [{"lo": low, "hi": high} for low, high in row_lines.chunks_unlooked(staging_of(batch), LOOK_ROWS)]


def _look_chunk(job: JobRun, params: dict[str, Any]) -> dict[str, int]:
    batch = ImportBatch.objects.select_related("upload", "by").get(pk=job.params["batch"])
    return slots.IMPORT_KINDS[batch.kind].brings("rows").look_at(staging_of(batch), params["lo"], params["hi"])


def _one_more(job: JobRun) -> list[dict[str, Any]]:
    return [{}]


def _checked(job: JobRun, params: dict[str, Any]) -> None:
    batch = batch_of(job)
    if batch.state != ImportBatch.State.READING:
        return
    batch.counts = _told(staging_of(batch))
    batch.state = ImportBatch.State.CHECKED
    batch.save(update_fields=["counts", "state"])


CHECK_STEPS = (
    Step(_plan_looks, _look_chunk, gettext_lazy("逐行核对")),
    Step(_one_more, _checked, gettext_lazy("收尾")),
)


def _told(stage: Staging) -> dict[str, Any]:
    """What became of the rows, sheet by sheet: a row of the file has one outcome, so that a receipt adds up."""
    batch, found = stage.batch, row_lines.counted(stage)
    sheets = dict(batch.counts["sheets"])
    for code in stage.present:
        title = stage.sheets[code].title
        told = sheets[title]
        now = {outcome: found.get((code, outcome), 0) for outcome in OUTCOMES}
        now[REFUSED] = told["rows"] + told["lost"] - now[NEW] - now[CHANGED] - now[SAME]
        kinds = batch.problems.filter(sheet=title).order_by().values_list("severity").annotate(number=Count("pk"))
        number = dict(kinds)
        sheets[title] = {**told, **now, "errors": number.get(ERROR, 0), "warnings": number.get(WARNING, 0)}
    per_sheet = [sheets[stage.sheets[code].title] for code in stage.present]
    return {**batch.counts, "sheets": sheets, "rows": _sum(per_sheet)}


# --- writing ---------------------------------------------------------------------------------------------


def _prepare(stage: Staging, job: JobRun) -> None:
    """Each row is looked at again when it is written: there is nothing to prepare."""


def _chunks(stage: Staging) -> list[tuple[int, int]]:
    return row_lines.chunks(stage, CHUNK_ROWS)


def _finish(stage: Staging, job: JobRun) -> None:
    """What became of the rows; one that was refused at the last moment is counted so."""
    batch = stage.batch
    batch.counts = _told(stage)
    batch.save(update_fields=["counts"])
    row_lines.keep_written(stage)
    with override("zh-hans"):
        label = str(slots.IMPORT_KINDS[batch.kind].label)
    audit.record(
        "import.rows_applied", by=batch.by, about=str(batch.pk), job=job, params={**batch.counts["rows"], "kind": label}
    )


__all__ = ["CHANGED", "NEW", "REFUSED", "SAME", "Change", "Looked", "RowRefused", "Rows", "Wrote", "kind", "refused"]
