"""Workbooks of other offices on their way through the house 来表: brought, looked at, filled in, forgotten after a week."""

import datetime
import json
import zlib
from typing import Any

from django.db import transaction

from povertycase import audit, periods, secrets
from povertycase.exchange import files
from povertycase.models import Account, ForeignBook, Upload

KEEP = datetime.timedelta(days=7)


def take_in(*, kind: str, name: str, data: bytes, found: dict[str, Any], by: Account) -> ForeignBook:
    """Keep a file and what was found in it, both sealed. The trail notes that it came, not what stands in it."""
    with transaction.atomic():
        upload = files.store(name, data, by)
        book = ForeignBook.objects.create(kind=kind, upload=upload, found=_sealed(upload, found), by=by)
        audit.record("foreign_book.brought", by=by, about=str(book.pk), params={"size": upload.size})
    return book


def found(book: ForeignBook) -> dict[str, Any]:
    """What was found in the file, in clear."""
    told: dict[str, Any] = json.loads(zlib.decompress(secrets.open_bytes(_purpose(book.upload), bytes(book.found))))
    return told


def note(*, book: ForeignBook, found: dict[str, Any], by: Account) -> None:
    """Keep what was found or decided since, in the place of what was known before. Nothing for somebody else's."""
    if book.by_id != by.pk:
        return
    with transaction.atomic():
        book.found = _sealed(book.upload, found)
        book.save(update_fields=["found"])


def forget_old(*, by: Account | None = None) -> int:
    """Delete what is older than 7 days, file and row; returns how many."""
    with transaction.atomic():
        old = list(ForeignBook.objects.filter(created_at__lt=periods.now() - KEEP).select_related("upload"))
        for book in old:
            files.forget(book.upload)
        ForeignBook.objects.filter(pk__in=[book.pk for book in old]).delete()
        Upload.objects.filter(pk__in=[book.upload_id for book in old]).update(deleted_at=periods.now())
        if old:
            audit.record("foreign_book.deleted", by=by, params={"files": len(old)})
    return len(old)


def _sealed(upload: Upload, found: dict[str, Any]) -> bytes:
    return secrets.seal_bytes(_purpose(upload), zlib.compress(json.dumps(found, ensure_ascii=False).encode()))


def _purpose(upload: Upload) -> str:
    return f"foreign book {upload.stored_as}"
