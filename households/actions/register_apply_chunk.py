"""Writing a chunk of an import safely: households held, those that moved compared again, a surprise kept to its household.

Held in the order of their keys, known households wait for each other's writers; what another officer entered or
changed since the comparison is compared anew inside the chunk, so nothing is doubled and nothing overwritten unseen.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import DataError, IntegrityError, InternalError, transaction
from django.utils.translation import gettext_noop as _

from households.actions.register_apply_lists import CONTENT, KEY, lists_made, make_units_again, rows, run
from povertycase.exchange.batch import Staging
from povertycase.exchange.cleaning import ERROR, Note

# What the database says of rows it will not take. A lock or a lost connection is nobody's household: the job tries again.
SURPRISES = (IntegrityError, DataError, InternalError)
SHARED = frozenset({"unit", "who", "pairs", "do_cadre"})
_SURPRISE = _(
    "写入户编号 %(household)s 时登记册不接受这一户的内容，本户没有导入，其他户照常；请核对本户各行，再出现时告诉管理员"
)

_MOVED = _("户编号 %(household)s 在确认以后刚被别人改动，本户没有导入；请重新上传整个文件，已导入的户不会重复")
WAITING = "u.touched AND NOT u.done AND u.ordinal BETWEEN %(low)s AND %(high)s"

Write = Callable[[Staging, int, int, bool], None]
Compare = Callable[[Staging], list[str]]


@dataclass
class Piece(Staging):
    """A few households of a batch that are compared again: lists of their own, the sheets are the batch's."""

    low: int = 0

    def table(self, code: str) -> str:
        own = code.startswith("do_") or code in SHARED
        return super().table(f"p{self.low}_{code}" if own else code)


def write_chunk(stage: Staging, low: int, high: int, write: Write, compare: Compare | None) -> list[int]:
    """Write the households of a chunk that are waiting; returns the ordinals compared again on the way.

    compare: None where what changed meanwhile is not to be compared by the import; such households stay out.
    write(stage, low, high, again): the last says whether the lists may hold what the first comparison did not see.
    """
    again = moved(stage, low, high)
    if again:
        compare_again(stage, low, again, compare)
    if not _written(stage, low, high, write, bool(again)):
        # Whoever entered one of them a moment ago has ended by now: the database made us wait for it.
        entered = entered_meanwhile(stage, low, high)
        if entered:
            compare_again(stage, low, entered, compare)
            again += entered
        _write_each(stage, low, high, write, bool(again))
    return again


def moved(stage: Staging, low: int, high: int) -> list[int]:
    """Hold the known households of a chunk; returns the ordinals that somebody wrote since they were compared."""
    found = rows(
        f"""SELECT u.ordinal, h.version IS DISTINCT FROM u.seen
            FROM households_household h JOIN {stage.table("unit")} u ON u.household_id = h.id
            WHERE {WAITING} ORDER BY h.id FOR NO KEY UPDATE OF h""",
        {"low": low, "high": high},
    )
    return sorted({ordinal for ordinal, is_moved in found if is_moved})


def entered_meanwhile(stage: Staging, low: int, high: int) -> list[int]:
    """The ordinals whose new household or person is in the register by now."""
    asked = [
        f"""SELECT u.ordinal FROM {stage.table("unit")} u JOIN households_household h USING ({KEY})
            WHERE {WAITING} AND (h.id <> u.household_id OR h.version IS DISTINCT FROM u.seen)"""
    ]
    if "member" in stage:
        asked += [
            f"""SELECT u.ordinal FROM {stage.table("unit")} u JOIN {stage.table("do_person")} o USING (ordinal)
                JOIN households_person p ON p.{name} = o.{name} WHERE {WAITING} AND o.is_new AND p.id <> o.id"""
            for name in ("id_index", "person_no")
        ]
    found = rows(" UNION ".join(asked), {"low": low, "high": high})
    return sorted(row[0] for row in found)


def compare_again(stage: Staging, low: int, ordinals: list[int], compare: Compare | None) -> None:
    """Compare some households of a chunk with the register as it stands; their rows in the lists become these."""
    if compare is None:
        _leave_out(stage, ordinals, "household_moved", _MOVED)
        return
    piece = Piece(stage.batch, stage.present, stage.sheets, headers=stage.headers, low=low)
    unit = stage.table("unit")
    make_units_again(piece, unit, ordinals)
    compare(piece)
    run(
        f"""UPDATE {unit} u SET household_id = p.household_id, is_new = p.is_new, touched = p.touched, seen = p.seen,
                   ordinal = p.ordinal FROM {piece.table("unit")} p WHERE p.{KEY} = u.{KEY}"""
    )
    run(
        f"""UPDATE {unit} u SET touched = false, is_failed = true WHERE u.ordinal = ANY(%(ordinals)s)
            AND NOT EXISTS (SELECT FROM {piece.table("unit")} p WHERE p.{KEY} = u.{KEY})""",
        {"ordinals": ordinals},
    )
    for code in lists_made(piece):
        mine = stage.table(f"do_{code}")
        run(f"DELETE FROM {mine} WHERE ordinal = ANY(%(ordinals)s)", {"ordinals": ordinals})
        run(f"INSERT INTO {mine} SELECT * FROM {piece.table(f'do_{code}')}")
    for name in (*SHARED, *(f"do_{code}" for code in lists_made(piece))):
        run(f"DROP TABLE IF EXISTS {piece.table(name)}")
    stage.findings.rows += piece.findings.rows


def _written(stage: Staging, low: int, high: int, write: Write, again: bool) -> bool:
    """Write a range of households; False where the database refuses, and nothing of it stays."""
    try:
        with transaction.atomic():
            write(stage, low, high, again)
            # What the database would say at the end only is said now, while it can still be told whose it is.
            run("SET CONSTRAINTS ALL IMMEDIATE")
    except SURPRISES:
        return False
    return True


def _write_each(stage: Staging, low: int, high: int, write: Write, again: bool) -> None:
    """Write a range; where the database refuses, halve it until a household stands alone, and leave that one out."""
    if _written(stage, low, high, write, again):
        return
    found = rows(
        f"SELECT DISTINCT u.ordinal FROM {stage.table('unit')} u WHERE {WAITING} ORDER BY 1", {"low": low, "high": high}
    )
    ordinals = [row[0] for row in found]
    if len(ordinals) < 2:
        _leave_out(stage, ordinals, "household_surprise", _SURPRISE)
        return
    half = len(ordinals) // 2
    _write_each(stage, ordinals[0], ordinals[half - 1], write, again)
    _write_each(stage, ordinals[half], ordinals[-1], write, again)


def _leave_out(stage: Staging, ordinals: list[int], code: str, words: str) -> None:
    """Households that share a person stand and fall together."""
    found = rows(
        f"""UPDATE {stage.table("unit")} SET is_failed = true, touched = false WHERE ordinal = ANY(%(ordinals)s)
            RETURNING {KEY}""",
        {"ordinals": ordinals},
    )
    for made in lists_made(stage):
        run(f"DELETE FROM {stage.table(f'do_{made}')} WHERE ordinal = ANY(%(ordinals)s)", {"ordinals": ordinals})
    for number in sorted(row[0] for row in found):
        row = _first_row(stage, number)
        note = Note(ERROR, code, words, {"household": number})
        stage.findings.add(stage.place(row[0], row[1], KEY), note, number, number)


def _first_row(stage: Staging, number: str) -> tuple[str, int | None]:
    for code in (code for code in CONTENT if code in stage):
        found = rows(f"SELECT min(row) FROM {stage.table(code)} WHERE {KEY} = %(number)s", {"number": number})
        if found[0][0] is not None:
            return code, found[0][0]
    return next(iter(stage.present)), None


def mark_written(stage: Staging, params: dict) -> None:
    """Note a range as done, and let a known household's version go on, by which everybody sees that it changed."""
    unit = stage.table("unit")
    run(
        f"""UPDATE households_household h SET version = h.version + 1 FROM {unit} u
            WHERE u.household_id = h.id AND NOT u.is_new AND h.version = u.seen AND {WAITING}""",
        params,
    )
    run(
        f"""UPDATE {unit} u SET done = true, after = h.version FROM households_household h
            WHERE h.id = u.household_id AND {WAITING}""",
        params,
    )


def written_in(stage: Staging, low: int, high: int) -> list[int]:
    """The households of a range that are written."""
    found = f"SELECT household_id FROM {stage.table('unit')} WHERE done AND ordinal BETWEEN %(low)s AND %(high)s"
    return [row[0] for row in rows(found, {"low": low, "high": high})]


def touched_by(stage: Staging, ordinals: list[int]) -> list[int]:
    """The households of some ordinals that are or will be written."""
    found = f"SELECT household_id FROM {stage.table('unit')} WHERE touched AND ordinal = ANY(%(ordinals)s)"
    return [row[0] for row in rows(found, {"ordinals": ordinals})]
