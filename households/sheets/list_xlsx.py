"""The household list as a workbook: exactly the rows chosen and the columns shown, 导出说明 last."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from povertycase.exchange import template
from povertycase.models import Account
from povertycase.slots import ListColumn

WIDTHS = {"members": 8, "group": 12, "planned": 12, "exited": 12, "unit": 24}


def of_rows(rows: Iterable[Sequence[Any]], columns: list[ListColumn], note: str) -> bytes:
    """The xlsx file of these rows (head, then the columns); memory stays flat for a county."""
    headings = [(_("户主"), 14), *((str(column.label), WIDTHS.get(column.code, 16)) for column in columns)]
    return template.table(_("户名单"), headings, rows, note)


def of_job(
    rows: Iterable[Sequence[Any]], columns: list[ListColumn], number: int, day: str, by: Account
) -> tuple[bytes, str]:
    """The workbook of a job with its name."""
    return of_rows(rows, columns, note(number, day, by)), name(number, day)


def note(number: int, day: str, by: Account) -> str:
    """What stands on the last sheet: how many, when, who, and what the list may be used for."""
    return _("%(n)d 户，%(day)s 导出，导出人 %(by)s。仅供工作使用，不得公示、张贴和外传。") % {
        "n": number,
        "day": day,
        "by": by,
    }


def name(number: int, day: str) -> str:
    """The file's name: how many and when, nobody's name."""
    return _("户名单%(n)d户_%(day)s.xlsx") % {"n": number, "day": day}
