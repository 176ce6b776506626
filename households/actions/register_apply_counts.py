"""What became of the households and rows of a file: every one has one outcome, so that a receipt adds up.

A row has the outcome of its household, which is the atom; rows without a household are refused by themselves.
"""

from typing import Any

from households.actions.register_apply_lists import KEY, rows
from povertycase.exchange.batch import Staging

OUTCOME = """CASE WHEN u.is_failed THEN 'refused' WHEN u.is_left THEN 'left' WHEN u.is_asked THEN 'requested'
                  WHEN NOT u.touched THEN 'same' WHEN u.is_new THEN 'new' ELSE 'changed' END"""
ALWAYS = ("new", "changed", "same", "refused")


def counted(stage: Staging, lists: list[str], refused: int) -> dict[str, Any]:
    """The counts of a comparison: households, people, entries of each list that has any; `refused` as in households."""
    sizes = {code: _size(stage, code) for code in lists}
    filled = [code for code in lists if sizes[code][0]]
    people, changed = sizes.get("person", (0, 0))
    people += _entered_again(stage)
    return {
        "households": households(stage, refused),
        "people": {"new": people - changed, "changed": changed},
        "entries": {code: sizes[code][0] for code in filled},
        "lists": filled,
        "corrected": [code for code in filled if sizes[code][1]],
    }


def _size(stage: Staging, code: str) -> tuple[int, int]:
    """How many rows a list has, and how many of them change rows of the register."""
    old = {"household": "NOT is_new OR is_back", "person": "NOT is_new"}.get(code, "old_id IS NOT NULL")
    return rows(f"SELECT count(*), count(*) FILTER (WHERE {old}) FROM {stage.table(f'do_{code}')}")[0]  # type: ignore[return-value]


def _entered_again(stage: Staging) -> int:
    """Persons whose household was entered and taken back: known by number, new all the same."""
    unit = stage.table("unit")
    if "member" not in stage or not rows(f"SELECT FROM {unit} WHERE is_new AND seen IS NOT NULL LIMIT 1"):
        return 0
    return int(
        rows(
            f"""SELECT count(*) FROM {stage.table("who")} w JOIN {unit} u USING (household_id)
                WHERE u.is_new AND w.is_last AND NOT w.is_new AND NOT EXISTS (
                    SELECT FROM households_membership m WHERE m.person_id = w.person_id AND m.superseded_at IS NULL)"""
        )[0][0]
    )


def households(stage: Staging, refused: int) -> dict[str, int]:
    """Households by outcome; `refused` were refused before the lists were made. Rare outcomes stand only where they are."""
    found: dict[str, int] = dict(rows(f"SELECT {OUTCOME}, count(*) FROM {stage.table('unit')} u GROUP BY 1"))  # type: ignore[arg-type]
    found["refused"] = found.get("refused", 0) + refused
    return dict.fromkeys(ALWAYS, 0) | found


def sheet(stage: Staging, code: str, lost: int) -> dict[str, int]:
    """The rows of a sheet by outcome; `lost` never came into its table and stay refused."""
    found = _outcomes(stage, code)
    return found | {"refused": found["refused"] + lost}


def _outcomes(stage: Staging, code: str) -> dict[str, int]:
    found: dict[str, int] = dict(  # type: ignore[arg-type]
        rows(
            f"""SELECT CASE WHEN u.{KEY} IS NULL THEN 'refused' ELSE {OUTCOME} END, count(*)
                FROM {stage.table(code)} s LEFT JOIN {stage.table("unit")} u USING ({KEY}) GROUP BY 1"""
        )
    )
    return dict.fromkeys(ALWAYS, 0) | found


def of_sheet(stage: Staging, code: str, lost: int) -> dict[str, int]:
    """The rows of a sheet by outcome once more, when somebody has chosen among them."""
    return dict.fromkeys(("left", "requested"), 0) | sheet(stage, code, lost)


def at_the_end(stage: Staging) -> dict[str, Any]:
    """The counts once everything is written: what was compared again or left out meanwhile has its outcome of now."""
    counts = stage.batch.counts
    before = counts["households"]["refused"]
    told = {title: dict(numbers) for title, numbers in counts["sheets"].items()}
    for code in stage.present:
        title = stage.sheets[code].title
        told[title] |= of_sheet(stage, code, told[title]["lost"])
    return {**counts, "households": households(stage, before), "sheets": told}


def gone(stage: Staging) -> int:
    """How many households are registered in the villages of the file and do not stand in it."""
    return int(rows(f"SELECT count(*) {gone_from(stage)}")[0][0]) if "household" in stage else 0


def gone_from(stage: Staging) -> str:
    """The clauses that find them: cards c. Deceased and merged households (nobody left) are not missed."""
    return f"""FROM households_householdcard c
        WHERE c.village_code IN (SELECT code FROM {stage.table("place")} WHERE town IS NOT NULL) AND c.member_count > 0
          AND NOT EXISTS (SELECT FROM {stage.table("household")} s WHERE s.{KEY} = c.household_no)"""
