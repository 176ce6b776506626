"""The body of a drafted rule: read from what a person wrote, with the line of every mistake, and proved computable."""

import datetime
import json
import re
import tomllib
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assistance.queries import frequencies
from assistance.queries.frequencies import Frequency
from povertycase import slots
from povertycase.models import RuleVersion
from povertycase.rules import proving, thresholds, versions
from povertycase.rules.compile import Standard
from povertycase.rules.conditions import Node
from povertycase.secrets import identity
from supervision.queries import checks

KINDS = {
    "check": gettext_lazy("疑点规则"),
    "warning": gettext_lazy("预警"),
    "frequency": gettext_lazy("走访频次"),
    "policy": gettext_lazy("政策"),
    "threshold": gettext_lazy("标准线"),
    "standard": gettext_lazy("退出标准"),
}
# What a county may write itself, by choosing fact, test and value (E-12), and how the codes of its own begin.
OWN = {"check": "local-", "warning": "local-w", "frequency": "local-f", "policy": "local-p"}
TUNING = gettext_lazy(
    "退出标准由中央和省制定，县里“既不降低标准，也不吊高胃口”，不得自行调整。标准有新的文件时，请按新文件另行录入。"
)
_CODE = re.compile(r"[a-z][a-z0-9_-]{1,59}")
_PLACE = re.compile(r"\(at (?:line (\d+), column (\d+)|end of document)\)")
_TEXTS = ("code", "name", "level", "document")
_OF_CRITERION = ("code", "name", "gap", "value", "test")
LONGEST = 60_000


def standard_of(text: str) -> dict[str, Any]:
    """A standard from the text of its TOML table. Raises ValidationError with a sentence and a line for each mistake."""
    if len(text) > LONGEST:
        raise ValidationError(_("标准文本超过 6 万字，请核对是否粘贴了别的内容。"))
    try:
        body = json.loads(versions.canonical(tomllib.loads(text)))
    except tomllib.TOMLDecodeError as error:
        raise ValidationError(_unreadable(error)) from error
    except TypeError as error:
        raise ValidationError(_("标准里只能写文字、数字、日期、是否和表，请删去其他内容。")) from error
    mistakes = list(_missing(body, _TEXTS, text, 1))
    criteria = body.get("criteria")
    if not isinstance(criteria, list) or not criteria or not all(isinstance(one, dict) for one in criteria):
        mistakes.append(_("没有指标：每项指标以一行 [[criteria]] 开头，至少一项。"))
        raise ValidationError(mistakes)
    for number, item in enumerate(criteria, start=1):
        mistakes += _of_criterion(body, item, number, text)
    if not mistakes:
        mistakes += _whole(body)
    if mistakes:
        raise ValidationError(mistakes)
    return body


def prove(kind: str, body: Mapping[str, Any]) -> None:
    """Can the rule be read and computed? Raises ValidationError."""
    if identity.stands_in(versions.canonical(body)):
        raise ValidationError(_("规则的文字中请不要写证件号码。"))
    if not _CODE.fullmatch(str(body.get("code", ""))):
        raise ValidationError(_("代码只能用小写字母、数字、下划线和短横线，以字母开头。"))
    try:
        if kind in OWN:
            node = node_of(kind, body)
            proving.prove(node, _given(node), name=str(body["name"]))
        elif kind == "standard":
            Standard.parse(body)
        else:
            Decimal(str(body["line"]["value"]))
    except (KeyError, TypeError, ValueError, AttributeError, InvalidOperation) as error:
        raise ValidationError(_said(error)) from error


def node_of(kind: str, body: Mapping[str, Any]) -> Node:
    """Whom a rule of the county's own finds: the suspicious, the warned of, the gap of a policy, those to be visited.

    Raises ConditionError, KeyError.
    """
    return Frequency.parse(body).node if kind == frequencies.KIND else checks.parse(kind, body)


def of_version(kind: str, code: str) -> RuleVersion | None:
    """The shipped version of this kind and code: the country's or the province's, which a county does not tune."""
    versions.ensure_shipped()
    return RuleVersion.objects.filter(kind=kind, code=code, author=None, in_force=True).first()


def final(kind: str, body: Mapping[str, Any], *, document: str, day: datetime.date) -> dict[str, Any]:
    """The body as it goes into force on a day: with its division, its first day, its document."""
    if kind == "threshold":
        line = {**body["line"], "document": document, "verified": True}
        own = RuleVersion.objects.filter(
            kind=kind, code=body["code"], division_code=settings.COUNTY, in_force=True, author__isnull=False
        ).first()
        key = (line["division"], line["from"])
        kept = [one for one in (own.body["values"] if own else ()) if (one.get("division", ""), one["from"]) != key]
        kept = sorted([*kept, line], key=lambda one: one["from"])
        rest = {name: value for name, value in body.items() if name != "line"}
        return {**rest, "division": settings.COUNTY, "document": document, "values": kept}
    if kind == "standard":
        table = {name: value for name, value in body.items() if name != "text"}
        return {**table, "document": document, "verified": True}
    start = max(day.isoformat(), str(body.get("valid_from", "")))
    return {**body, "division": settings.COUNTY, "document": document, "valid_from": start}


# --- mistakes ---------------------------------------------------------------------------------------------


def _unreadable(error: tomllib.TOMLDecodeError) -> str:
    found = _PLACE.search(str(error))
    if found and found[1]:
        return _("第 {line} 行第 {column} 列读不懂，请核对引号、括号和等号是否成对。").format(
            line=found[1], column=found[2]
        )
    return _("文本没有写完，请核对末尾的引号、括号是否成对。")


def _missing(table: Mapping[str, Any], names: tuple[str, ...], text: str, line: int) -> list[str]:
    return [
        _("第 {line} 行起的表缺少“{name}”，请补上。").format(line=line, name=name)
        for name in names
        if not table.get(name)
    ]


def _of_criterion(body: Mapping[str, Any], item: Mapping[str, Any], number: int, text: str) -> list[str]:
    line = _line_of(text, number)
    if mistakes := _missing(item, _OF_CRITERION, text, line):
        return mistakes
    unknown = [code for code in item.get("evidence", ()) if slots.FACTS.get(code) is None]
    if unknown:
        return [_("第 {line} 行起的指标：没有名为“{code}”的指标事实。").format(line=line, code=unknown[0])]
    plain = {**item, "points": None}
    try:
        standard = Standard.parse({"code": "x", "name": "x", "level": body.get("level"), "criteria": [plain]})
        proving.prove(standard.criteria[0], _given(standard.criteria[0]), name=str(item["name"]))
    except (KeyError, TypeError, ValueError, AttributeError, InvalidOperation) as error:
        return [_("第 {line} 行起的指标：{words}").format(line=line, words=_said(error))]
    return []


def _whole(body: Mapping[str, Any]) -> list[str]:
    if not _CODE.fullmatch(str(body["code"])):
        return [_("代码只能用小写字母、数字、下划线和短横线，以字母开头。")]
    codes = [item["code"] for item in body["criteria"]]
    if twice := {code for code in codes if codes.count(code) > 1}:
        return [_("指标代码“{code}”出现了两次，请改正。").format(code=sorted(twice)[0])]
    if not settings.COUNTY.startswith(str(body.get("division", ""))):
        return [_("标准的区划 {division} 不包括本县，请核对文件的发文机关。").format(division=body["division"])]
    try:
        for name in ("valid_from", "valid_to"):
            datetime.date.fromisoformat(str(body.get(name) or "2000-01-01"))
        if not body.get("valid_from"):
            return [_("第 {line} 行起的表缺少“{name}”，请补上。").format(line=1, name="valid_from")]
        Standard.parse(body)
    except (KeyError, TypeError, ValueError, AttributeError, InvalidOperation) as error:
        return [_said(error)]
    return []


def _line_of(text: str, number: int) -> int:
    """The line on which the criterion of this number begins."""
    heads = [line for line, words in enumerate(text.splitlines(), 1) if words.strip().startswith("[[criteria]]")]
    return heads[number - 1] if number <= len(heads) else 1


def _said(error: Exception) -> str:
    """A mistake in words: a missing name, or the sentence the reader of rules gave."""
    if isinstance(error, KeyError):
        words = str(error.args[0])
        return words if "“" in words else _("缺少“{name}”，请补上。").format(name=words)
    if isinstance(error, ValueError) and error.args and any("一" <= sign <= "鿿" for sign in str(error.args[0])):
        return str(error.args[0])
    return _("写法不对，请对照“规则 › 退出标准”里已有的标准改正。")


def _given(node: Node) -> Any:
    """Any day, and a number for every line: types do not depend on them."""
    day = datetime.date(2018, 12, 31)
    found, _used, _warnings = thresholds.given(node.thresholds(), day, settings.COUNTY)
    known = {body["code"] for body in versions.shipped("threshold")}
    if strange := node.thresholds() - known:
        raise ValueError(_("没有名为“{code}”的标准线。").format(code=sorted(strange)[0]))
    return found
