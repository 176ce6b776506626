"""Lists on their way out: their rows block by block, then their file; everything sealed, a repetition overwrites itself."""

import json
import os
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings

from povertycase import secrets
from povertycase.models import ListFile, ListPart


def seal_asked(stored_as: str, asked: dict[str, Any]) -> bytes:
    """What somebody asked for, sealed for this file alone."""
    return secrets.seal_bytes(f"list asked {stored_as}", json.dumps(asked, ensure_ascii=False).encode())


def asked(file: ListFile) -> dict[str, Any]:
    """What seal_asked sealed."""
    found: dict[str, Any] = json.loads(secrets.open_bytes(f"list asked {file.stored_as}", file.asked))
    return found


def keep(file: ListFile, number: int, rows: Sequence[Sequence[Any]]) -> None:
    """The rows of one chunk, in the caller's transaction."""
    packed = zlib.compress(json.dumps(rows, ensure_ascii=False, default=str).encode())
    ListPart.objects.create(file=file, number=number, sealed=secrets.seal_bytes(_purpose(file, number), packed))


def rows(file: ListFile) -> Iterator[list[Any]]:
    """All rows kept, chunk by chunk in their order."""
    for part in ListPart.objects.filter(file=file).order_by("number").iterator(chunk_size=5):
        yield from json.loads(zlib.decompress(secrets.open_bytes(_purpose(file, part.number), part.sealed)))


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
    """Delete the file and what is left of its making."""
    for name in (file.stored_as, f"{file.stored_as}.new"):
        (Path(settings.UPLOAD_DIR) / name).unlink(missing_ok=True)
    ListPart.objects.filter(file=file).delete()


def _purpose(file: ListFile, number: int) -> str:
    return f"list rows {file.stored_as} {number}"
