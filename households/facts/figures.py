"""Figures of villages and of the county by document: the catalogue of what is asked, and the facts made of it (E-04).

The register holds registered households only, so a share of all households is never computed from it. A figure is in
force from its day until a later one; a yearly one counts only in its own year. Where nobody entered a figure, the
village form 村登记表 may say the same.
"""

import datetime
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import connection
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from povertycase.rules import facts
from povertycase.rules.facts import Fact, Source

CATALOGUE = Path(__file__).resolve().parents[1] / "catalogue" / "figures.toml"
KINDS = {"share": "numeric", "amount": "numeric", "answer": "bool"}
LEVELS = ("village", "county")
_PARTS = ("share", "numerator", "denominator", "amount", "answer")


@dataclass(frozen=True)
class Figure:
    """One thing that a bureau or an evaluator is asked about a village or the county; see the catalogue."""

    code: str
    label: Any
    kind: str  # share | amount | answer
    levels: tuple[str, ...]
    supplier: Any
    unit: Any = ""
    numerator: Any = ""
    denominator: Any = ""
    record: Mapping[str, str] = field(default_factory=dict)
    yearly: bool = False
    evaluated: bool = False

    def fact(self, level: str) -> str:
        """The code of the fact made of it."""
        return f"{level}_{self.code}_{self.kind}"


@dataclass(frozen=True)
class Said:
    """A figure in force, with its paper. source_unit and document are empty where the village form has none."""

    code: str
    value: Any  # per cent, amount or True/False
    numerator: Decimal | None
    denominator: Decimal | None
    sample: int | None
    source_unit: str
    document: str
    true_from: datetime.date
    by_form: bool  # from the village form, not entered as a figure


def _read() -> dict[str, Figure]:
    bodies = tomllib.loads(CATALOGUE.read_text(encoding="utf-8"))["figures"]
    words = ("label", "supplier", "unit", "numerator", "denominator")
    found = {}
    for body in bodies:
        said = {name: _(body[name]) for name in words if body.get(name)}
        found[body["code"]] = Figure(**{**body, **said, "levels": tuple(body["levels"])})
    return found


FIGURES = _read()


def of_fact(code: str) -> Figure | None:
    """The figure that a fact is made of; None for a fact of another source."""
    return _BY_FACT.get(code)


_BY_FACT = {figure.fact(level): figure for figure in FIGURES.values() for level in figure.levels}


def _yearly() -> str:
    return ", ".join(f"'{figure.code}'" for figure in FIGURES.values() if figure.yearly)


def _from_records() -> str:
    """The columns of the village form as figures, one row each."""
    rows = []
    for figure in FIGURES.values():
        if figure.record:
            cells = (figure.record.get(part, "NULL") for part in _PARTS)
            kinds = ("numeric", "numeric", "numeric", "numeric", "boolean")
            rows.append(f"('{figure.code}', {', '.join(f'({c})::{k}' for c, k in zip(cells, kinds, strict=True))})")
    return ", ".join(rows)


# A figure entered goes before the form's; of each the latest. A share that is none (more than the whole) is not known.
_SAID = f"""
    SELECT DISTINCT ON (said.subject_id, said.code) said.*
    FROM (
        SELECT x.subject_id, x.code, 100 * x.numerator / x.denominator AS share, x.numerator, x.denominator, x.amount,
               x.answer, x.sample, x.source_unit, x.document, x.true_from, FALSE AS by_form, x.id
        FROM (SELECT g.division_id::bigint AS subject_id, g.* FROM households_divisionfigure g) x
        WHERE {{within:x.subject_id}} AND {{known:x}} AND x.true_from <= %(as_of)s
        UNION ALL
        SELECT v.subject_id, f.code, coalesce(f.share, 100 * f.numerator / f.denominator), f.numerator, f.denominator,
               f.amount, f.answer, NULL, '', v.document, v.true_from, TRUE, v.id
        FROM (
            SELECT DISTINCT ON (r.subject_id) r.*
            FROM (SELECT q.division_id::bigint AS subject_id, q.* FROM households_villagerecord q) r
            WHERE {{within:r.subject_id}} AND {{known:r}} AND r.true_from <= %(as_of)s
            ORDER BY r.subject_id, r.true_from DESC, r.id DESC
        ) v
        CROSS JOIN LATERAL (VALUES {_from_records()}) f(code, {", ".join(_PARTS)})
        WHERE num_nonnulls(f.share, f.amount, f.answer) = 1 OR f.numerator BETWEEN 0 AND nullif(f.denominator, 0)
    ) said
    WHERE said.code NOT IN ({_yearly()}) OR said.true_from >= date_trunc('year', %(as_of)s::date)
    ORDER BY said.subject_id, said.code, said.by_form, said.true_from DESC, said.id DESC
"""

SOURCES = tuple(Source(f"{level}_figures", level, _SAID, group="subject_id", label=_("部门数据")) for level in LEVELS)


def _fact(figure: Figure, level: str) -> Fact:
    how = "bool_and" if figure.kind == "answer" else "max"
    return Fact(
        figure.fact(level),
        figure.label,
        level,
        KINDS[figure.kind],
        f"{how}({figure.kind}) FILTER (WHERE code = '{figure.code}')",
        source=f"{level}_figures",
        unit="%" if figure.kind == "share" else figure.unit,
        unknown=_("当年没有文件提供这项数据") if figure.yearly else _("没有文件提供这项数据"),
        supplier=format_lazy(_("{bureau}提供"), bureau=figure.supplier),
    )


FACTS = tuple(_fact(figure, level) for figure in FIGURES.values() for level in figure.levels)


def said(divisions: Iterable[str], *, as_of: datetime.date, known_on: datetime.datetime) -> dict[str, dict[str, Said]]:
    """{division: {code of the figure: what is in force}} of villages or counties, by the SELECT that facts read."""
    codes = sorted(int(code) for code in divisions)
    if not codes:
        return {}
    found: dict[str, dict[str, Said]] = {str(code): {} for code in codes}
    columns = ", ".join(("subject_id", "code", *_PARTS, "sample", "source_unit", "document", "true_from", "by_form"))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {columns} FROM ({facts.expand(_SAID)}) s WHERE subject_id = ANY(%(ids)s)",
            {**facts.Asked.on(as_of, known_on).params(codes[0], codes[-1]), "ids": codes},
        )
        for place, code, share, numerator, denominator, amount, answer, *paper in cursor.fetchall():
            value = (
                {"share": share, "amount": amount, "answer": answer}[FIGURES[code].kind] if code in FIGURES else None
            )
            found[str(place)][code] = Said(code, value, numerator, denominator, *paper)
    return found
