"""The English catalogue: collect the Chinese texts of code and templates, keep their translations, compile."""

import ast
import fcntl
import json
import re
import tomllib
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from tempfile import gettempdir
from typing import Any

import polib
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation.template import templatize

FOLDERS = ("povertycase", "households", "assistance", "supervision", "templates")
CALLS = {
    "_",
    "gettext",
    "gettext_lazy",
    "gettext_noop",
    "later",
    "ngettext",
    "ngettext_lazy",
    "pgettext",
    "pgettext_lazy",
}
# Words inside shipped rule files that pages show through gettext.
TOML_WORDS = frozenset(
    {
        *("label", "title", "name", "words", "unit", "note", "supplier", "group", "sub_group", "gap", "requirement"),
        *("numerator", "denominator", "question", "family"),
    }
)
HAN = re.compile(r"[\u3400-\u9fff]")
PLACEHOLDER = re.compile(r"%\((\w+)\)[0-9.]*[a-z]|(?<!\{)\{(\w*)\}")
CALL_IN_TEMPLATE = re.compile(r"\b(n?gettext|n?pgettext|_)\(")

CONTEXT = "\x04"  # as gettext itself puts it between a text's context and the text
Text = tuple[str, str, str]  # context, msgid, plural


class Command(BaseCommand):
    help = (
        "收集界面文字，合并到 locale/en/LC_MESSAGES/django.po（保留已有译文），并编译 .mo。"
        "--set FILE.json 写入译文 {\"中文\": \"English\"}；--check 有未译文字时失败。"
    )  # fmt: skip

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--set",
            metavar="FILE.json",
            help="译文文件：{中文: 英文} 或 {中文: [单数, 复数]}；有语境的写 {语境\\u0004中文: 英文}",
        )
        parser.add_argument("--check", action="store_true", help="只检查，不改文件")
        parser.add_argument("--prune", action="store_true", help="删除代码中已不用的译文")

    def handle(self, *args: Any, **options: Any) -> None:
        po_path = Path(settings.BASE_DIR) / "locale" / "en" / "LC_MESSAGES" / "django.po"
        if options["check"]:
            self._check(po_path)
            return
        po_path.parent.mkdir(parents=True, exist_ok=True)
        with open(Path(gettempdir()) / "povertycase-messages.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            book = _load(po_path)
            _merge(book, collect(Path(settings.BASE_DIR)), prune=options["prune"])
            if options["set"]:
                _set(book, json.loads(Path(options["set"]).read_text(encoding="utf-8")))
            _save(book, po_path)
        missing = [e.msgid for e in book if not e.obsolete and not _done(e)]
        self.stdout.write(f"文字 {len([e for e in book if not e.obsolete])} 条，未译 {len(missing)} 条")
        for text in missing:
            self.stdout.write(json.dumps(text, ensure_ascii=False))

    def _check(self, po_path: Path) -> None:
        book = _load(po_path)
        known = {(e.msgctxt or "", e.msgid): e for e in book if not e.obsolete}
        texts = collect(Path(settings.BASE_DIR))
        faults = _with_and_without_plural(texts)
        for (context, msgid, _plural), places in sorted(texts.items()):
            entry = known.get((context, msgid))
            if entry is None or not _done(entry):
                faults.append(f"未译：{msgid!r}（{places[0]}）")
            elif not _same_places(entry):
                faults.append(f"占位符不一致：{msgid!r} → {entry.msgstr!r}")
        mo_path = po_path.with_suffix(".mo")
        if not mo_path.exists() or mo_path.read_bytes() != book.to_binary():
            faults.append("django.mo 与 django.po 不一致，请运行 manage.py messages")
        if faults:
            faults.append(f"共 {len(faults)} 处；译文用 manage.py messages --set FILE.json 写入")
            raise CommandError("\n".join(faults))
        self.stdout.write(f"译文齐全：{len(known)} 条")


def collect(root: Path) -> dict[Text, list[str]]:
    """Every text for translation under the project: {(context, msgid, plural): [files]}."""
    found: dict[Text, list[str]] = {}
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            reader = {".py": _from_python, ".html": _from_template, ".toml": _from_toml}.get(path.suffix)
            if reader is None or "migrations" in path.parts:
                continue
            for key in reader(path.read_text(encoding="utf-8")):
                found.setdefault(key, []).append(path.relative_to(root).as_posix())
    return found


def _with_and_without_plural(texts: dict[Text, list[str]]) -> list[str]:
    """A text translated with its plural is not found by those who ask without: it stays Chinese for them."""
    return [
        f"有的地方带单复数，有的不带：{msgid!r}（{texts[context, msgid, ''][0]}）"
        for context, msgid, plural in sorted(texts)
        if plural and (context, msgid, "") in texts
    ]


def _from_python(source: str) -> Iterator[Text]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in CALLS:
                yield from _from_call(name, node.args)


def _from_call(name: str, args: list[ast.expr]) -> Iterator[Text]:
    texts = [a.value for a in args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
    context = texts.pop(0) if "pgettext" in name and len(texts) > 1 else ""
    if texts:
        yield context, texts[0], texts[1] if name.startswith("n") and len(texts) > 1 else ""


def _from_template(source: str) -> Iterator[Text]:
    """Texts of translate and blocktranslate tags; templatize turns them into gettext calls among filler."""
    code = templatize(source)
    for match in CALL_IN_TEMPLATE.finditer(code):
        call = _balanced(code, match.start())
        node = ast.parse(call, mode="eval").body
        if isinstance(node, ast.Call):
            yield from _from_call(match.group(1), node.args)


def _balanced(code: str, start: int) -> str:
    """The shortest stretch from `start` that is a whole Python call."""
    end = code.index(")", start) + 1
    while True:
        try:
            ast.parse(code[start:end], mode="eval")
            return code[start:end]
        except SyntaxError:
            end = code.index(")", end) + 1


def _from_toml(source: str) -> Iterator[Text]:
    todo: list[Any] = [tomllib.loads(source)]
    while todo:
        node = todo.pop()
        if isinstance(node, dict):
            for key, value in node.items():
                if key in TOML_WORDS and isinstance(value, str) and HAN.search(value):
                    yield "", value, ""
                else:
                    todo.append(value)
        elif isinstance(node, list):
            todo.extend(node)


def _load(path: Path) -> polib.POFile:
    if path.exists():
        return polib.pofile(str(path), encoding="utf-8", wrapwidth=0)
    book = polib.POFile(encoding="utf-8", wrapwidth=0)
    book.metadata = {
        "Language": "en",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=2; plural=(n != 1);",
    }
    return book


def _merge(book: polib.POFile, found: dict[Text, list[str]], *, prune: bool) -> None:
    """Bring the catalogue's texts in line with the code; a text no longer used keeps its words as obsolete."""
    wanted = {(context, msgid): plural for context, msgid, plural in found}
    for entry in list(book):
        key = (entry.msgctxt or "", entry.msgid)
        plural = wanted.pop(key, None)
        entry.obsolete = plural is None
        if plural and not entry.msgid_plural:
            entry.msgid_plural, entry.msgstr_plural, entry.msgstr = plural, {0: entry.msgstr, 1: entry.msgstr}, ""
        if entry.obsolete and prune:
            book.remove(entry)
    for (context, msgid), plural in wanted.items():
        entry = polib.POEntry(msgid=msgid, msgctxt=context or None)
        if plural:
            entry.msgid_plural, entry.msgstr_plural = plural, {0: "", 1: ""}
        book.append(entry)


def _set(book: polib.POFile, words: dict[str, str | list[str]]) -> None:
    for key, value in words.items():
        context, _sign, msgid = key.rpartition(CONTEXT)
        entries = [e for e in book if e.msgid == msgid and (e.msgctxt or "") == context]
        if not entries:
            # Not in the code yet: kept aside until the text appears.
            entries = [polib.POEntry(msgid=msgid, msgctxt=context or None, obsolete=True)]
            book.append(entries[0])
        for entry in entries:
            if entry.msgid_plural or isinstance(value, list):
                forms = value if isinstance(value, list) else [value, value]
                entry.msgid_plural = entry.msgid_plural or msgid
                entry.msgstr_plural, entry.msgstr = dict(enumerate(forms)), ""
            else:
                entry.msgstr = str(value)


def _done(entry: polib.POEntry) -> bool:
    return all(entry.msgstr_plural.values()) if entry.msgid_plural else bool(entry.msgstr)


def _same_places(entry: polib.POEntry) -> bool:
    """Do text and translation name the same placeholders? A plural's singular may leave its number out."""
    texts = list(entry.msgstr_plural.values())[-1:] if entry.msgid_plural else [entry.msgstr]
    want = set(PLACEHOLDER.findall(entry.msgid))
    return all(set(PLACEHOLDER.findall(text)) == want for text in texts)


def _save(book: polib.POFile, path: Path) -> None:
    """Sorted by text, without line numbers or dates, so that two people's additions merge."""
    book.sort(key=lambda entry: (entry.obsolete, entry.msgid, entry.msgctxt or ""))
    for entry in book:
        entry.occurrences, entry.flags = [], []
    for target, data in ((path, str(book).encode()), (path.with_suffix(".mo"), book.to_binary())):
        fresh = target.with_name(f".{target.name}.new")
        fresh.write_bytes(data)
        fresh.replace(target)
