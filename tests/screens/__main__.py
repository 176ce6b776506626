"""Take the pictures: `make screens`, or `python -m tests.screens --to FOLDER --format png --only overview,changes`.

A house that answers at PORT is used, otherwise one is started on DATA and stopped at the end. Which pages there are
nobody lists: from the workbench of every role all links are followed, one page of each address is taken; what no link
leads to is staged (tests/screens/stages.py).
"""

import argparse
import csv
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
from playwright.sync_api import sync_playwright

from tests.screens.album import ROOT, Album
from tests.screens.camera import Camera

# The first of these that reaches a page has its picture taken; the workbench is taken for each of them.
ROLES = (
    "county_office", "village_clerk", "township_clerk", "department", "county_reviewer", "first_secretary", "helper",
    "supervisor", "leader", "system_admin", "security_admin", "audit_admin", "township_reviewer", "team_member",
    "unit_liaison", "organisation",
)  # fmt: skip
READY_SECONDS = 900
# Addresses that answer with a piece of a page or with a file: nothing to photograph.
NO_PAGES = {
    "audit-state", "bulletin-progress", "bulletin-recheck-progress", "bulletin-workbook", "change-proof", "check-proof",
    "exit-progress", "import-lines", "import-problems", "import-template", "job-progress", "list-file", "post-villages",
}  # fmt: skip


def main() -> int:
    wanted = argparse.ArgumentParser(prog="make screens")
    wanted.add_argument("--to", type=Path, default=ROOT / "docs" / "screens")
    wanted.add_argument("--format", choices=["webp", "png"], default="webp")
    wanted.add_argument("--only", default="", help="names of addresses, parted by commas")
    wanted.add_argument("--sets", default="", help="zh-1440,en-360 and the like, parted by commas")
    asked = wanted.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "povertycase.settings")
    django.setup()
    with house() as address, sync_playwright() as driver:
        only, sets = (set(filter(None, words.split(","))) for words in (asked.only, asked.sets))
        camera = Camera(driver, address, asked.format, only, sets)
        album = Album(asked.to, asked.format)
        for role, (username, password) in accounts().items():
            for picture in camera.walk(role, username, password):
                album.keep(picture)
        camera.close()
    unreached = camera.unreached(_pages() - NO_PAGES)
    if not asked.only:
        album.write_index(unreached)
    print(f"{album.number} pictures in {asked.to}; without a way to them: {', '.join(unreached) or 'none'}")
    return 0


def _pages() -> set[str]:
    """Names of the pages that can be opened by a link; known once Django is set up."""
    from tests.access.doors import table

    return {name for name, line in table().items() if "GET" in line["methods"] and not name.startswith("api-")}


@contextmanager
def house() -> Iterator[str]:
    """The address of a ready house: the one at PORT, or one started for the pictures."""
    address = f"http://127.0.0.1:{os.environ.get('PORT', '8000')}"
    if _answers(address):
        yield address
        return
    command = [sys.executable, "-m", "povertycase.launch", "run"]
    child = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + READY_SECONDS
        while not _answers(address):
            if child.poll() is not None or time.monotonic() > deadline:
                raise SystemExit("演示系统没有启动，请先用 make run 看原因。")
            time.sleep(1)
        yield address
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait(60)


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def accounts() -> dict[str, tuple[str, str]]:
    """User name and password of one demo account a role; first of all nobody, before the sign-in page."""
    path = Path(os.environ.get("DATA", "var")) / "demo-accounts.csv"
    found: dict[str, tuple[str, str]] = {}
    with path.open(encoding="utf-8-sig", newline="") as lines:
        for row in csv.DictReader(lines):
            found.setdefault(row["role"], (row["username"], row["password"]))
    return {"": ("", "")} | {role: found[role] for role in ROLES if role in found}


if __name__ == "__main__":
    sys.exit(main())
