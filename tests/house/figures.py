"""The figures of the house, measured on the source: sizes, forbidden shapes, where SQL may stand."""

import ast
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

PROJECT = Path(__file__).resolve().parent.parent.parent
FLOORS = ("povertycase", "households", "assistance", "supervision")

FILE_LINES = 400
FUNCTION_LINES = 60
MEAN_FUNCTION_LINES = 15
LINE_CHARACTERS = 150  # ruff keeps code at 120; sentences for staff and SQL may run a little longer
SIZED = {".py", ".html", ".js", ".css"}

BANNED_MODULES = {"utils", "helpers", "common", "services"}
SIGNALS = ("django.db.models.signals", "django.dispatch", "django.core.signals", "django.contrib.auth.signals")
# Raw SQL lives only in modules named for it.
SQL_CALLS = {"execute", "executemany", "execute_values", "copy_expert", "copy_from", "RunSQL", "RawSQL", "raw"}
SQL_HOMES = re.compile(
    r"^povertycase/(rules|exchange|launch|migrations)/|^povertycase/(jobs|audit)(\.py|/)|/facts/|/migrations/"
    r"|^povertycase/pages/health\.py$|^households/actions/(register_apply\w*|cards|compare_\w+)\.py$|^supervision/demo/|^tests/"
)
# Words that would tie the code to one machine or one registry.
FOREIGN = re.compile(r"/root/|/home/\w|/work/(main|shared)|//(registry|files|index)\.|--index-url")


@dataclass(frozen=True)
class Finding:
    """A place that breaks a rule of the house."""

    place: str
    words: str

    def __str__(self) -> str:
        return f"{self.place}: {self.words}"


@dataclass(frozen=True)
class Function:
    place: str
    lines: int


def tracked_files() -> list[Path]:
    """Files of the project as git knows them, without what is vendored or generated."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=PROJECT,
        capture_output=True,
        check=True,
    )
    names = [name for name in listed.stdout.decode().split("\0") if name]
    return [PROJECT / name for name in names if "/vendor/" not in name and (PROJECT / name).is_file()]


def place_of(file: Path, line: int = 0) -> str:
    name = file.relative_to(PROJECT).as_posix()
    return f"{name}:{line}" if line else name


def long_files(files: list[Path]) -> Iterator[Finding]:
    """Files over 400 lines outside migrations and data."""
    for file in files:
        name = place_of(file)
        if file.suffix not in SIZED or "/migrations/" in name or "/data/" in name:
            continue
        if (lines := len(file.read_text(encoding="utf-8").splitlines())) > FILE_LINES:
            yield Finding(name, f"{lines} lines, at most {FILE_LINES}")


def long_lines(files: list[Path]) -> Iterator[Finding]:
    """Lines over 150 characters; a Chinese character counts as one."""
    for file in files:
        if file.suffix == ".py" and "/migrations/" not in place_of(file):
            for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
                if len(line) > LINE_CHARACTERS:
                    yield Finding(place_of(file, number), f"{len(line)} characters, at most {LINE_CHARACTERS}")


def foreign_words(files: list[Path]) -> Iterator[Finding]:
    """Paths of one machine and hosts of registries."""
    for file in files:
        if file.suffix in {".py", ".md", ".toml", ".txt", ".yml", ".sh", ".html"} and file != Path(__file__).resolve():
            for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
                if found := FOREIGN.search(line):
                    yield Finding(place_of(file, number), f"names {found.group()}")


def functions(trees: dict[Path, ast.Module]) -> list[Function]:
    """Every function of the product outside migrations, with its length."""
    found = []
    for file, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                found.append(Function(place_of(file, node.lineno) + f" {node.name}", lines))
    return found


def long_functions(found: list[Function]) -> Iterator[Finding]:
    """Functions over 60 lines, and a mean over 15."""
    for function in found:
        if function.lines > FUNCTION_LINES:
            yield Finding(function.place, f"{function.lines} lines, at most {FUNCTION_LINES}")
    if found and (average := mean(function.lines for function in found)) > MEAN_FUNCTION_LINES:
        yield Finding("functions", f"mean {average:.1f} lines, at most {MEAN_FUNCTION_LINES}")


def signals(trees: dict[Path, ast.Module]) -> Iterator[Finding]:
    """Signal receivers: business logic by signal cannot be followed by reading."""
    for file, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(SIGNALS):
                yield Finding(place_of(file, node.lineno), f"imports {node.module}")


def banned_modules(files: list[Path]) -> Iterator[Finding]:
    """utils, helpers, common, services: names that say nothing."""
    for file in files:
        if file.suffix == ".py" and {*file.parts[len(PROJECT.parts) :], file.stem} & BANNED_MODULES:
            yield Finding(place_of(file), "is named for nothing in particular")


def stray_sql(trees: dict[Path, ast.Module]) -> Iterator[Finding]:
    """Raw SQL outside the modules that are named for it."""
    for file, tree in trees.items():
        if SQL_HOMES.search(place_of(file)):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and (name := _called(node)) in SQL_CALLS:
                yield Finding(place_of(file, node.lineno), f"raw SQL ({name})")


def _called(call: ast.Call) -> str:
    if isinstance(call.func, ast.Attribute):
        # Celery tasks and migration executors have an `execute` too; only cursors are meant.
        holder = call.func.value
        is_cursor = isinstance(holder, ast.Name) and "cursor" in holder.id.lower()
        return call.func.attr if call.func.attr != "execute" or is_cursor else ""
    return call.func.id if isinstance(call.func, ast.Name) else ""


def explained_share(trees: dict[Path, ast.Module]) -> float:
    """Comment and docstring lines per 100 lines of the product's Python."""
    lines = explained = 0
    for file, tree in trees.items():
        text = file.read_text(encoding="utf-8").splitlines()
        lines += len(text)
        explained += sum(line.lstrip().startswith("#") for line in text)
        explained += sum(_docstring_lines(node) for node in ast.walk(tree))
    return 100 * explained / max(1, lines)


def _docstring_lines(node: ast.AST) -> int:
    if not isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        return 0
    return len((ast.get_docstring(node) or "").splitlines())


def product_trees(files: list[Path]) -> dict[Path, ast.Module]:
    """The parsed Python files of the four floors outside migrations."""
    return {
        file: ast.parse(file.read_text(encoding="utf-8"))
        for file in files
        if file.suffix == ".py" and place_of(file).split("/")[0] in FLOORS and "/migrations/" not in place_of(file)
    }
