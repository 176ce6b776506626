"""Sending suspicious data down 疑点下发: what the rules find now in chosen villages, to be answered by a day."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from povertycase import audit, jobs
from povertycase.access.permissions import Permission
from povertycase.models import Account, Division, JobRun
from povertycase.reach import Extent
from povertycase.rules import check
from povertycase.rules.operands import literal
from supervision.models import CheckBatch, CheckHit, CheckItem
from supervision.queries import checks

JOB = "checks.send"
AT_ONCE = 5_000  # items put into a batch while one waits


@transaction.atomic
def send(
    *,
    title: str,
    codes: Sequence[str],
    places: Sequence[str],
    deadline: datetime.date,
    division_code: str,
    day: datetime.date,
    by: Account | None,
) -> CheckBatch:
    """Send down the unexplained hits of some rules in some places; returns the batch with its items, or with a job that
    puts them in where they are more than AT_ONCE.

    codes: of rules in force. places: 12-digit codes of villages, towns or the county. by None = the system.
    Raises ValidationError with the reason in the office's words.
    """
    rules = checks.in_force(day)
    chosen = {one.code: one.name for one in rules.checks if one.code in set(codes)}
    _refuse(title, chosen, places, deadline, day, by)
    batch = begin(
        source=CheckBatch.Source.OWN, title=title, document="", deadline=deadline, division_code=division_code, day=day,
        by=by,
    )  # fmt: skip
    prefixes = [prefix_of(code) for code in places]
    if _waiting(chosen, prefixes, day) > AT_ONCE:
        params = {"batch": batch.pk, "codes": sorted(chosen), "places": prefixes, "day": day.isoformat()}
        jobs.enqueue(JOB, key=str(batch.pk), params=params, by=by, division=division_code)
        return batch
    number = _draw(batch, chosen, prefixes, day)
    if not number:
        raise ValidationError({"checks": _("所选规则和地区现在没有需要下发的疑点，或者都已下发在办。")})
    record(batch, number, by)
    return batch


def under_way(batch: CheckBatch) -> JobRun | None:
    """The job that still puts items into a batch of very many."""
    return JobRun.objects.filter(kind=JOB, key=str(batch.pk), state__in=JobRun.OPEN).first()


def _waiting(chosen: Mapping[str, str], prefixes: Sequence[str], day: datetime.date) -> int:
    """How many hits there are at most: what is on its way in another batch counts as well."""
    inside = Q()
    for prefix in prefixes:
        inside |= Q(village_code__startswith=prefix)
    return CheckHit.objects.filter(checks.present(day), inside, rule_code__in=chosen).count()


def _draw(batch: CheckBatch, chosen: Mapping[str, str], prefixes: Sequence[str], day: datetime.date) -> int:
    return check.draw(
        items=CheckItem._meta.db_table,
        hits=CheckHit._meta.db_table,
        batch=batch.pk,
        words=chosen,
        prefixes=prefixes,
        present=_unexplained(day),
    )


# --- more than a request may wait for -----------------------------------------------------------------------


def plan_places(job: JobRun) -> list[dict[str, Any]]:
    """A piece of work for every town of the places chosen."""
    found: list[str] = []
    for prefix in job.params["places"]:
        towns = Division.objects.filter(level=Division.Level.TOWN, code__startswith=prefix) if len(prefix) < 9 else ()
        found += [town.prefix for town in towns] or [prefix]
    return [{"place": place} for place in dict.fromkeys(found)]


def draw_place(job: JobRun, params: dict[str, Any]) -> dict[str, Any]:
    """The hits of one town into the batch."""
    day = datetime.date.fromisoformat(job.params["day"])
    chosen = {one.code: one.name for one in checks.in_force(day).checks if one.code in job.params["codes"]}
    batch = CheckBatch.objects.get(pk=job.params["batch"])
    return {"items": _draw(batch, chosen, [params["place"]], day) if chosen else 0}


def plan_record(job: JobRun) -> list[dict[str, Any]]:
    """The whole batch is noted once."""
    return [{}]


def record_batch(job: JobRun, params: dict[str, Any]) -> dict[str, Any]:
    """It went down with so many items."""
    record(CheckBatch.objects.get(pk=job.params["batch"]), job.result.get("items", 0), job.by)
    return {}


KIND = jobs.JobKind(
    code=JOB,
    label=gettext_lazy("下发疑点"),
    steps=(
        jobs.Step(plan=plan_places, work=draw_place, label=gettext_lazy("逐乡镇下发")),
        jobs.Step(plan=plan_record, work=record_batch, label=gettext_lazy("登记批次")),
    ),
    permission=Permission.CHECK_SEND,
)


def begin(
    *,
    source: str,
    title: str,
    document: str,
    deadline: datetime.date,
    division_code: str,
    day: datetime.date,
    by: Account | None,
) -> CheckBatch:
    """An empty batch with the next number of the month: YD-2018-11-001. Its items follow in the same transaction."""
    month = f"YD-{day:%Y-%m}-"
    last = CheckBatch.objects.select_for_update().filter(number__startswith=month).order_by("-number").first()
    number = int(last.number[-3:]) + 1 if last else 1
    return CheckBatch.objects.create(
        number=f"{month}{number:03}", source=source, title=title.strip(), document=document,
        division_code=division_code, sent_on=day, deadline=deadline, by=by,
    )  # fmt: skip


@transaction.atomic
def note_export(*, batch: CheckBatch, files: int, rows: int, by: Account) -> None:
    """The sheets of a batch left the system."""
    audit.record("check.exported", by=by, about=batch.number, params={"files": files, "rows": rows})


def prefix_of(code: str) -> str:
    """What the codes of all villages of a place begin with."""
    if code.endswith("000000"):
        return code[:6]
    return code[:9] if code.endswith("000") else code


def _unexplained(day: datetime.date) -> str:
    """The words of queries.checks.present, over the table itself."""
    lasting = f"(h.excused_until IS NULL OR h.excused_until >= {literal(day)})"
    return f"NOT (h.excused_key <> '' AND h.excused_key = h.facts_key AND {lasting})"


def _refuse(
    title: str,
    chosen: dict[str, str],
    places: Sequence[str],
    deadline: datetime.date,
    day: datetime.date,
    by: Account | None,
) -> None:
    wrong: dict[str, str] = {}
    if not title.strip():
        wrong["title"] = _("请填写批次名称。")
    if not chosen:
        wrong["checks"] = _("请至少选择一条疑点规则。")
    if not places:
        wrong["places"] = _("请至少选择一个乡镇或村。")
    elif by is not None and not all(_reaches(by.extents(), prefix_of(code)) for code in places):
        wrong["places"] = _("所选地区不都在您的辖区范围内，请改选。")
    if deadline < day:
        wrong["deadline"] = _("回收期限不能早于今天。")
    if wrong:
        raise ValidationError(wrong)


def _reaches(extents: Sequence[Extent], prefix: str) -> bool:
    return any(
        one.kind == "everything" or (one.kind == "divisions" and prefix.startswith(one.prefix)) for one in extents
    )


def record(batch: CheckBatch, number: int, by: Account | None) -> None:
    """A batch went down with so many items."""
    params = {"items": number, "deadline": batch.deadline.isoformat()}
    audit.record("check.sent", by=by, about=batch.number, params=params)
