"""A condition as rows of a form: fact, test, value; blocks of rows; no program text (house.md section 2).

A block is about the household, or counts the members who fulfil its rows. Rows of a block are joined by all or any,
and so are the blocks: one level deep, as conditions.parse allows.
"""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from povertycase import slots
from povertycase.access.typed import whole
from povertycase.rules.facts import Fact

_NUMBERS = ("above", "at_least", "at_most", "below", "between", "is_zero", "is_known", "is_unknown")
TESTS_OF = {
    "int": _NUMBERS,
    "numeric": _NUMBERS,
    "bool": ("is_true", "is_false", "is_known", "is_unknown"),
    "date": ("before", "after", "is_known", "is_unknown"),
    "text": ("one_of", "is_known", "is_unknown"),
}
COUNT_TESTS = ("above", "at_least", "at_most", "below")
COMPARED = ("above", "at_least", "at_most", "below")
BARE = ("is_true", "is_false", "is_zero", "is_known", "is_unknown")
PARTS = ("age_of", "months_since")
SUBJECT_OF = {"household": "household", "members": "person"}
MOST_BLOCKS, MOST_ROWS = 6, 8


@dataclass
class Row:
    """One test. left: a fact's code, or age_of:code, months_since:code. against: "" | line:x | fact:x | day | year."""

    left: str = ""
    test: str = ""
    against: str = ""
    value: str = ""
    upper: str = ""
    codes: list[str] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def fact(self) -> Fact | None:
        return slots.FACTS.get(self.left.partition(":")[2] or self.left)

    @property
    def part(self) -> str:
        """age_of or months_since; "" for the fact itself."""
        part, colon, _code = self.left.partition(":")
        return part if colon else ""

    def tests(self) -> tuple[str, ...]:
        """The tests that the fact's type allows."""
        if self.fact is None:
            return ()
        if self.part:
            return (*COMPARED, "between")
        if self.fact.type == "text" and not self.fact.choices:
            return ("is_known", "is_unknown")
        return TESTS_OF[self.fact.type]


@dataclass
class Block:
    """Rows joined by all or any; of members also how many must fulfil them."""

    kind: str = "household"
    join: str = "all"
    test: str = "at_least"
    count: str = "1"
    rows: list[Row] = field(default_factory=lambda: [Row()])
    error: str = ""


@dataclass
class Conditions:
    """All blocks and how they are joined."""

    join: str = "all"
    blocks: list[Block] = field(default_factory=lambda: [Block()])
    error: str = ""

    @property
    def is_sound(self) -> bool:
        """Nothing to mend was found when the body was made."""
        return not self.error and not any(block.error or any(row.errors for row in block.rows) for block in self.blocks)


# --- from a posted form -----------------------------------------------------------------------------------


def posted(data: Any) -> Conditions:
    """What a form says: b0-kind, b0-r1-left … A value it cannot have is as if it were not there."""
    blocks = []
    for n in range(MOST_BLOCKS):
        if f"b{n}-kind" not in data:
            break
        rows = []
        for m in range(MOST_ROWS):
            name = f"b{n}-r{m}"
            if f"{name}-left" not in data:
                break
            rows.append(_row(data, name))
        blocks.append(
            Block(
                kind=_one_of(data.get(f"b{n}-kind"), SUBJECT_OF),
                join=_one_of(data.get(f"b{n}-join"), ("all", "any")),
                test=_one_of(data.get(f"b{n}-test"), COUNT_TESTS, "at_least"),
                count=str(data.get(f"b{n}-count", "1"))[:6],
                rows=rows or [Row()],
            )
        )
    return Conditions(_one_of(data.get("join"), ("all", "any")), blocks or [Block()])


def _row(data: Any, name: str) -> Row:
    row = Row(
        left=str(data.get(f"{name}-left", ""))[:80],
        test=str(data.get(f"{name}-test", "")),
        against=str(data.get(f"{name}-against", ""))[:80],
        value=str(data.get(f"{name}-value", "")).strip()[:40],
        upper=str(data.get(f"{name}-upper", "")).strip()[:40],
        codes=[str(code)[:80] for code in data.getlist(f"{name}-codes")],
    )
    if row.tests() and row.test not in row.tests():
        row.test, row.against = row.tests()[0], ""
    return row


def _one_of(value: Any, allowed: Iterable[str], otherwise: str = "") -> str:
    choices = list(allowed)
    return str(value) if value in choices else otherwise or choices[0]


def edited(found: Conditions, act: str) -> Conditions:
    """The rows after a button: row:0 adds one to block 0, drop:0:1 takes one away, block:members, dropblock:0."""
    name, *where = act.split(":")
    numbers = [number for one in where if (number := whole(one, 3)) is not None]
    if name == "block" and len(found.blocks) < MOST_BLOCKS:
        found.blocks.append(Block(kind=_one_of(where[0] if where else "", SUBJECT_OF)))
    elif numbers and numbers[0] < len(found.blocks):
        block = found.blocks[numbers[0]]
        if name == "row" and len(block.rows) < MOST_ROWS:
            block.rows.append(Row())
        elif name == "drop" and len(numbers) == 2 and numbers[1] < len(block.rows):
            del block.rows[numbers[1]]
            block.rows = block.rows or [Row()]
        elif name == "dropblock" and len(found.blocks) > 1:
            del found.blocks[numbers[0]]
    return found


# --- to the table of a rule -------------------------------------------------------------------------------


def body_of(found: Conditions) -> dict[str, Any]:
    """The condition as a rule's table; what is to be mended stands in the rows' errors afterwards."""
    parts: list[dict[str, Any]] = []
    for block in found.blocks:
        tests = [made for row in block.rows if (made := _test(row, SUBJECT_OF[block.kind])) is not None]
        if not tests:
            continue
        joined = tests if block.join == "all" or len(tests) == 1 else [{"any": tests}]
        if block.kind == "members":
            parts.append({"members": {"where": joined}, **_counted(block)})
        elif block.join == found.join or len(tests) == 1:
            parts += tests
        else:
            parts.append({block.join: tests})
    if not parts:
        found.error = _("请至少写一条条件。")
        return {}
    return parts[0] if len(parts) == 1 else {found.join: parts}


def _counted(block: Block) -> dict[str, Any]:
    number = whole(block.count, 3)
    if number is None:
        block.error = _("成员人数应为整数，例如 1。")
        return {block.test: 1}
    return {block.test: number}


def _test(row: Row, subject: str) -> dict[str, Any] | None:
    row.errors = {}
    fact = row.fact
    if fact is None or fact.subject != subject or row.part not in ("", *PARTS) or (row.part and fact.type != "date"):
        row.errors["left"] = _("请选择指标事实。")
        return None
    left = {row.part or "fact": fact.code}
    if row.test not in row.tests():
        row.errors["test"] = _("请选择检验方式。")
        return None
    if row.test in BARE:
        return {**left, row.test: True}
    value = _operand(row, fact)
    return None if row.errors else {**left, row.test: value}


def _operand(row: Row, fact: Fact) -> Any:
    if row.test == "one_of":
        known = [code for code, _label in fact.choices if str(code) in row.codes]
        if not known:
            row.errors["value"] = _("请至少选一个代码。")
        return known
    if row.test == "between":
        return [_number(row, row.value, fact), _number(row, row.upper, fact)]
    kind, _colon, name = row.against.partition(":")
    if kind == "line":
        return {"threshold": name} if row.value in ("", "1") else {"threshold": name, "times": _number(row, row.value)}
    if kind == "fact":
        return {"fact": name}
    if kind in ("day", "year"):
        return {"as_of": {"day": "date", "year": "year"}[kind]}
    return _day(row) if fact.type == "date" and not row.part else _number(row, row.value, fact)


def _number(row: Row, text: str, fact: Fact | None = None) -> int | float:
    try:
        number = Decimal(text.replace(",", ""))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number) > 10**9:
        row.errors["value"] = _("请填写数字，例如 12 或 3.5。")
        return 0
    if number == number.to_integral_value():
        return int(number)
    if fact is not None and (fact.type == "int" or row.part):
        row.errors["value"] = _("请填写整数。")
    return float(number)


def _day(row: Row) -> str:
    try:
        return datetime.date.fromisoformat(row.value).isoformat()
    except ValueError:
        row.errors["value"] = _("日期写法不对，例如 2018-11-30。")
        return ""


# --- from the table of a rule -----------------------------------------------------------------------------


def of_body(body: Mapping[str, Any]) -> Conditions | None:
    """The rows of a condition; None for one that rows cannot say (a sum, a group within members)."""
    join = "any" if "any" in body else "all"
    items = body.get(join, [body])
    plain, blocks = Block(join=join, rows=[]), []
    for item in items:
        if "members" in item:
            blocks.append(_members(item))
        elif "all" in item or "any" in item:
            inner = "any" if "any" in item else "all"
            blocks.append(_block(inner, item[inner]))
        else:
            row = _of_test(item)
            if row is None:
                return None
            plain.rows.append(row)
    if None in blocks:
        return None
    return Conditions(join, [*([plain] if plain.rows else []), *(block for block in blocks if block)])


def _members(item: Mapping[str, Any]) -> Block | None:
    test = next(key for key in item if key != "members")
    where = item["members"]["where"]
    join, rows = ("any", where[0]["any"]) if len(where) == 1 and "any" in where[0] else ("all", where)
    block = _block(join, rows)
    if block is None or test not in COUNT_TESTS or not isinstance(item[test], int):
        return None
    block.kind, block.test, block.count = "members", test, str(item[test])
    return block


def _block(join: str, items: Iterable[Mapping[str, Any]]) -> Block | None:
    rows = [_of_test(item) for item in items]
    return None if None in rows else Block(join=join, rows=[row for row in rows if row])


def _of_test(item: Mapping[str, Any]) -> Row | None:
    left = next((key for key in ("fact", *PARTS) if key in item), "")
    test = next((key for key in item if key != left), "")
    if not left:
        return None
    row = Row(left=item[left] if left == "fact" else f"{left}:{item[left]}", test=test)
    if test not in row.tests():
        return None
    if test in BARE:
        return row
    return _with_operand(row, item[test])


def _with_operand(row: Row, operand: Any) -> Row | None:
    if isinstance(operand, list):
        if any(isinstance(one, Mapping) for one in operand):
            return None
        if row.test == "between":
            row.value, row.upper = map(str, operand)
        else:
            row.codes = [str(one) for one in operand]
    elif not isinstance(operand, Mapping):
        row.value = str(operand)
    elif "threshold" in operand:
        row.against, row.value = f"line:{operand['threshold']}", str(operand.get("times", ""))
    elif "fact" in operand:
        row.against = f"fact:{operand['fact']}"
    elif operand.get("as_of") in ("date", "year"):
        row.against = {"date": "day", "year": "year"}[operand["as_of"]]
    else:
        return None
    return row
