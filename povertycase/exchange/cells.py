"""The cells of one column of a sheet, cleaned and sealed into what COPY reads; what is found on the way is kept."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.utils.translation import gettext_noop as _

from povertycase import secrets
from povertycase.exchange import amounts, cleaning, dates, numbers
from povertycase.exchange.cleaning import ERROR, Note
from povertycase.exchange.columns import Column
from povertycase.exchange.findings import copy_text
from povertycase.secrets import masks

NULL = "\\N"
CACHE_LIMIT = 10_000
NO_IDENTITY = (NULL,) * 6


def layout_of(column: Column) -> list[tuple[str, str]]:
    """The staging columns of a declared one and their types.

    A secret one has its ciphertext, its blind index and what derives from it: of an ID number what it tells and its
    mask, of others `kept`: the cell held the mask of the number, which stays as it is registered.
    """
    key, shown = column.key, [(f"{column.key}_shown", "text")] if column.masked else []
    if column.secret == "id":
        derived = ["type text", "birth date", "sex text", "dtype smallint", "dgrade smallint", "mask text"]
        pairs = [(f"{key}_{name}", kind) for name, kind in (item.split() for item in derived)]
        return [(key, "bytea"), (f"{key}_index", "bytea"), *pairs, *shown]
    if column.secret:
        return [(key, "bytea"), (f"{key}_index", "bytea"), (f"{key}_kept", "boolean"), *shown]
    return [(key, column.sql_type()), *((f"{key}_{suffix}", "text") for suffix, _function in column.derive)]


class CellReader:
    """Cleans the cells of one column; equal cells are cleaned once.

    from_1904: the days of its file count from 1904, as on old Macintosh machines.
    keeps: the row is found by another number (户编号), so that a masked one is what an export wrote: it stays untouched.
    """

    def __init__(
        self, column: Column, today: date, scale: float = 1, keeps: bool = False, from_1904: bool = False
    ) -> None:
        self.column, self.today, self.keeps = column, today, keeps or column.masked
        self.clean = cleaner(column, today, scale, from_1904)
        self.texts: dict[Any, str] = {}
        self.notes: dict[Any, Note] = {}
        self.empty: set[Any] = set()
        self.kept: set[Any] = set()
        self.ids = numbers.IdReader(today)

    def read(self, cells: list[Any]) -> list[str]:
        """The cells as COPY text."""
        if len(self.texts) > CACHE_LIMIT:
            self.texts, self.notes, self.empty, self.kept = {}, {}, set(), set()
        found = list(map(self.texts.get, cells))
        if None in found:
            for raw in set(cells).difference(self.texts):
                self._learn(raw)
            found = list(map(self.texts.__getitem__, cells))
        return found  # type: ignore[return-value]

    def _learn(self, raw: Any) -> None:
        text, note = self._judge(raw)
        self.texts[raw] = NULL if text is None else copy_text(text)
        if note:
            self.notes[raw] = note
        elif text is None and raw not in self.kept:
            self.empty.add(raw)

    def _judge(self, raw: Any) -> cleaning.Cleaned:
        if raw == "":
            return None, None
        if raw in cleaning.WRONG_FORMULAS:
            return None, formula_error(raw)
        if self.keeps and self.column.secret and numbers.is_masked(raw):
            self.kept.add(raw)
            return None, None
        return self.clean(raw)

    def columns(self, cells: list[Any]) -> list[list[str]]:
        """The column and what derives from it, as COPY text, in the order of the layout."""
        shown = [[_shown(raw) for raw in cells]] if self.column.masked else []
        if self.column.secret == "id":
            return [*self._id_columns(cells), *shown]
        texts = self.read(cells)
        if self.column.secret:
            kept = ["t" if raw in self.kept else NULL for raw in cells] if self.kept else [NULL] * len(cells)
            return [*_sealed(self.column.secret, texts), kept, *shown]
        derived = [[NULL if text == NULL else make(text) for text in texts] for _suffix, make in self.column.derive]
        return [texts, *derived]

    def _id_columns(self, cells: list[Any]) -> list[list[str]]:
        """ID numbers are nearly all different: read one by one, sealed, with what they tell about the person."""
        self.notes, self.empty = {}, set()
        clear: list[str] = []
        told: list[tuple[str, ...]] = []
        for raw in cells:
            if plain := self.ids.plain(raw):
                clear.append(raw)
                told.append(("identity_card", *plain, NULL, NULL, masks.id_number(raw)))
                continue
            number, derived = self._read_id(raw)
            clear.append(number)
            told.append(derived)
        return [*_sealed("id", clear), *map(list, zip(*told, strict=True))]

    def _read_id(self, raw: Any) -> tuple[str, tuple[str, ...]]:
        """A number that needs care, and what it tells; its findings are noted."""
        if self.keeps and numbers.is_masked(raw):
            return NULL, (*NO_IDENTITY[:-1], copy_text(numbers.bare(raw)))
        if raw in cleaning.WRONG_FORMULAS:
            self.notes[raw] = formula_error(raw)
            return NULL, NO_IDENTITY
        found, note = numbers.read_id(raw, self.today) if raw != "" else (None, None)
        if note:
            self.notes[raw] = note
        elif found is None:
            self.empty.add(raw)
        if found is None:
            return NULL, NO_IDENTITY
        certificate = found.is_certificate
        return found.number, (
            "disability_cert" if certificate else "identity_card",
            found.birth.isoformat(),
            found.sex,
            str(found.disability_type) if certificate else NULL,
            str(found.disability_grade) if certificate else NULL,
            masks.id_number(found.number),
        )

    def hits(self, cells: list[Any]) -> list[tuple[int, Note]]:
        """Positions of cells with a finding."""
        if not self.notes:
            return []
        notes = self.notes
        return [(at, notes[raw]) for at, raw in enumerate(cells) if raw in notes]

    def blanks(self, cells: list[Any]) -> list[int]:
        """Positions of cells that hold nothing (a refused cell is not blank: it is reported already)."""
        empty = self.empty
        return [at for at, raw in enumerate(cells) if raw in empty] if empty else []


def formula_error(shown: str) -> Note:
    """A cell that shows what Excel shows when its formula went wrong."""
    words = _("公式出错，显示为 %(shown)s，请改正公式或直接填写内容")
    return Note(ERROR, "formula_error", words, {"shown": shown})


def _shown(raw: Any) -> str:
    return copy_text(numbers.bare(raw)) if numbers.is_masked(raw) else NULL


def _sealed(kind: Any, texts: list[str]) -> list[list[str]]:
    """Clear numbers as the two bytea columns of COPY: ciphertext and blind index."""
    pairs = secrets.seal_many(kind, [None if text == NULL else text for text in texts])
    return [
        ["\\\\x" + cipher.hex() if cipher else NULL for cipher, _index in pairs],
        ["\\\\x" + index.hex() if index else NULL for _cipher, index in pairs],
    ]


def cleaner(
    column: Column, today: date, scale: float = 1, from_1904: bool = False
) -> Callable[[Any], cleaning.Cleaned]:
    """What cleans the cells of a column; scale turns the unit of its heading into the column's own."""
    kinds: dict[str, Callable[[], cleaning.Cleaner]] = {
        "text": lambda: cleaning.text_cleaner(column),
        "name": lambda: cleaning.name_cleaner(column),
        "group": lambda: cleaning.group_cleaner(column),
        "code": lambda: cleaning.code_cleaner(column),
        "int": lambda: amounts.number_cleaner(column, scale),
        "dec": lambda: amounts.number_cleaner(column, scale),
        "year": lambda: amounts.year_cleaner(column),
        "date": lambda: dates.date_cleaner(column, today, from_1904),
        "bool": lambda: cleaning.bool_cleaner(column),
        "enum": lambda: cleaning.enum_cleaner(column),
        "multi": lambda: cleaning.multi_cleaner(column),
        "phone": lambda: numbers.clean_phone,
        "bank": lambda: numbers.clean_bank,
        "id": lambda: cleaning.text_cleaner(column),
    }
    return kinds[column.type]()
