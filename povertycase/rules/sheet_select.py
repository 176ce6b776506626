"""The SELECT that makes the rows of a fact sheet: the base of its subjects, joined with every source that is asked."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from povertycase.models import SheetTable
from povertycase.rules import conditions, facts, member_counts
from povertycase.rules.conditions import Given
from povertycase.rules.operands import literal


class SheetError(RuntimeError):
    """A sheet that cannot be made or read; the sentence says what to do."""


def select(sheet: SheetTable) -> str:
    """The SELECT that makes a sheet's rows, with the parameters of `Asked.params`."""
    subject = facts.SUBJECTS[sheet.subject]
    base = facts.SOURCES[subject.base]
    chosen = _chosen(sheet, base)
    codes = [column[0] for column in sheet.columns if len(column) == 2]
    counts = {column[0]: column[2] for column in sheet.columns if len(column) > 2}
    joins = "".join(
        f"\nLEFT JOIN ({sql}) {code} ON {code}.subject_id = {base.code}.subject_id"
        for code, sql in _joined(subject, codes, counts, Given(sheet.as_of), bool(chosen))
    )
    values = [f"{facts.expression(code)}::{facts.TYPES[facts.get(code).type]} AS {code}" for code in codes]
    members = MEMBERS.get(sheet.subject, "")
    values += [f"coalesce({members}.{name}, 0)::integer AS {name}" for name in counts]
    source = "chosen" if chosen else f"({facts.expand(base.sql)})"
    return (
        f"{chosen}SELECT {base.code}.subject_id, {base.code}.division_code, {', '.join(values)}\n"
        f"FROM {source} {base.code}{joins}"
    )


# Which grouped source counts members, and how a member's row is called there; filled by the register's facts.
MEMBERS: dict[str, str] = {}


def _chosen(sheet: SheetTable, base: facts.Source) -> str:
    """The CTE of the subjects asked for, where a division or a population narrows them; otherwise nothing."""
    limits = []
    if sheet.division_code:
        limits.append(f"{base.code}.division_code LIKE {literal(sheet.division_code + '%')}")
    if sheet.population:
        node = conditions.parse(sheet.population)
        columns = {code: _base_only(code, base) for code in node.facts()}
        limits.append(node.sql(columns, Given(sheet.as_of)))
    if not limits:
        return ""
    return (
        f"WITH chosen AS MATERIALIZED (SELECT {base.code}.* FROM ({facts.expand(base.sql)}) {base.code} "
        f"WHERE {' AND '.join(limits)})\n"
    )


def _base_only(code: str, base: facts.Source) -> str:
    if facts.get(code).source != base.code:
        raise SheetError(
            _("范围条件只能用来源为“{source}”的指标事实，“{code}”不是。").format(source=base.code, code=code)
        )
    return facts.expression(code)


def _joined(
    subject: facts.Subject, codes: Sequence[str], counts: Mapping[str, str], given: Given, chosen: bool
) -> list[tuple[str, str]]:
    """(alias, SELECT) of every source beside the base that the columns need."""
    wanted: dict[str, list[str]] = {}
    for code in facts.needed(codes):
        fact = facts.get(code)
        if fact.subject != subject.code:
            told = {"code": code, "owner": fact.subject, "subject": subject.code}
            raise SheetError(_("指标事实“{code}”属于 {owner}，不能放进 {subject} 的事实表。").format(**told))
        if fact.source and fact.source != subject.base:
            wanted.setdefault(fact.source, []).append(code)
    if counts:
        wanted.setdefault(MEMBERS[subject.code], [])
    found = []
    members = MEMBERS.get(subject.code)
    # Every join hands on all columns of those before it, so the widest source comes last.
    for name, of_source in sorted(wanted.items(), key=lambda one: len(one[1]) + len(counts) * (one[0] == members)):
        source = facts.SOURCES[name]
        sql = facts.expand(source.sql, chosen)
        if source.group:
            columns = [f"{facts.get(code).sql} AS {code}" for code in of_source]
            if name == members:
                columns += _counted(counts, given)
            sql = f"SELECT {source.group} AS subject_id, {', '.join(columns)} FROM ({sql}) {name}_rows GROUP BY 1"
        found.append((name, sql))
    return found


def _counted(counts: Mapping[str, str], given: Given) -> list[str]:
    """One sum a member count."""
    columns = []
    for name, body in counts.items():
        node = conditions.member_condition(body)
        where = node.sql({code: facts.get(code).sql for code in node.facts()}, given)
        columns.append(f"{member_counts.summed_sql(where)} AS {name}")
    return columns
