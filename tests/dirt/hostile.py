"""Hostile and broken files, built by code: bombs, lies, locks, macros, garbage, endless lines, odd names.

CASES gives name, a function that builds the bytes, and what must be said: words of the refusal, or READ for a file that
is harmless and goes in as if it were plain.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from tests import workbook_formats as formats
from tests.register_books import book, household, member

READ = "read"
OLE = bytes.fromhex("d0cf11e0a1b11ae1")
BIG = ("过大", "损坏或异常", "内存限制", "损坏，打不开")
BROKEN = ("损坏",)
ODD = ("内部结构不像",)
STRANGE = (*BROKEN, "不是 Excel", "没有找到", "是空的")
Parts = dict[str, bytes]


@dataclass(frozen=True)
class Case:
    """A file: what it is called, how it is built, which words answer it (any of them)."""

    code: str
    name: str
    build: Callable[[], bytes]
    words: tuple[str, ...]


def good() -> bytes:
    """The register workbook everything is made of."""
    return book(household=[household("22089999")], member=[member("22089999", "好人", 901)])


def parts(data: bytes) -> Parts:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


def packed(files: Parts, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, body in files.items():
            archive.writestr(name, body)
    return buffer.getvalue()


def changed(name: str, change: Callable[[bytes], bytes]) -> bytes:
    """The good workbook with one part of it changed."""
    files = parts(good())
    return packed(files | {name: change(files[name])})


SHEET, BOOK, STRINGS = "xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/sharedStrings.xml"
END = b"</sheetData>"


def in_sheet(more: bytes) -> bytes:
    """The good workbook with more rows at the end of its first sheet."""
    return changed(SHEET, lambda body: body.replace(END, more + END))


def with_parts(**more: bytes) -> bytes:
    return packed(parts(good()) | {name.replace("__", "/").replace("_DOT_", "."): body for name, body in more.items()})


def raw_entry(name: str, body: bytes, claimed: int) -> tuple[bytes, bytes]:
    """A local entry and its directory line that claim another size than the body unpacks to."""
    deflated = zlib.compress(body, 9)[2:-4]
    crc, label = zlib.crc32(body), name.encode()
    head = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 33, crc, len(deflated), claimed, len(label), 0)
    line = struct.pack(
        "<HHHHHHIIIHHHHHII", 20, 20, 0, 8, 0, 33, crc, len(deflated), claimed, len(label), 0, 0, 0, 0, 0, 0
    )
    return b"PK\x03\x04" + head + label + deflated, b"PK\x01\x02" + line + label


def lying(part: str, body: bytes, claimed: int) -> bytes:
    """The good workbook with a part that unpacks to much more than it says."""
    out, directory, count = b"", b"", 0
    for name, content in parts(good()).items():
        entry, line = raw_entry(name, body, claimed) if name == part else raw_entry(name, content, len(content))
        directory += line[:42] + struct.pack("<I", len(out)) + line[46:]
        out, count = out + entry, count + 1
    end = struct.pack("<HHHHIIH", 0, 0, count, count, len(directory), len(out), 0)
    return out + directory + b"PK\x05\x06" + end


def many_entries(number: int) -> bytes:
    """An archive of a hundred thousand empty parts: only its list, which nobody shall read."""
    line = struct.pack("<HHHHHHIIIHHHHHII", 20, 20, 0, 0, 0, 33, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0)
    directory = (b"PK\x01\x02" + line + b"a") * number
    entry, _line = raw_entry("a", b"", 0)
    return (
        entry
        + directory
        + b"PK\x05\x06"
        + struct.pack("<HHHHIIH", 0, 0, number & 0xFFFF, number & 0xFFFF, len(directory), len(entry), 0)
    )


def nested(depth: int) -> bytes:
    """An archive in an archive in an archive, with a bomb at the bottom."""
    data = packed({"bomb.xml": b"0" * 50_000_000})
    for level in range(depth):
        data = packed({f"{level}.zip": data})
    return data


def flagged(bit: int) -> bytes:
    """Every entry says it is encrypted."""
    data = bytearray(good())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        found = data.find(mark)
        while found >= 0:
            data[found + at] |= bit
            found = data.find(mark, found + 4)
    return bytes(data)


def twice(name: str) -> bytes:
    """Two parts of one name: one for the guard, one for the parser."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for label, body in [*parts(good()).items(), (name, b"<w/>")]:
            archive.writestr(label, body)
    return buffer.getvalue()


def linked() -> bytes:
    """A part that is a symbolic link to a file of the machine."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for label, body in parts(good()).items():
            archive.writestr(label, body)
        info = zipfile.ZipInfo("xl/media/link")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
    return buffer.getvalue()


def shared_bomb() -> bytes:
    """One long text that a hundred thousand cells show."""
    row = "".join(f'<c r="{letter}%d" t="s"><v>0</v></c>' for letter in "ABCDEFGHIJ")
    rows = "".join(f'<row r="{at}">{row.replace("%d", str(at))}</row>' for at in range(1, 10_001))
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'
    strings = f'<sst xmlns="{MAIN}"><si><t>{"长" * 1_000_000}</t></si></sst>'
    return packed(parts(good()) | {SHEET: sheet.encode(), STRINGS: strings.encode()})


MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LAUGHS = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">' + b"".join(
    f'<!ENTITY {chr(98 + at)} "{f"&{chr(97 + at)};" * 10}">'.encode() for at in range(9)
)


def entities(part: str) -> bytes:
    return changed(part, lambda body: LAUGHS + b"]>" + body.partition(b"?>")[2])


def outside(part: str) -> bytes:
    """An entity that would read a file of the machine."""
    xxe = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    return changed(part, lambda body: xxe + body.partition(b"?>")[2].replace(b"</t>", b"&x;</t>", 1))


def merged(reference: str) -> bytes:
    more = f'<mergeCells count="1"><mergeCell ref="{reference}"/></mergeCells>'.encode()
    return changed(SHEET, lambda body: body.replace(END, END + more))


def many_merged(number: int) -> bytes:
    cells = b"".join(b'<mergeCell ref="H%d:H%d"/>' % (at * 2, at * 2 + 1) for at in range(5, number))
    return changed(SHEET, lambda body: body.replace(END, END + b"<mergeCells>" + cells + b"</mergeCells>"))


def named(name: str) -> bytes:
    """A further sheet of an odd name."""
    files = parts(good())
    sheet = f'<sheet name="{name}" sheetId="9" r:id="rId1"/></sheets>'.encode()
    return packed(files | {BOOK: files[BOOK].replace(b"</sheets>", sheet)})


def ods_repeated(columns: int, rows: int) -> bytes:
    files = parts(formats.ods(formats.rows_of(good())))
    cell = (
        f'<table:table-row table:number-rows-repeated="{rows}">'
        f'<table:table-cell office:value-type="string" table:number-columns-repeated="{columns}">'
        "<text:p>1</text:p></table:table-cell></table:table-row></table:table>"
    )
    return packed(files | {"content.xml": files["content.xml"].replace(b"</table:table>", cell.encode(), 1)})


def compound(*streams: str, body: bytes = b"") -> bytes:
    """The beginning of a file of the old Office with these stream names somewhere in it."""
    names = b"".join(name.encode("utf-16-le") + b"\0\0" for name in streams)
    return OLE + b"\0" * 22 + b"\x3e\0\x03\0\xfe\xff\x09\0" + b"\0" * 470 + names.ljust(512, b"\0") + body


def bad_biff(change: Callable[[bytearray], None]) -> bytes:
    from tests.flows.test_import_formats import OLD

    data = bytearray(OLD.read_bytes())
    change(data)
    return bytes(data)


def _noise(data: bytearray) -> None:
    for at in range(1_536, min(len(data), 9_000), 7):
        data[at] ^= 0xA5


def _loop(data: bytearray) -> None:
    data[512:1_024] = struct.pack("<128I", *([1, 0] * 64))  # sectors that follow each other round and round


def rows_text(encoding: str = "utf-8") -> bytes:
    return formats.text(formats.rows_of(good())["户"], encoding)


def formula(body: bytes) -> bytes:
    return in_sheet(b'<row r="9"><c r="A9">' + body + b"</c></row>")


def long_string() -> bytes:
    cell = b'<c r="A9" t="inlineStr"><is><t>' + b"x" * 20_000_000 + b"</t></is></c>"
    return in_sheet(b'<row r="9">' + cell + b"</row>")


def declared_rows() -> bytes:
    return changed(SHEET, lambda body: body.replace(b'<dimension ref="', b'<dimension ref="A1:XFD1048576" x="'))


def external_link() -> bytes:
    book = b'<externalLink><externalBook r:id="rId1"/></externalLink>'
    return with_parts(xl__externalLinks__externalLink1_DOT_xml=book)


CASES = (
    # --- bombs
    Case("ratio", "炸弹.xlsx", lambda: with_parts(xl__a_DOT_xml=b"0" * 60_000_000), ("过大",)),
    Case("unpacked", "炸弹.xlsx", lambda: lying(SHEET, b"<a/>", 700_000_000), ("过大",)),
    Case("entries", "炸弹.xlsx", lambda: packed({f"xl/{at}.xml": b"" for at in range(900)} | parts(good())), ("过大", "过多")),
    Case("directory", "炸弹.xlsx", lambda: many_entries(100_000), ("过多",)),
    Case("nested", "炸弹.xlsx", lambda: nested(8), ("压缩包",)),
    Case("lying_sheet", "炸弹.xlsx", lambda: lying(SHEET, b"<a>" + b" " * 60_000_000, 2_000), BROKEN),
    Case("lying_strings", "炸弹.xlsx", lambda: lying(STRINGS, b"<a>" + b" " * 60_000_000, 2_000), BROKEN),
    Case("shared_strings", "炸弹.xlsx", shared_bomb, BIG),
    Case("long_string", "炸弹.xlsx", long_string, ("一格的内容超过",)),
    Case("ods_cells", "炸弹.ods", lambda: ods_repeated(16_384, 1_048_576), BIG + ("列，超过",)),
    Case("ods_columns", "炸弹.ods", lambda: ods_repeated(16_384, 2), ("16384 列", READ)),
    Case("size", "太大.xlsx", lambda: b"PK\x03\x04" + b"\0" * (64 * 1024 * 1024), ("超过 64 MB",)),
    # --- far cells and wide sheets
    Case("far_cell", "远.xlsx", lambda: in_sheet(b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'), ("16384 列",)),
    Case("far_row", "远.xlsx", lambda: in_sheet(b'<row r="1048576"><c r="CV1048576"><v>1</v></c></row>'), ("离表格很远",)),
    Case("far_row_narrow", "远.xlsx", lambda: in_sheet(b'<row r="1048576"><c r="A1048576"><v>1</v></c></row>'), ("超过 200000 行",)),
    Case("columns", "宽.xlsx", lambda: in_sheet(b'<row r="9"><c r="YZA9"><v>1</v></c></row>'), ("列，超过",)),
    Case("beyond_columns", "宽.xlsx", lambda: in_sheet(b'<row r="9"><c r="ZZZZZZ9"><v>1</v></c></row>'), ("列，超过", *BROKEN)),
    Case("declared_rows", "声明.xlsx", declared_rows, (READ, *BROKEN)),
    Case("row_zero", "零行.xlsx", lambda: in_sheet(b'<row r="0"><c r="A0"><v>1</v></c></row>'), (READ, *BROKEN)),
    Case("row_huge", "巨行.xlsx", lambda: in_sheet(b'<row r="99999999999"><c r="A99999999999"><v>1</v></c></row>'), (READ, "离表格很远", "行，超过", *BROKEN)),
    Case("merged_all", "合并.xlsx", lambda: merged("A3:XFD1048576"), (READ, *BROKEN)),
    Case("merged_column", "合并.xlsx", lambda: merged("H3:H1048576"), (READ, *BROKEN)),
    Case("merged_many", "合并.xlsx", lambda: many_merged(60_000), (READ,)),
    Case("merged_backwards", "合并.xlsx", lambda: merged("C9:A1"), (READ, *BROKEN)),
    Case("endless_number", "数.xlsx", lambda: in_sheet(b'<row r="9"><c r="A9"><v>-1e999</v></c><c r="B9"><v>nan</v></c></row>'), (READ, *BROKEN)),
    # --- what a workbook should not carry
    Case("macros", "宏.xlsx", lambda: with_parts(xl__vbaProject_DOT_bin=b"x"), ("带有宏",)),
    Case("macro_sheet", "宏.xlsx", lambda: with_parts(xl__macrosheets__sheet1_DOT_xml=b"<x/>"), ("带有宏",)),
    Case("macros_xls", "宏.xls", lambda: compound("Workbook", "_VBA_PROJECT"), ("带有宏",)),
    Case("external_links", "外链.xlsx", external_link, (READ,)),
    Case("entities_book", "实体.xlsx", lambda: entities(BOOK), ODD),
    Case("entities_strings", "实体.xlsx", lambda: entities(STRINGS), ODD),
    Case("entities_outside", "实体.xlsx", lambda: outside(STRINGS), ODD),
    Case("embedded_archive", "嵌入.xlsx", lambda: with_parts(xl__embeddings__a_DOT_zip=nested(2)), (READ,)),
    Case("symlink", "链接.xlsx", linked, (READ,)),
    Case("absolute_path", "路径.xlsx", lambda: packed(parts(good()) | {"/etc/cron.d/x": b"x"}), ODD),
    Case("upward_path", "路径.xlsx", lambda: packed(parts(good()) | {"xl/../../x": b"x"}), ODD),
    Case("duplicate_part", "重复.xlsx", lambda: twice(SHEET), ODD),
    Case("formulas_unsaved", "公式.xlsx", lambda: formula(b"<f>1+1</f>"), ("公式没有算出",)),
    Case("formulas_emptied", "公式.xlsx", lambda: formula(b"<f>A1</f><v></v>"), ("公式没有算出",)),
    Case("dde", "命令.xlsx", lambda: named("=cmd|&apos;/c calc&apos;!A1"), (READ,)),
    Case("sheet_name_long", "名.xlsx", lambda: named("长" * 5_000), (READ,)),
    Case("sheet_name_signs", "名.xlsx", lambda: named("%s%(a)d{}&lt;script&gt;&amp;‮"), (READ,)),
    Case("sheet_name_empty", "名.xlsx", lambda: named(""), (READ, *BROKEN)),
    # --- locked
    Case("locked", "锁.xlsx", lambda: compound("EncryptedPackage", "EncryptionInfo"), ("打开密码",)),
    Case("locked_entries", "锁.xlsx", lambda: flagged(1), ("打开密码",)),
    Case("locked_ods", "锁.ods", lambda: formats.ods(formats.rows_of(good()), encrypted=True), ("打开密码",)),
    # --- broken
    Case("truncated", "断.xlsx", lambda: good()[: len(good()) // 2], BROKEN),
    Case("truncated_end", "断.xlsx", lambda: good()[:-30], BROKEN),
    Case("flipped", "坏.xlsx", lambda: (data := good())[:900] + bytes(byte ^ 0x55 for byte in data[900:1_500]) + data[1_500:], (*BROKEN, *ODD)),
    Case("no_sheet_part", "缺.xlsx", lambda: packed({name: body for name, body in parts(good()).items() if name != SHEET}), BROKEN),
    Case("bad_xml", "坏.xlsx", lambda: changed(SHEET, lambda body: body[: len(body) // 2]), (*BROKEN, READ)),
    Case("garbage_xml", "坏.xlsx", lambda: changed(SHEET, lambda body: b"\xff\xfe\0garbage" * 99), (*BROKEN, "空的", "没有找到表头")),
    Case("ole_garbage", "坏.xls", lambda: compound("Workbook", body=bytes(range(256)) * 40), BROKEN),
    Case("ole_loop", "坏.xls", lambda: bad_biff(_loop), BROKEN),
    Case("bad_biff", "坏.xls", lambda: bad_biff(_noise), STRANGE),
    Case("truncated_xls", "断.xls", lambda: bad_biff(lambda data: data.__delitem__(slice(len(data) // 2, None))), (*STRANGE, READ)),
    # --- something else
    Case("word", "文档.xlsx", lambda: packed({"word/document.xml": b"<w/>", "[Content_Types].xml": b"<T/>"}), ("Word",)),
    Case("word_old", "文档.xls", lambda: compound("WordDocument"), ("Word",)),
    Case("pdf", "通知.xlsx", lambda: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + b"\0" * 900, ("PDF",)),
    Case("picture", "照片.xlsx", lambda: b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + b"\0" * 90, ("图片",)),
    Case("archive", "打包.xlsx", lambda: packed({"东屏镇.xlsx": good(), "大屯镇.xlsx": good()}), ("压缩包",)),
    Case("rar", "打包.xls", lambda: b"Rar!\x1a\x07\x01\0" + b"\0" * 90, ("压缩包",)),
    Case("web_page", "导出.xls", lambda: b"<html><table><tr><td>1</td></tr></table></html>", ("网页",)),
    Case("xml_2003", "导出.xls", lambda: b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>', ("网页",)),
    Case("polyglot", "两样.xlsx", lambda: b"%PDF-1.4\n" + good(), ("PDF",)),
    Case("archive_behind", "两样.xlsx", lambda: b"GIF89a\0\0" + good(), ("图片",)),
    Case("empty", "空.xlsx", lambda: b"", ("是空的",)),
    Case("zeros", "零.xlsx", lambda: b"\0" * 5_000, ("不是 Excel",)),
    # --- text
    Case("text_endless_line", "长.csv", lambda: b"a," * 5_000_000, ("有一行长过",)),
    Case("text_endless_cell", "长.csv", lambda: "户编号,乡镇\n".encode() + b"x" * 5_000_000, ("有一行长过",)),
    Case("text_wide", "宽.csv", lambda: ("户编号,乡镇,行政村," * 900 + "\n1,2,3\n").encode(), ("列，超过", "没有找到")),
    Case("text_quote_open", "引号.csv", lambda: rows_text().replace(b"1\xe7\xbb\x84", b'"1\xe7\xbb\x84', 1) + b"x\n" * 5_000, ("引号", "没有找到")),
    Case("text_nul", "零.csv", lambda: rows_text()[:50] + b"\0\0" + rows_text()[50:], ("不是 Excel", "编码")),
    Case("text_nul_late", "零.csv", lambda: rows_text() + b"1,2\n" * 2_000 + b"\0dabc,\0x\n", (READ, "没有找到", "没有一行", "缺少列")),
    Case("text_wide_unmarked", "宽字.csv", lambda: rows_text("utf-16-le"), ("编码",)),
    Case("text_mark_only", "标.csv", lambda: b"\xef\xbb\xbf", ("没有找到", "是空的")),
    Case("text_marks_twice", "标.csv", lambda: b"\xef\xbb\xbf" * 2 + rows_text(), (READ, "缺少列", "没有登记", "没有找到")),
    Case("text_mixed_codes", "混.csv", lambda: "户编号,乡镇\n".encode() * 500 + b"\xff\xff\x80\x81", ("编码",)),
    Case("text_blank_lines", "空行.csv", lambda: b"\r\n" * 100_000, ("没有找到", "是空的", "没有一行")),
)  # fmt: skip
