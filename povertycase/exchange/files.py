"""A workbook as it arrives: refused at once when it is no workbook, kept encrypted under a random name."""

import hashlib
import io
import re
import secrets as random_names
import struct
import zipfile
from collections.abc import Mapping
from html import unescape
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from povertycase import secrets
from povertycase.exchange import formats
from povertycase.models import Upload

PURPOSE = "upload"
MAX_ENTRIES = 200
MAX_DIRECTORY = 256 * 1024  # a thousand parts and more: not even their list is read
TOO_MANY_PARTS = _("文件“%s”由过多的部分组成，不像登记表，没有读取。请用 Excel 或 WPS 打开、另存后再导入。")
MAX_RATIO = 100
# A ratio says little about small files: a sheet of equal rows packs 200 to 1 and is harmless at 2 MB.
RATIO_COUNTS_FROM = 50 * 1024 * 1024
SHEET_NAME = re.compile(r"<(?:\w+:)?sheet\b[^>]*?\bname=(?:\"([^\"]*)\"|'([^']*)')")
MAX_NAMES = 1024 * 1024


class FileRefused(ValueError):
    """A file that cannot be imported; the text, in the reader's language, says what it is and what to do.

    words: the Chinese sentence, also the key of its translation; params: what stands at its %s or %(name)s.
    """

    def __init__(self, words: str, params: str | Mapping[str, Any] | None = None) -> None:
        super().__init__(words)
        self.words, self.params = words, params

    def __str__(self) -> str:
        return said(self.words, self.params)

    def chinese(self) -> str:
        """The sentence as the office reads it."""
        return self.words if self.params is None else self.words % self.params


def said(words: str, params: str | Mapping[str, Any] | None) -> str:
    """A stored sentence in the reader's language."""
    return gettext(words) if params is None else gettext(words) % params


def check(name: str, data: bytes) -> list[str] | None:
    """The sheet names of a workbook; nothing is parsed before the totals are known. Raises FileRefused.

    None: a workbook whose names only its parser knows (xls, xlsb, ods).
    """
    if not data:
        raise FileRefused(_("文件“%s”是空的（0 字节），请在 Excel 或 WPS 中打开核对后重新保存。"), name)
    check_size(name, len(data))
    if data.startswith(formats.ZIP):
        _check_totals(name, data)
    kind, refusal = formats.of(data)
    if refusal:
        raise FileRefused(refusal, name)
    if kind == formats.TEXT:
        return [sheet_of_text(name)]
    return _sheet_names(name, data) if kind == formats.XLSX else None


def sheet_of_text(name: str) -> str:
    """A text file is one sheet, called as the file is."""
    return Path(name).stem


def check_size(name: str, size: int) -> None:
    """Refuse a file by its size alone, before it is read. Raises FileRefused."""
    if size > settings.IMPORT_MAX_BYTES:
        limit = settings.IMPORT_MAX_BYTES // 1024 // 1024
        raise FileRefused(
            _("文件“%(name)s”超过 %(limit)s MB，请按乡镇分成几个文件导入。"), {"name": name, "limit": limit}
        )


def _sheet_names(name: str, data: bytes) -> list[str]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open("xl/workbook.xml") as part:
            text = part.read(MAX_NAMES).decode("utf-8", "replace")
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError) as reason:
        raise FileRefused(formats.BROKEN, name) from reason
    return [unescape(double or single) for double, single in SHEET_NAME.findall(text)]


def _check_totals(name: str, data: bytes) -> None:
    if directory_bytes(data) > MAX_DIRECTORY:
        raise FileRefused(TOO_MANY_PARTS, name)
    try:
        infos = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except (zipfile.BadZipFile, ValueError, OSError) as reason:
        raise FileRefused(formats.BROKEN, name) from reason
    unpacked = sum(info.file_size for info in infos)
    if (
        len(infos) > MAX_ENTRIES
        or unpacked > settings.IMPORT_MAX_UNPACKED_BYTES
        or (unpacked > RATIO_COUNTS_FROM and unpacked > len(data) * MAX_RATIO)
    ):
        raise FileRefused(
            _(
                "文件“%(name)s”解开后过大（%(size)s MB，%(parts)s 个部分），不像登记表，没有读取。请另存后再导入，或分成几个文件。"
            ),
            {"name": name, "size": unpacked // 1024 // 1024, "parts": len(infos)},
        )


def directory_bytes(data: bytes) -> int:
    """How long an archive's own list of its parts says it is; 0 when it cannot be found."""
    at = data.rfind(b"PK\x05\x06", max(0, len(data) - 65_557))
    if at < 0 or at + 22 > len(data):
        return 0
    size: int = struct.unpack_from("<I", data, at + 12)[0]
    wide = data.rfind(b"PK\x06\x06", max(0, at - 65_557), at)
    if wide >= 0 and wide + 56 <= len(data):
        size = max(size if size < 0xFFFFFFFF else 0, struct.unpack_from("<Q", data, wide + 40)[0])
    return size


def store(name: str, data: bytes, by) -> Upload:
    """Keep a file encrypted for 30 days; returns its row."""
    folder = Path(settings.UPLOAD_DIR)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    stored_as = random_names.token_hex(20)
    target = folder / stored_as
    target.touch(mode=0o600)
    target.write_bytes(secrets.seal_bytes(PURPOSE, data))
    return Upload.objects.create(
        name=name[-255:], stored_as=stored_as, sha256=hashlib.sha256(data).hexdigest(), size=len(data), by=by
    )


def load(upload: Upload) -> bytes:
    """The clear bytes of an upload. Raises FileRefused when it was deleted."""
    try:
        return secrets.open_bytes(PURPOSE, (Path(settings.UPLOAD_DIR) / upload.stored_as).read_bytes())
    except FileNotFoundError as gone:
        raise FileRefused(_("文件“%s”已超过保存期被删除，请重新上传。"), upload.name) from gone


def forget(upload: Upload) -> None:
    """Delete the stored file; its row stays as the trace."""
    (Path(settings.UPLOAD_DIR) / upload.stored_as).unlink(missing_ok=True)
