"""Bulletins and exit checks lately opened by an account: their own words, looked up when they are shown."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from povertycase.access.permissions import Permission
from povertycase.models import Account, Division, Opened
from povertycase.periods import Month
from supervision.queries import bulletins, exit_runs

SHOWN = 10
Moments = dict[int, datetime.datetime]


@dataclass(frozen=True)
class Page:
    """A page lately opened."""

    label: str
    note: str
    url: str
    at: datetime.datetime


def pages(account: Account) -> list[Page]:
    """One query, and one or two more for each kind that was opened at all."""
    found = Opened.objects.visible_to(account).filter(account=account, kind__in=("bulletin", "exit_run"))
    moments: dict[str, Moments] = {"bulletin": {}, "exit_run": {}}
    for kind, key, at in found.order_by("-opened_at").values_list("kind", "key", "opened_at")[:SHOWN]:
        moments[kind][key] = at
    return [*_bulletins(account, moments["bulletin"]), *_exit_runs(account, moments["exit_run"])]


def _bulletins(account: Account, moments: Moments) -> Iterator[Page]:
    if moments and account.can(Permission.BULLETIN_VIEW):
        for pk, month in bulletins.visible(account).filter(pk__in=moments).values_list("pk", "month"):
            yield Page(Month.parse(month).words(), _("月督查通报"), reverse("bulletin", args=[pk]), moments[pk])


def _exit_runs(account: Account, moments: Moments) -> Iterator[Page]:
    if not moments or not account.can(Permission.EXIT_VIEW):
        return
    runs: Any = exit_runs.visible(account).filter(pk__in=moments)
    rows = list(runs.values_list("pk", "division_code", "as_of"))
    names = dict(Division.objects.filter(code__in={code for _pk, code, _as_of in rows}).values_list("code", "name"))
    for pk, code, as_of in rows:
        label = f"{names.get(code, code)} {as_of:%Y-%m-%d}"
        yield Page(label, _("退出达标预审"), reverse("exit-run", args=[pk]), moments[pk])
