"""疑点核实表 dropped on the import page: the same answers as on the page of 疑点核实, with the list of rows before."""

from functools import partial
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop as later
from django.utils.translation import override

from povertycase.access.permissions import Permission
from povertycase.exchange import rowwise
from povertycase.exchange.batch import Staging
from povertycase.exchange.rowwise import CHANGED, NEW, SAME, Change, Looked, Wrote
from povertycase.slots import FindingCode
from supervision.actions import check_answers, check_upload
from supervision.actions.check_answers import ItemsMoved
from supervision.models import CheckItem
from supervision.sheets.check_columns import ANSWER_SHEET

LABELS = dict(CheckItem.Answer.choices)


def look(stage: Staging, row: dict[str, Any]) -> Looked:
    """An item that is answered by this row; one without an answer stays as it is."""
    by = stage.batch.by
    seen = CheckItem.objects.visible_to(by) if by else CheckItem.objects.all()
    item = seen.select_related("household").filter(pk=row["item"]).first()
    about = f"{row['household_no']} {row['item']}"
    if item is None or item.household.household_no != row["household_no"]:
        words = later("没有编号为 %(item)s、户编号为 %(no)s 的疑点，请不要改动这两列")
        return rowwise.refused("item", "item_unknown", words, {"item": row["item"], "no": row["household_no"]}, about)
    if check_upload.is_told(row, item):
        return Looked(SAME, about)
    with override("zh-hans"):
        before = [str(LABELS[item.answer])] if item.answer else ""
        said: list[Change] = [(later("核实结果"), before, [str(LABELS[row["answer"]])])]
    if row["words"]:
        said.append((later("情况说明"), item.words, row["words"]))
    return Looked(CHANGED if item.answer else NEW, about, said, partial(_answer, row, item))


def _answer(row: dict[str, Any], item: CheckItem, *, by: Any, on: Any) -> Wrote:
    try:
        check_upload.answer_of(row, item, by=by, on=on)
    except ItemsMoved as moved:
        raise rowwise.RowRefused(str(moved)) from moved
    return Wrote(item.pk, more={"version": item.version + 1, "before": check_answers.before_answer(item)})


def _take_back(wrote: Wrote, *, by: Any, on: Any) -> None:
    """An answer goes as long as nobody has audited it: from then on it is the township's word too."""
    item = CheckItem.objects.visible_to(by).filter(pk=wrote.made).first()
    if item is None:
        raise rowwise.RowRefused(later("不在您的管辖范围内，没有撤销"))
    if item.state in (CheckItem.State.PASSED, CheckItem.State.CLOSED):
        raise rowwise.RowRefused(later("这条答复已经审核，不能撤销；要改请由审核的人退回重新核实"))
    told = {"version": wrote.more["version"], "before": wrote.more["before"]}
    try:
        check_answers.take_back(item=item, on=on, by=by, **told)
    except ItemsMoved as moved:
        raise rowwise.RowRefused(later("导入后又有改动，没有撤销，请逐条核对")) from moved


KIND = rowwise.kind(
    check_upload.ANSWERS,
    order=20,
    label=_("疑点核实表"),
    permission=Permission.CHECK_ANSWER,
    see=Permission.CHECK_VIEW,
    sheets=(ANSWER_SHEET,),
    rows=rowwise.Rows(look, _take_back, once=("item",), stays=later("已由乡镇或县级审核的答复不撤销。")),
    extra={"codes": (FindingCode("item_unknown", "error", "没有这个疑点编号和户编号的疑点", "不要改动这两列", ()),)},
)
