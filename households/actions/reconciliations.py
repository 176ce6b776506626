"""Comparing the register with another system's export 数据比对: the file read, its rows compared, a sheet given back.

A job: reading (one chunk), comparing (ranges of rows), ending. Nothing of it writes the register.
"""

import datetime
from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from households.actions import compare_foreign, compare_masked
from households.actions.compare_foreign import Tables
from households.models import Difference, Reconciliation
from povertycase import audit, jobs, secrets
from povertycase.access.permissions import Permission
from povertycase.exchange import files, headers, staging
from povertycase.exchange.cleaning import ERROR, Note
from povertycase.exchange.columns import Column, Sheet
from povertycase.exchange.files import FileRefused
from povertycase.exchange.findings import Findings, Place
from povertycase.exchange.places import Places, reached_prefixes
from povertycase.exchange.reader import SheetStart, Workbook
from povertycase.exchange.staging import SheetStager, Staged
from povertycase.jobs import JobKind, Step
from povertycase.models import Account, ImportBatch, JobRun, Upload
from povertycase.secrets import masks

JOB, KIND = "households.reconcile", "system_export"
State = ImportBatch.State
CHUNK_ROWS = 5_000
MAX_ROWS = 200_000
FATES = {
    "several": gettext_noop("这一户有几个同名的人，请补证件号码"),
    "key": gettext_noop("没有证件号码，也没有户编号，无法对应"),
    "elsewhere": gettext_noop("登记在您的可见范围以外，没有比对"),
    "twice": gettext_noop("同一人（或同一户）前面已有一行，只比对前一行"),
}
Writer = Callable[[Reconciliation, Tables, Mapping[str, Any]], bytes]


@transaction.atomic
def start(*, name: str, data: bytes, source: str, whole: bool, on: datetime.date, by: Account) -> Reconciliation:
    """Keep an export and have it compared by a job. Raises FileRefused for what is no workbook."""
    files.check(name, data)
    prefixes = reached_prefixes(by)
    division = (min(prefixes, key=len) if prefixes and "" not in prefixes else settings.COUNTY).ljust(12, "0")
    upload = files.store(name, data, by)
    batch = ImportBatch.objects.create(kind=KIND, upload=upload, division_code=division, business_date=on, by=by)
    made = Reconciliation.objects.create(batch=batch, source=source.strip(), whole=whole)
    audit.record("reconciliation.started", by=by, about=str(made.pk), params={"source": made.source})
    made.job = jobs.enqueue(JOB, key=str(made.pk), params={"run": made.pk}, by=by, division=division)
    made.save(update_fields=["job"])
    return made


@transaction.atomic
def take_answer(*, run: Reconciliation, by: Account) -> bytes:
    """The sheet in the other system's columns, for who sent the export. Raises FileRefused when it is gone."""
    if run.batch.by_id != by.pk or run.answer is None:
        raise FileRefused(gettext_noop("回填表只给上传的人，而且只在文件保存期内。"))
    data = files.load(run.answer)
    audit.record("reconciliation.taken", by=by, about=str(run.pk))
    return data


def kind(sheet: Sheet, write: Writer, url: Callable[[JobRun], str]) -> JobKind:
    """The job that compares; sheet: the columns it knows, write: makes the sheet that goes back."""
    return JobKind(
        JOB,
        _("数据比对"),
        (
            Step(_one, lambda job, params: _read(job, sheet), _("读取名单")),
            Step(_plan_compare, lambda job, params: _compare(job, params, sheet), _("逐项比对")),
            Step(_plan_end, lambda job, params: _end(job, sheet, write), _("汇总")),
        ),
        Permission.DIFFERENCE_RUN,
        on_failed=_failed,
        url=url,
        order=31,
    )


def compared(sheet: Sheet, run: Reconciliation) -> list[Column]:
    """The columns of an export that the register has something to hold beside."""
    found = set(run.counts.get("columns", ()))
    return [column for column in sheet.columns if column.key in found and compare_foreign.can_compare(column)]


# --- the steps ----------------------------------------------------------------------------------------------


def _one(job: JobRun) -> list[dict[str, Any]]:
    return [{}]


def _run(job: JobRun) -> Reconciliation:
    return Reconciliation.objects.select_related("batch__upload", "batch__by").get(pk=job.params["run"])


def _read(job: JobRun, sheet: Sheet) -> dict[str, Any]:
    run = _run(job)
    batch, findings = run.batch, Findings()
    try:
        staged = _staged(batch, sheet, findings)
        if not staged.rows:
            raise FileRefused(gettext_noop("文件“%s”只有表头，没有一行数据，没有比对。"), batch.upload.name)
    except FileRefused as reason:
        staging.drop(batch.pk)
        batch.state, batch.refusal = State.REFUSED, reason.chinese()
        batch.refusal_words, batch.refusal_params = reason.words, reason.params
        batch.save(update_fields=["state", "refusal", "refusal_words", "refusal_params"])
        return {"refused": 1}
    present = sorted(staged.present)
    run.of_households = "relation" not in present and _numbers_differ(batch.pk)
    fates = compare_foreign.match(Tables(batch.pk), _places(run), **_asked(run))
    for row, fate in compare_foreign.refused(Tables(batch.pk)):
        findings.add(Place(sheet.title, row), Note(ERROR, f"compare_{fate}", FATES[fate]))
    findings.write(batch.pk)
    batch.counts = {"headers": {sheet.title: staged.header.told()}}
    batch.save(update_fields=["counts"])
    run.counts = {
        "columns": present,
        "fates": fates,
        "rows": staged.rows,
        "lost": staged.lost,
        "skipped": staged.skipped,
    }
    run.save(update_fields=["of_households", "counts"])
    return {"rows": staged.rows}


def _staged(batch: ImportBatch, sheet: Sheet, findings: Findings) -> Staged:
    """The sheet of the file whose headings name most of our columns, in its staging table. Raises FileRefused."""
    with Workbook(batch.upload.name, files.load(batch.upload)) as book:
        heads = book.heads([name for name, _visible in book.sheets])
        named = {name: rows for name, rows in heads.items() if headers.recognise([sheet], rows)}
        if not named:
            words = gettext_noop("文件“%s”里没有认得的名单：表头至少要有姓名、证件号码（或户编号）和一个要比对的项目。")
            raise FileRefused(words, batch.upload.name)
        records = book.read([next(iter(named))])
        start = next(records)
        assert isinstance(start, SheetStart)
        if start.height > MAX_ROWS:
            told = {"sheet": start.name, "rows": start.height, "limit": MAX_ROWS}
            words = gettext_noop("工作表“%(sheet)s”有 %(rows)s 行，超过 %(limit)s 行，请按乡镇分成几个文件。")
            raise FileRefused(words, told)
        stager = SheetStager(batch.pk, sheet, start, findings, batch.business_date)
        stager.copy(records)
    return stager.staged


def _numbers_differ(batch: int) -> bool:
    """One row a household: every row has a household number of its own."""
    people = Tables(batch).people
    sql = f"SELECT count(*) = count(DISTINCT household_no) AND count(*) > 0 FROM {people}"
    return bool(compare_foreign.rows(sql)[0][0])


def _places(run: Reconciliation) -> list[tuple[str, str, str]]:
    """The villages that the export names: town, village, code."""
    batch = run.batch
    named = compare_foreign.rows(
        f"SELECT DISTINCT town, village FROM {Tables(batch.pk).people} WHERE village IS NOT NULL"
    )
    known = Places(settings.COUNTY, batch.business_date, batch.by)
    found = [(town, village, known.match(town, village).code) for town, village in named]
    return [(town, village, code) for town, village, code in found if code]


def _asked(run: Reconciliation) -> dict[str, Any]:
    prefixes = reached_prefixes(run.batch.by)
    return {
        "day": run.batch.business_date,
        "reach": [f"{prefix}%" for prefix in prefixes] or ["-"],
        "of_households": run.of_households,
    }


def _plan_compare(job: JobRun) -> list[dict[str, Any]]:
    run = _run(job)
    if run.batch.state != State.READING:
        return []
    last = compare_foreign.rows(f"SELECT coalesce(max(row), 0) FROM {Tables(run.batch_id).match}")[0][0]
    return [{"low": low, "high": low + CHUNK_ROWS - 1} for low in range(1, last + 1, CHUNK_ROWS)]


def _compare(job: JobRun, params: dict[str, Any], sheet: Sheet) -> dict[str, Any]:
    run = _run(job)
    columns = compared(sheet, run)
    if run.of_households:
        # A row of a household says of its head no more than who he is.
        columns = [column for column in columns if column.key not in ("relation",)]
    compare_foreign.compare(Tables(run.batch_id), columns, **_asked(run), **params)
    compare_masked.compare(Tables(run.batch_id), columns, **params)
    return {}


def _plan_end(job: JobRun) -> list[dict[str, Any]]:
    return [{}] if _run(job).batch.state == State.READING else []


def _end(job: JobRun, sheet: Sheet, write: Writer) -> dict[str, Any]:
    run, tables = _run(job), Tables(job.params["run"])
    batch, tables = run.batch, Tables(run.batch_id)
    known = {"source": run.source, "run": run.pk, "division": batch.division_code, "whole": run.whole}
    fields = [column.key for column in compared(sheet, run)]
    found = compare_foreign.keep(tables, **known, fields=fields, **_asked(run))
    _mask(run)
    _mask_accounts(run, tables)
    run.counts = {**run.counts, **_sums(run.counts, found)}
    run.answer = files.store(f"{run.pk}.xlsx", write(run, tables, _asked(run)), batch.by)
    run.save(update_fields=["counts", "answer"])
    batch.state = State.APPLIED
    batch.save(update_fields=["state"])
    staging.drop(batch.pk)
    told = {name: run.counts[name] for name in ("read", "same", "differ", "added", "refused", "gone")}
    audit.record("reconciliation.done", by=batch.by, about=str(run.pk), job=job, params={"source": run.source, **told})
    return told


def _sums(counts: Mapping[str, Any], found: Mapping[str, int]) -> dict[str, int]:
    """read = same + differ + added + refused, in rows of the file."""
    fates = counts["fates"]
    refused = counts["lost"] + sum(fates.get(fate, 0) for fate in FATES)
    return {
        **found,
        "read": counts["rows"] + counts["lost"],
        "same": fates.get("found", 0) - found["differ"],
        "added": fates.get("added", 0),
        "refused": refused,
    }


def _mask(run: Reconciliation) -> None:
    """Numbers of persons are opened once, to be kept as masks."""
    rows = Difference.objects.filter(reconciliation=run, field__in=("id_number", "phone"), gone_on=None)
    rows = rows.exclude(id_number=None, phone=None)  # what was sent masked is masked
    masked = []
    for row in rows.select_related("person", "household").iterator(chunk_size=2000):
        kind: Any = "id" if row.field == "id_number" else "phone"
        holder: Any = row.person if kind == "id" else row.household
        sides = [
            (one.id_number, one.id_index) if kind == "id" else (one.phone, one.phone_index) for one in (row, holder)
        ]
        theirs, ours = secrets.open_many(kind, sides)
        row.theirs, row.ours = masks.mask(kind, theirs), masks.mask(kind, ours)
        masked.append(row)
    Difference.objects.bulk_update(masked, ["ours", "theirs"], batch_size=1000)


def _mask_accounts(run: Reconciliation, tables: Tables) -> None:
    """Bank accounts that differ are opened once, to be kept as masks; nothing else of theirs is kept."""
    found = compare_foreign.rows(
        f"""SELECT d.item, d.sealed, d.theirs_key, h.bank_account, h.bank_index
            FROM {tables.diff} d JOIN households_household h ON h.id = d.household
            WHERE d.field = 'bank_account' AND d.sealed IS NOT NULL ORDER BY d.row DESC"""
    )
    numbers = [secrets.open_many("bank", [one[at : at + 2] for one in found]) for at in (1, 3)]
    for (item, *_sealed), theirs, ours in zip(found, *numbers, strict=True):
        row = Difference.objects.filter(reconciliation=run, item=item)
        row.update(theirs=masks.mask("bank", theirs), ours=masks.mask("bank", ours))


_NOT_READ = gettext_noop("比对没有完成，没有写入任何内容。请重新上传；再次出现时把任务编号告诉管理员。")


def _failed(job: JobRun) -> None:
    run = _run(job)
    ImportBatch.objects.filter(pk=run.batch_id, state=State.READING).update(
        state=State.REFUSED, refusal=_NOT_READ, refusal_words=_NOT_READ
    )


def forget_old(since: datetime.date | None, day: datetime.date) -> None:
    """The day's duty: sheets that went back go with the file they were made for."""
    old = Upload.objects.filter(reconciliation__batch__upload__deleted_at__isnull=False, deleted_at__isnull=True)
    with transaction.atomic():
        for upload in old:
            files.forget(upload)
            Reconciliation.objects.filter(answer=upload).update(answer=None)
