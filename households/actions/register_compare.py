"""Comparing a staged workbook with the register: the lists of what is to be written, in two parts side by side.

Each part makes lists of its own and touches nothing of the other; what concerns both is settled after them.
"""

from collections.abc import Callable

from households.actions.register_apply_checks import check_clashes, drop_from_lists
from households.actions.register_apply_dated import PARTS, compare_all
from households.actions.register_apply_helpers import compare_intervals
from households.actions.register_apply_lists import drop_refused, few_statistics, link, make_who, rows, run
from households.actions.register_apply_people import compare_people
from households.actions.register_apply_status import compare_status
from povertycase.exchange.batch import Staging


def compare(stage: Staging) -> list[str]:
    """Make the lists of what is to be written, one part after the other; returns their names."""
    begin(stage)
    lists = [code for part in SIDES for code in make_lists(stage, part)]
    settle(stage, lists)
    return lists


def begin(stage: Staging) -> None:
    """Who is meant by the rows that stay, and which households go in together."""
    drop_refused(stage)
    if "member" in stage:
        make_who(stage)
        link(stage)


def make_lists(stage: Staging, side: str) -> list[str]:
    """Make the lists of one side; returns their names, in the order in which they are written."""
    few_statistics()
    return SIDES[side](stage, {"today": stage.batch.business_date})


def settle(stage: Staging, lists: list[str]) -> set[str]:
    """Take out the households whose rows would clash, and see which ones change; returns the numbers taken out."""
    clashed = check_clashes(stage)
    if clashed:
        drop_from_lists(stage, clashed, lists)
    _mark_touched(stage, lists)
    return clashed


def watermark() -> int:
    """The last event that touched households: who compared before another one compares again."""
    return rows("SELECT coalesce(max(id), 0) FROM povertycase_auditevent WHERE subjects > 0")[0][0]


def _people(stage: Staging, params: dict) -> list[str]:
    """Households, their members and how these are."""
    return compare_people(stage, params) + compare_all(stage, params, [one for one in PARTS if one.sheet == "member"])


def _homes(stage: Staging, params: dict) -> list[str]:
    """Everything else that is said of a household."""
    lists = compare_all(stage, params, [one for one in PARTS if one.sheet != "member"])
    lists += compare_intervals(stage, params)
    if "household" in stage and compare_status(stage, params):
        lists.append("status")
    return lists


SIDES: dict[str, Callable[[Staging, dict], list[str]]] = {"people": _people, "homes": _homes}


def _mark_touched(stage: Staging, lists: list[str]) -> None:
    """A new household is in the lists by itself; of a known one the lists must be asked."""
    listed = " OR ".join(f"household_id IN (SELECT household FROM {stage.table(f'do_{code}')})" for code in lists)
    run(f"UPDATE {stage.table('unit')} SET touched = true WHERE NOT touched AND ({listed})")
