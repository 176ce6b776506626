"""Which sheet of a file is which of ours: by its name, by what was said of it before, otherwise by its headings."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext_noop

from povertycase import slots
from povertycase.exchange import headers, mapping, to_mend
from povertycase.exchange.cleaning import WARNING, Note
from povertycase.exchange.columns import Sheet, plain_heading
from povertycase.exchange.findings import Findings, Place
from povertycase.exchange.headers import SheetsMissing

Heads = Callable[[list[str]], dict[str, list[list[Any]]]]
NOT_FOUND = gettext_noop("文件“%(file)s”中没有找到工作表“%(missing)s”，现有：%(found)s。请按模板的工作表名称填写。")
PUT_TOGETHER = gettext_noop(
    "文件“%(file)s”的工作表“%(sheet)s”里“%(titles)s”的列放在了一起，分不清一行是哪一种。请按模板分成几张工作表，每张都要有“%(key)s”列。"
)


def match_sheets(
    kind: slots.ImportKind,
    found: list[tuple[str, bool]],
    file: str,
    findings: Findings,
    heads: Heads | None = None,
    known: Mapping[str, Mapping[str, str]] | None = None,
) -> dict[str, Sheet]:
    """The file's sheets that are declared: by their name, otherwise by the headings in their first rows.

    heads: gives the first rows of sheets; without it only names count. known: what is remembered of headings and of
    sheets (mapping.known). Raises SheetsMissing without a required sheet.
    """
    known = known or {}
    wanted = _by_name(kind, found, findings, mapping.sheet_names(known))
    if heads and any(sheet not in wanted.values() for sheet in kind.sheets):
        others = [name for name, _visible in found if name not in wanted and not name.startswith(to_mend.TITLE)]
        wanted |= _by_headings(kind, others, wanted, heads, findings, known)
    for name, visible in found:
        if name.startswith(to_mend.TITLE) and name not in wanted:
            continue  # what was to be put right when the workbook went back
        if name not in wanted:
            foreign = gettext_noop("不是登记表的工作表，没有读取")
            findings.add(Place(name), Note(WARNING, "sheet_ignored", foreign))
        elif not visible:
            findings.add(Place(name), Note(WARNING, "sheet_hidden", gettext_noop("是隐藏的工作表，已读取，请核对")))
    missing = [sheet.title for sheet in kind.sheets if not sheet.optional and sheet not in wanted.values()]
    if not wanted:
        missing = missing or [sheet.title for sheet in kind.sheets[:1]]
    if missing:
        unread = [name for name, _visible in found if name not in wanted]
        if heads and (both := _put_together(kind, unread, heads, known)):
            raise SheetsMissing(PUT_TOGETHER, {"file": file, **both}, unread)
        told = {"file": file, "missing": "”“".join(missing), "found": "、".join(name for name, _visible in found[:6])}
        raise SheetsMissing(NOT_FOUND, told, unread)
    return wanted


def _put_together(
    kind: slots.ImportKind, names: list[str], heads: Heads, known: Mapping[str, Mapping[str, str]]
) -> dict[str, str]:
    """The sheet of the file whose columns are those of several of ours alike, as villages keep a roster."""
    for name, rows in (heads(names) if names else {}).items():
        alike = headers.likest(kind.sheets, rows, known)
        if len(alike) > 1:
            key = alike[0][alike[0].keys[0]].heading
            return {"sheet": name, "titles": "”“".join(sheet.title for sheet in alike), "key": key}
    return {}


def _by_name(
    kind: slots.ImportKind, found: list[tuple[str, bool]], findings: Findings, said: Mapping[str, str]
) -> dict[str, Sheet]:
    names = {plain_heading(name): sheet for sheet in kind.sheets for name in (sheet.title, *sheet.synonyms)}
    codes = {sheet.code: sheet for sheet in kind.sheets}
    names |= {name: codes[code] for name, code in said.items() if code in codes}
    wanted: dict[str, Sheet] = {}
    for name, _visible in found:
        sheet = names.get(plain_heading(name))
        if sheet in wanted.values():
            findings.add(Place(name), Note(WARNING, "sheet_twice", gettext_noop("与前面的工作表重复")))
        elif sheet:
            wanted[name] = sheet
    return wanted


def _by_headings(
    kind: slots.ImportKind,
    names: list[str],
    wanted: Mapping[str, Sheet],
    heads: Heads,
    findings: Findings,
    known: Mapping[str, Mapping[str, str]],
) -> dict[str, Sheet]:
    """Sheets called something else, told by what their columns are called."""
    taken: dict[str, Sheet] = {}
    for name, rows in (heads(names) if names else {}).items():
        free = [sheet for sheet in kind.sheets if sheet not in wanted.values() and sheet not in taken.values()]
        sheet = headers.recognise(free, rows, known)
        if sheet:
            taken[name] = sheet
            words = gettext_noop("按表头认作“%(sheet)s”表，请核对")
            findings.add(Place(name), Note(WARNING, "sheet_by_headings", words, {"sheet": sheet.title}))
    return taken
