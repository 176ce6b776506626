"""Telling what kind of workbook a file is, by its bytes: what it is called says little (a WPS .et may be xlsx inside)."""

import io
import zipfile
from collections.abc import Collection

from django.utils.translation import gettext_noop as _

OLE = bytes.fromhex("d0cf11e0a1b11ae1")
ZIP = b"PK\x03\x04"
BYTE_ORDER_MARKS = (b"\xff\xfe", b"\xfe\xff")  # Excel's “Unicode text”
ODS = b"application/vnd.oasis.opendocument.spreadsheet"
XLSX, XLSB, XLS, OPEN, TEXT = "xlsx", "xlsb", "xls", "ods", "csv"
NO_WORKBOOK = _("文件“%s”不是 Excel 工作簿。请用本页下载的模板，或另存为“.xlsx”后再导入。")
LOCKED = _("文件“%s”设有打开密码，请在 Excel 或 WPS 中去掉密码、另存后再导入。")
# Systems that “export to Excel” often write a web page and call it .xls; Excel opens it, nobody notices.
WEB_PAGE = _("文件“%s”其实是网页（有些系统导出的“Excel”是这样），请用 Excel 或 WPS 打开，另存为“.xlsx”后再导入。")
BROKEN = _("文件“%s”已损坏，打不开。请用 Excel 或 WPS 打开、另存后再导入。")


def of(data: bytes) -> tuple[str, str]:
    """(format, ""), or ("", the Chinese sentence with a %s for the file's name) for what cannot be read."""
    if data.startswith(OLE):
        return _of_compound_file(data)
    if data.startswith(ZIP):
        return _of_archive(data)
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<!doctype html", b"<html", b"<table", b"<?xml")):
        return "", WEB_PAGE
    return (TEXT, "") if is_text(data[:4096]) else ("", NO_WORKBOOK)


def of_entries(names: Collection[str], mimetype: bytes, manifest: bytes) -> tuple[str, str]:
    """The format of an archive by its parts."""
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        return "", _("文件“%s”带有宏。请另存为不带宏的“.xlsx”后再导入。")
    if "xl/workbook.xml" in names:
        return XLSX, ""
    if "xl/workbook.bin" in names:
        return XLSB, ""
    if mimetype.startswith(ODS) and "content.xml" in names:
        return ("", LOCKED) if b"encryption-data" in manifest else (OPEN, "")
    return "", NO_WORKBOOK


def is_text(head: bytes) -> bool:
    """Does the file begin as UTF-8, GB18030 or Excel's Unicode text does?"""
    if head.startswith(BYTE_ORDER_MARKS):
        return True
    if b"\0" in head:
        return False
    for encoding in ("utf-8", "gb18030"):
        try:
            # A character may be cut at the end of the sample.
            head[:-3].decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False


def _of_compound_file(data: bytes) -> tuple[str, str]:
    """A file of the old Office: its streams stand by name, in UTF-16, in its directory."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        return "", LOCKED
    if any(name.encode("utf-16-le") + b"\0\0" in data for name in ("Workbook", "Book")):
        return XLS, ""
    return "", NO_WORKBOOK


def _of_archive(data: bytes) -> tuple[str, str]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            return of_entries(
                names, *(_beginning(archive, name, names) for name in ("mimetype", "META-INF/manifest.xml"))
            )
    except (zipfile.BadZipFile, ValueError, OSError, RuntimeError, NotImplementedError):
        return "", BROKEN


def _beginning(archive: zipfile.ZipFile, name: str, names: Collection[str]) -> bytes:
    if name not in names:
        return b""
    with archive.open(name) as part:
        return part.read(64 * 1024)
