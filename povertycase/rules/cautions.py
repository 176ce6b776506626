"""Cautions 提示 about a result: kept as a code with its parameters, worded in the language of whoever reads them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from povertycase.rules import words

Caution = dict[str, Any]

_PATTERNS = {
    "threshold_missing": gettext_lazy(
        "{year} 年没有“{label}”，相关指标一律为待核实；请由县办录入当年标准和文件后重新检查。"
    ),
    "threshold_unverified": gettext_lazy("“{label}”{value}{unit}未核对原文（{document}）。"),
    "standard_elsewhere": gettext_lazy("“{name}”是其他区划（{place}）的标准，结果只供参照，不能用于本地退出。"),
    "standard_unverified": gettext_lazy("“{name}”未核对文件原文（{document}）。"),
}
_TRANSLATED = {"label", "name", "unit"}  # words of shipped rules, which the catalogue holds


def caution(code: str, **params: Any) -> Caution:
    """A caution as it is stored. Raises KeyError for an unknown code."""
    _PATTERNS[code]
    return {"code": code, "params": {name: str(value) for name, value in params.items()}}


def say(stored: Caution | str) -> str:
    """A stored caution in the language in force; one from before they had codes is a Chinese sentence already."""
    if isinstance(stored, str):
        return stored
    said = {name: _said(name, value) for name, value in stored["params"].items()}
    return str(_PATTERNS[stored["code"]]).format(**said)


def say_all(stored: list[Caution | str]) -> list[str]:
    """Every caution of a list, in its order."""
    return [say(one) for one in stored]


def of_threshold(label: str, line: Mapping[str, Any]) -> Caution:
    """That a line was not checked against its document."""
    told = {"value": line["value"], "unit": line["unit"], "document": line["document"]}
    return caution("threshold_unverified", label=label, **told)


def _said(name: str, value: str) -> str:
    if name == "value":
        return words.number(Decimal(value))
    return _(value) if name in _TRANSLATED and value else value
