"""Proofs of changes 依据: photos and scans, told by their first bytes, kept encrypted with their request."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from households.models import ChangeRequest
from povertycase import audit
from povertycase.exchange import files
from povertycase.models import Account, Upload

MOST_BYTES = 5 * 1024 * 1024
# First bytes: ending, content type. What a file calls itself counts for nothing.
TYPES = {
    b"\xff\xd8\xff": ("jpg", "image/jpeg"),
    b"\x89PNG\r\n\x1a\n": ("png", "image/png"),
    b"%PDF-": ("pdf", "application/pdf"),
}


def type_of(data: bytes) -> tuple[str, str] | None:
    """Ending and content type of a photo or a PDF; None for anything else."""
    return next((found for start, found in TYPES.items() if data.startswith(start)), None)


def take_in(*, data: bytes, by: Account) -> Upload:
    """Keep a photo or PDF as a proof; its own name is not kept, it may name a person. Raises ValidationError."""
    if not data:
        raise ValidationError({"proof": _("文件是空的（0 字节），请重新选择。")})
    if len(data) > MOST_BYTES:
        raise ValidationError({"proof": _("文件超过 5 MB，请压缩或重新拍照后上传。")})
    found = type_of(data)
    if found is None:
        raise ValidationError({"proof": _("只能上传照片（JPG、PNG）或 PDF，请重新选择。")})
    with transaction.atomic():
        upload = files.store(f"proof.{found[0]}", data, by)
        audit.record("proof.taken_in", by=by, about=str(upload.pk), params={"bytes": upload.size})
    return upload


def show(*, request: ChangeRequest, by: Account) -> tuple[bytes, str]:
    """The clear bytes of a request's proof and their content type; who opened it is noted.

    Raises FileRefused when the file is gone.
    """
    assert request.proof is not None
    data = files.load(request.proof)
    found = type_of(data)
    with transaction.atomic():
        about = request.household.household_no if request.household else request.village.name
        households = [request.household_id] if request.household_id else []
        audit.record("proof.opened", by=by, about=about, households=households, params={"request": request.pk})
    return data, found[1] if found else "application/octet-stream"
