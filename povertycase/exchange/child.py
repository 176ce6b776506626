"""The process of its own that opens somebody's workbook: under limits, and told nothing of the office.

The scripts (reading_child.py, marking_child.py, writing_child.py) run without Django; what goes to them and comes back
stands behind its length.
"""

import marshal
import os
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

# A gibibyte is enough for any register: calamine takes 145 MB for 36,000 x 40 cells it reads whole (xls, xlsb, ods),
# openpyxl 100 MB for 5,000 rows of 100 columns.
MEMORY = 1024 * 1024 * 1024
SECONDS = 60
# Of the surroundings only what a program needs to start: a file that breaks out finds no password of the servers.
NEEDED = ("PATH", "LD_LIBRARY_PATH", "TMPDIR")
# Pieces of megabytes come and go. What the child gave back it keeps, since the system clears every page it hands out
# again: a twentieth of the work of reading.
KEEPING = {"MALLOC_TRIM_THRESHOLD_": str(256 * 1024 * 1024), "MALLOC_MMAP_THRESHOLD_": str(32 * 1024 * 1024)}


def command(script: Path, *more: str) -> list[str]:
    """How a script is started; it sets its own limits first."""
    return [sys.executable, "-I", str(script), str(MEMORY), str(SECONDS), *more]


def surroundings() -> dict[str, str]:
    """The environment of a child."""
    return {name: os.environ[name] for name in NEEDED if name in os.environ} | KEEPING


def answer(script: Path, order: dict[str, Any]) -> bytes | None:
    """What a script makes of one order; None where it could not, or took too long."""
    packed = marshal.dumps(order)
    try:
        done = subprocess.run(
            command(script),
            input=struct.pack("<Q", len(packed)) + packed,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=surroundings(),
            timeout=SECONDS * 4,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None
    out = done.stdout
    whole = done.returncode == 0 and len(out) > 8 and struct.unpack("<Q", out[:8])[0] == len(out) - 8
    return out[8:] if whole else None
