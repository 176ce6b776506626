"""The rows of var/bench.json: each run rewrites the rows it measured; what was not run is absent, never copied."""

import datetime
import json
import os
from pathlib import Path
from typing import Any

FILE = Path(__file__).resolve().parent.parent.parent / "var" / "bench.json"


def record(row: str, value: float, unit: str, goal: str, met: bool) -> dict[str, Any]:
    """Put one measured row into the file in place of the one of that id; returns it."""
    made = {
        "id": row,
        "value": value,
        "unit": unit,
        "goal": goal,
        "met": met,
        "date": datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M"),
    }
    others = [old for old in read() if old["id"] != row]
    FILE.parent.mkdir(parents=True, exist_ok=True)
    fresh = FILE.with_suffix(f".{os.getpid()}.new")
    fresh.write_text(json.dumps([*others, made], ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    fresh.replace(FILE)
    return made


def read() -> list[dict[str, Any]]:
    """The rows as they stand."""
    return json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else []


def middle(runs: list[dict[str, Any]]) -> dict[str, Any]:
    """Of several runs of the same the one in the middle, by its seconds."""
    return sorted(runs, key=lambda run: run["seconds"])[len(runs) // 2]
