"""Shortfalls 对标补短 (ZL-05): planned by the village, the helper or the township, closed by another person.

They are opened, moved on and back by what stands (standing.py, place_standing.py); a person of the township closes
one, with words and a date, or sends it back: data must follow the house, not the house the data (E-11).
"""

import datetime
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from households.models import Cadre, Pairing
from povertycase import audit
from povertycase.models import Account
from povertycase.secrets import identity
from supervision.models import Shortfall
from supervision.queries import shortfalls as reading

State = Shortfall.State
MOST = 200


class Moved(Exception):
    """Somebody else moved the shortfall on since the page was opened."""


@transaction.atomic
def plan(
    *,
    shortfalls: Sequence[Shortfall],
    measure: str,
    owner: Cadre | None,
    due_on: datetime.date,
    on: datetime.date,
    by: Account,
) -> int:
    """Measure, responsible cadre and date of open shortfalls; without an owner each household's own helper.

    The caller found them through `visible_to`. One that is closed or waits for review is left as it is. Returns how
    many were planned. Raises ValidationError.
    """
    if len(shortfalls) > MOST:
        raise ValidationError(_("一次最多安排 %d 项短板，请分批选择。") % MOST)
    if due_on < on:
        raise ValidationError({"due_on": _("完成时限早于业务日期，请改为今天或以后的日期。")})
    measure = _without_numbers(measure.strip(), "measure")
    keys = [row.pk for row in shortfalls]
    rows = list(Shortfall.objects.select_for_update(no_key=True).filter(pk__in=keys, state=State.OPEN).order_by("pk"))
    helpers = {} if owner else _helpers(rows, on)
    for row in rows:
        cadre = owner or helpers.get(row.household_id)
        if cadre is None:
            raise ValidationError({"owner": _("有的户没有帮扶责任人，请选择一位责任人。")})
        row.measure, row.owner, row.due_on, row.planned_by = measure, cadre, due_on, by
        row.version += 1
        row.full_clean(validate_constraints=False)
    Shortfall.objects.bulk_update(rows, ["measure", "owner", "due_on", "planned_by", "version"])
    audit.record(
        "shortfall.planned",
        by=by,
        households=sorted({row.household_id for row in rows if row.household_id}),
        params={"count": len(rows), "due": due_on.isoformat()},
    )
    return len(rows)


def _helpers(rows: Sequence[Shortfall], day: datetime.date) -> dict[int | None, Cadre]:
    """Each household's first helper on a day."""
    found = Pairing.objects.known().true_on(day).filter(household__in={row.household_id for row in rows})
    return {pair.household_id: pair.cadre for pair in found.select_related("cadre").order_by("-place")}


@transaction.atomic
def close(*, shortfall: Shortfall, words: str, on: datetime.date, by: Account, version: int | None = None) -> Shortfall:
    """销号: a person of the township has seen that it is made up for. Never its planner. Raises ValidationError, Moved.

    Of the county, and of a village by what the township itself reports: a person of the county.
    """
    row = _held(shortfall, version)
    _require_reviewer(row, on, by)
    if row.state != State.RECHECK:
        raise ValidationError(_("这项短板还没有达标，不能销号；指标达标后会转为“待复核”。"))
    if row.planned_by_id == by.pk:
        raise ValidationError(_("补短措施是您安排的，须由另一位同志复核销号。"))
    row.state, row.closed_on, row.closed_by, row.closing_words = State.CLOSED, on, by, _told(words)
    return _saved(row, "shortfall.closed", by)


@transaction.atomic
def send_back(
    *, shortfall: Shortfall, words: str, on: datetime.date, by: Account, version: int | None = None
) -> Shortfall:
    """退回: the data say it is made up for, the house does not. It stays open until somebody reports it done again.

    Raises ValidationError, Moved.
    """
    row = _held(shortfall, version)
    _require_reviewer(row, on, by)
    if row.state != State.RECHECK:
        raise ValidationError(_("这项短板不在“待复核”状态，不能退回。"))
    row.state, row.closing_words = State.OPEN, _told(words)
    return _saved(row, "shortfall.sent_back", by)


@transaction.atomic
def report_done(*, shortfall: Shortfall, on: datetime.date, by: Account, version: int | None = None) -> Shortfall:
    """再报复核: what was sent back has been put right in the house. Raises ValidationError, Moved."""
    row = _held(shortfall, version)
    if row.state != State.OPEN or row.improved_on is None:
        raise ValidationError(_("这项短板没有被退回；指标达标后会自动转为“待复核”。"))
    row.state, row.improved_on, row.closing_words = State.RECHECK, on, ""
    return _saved(row, "shortfall.reported", by)


def note_export(*, rows: int, by: Account) -> None:
    """The list of shortfalls left the system as a workbook."""
    audit.record("shortfall.list_exported", by=by, params={"rows": rows})


def _held(shortfall: Shortfall, version: int | None) -> Shortfall:
    row = Shortfall.objects.select_for_update(no_key=True, of=("self",)).get(pk=shortfall.pk)
    if version is not None and row.version != version:
        raise Moved(_("这项短板刚被别人办理过，请核对后再办。"))
    return row


def _require_reviewer(row: Shortfall, on: datetime.date, by: Account) -> None:
    who = reading.reviewer(row, on)
    if not by.can(reading.REVIEWERS[who]):
        if who == reading.COUNTY:
            raise ValidationError(_("这项短板由县办复核：县的指标，或数据由乡镇自己上报的村的指标。"))
        raise ValidationError(_("这项短板由乡镇的同志复核。"))


def _told(words: str) -> str:
    words = words.strip()
    if not words:
        raise ValidationError({"words": _("请写明复核情况，例如谁在哪天入户看了什么。")})
    return _without_numbers(words, "words")


def _without_numbers(text: str, name: str) -> str:
    """Texts are kept in clear, so nobody's ID number may stand in them."""
    if identity.stands_in(text):
        raise ValidationError({name: _("说明文字中请不要写证件号码。")})
    return text


def _saved(row: Shortfall, kind: str, by: Account) -> Shortfall:
    row.full_clean(validate_constraints=False)
    row.version += 1
    row.save()
    audit.record(
        kind,
        by=by,
        about=row.household.household_no if row.household else str(row.division),
        households=[row.household_id] if row.household_id else [],
    )
    return row
