"""Slots: what the ground shows and what the floors above know about it (house.md section 3).

A floor fills slots from its registry module; the page that owns a slot renders the entries in order,
for what the account may see. Entries are declarations; none of them does work when it is registered.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

Entry = TypeVar("Entry")


class Slot(Generic[Entry]):
    """Entries by code, in the order of their `order`, then of registration."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._entries: dict[str, Entry] = {}

    def add(self, entry: Entry) -> Entry:
        """Register an entry. Raises ValueError when its code is taken."""
        code = entry.code  # type: ignore[attr-defined]
        if code in self._entries:
            raise ValueError(f"{self.name}: {code} is registered twice")
        self._entries[code] = entry
        return entry

    def __getitem__(self, code: str) -> Entry:
        return self._entries[code]

    def get(self, code: str) -> Entry | None:
        return self._entries.get(code)

    def __contains__(self, code: str) -> bool:
        return code in self._entries

    def __iter__(self) -> Iterator[Entry]:
        return iter(sorted(self._entries.values(), key=lambda entry: getattr(entry, "order", 0)))

    def __len__(self) -> int:
        return len(self._entries)

    def codes(self) -> list[str]:
        return [entry.code for entry in self]  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Section:
    """A section of the household file 一户一档. `query(household, account, as_of)` returns the template's context.

    Its `acts` (dicts with label and url), where it gives any, stand as buttons at the head of the file.
    """

    code: str
    order: int
    label: Any
    permission: str
    query: Callable[..., Mapping[str, Any]]
    template: str


@dataclass(frozen=True)
class WorkbenchItem:
    """A count on the workbench that is a link to its list.

    band: "todo" 待办 | "progress" 本月进度 | "recent" 最近 | "notice" 通知 (words that lead somewhere, no count).
    `query(account, as_of)` returns a list of dicts with label, count, url and optionally total, note, late (it is
    overdue), at (the moment it was opened: 最近 is in this order), band (another one than the item's: what one
    query knows may stand in several).
    """

    code: str
    order: int
    band: str
    permission: str
    query: Callable[..., list[dict[str, Any]]]


@dataclass(frozen=True)
class MenuEntry:
    """An entry of the main menu; `url` is a URL name."""

    code: str
    order: int
    label: Any
    url: str
    permission: str


@dataclass(frozen=True)
class ListColumn:
    """A column of the household list. `value(row)` works on the annotated list row.

    kind: "num" a figure, right-aligned | "num-id" a number or date in figures of one width | "" words.
    """

    code: str
    order: int
    label: Any
    value: Callable[[Any], Any]
    annotate: Callable[..., Any] | None = None
    default: bool = True
    permission: str = ""
    kind: str = ""


@dataclass(frozen=True)
class ListFilter:
    """A filter of the household list: `apply(queryset, value, as_of)`; `choices(account)` as (value, label)."""

    code: str
    order: int
    label: Any
    apply: Callable[..., Any]
    choices: Callable[..., list[tuple[str, Any]]] | None = None
    permission: str = ""


@dataclass(frozen=True)
class BatchAction:
    """Something done to the chosen households of a list."""

    code: str
    order: int
    label: Any
    permission: str
    url: str


@dataclass(frozen=True)
class ApiField:
    """A part that a floor adds to the household in the API: `query(household, account, as_of)` gives a list of rows.

    schema: where the serializer class of a row is (dotted); only who answers the API loads it.
    """

    code: str
    permission: str
    query: Callable[..., Any]
    schema: str
    order: int = 0


@dataclass(frozen=True)
class AuditKind:
    """An audited act and its sentence: `{by}`, `{about}` and the event's params may stand in it."""

    code: str
    label: Any
    sentence: Any


@dataclass(frozen=True)
class AuditSubjects:
    """What the audit trail's subjects are called: `find(number)` gives a key or None, `numbers(keys)` the numbers by key.

    For the audit administrator, who sees numbers and nothing else of a household.
    """

    code: str
    find: Callable[[str], int | None]
    numbers: Callable[[list[int]], Mapping[int, str]]
    order: int = 0


@dataclass(frozen=True)
class FindingCode:
    """A finding an import can make, for docs/import-findings.md.

    severity: "error" 退回 | "warning" 提醒 | "cleaned" 已自动整理 | "skipped" 跳过并计数 (the gravest, where it has
    several); words: what it says; todo: what to do; dirt: the kinds of dirt of exchange.codes.DIRT it answers to.
    """

    code: str
    severity: str
    words: str
    todo: str
    dirt: tuple[int, ...] = ()


@dataclass(frozen=True)
class ImportKind:
    """A workbook that may be imported: its sheets, and what applies a chunk of it.

    permission: who may import it, beside the right to import at all; see: who may see its batches (empty: the same).
    extra: "particulars" (exchange.batch); "page": the URL name of the page that takes such a file instead.
    "shown" (batch, account, …): its households one by one; "choose" (batch, left, taken, villages): which of them go in;
    "check_steps": steps of the reading job that check what was read, in chunks; the last one sets the batch's state.
    "undo" (batch, by): takes it back, at once (None) or by the job it returns; "forget" (batch): after seven days.
    """

    code: str
    order: int
    label: Any
    permission: str
    sheets: tuple[Any, ...]
    check: Callable[..., Mapping[str, Any] | None]
    apply: Callable[..., dict[str, int]]
    extra: Mapping[str, Any] = field(default_factory=dict)
    see: str = ""

    def brings(self, what: str) -> Any:
        """What the kind brings beside its sheets, by name; None where it does not."""
        return self.extra.get(what)

    @property
    def seen_with(self) -> str:
        """The right with which its batches are seen."""
        return self.see or self.permission


@dataclass(frozen=True)
class ListExport:
    """A list that may be taken out of the house as a file, at once or by a job.

    `of(account, asked, day)` returns an exchange.listed.Listed: its paper, its rows, how many, the file's name, and
    what notes it in the audit trail. asked: what the page asked for, as JSON.
    """

    code: str
    label: Any
    permission: str
    of: Callable[..., Any]
    order: int = 0


@dataclass(frozen=True)
class RollKind:
    """What a row of a roll 花名册 may be besides a household or a person: something that happened to a household.

    title: of its paper; unit: of its rows there; columns: its own, beside the household's; usual: codes that a new roll
    begins with; filters: beside the household list's, applied to `rows(as_of)`, the rows known of all households;
    sort: their order inside a household; words: what is said of the number of rows, `%d` in it.
    """

    code: str
    order: int
    title: str
    unit: str
    words: Callable[[int], str]
    columns: tuple[Any, ...]
    usual: tuple[str, ...]
    filters: tuple[ListFilter, ...]
    rows: Callable[..., Any]
    sort: tuple[str, ...]


@dataclass(frozen=True)
class Role:
    """A role: what it may do and how far it reaches (access/roles.py). opens: the page its day begins on."""

    code: str
    label: Any
    reach: str
    permissions: frozenset[str]
    order: int = 0
    opens: str = "workbench"


@dataclass(frozen=True)
class ChangeEffect:
    """What a change of a household may move: `query(household, account, as_of)` returns {label: words}, never amounts.

    Asked before and after a change, what differs is its consequence.
    """

    code: str
    order: int
    query: Callable[..., Mapping[str, str]]


@dataclass(frozen=True)
class AfterWriting:
    """What follows from a change by hand: `tell(ids, *, day, event)`, in the transaction of the change.

    ids: of households, or codes of divisions; day: the business date; event: the audit event of the change.
    """

    code: str
    order: int
    tell: Callable[..., None]


@dataclass(frozen=True)
class AfterImport:
    """What follows from an import that was applied: `tell(batch)`, in the transaction that ends it."""

    code: str
    order: int
    tell: Callable[..., None]


FILE_SECTIONS: Slot[Section] = Slot("file sections")
WORKBENCH_ITEMS: Slot[WorkbenchItem] = Slot("workbench items")
MENU: Slot[MenuEntry] = Slot("menu")
LIST_COLUMNS: Slot[ListColumn] = Slot("list columns")
LIST_FILTERS: Slot[ListFilter] = Slot("list filters")
BATCH_ACTIONS: Slot[BatchAction] = Slot("batch actions")
API_FIELDS: Slot[ApiField] = Slot("API fields")
AUDIT_SUBJECTS: Slot[AuditSubjects] = Slot("audit subjects")
LIST_EXPORTS: Slot[ListExport] = Slot("list exports")
ROLL_KINDS: Slot[RollKind] = Slot("kinds of rolls")
IMPORT_KINDS: Slot[ImportKind] = Slot("import kinds")
FINDING_CODES: Slot[FindingCode] = Slot("codes of import findings")
AUDIT_KINDS: Slot[AuditKind] = Slot("audit kinds")
ROLES: Slot[Role] = Slot("roles")
JOB_KINDS: Slot[Any] = Slot("job kinds")
FACTS: Slot[Any] = Slot("facts")
CHANGE_EFFECTS: Slot[ChangeEffect] = Slot("change effects")
HOUSEHOLD_WRITTEN: Slot[AfterWriting] = Slot("after a change by hand")
PLACE_WRITTEN: Slot[AfterWriting] = Slot("after a figure of a village or the county")
REGISTER_IMPORTED: Slot[AfterImport] = Slot("after an import")
