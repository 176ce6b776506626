"""What stands in a sheet and is no cell: hidden rows, comments, the last row of the old format. It is told, not read."""

from django.utils.translation import gettext_noop as _

from povertycase.exchange.cleaning import CLEANED, WARNING, Note
from povertycase.exchange.findings import Findings, Place
from povertycase.exchange.reader import SheetStart

# The old format ends here: a list that is exactly as long may have lost its end.
LAST_ROW_OF_XLS = 65_536
_COUNTED = (
    ("hidden_rows", "rows_hidden", _("有 %(number)s 个隐藏的行，已一并读取，请核对")),
    ("hidden_columns", "columns_hidden", _("有隐藏的列，已一并读取，请核对")),
    ("comments", "comments_ignored", _("有 %(number)s 处批注，批注里的内容没有导入，请核对")),
)


def tell(title: str, start: SheetStart, findings: Findings) -> None:
    """Report what an officer may take for content and the import does not."""
    place = Place(title)
    for key, code, words in _COUNTED:
        if number := start.seen.get(key):
            findings.add(place, Note(WARNING, code, words, {"number": number}))
    if start.height == LAST_ROW_OF_XLS:
        words = _("正好 %(rows)s 行，是旧格式的上限，后面的行可能已经丢失，请核对")
        findings.add(place, Note(WARNING, "xls_full", words, {"rows": LAST_ROW_OF_XLS}))
    if start.seen.get("from_1904"):
        findings.add(place, Note(CLEANED, "from_1904", _("日期从 1904 年起算，已换算")))
