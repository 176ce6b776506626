"""What-if of villages and of the county: the sheets of their checks, whom a comparison is about, what makes one turn."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from povertycase.models import Account, SheetTable
from povertycase.rules import conditions
from povertycase.rules.conditions import Node
from povertycase.rules.simulate import Judges
from supervision.models import DivisionRun
from supervision.queries import places

_MOST = 12  # checks offered
UNITS = {"household": gettext_lazy("户"), "village": gettext_lazy("个村"), "county": gettext_lazy("个县")}
OTHERWISE = {
    "household": gettext_lazy("结果不同的户"),
    "village": gettext_lazy("结果不同的村"),
    "county": gettext_lazy("结果不同的县"),
}
# Whom a check of villages is about: actions/places.py.
_OF_VILLAGES = {
    "any": [
        {"fact": "is_poor_village", "is_true": True},
        {
            "all": [
                {"fact": "is_poor_village", "is_unknown": True},
                {"fact": "is_administrative_village", "is_true": True},
            ]
        },
    ]
}


def concerned(subject: str) -> Node | None:
    """Which places a comparison counts: those that a check judges; None = all."""
    return conditions.parse(_OF_VILLAGES) if subject == "village" else None


def offered(account: Account, level: str) -> list[tuple[str, str]]:
    """(choice, words) of the checks of this level whose sheet is still there, newest first."""
    return [(f"places:{run.pk}", words(run)) for run in _runs(account, level)[:_MOST]]


def named(number: str, account: Account) -> SheetTable | None:
    """The sheet of a check that was offered."""
    found = (run.sheet for level in places.OF_PLACES for run in _runs(account, level) if str(run.pk) == number)
    return next(found, None)


def of_number(number: str) -> DivisionRun | None:
    """The check of a stored choice, for its words."""
    return DivisionRun.objects.select_related("standard").filter(pk=number).first()


def words(run: DivisionRun) -> str:
    """The sheet of a check by name."""
    return _("村（县）退出核验：{name}，截止 {day}").format(name=_(run.standard.body["name"]), day=run.as_of)


def _runs(account: Account, level: str) -> list[DivisionRun]:
    found = places.visible(account).filter(sheet__complete=True, sheet__dropped_at=None, sheet__subject=level)
    return list(found.select_related("sheet"))


def say(rows: Iterable[dict[str, Any]], before: Judges, after: Judges) -> None:
    """Beside each row the criteria it does not surely meet, by both sides: `was_gaps` and `now_gaps`."""
    for row in rows:
        row["was_gaps"], row["now_gaps"] = _gaps(row, before), _gaps(row, after)


def _gaps(row: Mapping[str, Any], side: Judges) -> list[str]:
    _outcome, results = side.standard.judge(row, side.given)
    return [
        _(criterion.gap) if result is False else _("待核实：{criterion}").format(criterion=_(criterion.name))
        for criterion, result in zip(side.standard.criteria, results, strict=True)
        if result is not True
    ]
