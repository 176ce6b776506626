"""An import from the stored file to the register, as the steps of two jobs; what is particular stands in the ImportKind.

Staging: one chunk reads, cleans, checks and compares; the batch then waits for somebody's word. Applying: prepare,
chunks of whole households, finish. Both resume after a kill, since each chunk is one transaction.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db import connection
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from povertycase import slots
from povertycase.exchange import files, formats, mapping, staging
from povertycase.exchange.columns import Sheet
from povertycase.exchange.files import FileRefused
from povertycase.exchange.findings import Findings, Place
from povertycase.exchange.headers import ColumnsMissing, Header, SheetsMissing
from povertycase.exchange.matching import match_sheets
from povertycase.exchange.places import Places
from povertycase.exchange.reader import SheetStart, Workbook
from povertycase.exchange.staging import SheetStager
from povertycase.jobs import JobError, JobKind, Step, ending
from povertycase.models import ImportBatch, JobRun

State = ImportBatch.State
MAX_ROWS = 200_000


@dataclass
class Staging:
    """A batch with its staging tables: which sheets the file has and which declared columns each of them."""

    batch: ImportBatch
    present: Mapping[str, frozenset[str]]
    sheets: Mapping[str, Sheet]
    findings: Findings = field(default_factory=Findings)
    headers: Mapping[str, Header] = field(default_factory=dict)

    def __contains__(self, code: str) -> bool:
        return code in self.present

    def table(self, code: str) -> str:
        """The staging table of a sheet, or of a list that the checks made."""
        return staging.table_name(self.batch.pk, code)

    @cached_property
    def places(self) -> Places:
        """The villages of the county as the sender may name them, read once."""
        return Places(settings.COUNTY, self.batch.business_date, self.batch.by)

    def place(self, code: str, row: int | None, key: str = "") -> Place:
        """Where a finding stands."""
        return self.headers[code].place(self.sheets[code].title, key, row)


@dataclass(frozen=True)
class Particulars:
    """What an import kind brings: `extra` of its slots.ImportKind.

    check(staging) -> counts for the batch; prepare(staging, job); chunks(staging) -> (low, high) pairs;
    apply(staging, low, high) -> counts; finish(staging, job). Each runs inside one transaction.
    tells: whether what follows from an import of the register follows; actions tell what they write themselves.
    """

    prepare: Callable[[Staging, JobRun], None]
    chunks: Callable[[Staging], list[tuple[int, int]]]
    finish: Callable[[Staging, JobRun], None]
    tells: bool = True


def add(kind: slots.ImportKind) -> None:
    """Fill the slots with an import kind, its two jobs and the codes of its findings (extra "codes")."""
    slots.IMPORT_KINDS.add(kind)
    for job in job_kinds(kind):
        slots.JOB_KINDS.add(job)
    for code in kind.extra.get("codes", ()):
        slots.FINDING_CODES.add(code)


def stage_code(kind: str) -> str:
    """The code of the job that reads and checks a file of an import kind."""
    return f"import.{kind}"


def apply_code(kind: str) -> str:
    """The code of the job that writes what was checked."""
    return f"import.{kind}.apply"


def job_kinds(kind: slots.ImportKind) -> tuple[JobKind, JobKind]:
    """The two jobs of an import kind, for slots.JOB_KINDS."""
    staging_job = JobKind(
        stage_code(kind.code),
        format_lazy(_("读取{kind}"), kind=kind.label),
        (Step(_one, _stage, _("读取和核对")), *kind.extra.get("check_steps", ())),
        kind.permission,
        on_failed=_staging_failed,
        url=address,
        order=10,
    )
    applying_job = JobKind(
        apply_code(kind.code),
        format_lazy(_("导入{kind}"), kind=kind.label),
        (
            Step(_one, _prepare, _("准备")),
            Step(_plan_chunks, _apply, _("写入")),
            Step(_one, _finish, _("收尾")),
        ),
        kind.permission,
        url=address,
        order=11,
    )
    return staging_job, applying_job


def address(job: JobRun) -> str:
    """The page of the batch that a job works for."""
    return reverse("import", args=[job.params["batch"]])


def _one(job: JobRun) -> list[dict[str, Any]]:
    return [{}]


def batch_of(job: JobRun) -> ImportBatch:
    """The batch of a job, locked against a second writer of its state."""
    return ImportBatch.objects.select_for_update(no_key=True).select_related("upload").get(pk=job.params["batch"])


# --- staging ----------------------------------------------------------------------------------------------


def _stage(job: JobRun, params: dict[str, Any]) -> dict[str, Any]:
    batch = batch_of(job)
    try:
        counts = read(batch)
    except FileRefused as reason:
        staging.drop(batch.pk)
        batch.problems.all().delete()
        batch.sent.all().delete()
        batch.state, batch.refusal = State.REFUSED, reason.chinese()
        batch.refusal_words, batch.refusal_params = reason.words, reason.params
        # Whoever sets the columns right needs to see which were found.
        batch.counts |= {"headers": reason.headers} if isinstance(reason, ColumnsMissing) else {}
        batch.counts |= {"unread": reason.names} if isinstance(reason, SheetsMissing) else {}
        batch.save(update_fields=["state", "refusal", "refusal_words", "refusal_params", "counts"])
        return {"refused": 1}
    if not slots.IMPORT_KINDS[batch.kind].brings("check_steps"):
        batch.state = State.CHECKED
    batch.counts = {**batch.counts, **counts}
    batch.save(update_fields=["state", "counts"])
    return {"rows": sum(sheet["rows"] for sheet in counts["sheets"].values())}


_NOT_READ = gettext_noop("读取没有完成，没有导入任何内容。请重新上传；再次出现时把任务编号告诉管理员。")


def _staging_failed(job: JobRun) -> None:
    ImportBatch.objects.filter(pk=job.params["batch"], state=State.READING).update(
        state=State.REFUSED, refusal=_NOT_READ, refusal_words=_NOT_READ
    )


def read(batch: ImportBatch, *, looked_at: bool = True) -> dict[str, Any]:
    """Read, clean and stage a batch's file, then check it. Returns its counts. Raises FileRefused.

    looked_at: False for who looks at the rows himself, at once.
    """
    kind = slots.IMPORT_KINDS[batch.kind]
    data = files.load(batch.upload)
    batch.counts["format"] = formats.of(data)[0]
    findings = Findings()
    with Workbook(batch.upload.name, data) as book:
        del data
        known = mapping.known(batch.kind, batch.division_code)
        wanted = match_sheets(kind, book.sheets, batch.upload.name, findings, book.heads, known)
        staged = _take_sheets(batch, book, wanted, findings, known)
    if not any(sheet.rows for sheet in staged.values()):
        raise FileRefused(
            gettext_noop("文件“%s”只有表头，没有一行数据，没有导入。请填写后重新上传。"), batch.upload.name
        )
    stage = Staging(
        batch,
        {code: sheet.present for code, sheet in staged.items()},
        {sheet.code: sheet for sheet in kind.sheets},
        findings,
        {code: sheet.header for code, sheet in staged.items()},
    )
    _analyze(staged.values())
    counts = dict((kind.check(stage) if looked_at else None) or {})
    per_sheet = counts.pop("per_sheet", {})
    findings.write(batch.pk)
    return {
        **counts,
        "headers": {sheet.sheet.title: sheet.header.told() for sheet in staged.values()},
        "columns": {code: sorted(keys) for code, keys in stage.present.items()},
        "sheets": {
            sheet.sheet.title: _sheet_counts(sheet, findings) | per_sheet.get(code, {})
            for code, sheet in staged.items()
        },
    }


def _take_sheets(
    batch: ImportBatch,
    book: Workbook,
    wanted: dict[str, Sheet],
    findings: Findings,
    known: Mapping[str, Mapping[str, str]],
) -> dict[str, staging.Staged]:
    found: dict[str, staging.Staged] = {}
    records = book.read(list(wanted))
    start = next(records, None)
    while isinstance(start, SheetStart):
        sheet = wanted[start.name]
        if start.height > MAX_ROWS:
            raise FileRefused(
                gettext_noop("工作表“%(sheet)s”有 %(rows)s 行，超过 %(limit)s 行，请按乡镇分成几个文件。"),
                {"sheet": sheet.title, "rows": start.height, "limit": MAX_ROWS},
            )
        stager = SheetStager(batch.pk, sheet, start, findings, batch.business_date, known.get(sheet.code))
        if start.height:
            found[sheet.code] = stager.staged
        try:
            start = stager.copy(records)
        except ColumnsMissing as reason:
            read = (staged for staged in found.values() if staged.header.index)
            reason.headers |= {staged.sheet.title: staged.header.told() for staged in read}
            raise
    # They were read by their size; everything that follows goes by the order of the declaration.
    staged = {sheet.code: found[sheet.code] for sheet in wanted.values() if sheet.code in found}
    lost = [sheet.title for sheet in wanted.values() if not sheet.optional and sheet.code not in staged]
    if lost:
        raise FileRefused(gettext_noop("工作表“%s”是空的，请填写后再导入。"), lost[0])
    return staged


def _analyze(sheets: Iterable[staging.Staged]) -> None:
    """Tell the planner of the columns by which rows are joined; of the others it needs to know nothing."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL default_statistics_target = 20")
        for staged in sheets:
            keys = [f"{item.key}_index" if item.secret else item.key for item in staged.sheet.columns if item.is_key]
            cursor.execute(f"ANALYZE {staged.table} ({', '.join(['row', *keys])})")


def _sheet_counts(staged: staging.Staged, findings: Findings) -> dict[str, Any]:
    title = staged.sheet.title
    cleaned = {f"{heading} {code}": n for (sheet, heading, code), n in findings.kinds.items() if sheet == title}
    return {
        "rows": staged.rows,
        "lost": staged.lost,
        "skipped": staged.skipped,
        "cleaned": findings.count(title, "cleaned"),
        "warnings": findings.count(title, "warning"),
        "errors": findings.count(title, "error"),
        "cleaned_by_column": cleaned,
    }


# --- applying ---------------------------------------------------------------------------------------------


_NOT_WAITING = ending(gettext_noop("导入批次 %(batch)s 的状态是“%(state)s”，不能写入。"))


def _staging_of(job: JobRun) -> Staging:
    """The checked batch of an applying job. Raises JobError when it is no longer waiting to be applied."""
    batch = ImportBatch.objects.select_related("upload").get(pk=job.params["batch"])
    if batch.state != State.APPLYING:
        raise JobError(_NOT_WAITING % {"batch": batch.pk, "state": batch.get_state_display()})
    return staging_of(batch)


def staging_of(batch: ImportBatch) -> Staging:
    """The staging tables of a batch that was read, for the steps that follow."""
    kind = slots.IMPORT_KINDS[batch.kind]
    present = {code: frozenset(keys) for code, keys in batch.counts["columns"].items()}
    told = batch.counts.get("headers", {})
    heads = {sheet.code: Header.of_told(told[sheet.title]) for sheet in kind.sheets if sheet.title in told}
    return Staging(batch, present, {sheet.code: sheet for sheet in kind.sheets}, headers=heads)


def _particulars(stage: Staging) -> Particulars:
    return slots.IMPORT_KINDS[stage.batch.kind].extra["particulars"]


def _prepare(job: JobRun, params: dict[str, Any]) -> None:
    stage = _staging_of(job)
    _particulars(stage).prepare(stage, job)


def _plan_chunks(job: JobRun) -> list[dict[str, Any]]:
    stage = _staging_of(job)
    return [{"lo": low, "hi": high} for low, high in _particulars(stage).chunks(stage)]


def _apply(job: JobRun, params: dict[str, Any]) -> dict[str, int]:
    stage = _staging_of(job)
    return slots.IMPORT_KINDS[stage.batch.kind].apply(stage, params["lo"], params["hi"])


def _finish(job: JobRun, params: dict[str, Any]) -> None:
    stage = _staging_of(job)
    particulars = _particulars(stage)
    particulars.finish(stage, job)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE povertycase_importbatch SET state = 'applied', applied_at = clock_timestamp() WHERE id = %s",
            [stage.batch.pk],
        )
    staging.drop(stage.batch.pk)
    if particulars.tells:
        for after in slots.REGISTER_IMPORTED:
            after.tell(stage.batch)
