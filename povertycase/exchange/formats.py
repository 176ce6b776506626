"""Telling what kind of workbook a file is, by its bytes: what it is called says little (a WPS .et may be xlsx inside)."""

import io
import zipfile
from collections.abc import Collection

from django.utils.translation import gettext_noop as _

STREAMS = ("Workbook", "Book", "_VBA_PROJECT", "WordDocument", "PowerPoint Document")
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
BROKEN_INSIDE = _("文件“%(file)s”已损坏，打不开。请用 Excel 或 WPS 打开、另存后再导入。")
ODD_INSIDE = _("文件“%(file)s”的内部结构不像 Excel 或 WPS 保存的，没有读取。请用 Excel 或 WPS 打开、另存后再导入。")
ODD_PARTS = _("文件“%s”的内部结构不像 Excel 或 WPS 保存的，没有读取。请用 Excel 或 WPS 打开、另存后再导入。")
MACROS = _("文件“%s”带有宏。请另存为不带宏的“.xlsx”后再导入。")
PACKED = _("文件“%s”是压缩包。请解压后逐个导入里面的工作簿。")
DOCUMENT = _(
    "文件“%s”是 Word、PPT 或 PDF 文档，不是 Excel 工作簿。请把表格复制到 Excel 或 WPS 中，另存为“.xlsx”后再导入。"
)
PICTURE = _("文件“%s”是图片，不能导入。请把内容录入 Excel 或 WPS，可用本页的模板。")
NO_MARK = _("文件“%s”的文字编码认不出来，请用 Excel 或 WPS 打开，另存为“.xlsx”后再导入。")
TABLES = (".xlsx", ".xls", ".xlsb", ".ods", ".et", ".csv", ".zip", ".rar")
# What else comes under the name of a workbook, by its first bytes.
STRANGERS = (
    (b"%PDF", DOCUMENT),
    (b"{\\rtf", DOCUMENT),
    (b"Rar!", PACKED),
    (b"7z\xbc\xaf\x27\x1c", PACKED),
    (b"\x1f\x8b", PACKED),
    (b"\x89PNG", PICTURE),
    (b"\xff\xd8\xff", PICTURE),
    (b"GIF8", PICTURE),
    (b"BM", PICTURE),
)


def of(data: bytes) -> tuple[str, str]:
    """(format, ""), or ("", the Chinese sentence with a %s for the file's name) for what cannot be read."""
    if data.startswith(OLE):
        return _of_compound_file(data)
    if data.startswith(ZIP):
        return _of_archive(data)
    if refusal := _stranger(data):
        return "", refusal
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<!doctype html", b"<html", b"<table", b"<?xml")):
        return "", WEB_PAGE
    return (TEXT, "") if is_text(data[:4096]) else ("", NO_MARK if _is_wide_text(data[:4096]) else NO_WORKBOOK)


def _stranger(data: bytes) -> str:
    """The sentence about a file of another kind; nothing for what may be a table."""
    found = next((words for beginning, words in STRANGERS if data.startswith(beginning)), "")
    return found if found == DOCUMENT or found and not is_text(data[:4096]) else ""


def _is_wide_text(head: bytes) -> bool:
    """Text of two bytes a character without the mark that says so."""
    return any(_is_readable(head[: len(head) // 2 * 2], encoding) for encoding in ("utf-16-le", "utf-16-be"))


def _is_readable(head: bytes, encoding: str) -> bool:
    try:
        text = head.decode(encoding)
    except UnicodeDecodeError:
        return False
    return all(character.isprintable() or character in "\r\n\t" for character in text)


def of_entries(names: Collection[str], mimetype: bytes, manifest: bytes) -> tuple[str, str]:
    """The format of an archive by its parts."""
    lower = {name.lower() for name in names}
    if any(name.endswith("vbaproject.bin") or name.startswith("xl/macrosheets/") for name in lower):
        return "", MACROS
    if "xl/workbook.xml" in names:
        return XLSX, ""
    if "xl/workbook.bin" in names:
        return XLSB, ""
    if mimetype.startswith(ODS) and "content.xml" in names:
        return ("", LOCKED) if b"encryption-data" in manifest else (OPEN, "")
    if any(name.startswith(("word/", "ppt/")) for name in lower):
        return "", DOCUMENT
    return "", PACKED if any(name.endswith(TABLES) for name in lower) else NO_WORKBOOK


def is_text(head: bytes) -> bool:
    """Does the file begin as UTF-8, GB18030 or Excel's Unicode text does?"""
    if head.startswith(BYTE_ORDER_MARKS):
        return True
    if b"\0" in head:
        return False
    # A character may be cut at the end of the sample.
    return any(_decodes(head[: len(head) - cut], encoding) for encoding in ("utf-8", "gb18030") for cut in range(4))


def _decodes(head: bytes, encoding: str) -> bool:
    try:
        head.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _of_compound_file(data: bytes) -> tuple[str, str]:
    """A file of the old Office: its streams stand by name, in UTF-16, in its directory."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        return "", LOCKED
    names = {name for name in STREAMS if name.encode("utf-16-le") + b"\0\0" in data}
    if "_VBA_PROJECT" in names:
        return "", MACROS
    if names & {"Workbook", "Book"}:
        return XLS, ""
    return "", DOCUMENT if names else NO_WORKBOOK


def _of_archive(data: bytes) -> tuple[str, str]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
            names = {info.filename for info in infos}
            if any(info.flag_bits & 1 for info in infos):
                return "", LOCKED
            if len(names) < len(infos) or any(_is_odd(name) for name in names):
                return "", ODD_PARTS
            return of_entries(
                names, *(_beginning(archive, name, names) for name in ("mimetype", "META-INF/manifest.xml"))
            )
    except (zipfile.BadZipFile, ValueError, OSError, RuntimeError, NotImplementedError):
        return "", BROKEN


def _is_odd(name: str) -> bool:
    """A part that would lie outside its archive."""
    return name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/") or ":" in name[:3]


def _beginning(archive: zipfile.ZipFile, name: str, names: Collection[str]) -> bytes:
    if name not in names:
        return b""
    with archive.open(name) as part:
        return part.read(64 * 1024)
