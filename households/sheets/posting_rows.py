"""驻村选派名单 as an import: who is posted to which village, from when, by which paper."""

from functools import partial
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop as later

from households.actions import postings
from households.models import Cadre, Posting
from households.sheets.row_words import back, changes, standing
from povertycase.access.permissions import Permission
from povertycase.exchange import rowwise
from povertycase.exchange.batch import Staging
from povertycase.exchange.cleaning import ERROR
from povertycase.exchange.columns import Column, Sheet, of
from povertycase.exchange.rowwise import CHANGED, NEW, SAME, Looked, Wrote, refused
from povertycase.models import Division
from povertycase.slots import FindingCode

ROLES = {"队长": "team_leader", "工作队长": "team_leader", "队员": "team_member", "驻村队员": "team_member"}
ROLES |= {"驻村工作队长": "team_leader", "第一书记兼队长": "first_secretary"}

SHEET = Sheet(
    "postings",
    "驻村选派",
    (
        Column("town", "乡镇", synonyms=("乡", "镇", "乡镇街道"), required=True, length=40),
        Column("village", "行政村", synonyms=("村", "驻村", "驻村名称", "村名"), required=True, length=60, width=16),
        of(Cadre, "name", type="name", required=True, synonyms=("干部姓名", "驻村干部")),
        Column("cadre_no", "干部编号", "code", length=24, width=18, help="同名时填写"),
        Column("unit", "单位名称", synonyms=("派出单位", "单位", "工作单位"), length=80, width=24),
        of(Posting, "role", required=True, synonyms=("职务", "驻村职务", "身份"), aliases=ROLES, width=18),
        of(Posting, "document_no", synonyms=("文号", "选派文件"), width=20),
        of(Posting, "true_from", synonyms=("选派日期", "驻村日期", "到村日期"), required=True, width=13),
        of(Posting, "true_to", heading="结束日期", synonyms=("离村日期",), future=True, width=13),
    ),
    synonyms=("驻村", "驻村干部", "驻村名单", "选派名单"),
    optional=False,
    note="每人一行；结束驻村时在原来的一行填结束日期",
    key=("town", "village", "name"),
)


STAYS = later("撤销驻村登记的，随之开通的岗位权限同时停止；当天开通的到当天为止。")


def look(stage: Staging, row: dict[str, Any]) -> Looked:
    """A posting that begins, one that ends, or one that stands as it is."""
    about = f"{row['town']}{row['village']} {row['name']}"
    match = stage.places.match(row["town"], row["village"])
    if match.code is None or match.note and match.note.severity == ERROR:
        return Looked(rowwise.REFUSED, about, note=match.note, key="village")
    cadres = _cadres(row)
    if len(cadres) != 1:
        return _unclear(row, len(cadres), about)
    cadre = cadres[0]
    wanted = {"role": row["role"], "document_no": row["document_no"] or "", "true_to": row["true_to"]}
    known = Posting.objects.known().filter(cadre=cadre, village_id=match.code, true_from=row["true_from"]).first()
    if known is None:
        opens = partial(_open, cadre, match.code, {**wanted, "true_from": row["true_from"]})
        return Looked(NEW, about, changes(Posting, None, wanted), opens)
    return _compared(known, {name: value for name, value in wanted.items() if value}, about)


def _compared(known: Posting, wanted: dict[str, Any], about: str) -> Looked:
    differing = changes(Posting, known, wanted)
    if not differing:
        return Looked(SAME, about)
    if known.true_to is None and [label for label, *_rest in differing] == [_label("true_to")]:
        return Looked(CHANGED, about, differing, partial(_close, known, wanted["true_to"]))
    words = later("这次驻村已登记，%(fields)s与登记的不同；请先结束原来的驻村，再另起一行")
    told = {"fields": [label for label, *_rest in differing]}
    return refused("role", "posting_differs", words, told, about)


def _label(name: str) -> str:
    field: Any = Posting._meta.get_field(name)
    return str(field.verbose_name)


def _cadres(row: dict[str, Any]) -> list[Cadre]:
    found = Cadre.objects.filter(name=row["name"], taken_back_on=None)
    if row["cadre_no"]:
        found = found.filter(cadre_no=row["cadre_no"])
    if row["unit"]:
        found = found.filter(unit__name=row["unit"])
    return list(found.select_related("account").order_by("pk")[:2])


def _unclear(row: dict[str, Any], number: int, about: str) -> Looked:
    told = {"name": row["name"]}
    if number:
        words = later("有几名干部叫“%(name)s”，请填写干部编号或单位名称")
        return refused("name", "cadre_ambiguous", words, told, about)
    words = later("没有登记过干部“%(name)s”，请核对姓名、编号和单位；新干部先随登记簿“帮扶责任人”表导入")
    return refused("name", "cadre_unknown", words, told, about)


def _open(cadre: Cadre, village: str, values: dict[str, Any], *, by: Any, on: Any) -> Wrote:
    place = Division.objects.get(pk=village)
    return Wrote(postings.open(cadre=cadre, village=place, entered_on=on, by=by, **values).pk)


def _close(posting: Posting, last: Any, *, by: Any, on: Any) -> Wrote:
    return Wrote(postings.close(posting=posting, true_to=last, entered_on=on, by=by).pk, posting.pk)


def _take_back(wrote: Wrote, *, by: Any, on: Any) -> int | None:
    posting, old = standing(Posting, wrote, by)
    return back(partial(postings.take_back, posting=posting, old=old, on=on, by=by))


def _whole(row: dict[str, Any]) -> str:
    """A cadre has one village, a village one first secretary: every row asks what the others wrote."""
    return ""


KIND = rowwise.kind(
    "postings",
    order=50,
    label=_("驻村选派名单"),
    permission=Permission.POSTING_EDIT,
    sheets=(SHEET,),
    rows=rowwise.Rows(look, _take_back, once=("town", "village", "name", "true_from"), part=_whole, stays=STAYS),
    extra={
        "codes": (
            FindingCode("cadre_unknown", "error", "没有登记过这名干部", "核对姓名、编号和单位", ()),
            FindingCode("cadre_ambiguous", "error", "有几名同名的干部", "填干部编号或单位名称", ()),
            FindingCode("posting_differs", "error", "这次驻村已登记而内容不同", "先结束原来的驻村，再另起一行", ()),
        )
    },
)
