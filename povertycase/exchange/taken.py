"""Lists on their way out: what was asked for and the file made of it, sealed; a repetition overwrites itself."""

import json
import os
from pathlib import Path
from typing import Any

from django.conf import settings

from povertycase import secrets
from povertycase.models import ListFile


def seal_asked(stored_as: str, asked: dict[str, Any]) -> bytes:
    """What somebody asked for, sealed for this file alone."""
    return secrets.seal_bytes(f"list asked {stored_as}", json.dumps(asked, ensure_ascii=False).encode())


def asked(file: ListFile) -> dict[str, Any]:
    """What seal_asked sealed."""
    found: dict[str, Any] = json.loads(secrets.open_bytes(f"list asked {file.stored_as}", file.asked))
    return found


def store(file: ListFile, content: bytes) -> None:
    """Put the file in its place as a whole: a job that was killed here writes the same place again."""
    folder = Path(settings.UPLOAD_DIR)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = folder / f"{file.stored_as}.new"
    beside.touch(mode=0o600)
    beside.write_bytes(secrets.seal_bytes(f"list file {file.stored_as}", content))
    os.replace(beside, folder / file.stored_as)


def load(file: ListFile) -> bytes:
    """The clear bytes. Raises FileNotFoundError when it was deleted."""
    return secrets.open_bytes(f"list file {file.stored_as}", (Path(settings.UPLOAD_DIR) / file.stored_as).read_bytes())


def forget(file: ListFile) -> None:
    """Delete the file, whole or half made."""
    for name in (file.stored_as, f"{file.stored_as}.new"):
        (Path(settings.UPLOAD_DIR) / name).unlink(missing_ok=True)
