"""What a place's own headings mean: remembered from who said it, asked for when the next file of that place is read."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from povertycase import slots
from povertycase.exchange.columns import Column, Sheet, plain_heading
from povertycase.exchange.findings import letter
from povertycase.exchange.headers import remembered_as
from povertycase.models import ImportBatch, ImportMapping
from povertycase.secrets import identity

# A remembered sheet of another name: no heading has a colon once it is compared, no column such a key.
SHEET_NAMED, IS_SHEET = "工作表:", "*"
# What stands in a form for a column that nobody has said anything about.
UNSAID = "?"
HOW = {
    "": gettext_lazy("按表头"),
    "alike": gettext_lazy("表头相近"),
    "remembered": gettext_lazy("按记住的对应关系"),
    "unknown": gettext_lazy("不认识"),
    "serial": gettext_lazy("序号或提示，不需要导入"),
    "twice": gettext_lazy("与前面的列重复"),
    "left_out": gettext_lazy("按记住的对应关系不导入"),
}


class MappingRefused(ValueError):
    """Columns that cannot be read as somebody says; the text says why."""


@dataclass(frozen=True)
class Found:
    """A column of the file: its letter, its whole heading, the declared column it was read as, and how it was told."""

    index: int
    heading: str
    key: str
    how: str

    @property
    def letter(self) -> str:
        return letter(self.index)

    @property
    def how_said(self) -> Any:
        return HOW.get(self.how, self.how)

    @property
    def chosen(self) -> str:
        """The value of its field in a form: a key, nothing for a column left out, UNSAID."""
        return UNSAID if self.how in ("unknown", "twice") and not self.key else self.key


@dataclass(frozen=True)
class Lacking:
    """A declared column that the file does not have, and what follows."""

    column: Column
    needed: bool

    @property
    def follows(self) -> Any:
        if self.needed:
            return gettext_lazy("必须有，没有这一列不能导入")
        return gettext_lazy("已登记的内容不变，新增的留空")


@dataclass(frozen=True)
class Recognised:
    """A sheet of a batch's file: what it is called there, where its header ends, its columns."""

    sheet: Sheet
    name: str
    last_row: int
    columns: Sequence[Found]
    lacking: Sequence[Lacking] = field(default=())

    @property
    def code(self) -> str:
        """The declared sheet's code."""
        return self.sheet.code

    @property
    def title(self) -> str:
        """The declared sheet's name."""
        return self.sheet.title

    @property
    def needed(self) -> list[Lacking]:
        """Declared columns without which nothing is read."""
        return [item for item in self.lacking if item.needed]

    @property
    def unknown(self) -> list[Found]:
        """Columns of the file that nobody knows."""
        return [found for found in self.columns if found.how == "unknown"]


def known(kind: str, division: str) -> dict[str, dict[str, str]]:
    """What the headings of a place mean, for one import kind: by sheet code, by heading, the column's key or nothing."""
    found: dict[str, dict[str, str]] = {}
    for sheet, heading, key in ImportMapping.objects.filter(kind=kind, division_code=division).values_list(
        "sheet", "heading", "key"
    ):
        found.setdefault(sheet, {})[heading] = key
    return found


def known_of(division: str) -> dict[str, dict[str, dict[str, str]]]:
    """What the headings of a place mean, for every import kind: what `known` says, by the kind's code."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    for kind, sheet, heading, key in ImportMapping.objects.filter(division_code=division).values_list(
        "kind", "sheet", "heading", "key"
    ):
        found.setdefault(kind, {}).setdefault(sheet, {})[heading] = key
    return found


def sheet_names(known: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """The remembered sheets of other names among what `known` says: name as it is compared -> code of the sheet."""
    return {
        heading.removeprefix(SHEET_NAMED): sheet
        for sheet, said in known.items()
        for heading, key in said.items()
        if key == IS_SHEET
    }


def unread(batch: ImportBatch) -> list[str]:
    """The sheets of a batch's file that were taken for none of the declared ones."""
    if "unread" in batch.counts:
        return list(batch.counts["unread"])
    return list(batch.problems.filter(code="sheet_ignored").order_by("pk").values_list("sheet", flat=True))


def free_sheets(batch: ImportBatch) -> list[Sheet]:
    """The declared sheets that no sheet of the file was read as."""
    kind = slots.IMPORT_KINDS.get(batch.kind)
    read = {found.sheet.code for found in recognised(batch)}
    return [sheet for sheet in (kind.sheets if kind else ()) if sheet.code not in read]


def name_sheets(batch: ImportBatch, chosen: Mapping[int, str], by: Any) -> int:
    """Keep which declared sheets those of other names are; returns how many. In the caller's transaction.

    chosen: by the place among `unread` the code of a sheet, or nothing. Raises MappingRefused.
    """
    free, names, taken = {sheet.code: sheet for sheet in free_sheets(batch)}, unread(batch), set()
    wanted = {at: code for at, code in chosen.items() if code and at < len(names)}
    for at, code in wanted.items():
        if code not in free:
            raise MappingRefused(_("没有这张表，请重新选择。"))
        if code in taken:
            raise MappingRefused(_("两张工作表都选作“%s”，一张表只能读一张工作表，请改其中一张。") % free[code].title)
        if identity.stands_in(names[at]) or not plain_heading(names[at]):
            raise MappingRefused(_("工作表“%s”的名称不能记住，请先改好文件里的名称。") % names[at][:40])
        taken.add(code)
    for at, code in wanted.items():
        ImportMapping.objects.update_or_create(
            kind=batch.kind,
            sheet=code,
            heading=SHEET_NAMED + plain_heading(names[at]),
            division_code=batch.division_code,
            defaults={"shown": names[at][:120], "key": IS_SHEET, "by": by},
        )
    return len(wanted)


def recognised(batch: ImportBatch) -> list[Recognised]:
    """The sheets of a batch as they were read, in the order of the declaration; those of a refused file as far as read."""
    kind = slots.IMPORT_KINDS.get(batch.kind)
    headers = batch.counts.get("headers", {})
    return [_sheet(sheet, headers[sheet.title]) for sheet in (kind.sheets if kind else ()) if sheet.title in headers]


def _sheet(sheet: Sheet, told: Mapping[str, Any]) -> Recognised:
    keys = {index: (key, heading) for key, index, heading in told["columns"]}
    left_out, how = dict(map(tuple, told.get("left_out", ()))), told.get("how", {})
    # Batches from before whole headings were kept have only those that were read.
    whole = dict(map(tuple, told.get("whole", ()))) or {index: heading for index, (_key, heading) in keys.items()}
    columns = [
        Found(index, heading, key, how.get(key, "") if key else left_out.get(index, "unknown"))
        for index, heading in sorted(whole.items())
        for key in [keys.get(index, ("",))[0]]
    ]
    present = {key for key, _heading in keys.values()}
    lacking = [Lacking(c, c.required or c.key in sheet.keys) for c in sheet.columns if c.key not in present]
    return Recognised(sheet, told.get("name") or sheet.title, told["last_row"], columns, lacking)


def corrections(found: Recognised, chosen: Mapping[int, str]) -> list[tuple[Found, str]]:
    """The columns that somebody reads otherwise, with the key (or nothing) they now have.

    chosen: by the column's index the key, nothing, or UNSAID. Raises MappingRefused for a choice that cannot stand.
    """
    named = {column.key: column for column in found.sheet.columns}
    settled = {item: chosen.get(item.index, item.chosen) for item in found.columns}
    taken: dict[str, Found] = {}
    for item, key in settled.items():
        if key in ("", UNSAID):
            continue
        if key not in named:
            raise MappingRefused(_("没有这个项目，请重新选择。"))
        if key in taken:
            told = {"sheet": found.name, "one": _said(taken[key]), "other": _said(item), "field": named[key].heading}
            raise MappingRefused(
                _("工作表“%(sheet)s”的 %(one)s 和 %(other)s 都选作“%(field)s”，一个项目只能读一列，请改其中一列。")
                % told
            )
        taken[key] = item
    had = {item.key for item in found.columns if item.key}
    for key in found.sheet.keys:
        if key in had and key not in taken:
            told = {"sheet": found.name, "field": named[key].heading}
            raise MappingRefused(_("工作表“%(sheet)s”必须有一列读作“%(field)s”，各行靠它对应，不能不导入。") % told)
    return list(_moved(settled))


def _moved(settled: Mapping[Found, str]) -> Iterator[tuple[Found, str]]:
    for item, key in settled.items():
        if key == UNSAID or key == item.chosen:
            continue
        if identity.stands_in(item.heading) or not remembered_as(item.heading):
            raise MappingRefused(_("%(column)s 的表头不像表头，不能记住，请先改好文件。") % {"column": _said(item)})
        yield item, key


def _said(item: Found) -> str:
    return _("%(letter)s 列“%(heading)s”") % {"letter": item.letter, "heading": item.heading[:40]}


def remember(batch: ImportBatch, sheet: Sheet, changed: Iterable[tuple[Found, str]], by: Any) -> int:
    """Keep what somebody said of headings, for the place of the batch; returns how many. In the caller's transaction."""
    number = 0
    for item, key in changed:
        ImportMapping.objects.update_or_create(
            kind=batch.kind,
            sheet=sheet.code,
            heading=remembered_as(item.heading),
            division_code=batch.division_code,
            defaults={"shown": item.heading[:120], "key": key, "by": by},
        )
        number += 1
    return number


__all__ = [
    "HOW",
    "IS_SHEET",
    "UNSAID",
    "Found",
    "Lacking",
    "MappingRefused",
    "Recognised",
    "corrections",
    "free_sheets",
    "known",
    "known_of",
    "name_sheets",
    "recognised",
    "remember",
    "sheet_names",
    "unread",
]
