"""What-if 对比试算: a draft beside the rule in force on a named sheet, by town and village, and the households behind it."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from povertycase import slots
from povertycase.models import Account, Division, RuleVersion, SheetTable
from povertycase.rules import sheet as sheets
from povertycase.rules import thresholds, versions
from povertycase.rules.compile import LEVELS, OUTCOMES, Standard
from povertycase.rules.conditions import Given, Node
from povertycase.rules.simulate import Finds, Judges, Side, Turned
from supervision.models import Bulletin, Comparison, ExitRun, RuleDraft
from supervision.queries import bulletins, exit_runs, full_runs, place_turns, places, standards
from supervision.queries.draft_bodies import OWN, node_of

TODAY = "today"
SHOWN = ("household_no", "head_name", "members", "group_name")
_MOST = 12  # exit runs and bulletins offered

PAIRS = ((0, 1), (1, 0), (1, 1), (0, 0))
SHOWN_PAIRS = PAIRS[:3]
FINDS = {
    "check": (
        gettext_lazy("新增疑点户"), gettext_lazy("不再是疑点户"), gettext_lazy("两者都是疑点户"), gettext_lazy("两者都不是疑点户"),
    ),
    "warning": (
        gettext_lazy("新增预警户"), gettext_lazy("不再预警的户"), gettext_lazy("两者都预警的户"), gettext_lazy("两者都不预警的户"),
    ),
    "policy": (
        gettext_lazy("新增应享未享户"), gettext_lazy("不再是应享未享户"), gettext_lazy("两者都是应享未享户"),
        gettext_lazy("两者都不是应享未享户"),
    ),
    "frequency": (
        gettext_lazy("新增应走访户"), gettext_lazy("不再应走访的户"), gettext_lazy("两者都应走访的户"),
        gettext_lazy("两者都不走访的户"),
    ),
}  # fmt: skip
_FOUND = {
    "check": (gettext_lazy("不是疑点"), gettext_lazy("疑点")),
    "warning": (gettext_lazy("不预警"), gettext_lazy("预警")),
    "policy": (gettext_lazy("不是应享未享"), gettext_lazy("应享未享")),
    "frequency": (gettext_lazy("不在走访范围"), gettext_lazy("应走访")),
}


@dataclass(frozen=True)
class Pair:
    """The two sides of a comparison. version: of the rule in force beside which the draft stands, None for a new one."""

    before: Side
    after: Side
    version: RuleVersion | None

    @property
    def subject(self) -> str:
        """Whom both judge: household, village or county."""
        return self.after.standard.subject if isinstance(self.after, Judges) else "household"

    @property
    def only(self) -> Node | None:
        """Of whom it is asked: of villages those that a check of places judges."""
        return place_turns.concerned(self.subject)


# --- the sheets to choose from ----------------------------------------------------------------------------


def offered(account: Account, day: datetime.date, draft: RuleDraft) -> list[tuple[str, str]]:
    """(choice, words) of the sheets on which a draft may be compared, the newest full run first.

    For what judges villages or the county the checks of those, and today's data.
    """
    if (level := _level(draft, day)) in LEVELS[1:]:
        now = _("今天的数据（现做一张事实表，截止 {day}）").format(day=day)
        return [(TODAY, now), *place_turns.offered(account, level)]
    found = []
    if last := full_runs.last():
        found.append(("full", _("全量核查的事实表（截止 {day}）").format(day=last.as_of)))
    found.append((TODAY, _("今天的数据（现做一张事实表，截止 {day}）").format(day=day)))
    found += [(f"bulletin:{one.pk}", _bulletin_words(one)) for one in _bulletins(account)[:_MOST]]
    found += [(f"exit:{run.pk}", _run_words(run)) for run in _runs(account)[:_MOST]]
    return found


def named(choice: str, account: Account) -> SheetTable | None:
    """The sheet of a choice; None = it is to be made of today's data. Raises ValidationError for one that is gone."""
    kind, _colon, number = choice.partition(":")
    if kind == TODAY:
        return None
    table: SheetTable | None = None
    if kind == "full":
        table = full_runs.last()
    elif kind == "bulletin":
        table = next((one.household_sheet for one in _bulletins(account) if str(one.pk) == number), None)
    elif kind == "places":
        table = place_turns.named(number, account)
    elif kind == "exit":
        table = next((run.sheet for run in _runs(account) if str(run.pk) == number), None)
    if table is None:
        raise ValidationError({"sheet": _("这张事实表已过保留期被清除，请改选一张。")})
    return table


def sheet_words(comparison: Comparison) -> str:
    """On which sheet it was compared."""
    kind, _colon, number = comparison.counts["choice"].partition(":")
    if kind == "bulletin" and (bulletin := Bulletin.objects.filter(pk=number).first()):
        return _bulletin_words(bulletin)
    if kind == "places" and (check := place_turns.of_number(number)):
        return place_turns.words(check)
    if kind == "exit" and (run := ExitRun.objects.select_related("standard").filter(pk=number).first()):
        return _run_words(run)
    day = comparison.sheet.as_of
    if kind == TODAY:
        return _("现做的事实表（截止 {day}）").format(day=day)
    return _("全量核查的事实表（截止 {day}）").format(day=day)


def lacking_words(comparison: Comparison) -> str:
    """What the sheet chosen had no column for."""
    found = (slots.FACTS.get(code) for code in comparison.counts["lacking"])
    return "、".join(dict.fromkeys(str(fact.label) if fact else _("成员人数") for fact in found))


def _bulletins(account: Account) -> list[Bulletin]:
    found = bulletins.visible(account).filter(
        state=Bulletin.State.ISSUED, household_sheet__complete=True, household_sheet__dropped_at=None
    )
    return list(found.defer("figures", "workbook").select_related("household_sheet").order_by("-month", "-pk"))


def _runs(account: Account) -> list[ExitRun]:
    return list(exit_runs.visible(account).filter(sheet__complete=True, sheet__dropped_at=None))


def _bulletin_words(one: Bulletin) -> str:
    return _("{month} 督查通报的户表（{number}）").format(month=one.month, number=one.number)


def _run_words(run: ExitRun) -> str:
    told = {"name": _(run.standard.body["name"]), "day": run.as_of, "who": run.get_population_display()}
    return _("退出达标预审：{name}，截止 {day}，{who}").format(**told)


# --- the two sides ----------------------------------------------------------------------------------------


def pair(draft: RuleDraft, as_of: datetime.date, today: datetime.date) -> Pair:
    """The draft as it stands beside the rule in force today, both with the lines of the sheet's day.

    Raises ValidationError for what judges no household.
    """
    if draft.kind in OWN:
        version = versions.in_force(draft.kind, draft.code, today, settings.COUNTY)
        return _pair(draft.kind, draft.body, version, as_of)
    version = _standard(draft, today)
    if version is None and draft.kind == "threshold":
        raise ValidationError(_("现行的退出标准不使用这条标准线，没有可以对比的结果。"))
    if version is None:
        raise ValidationError(_("本地没有施行中的同级退出标准，没有可以对比的结果。"))
    return _pair(draft.kind, draft.body, version, as_of)


def again(comparison: Comparison) -> Pair:
    """The two sides as they were compared: by the stored body, version and lines."""
    number = comparison.counts["before"]
    version = RuleVersion.objects.get(pk=number) if number else None
    return _pair(comparison.draft.kind, comparison.body, version, comparison.sheet.as_of, comparison.counts["lines"])


def _pair(
    kind: str,
    body: Mapping[str, Any],
    version: RuleVersion | None,
    as_of: datetime.date,
    lines: Mapping[str, str | None] | None = None,
) -> Pair:
    if kind in OWN:
        now, was = node_of(kind, body), node_of(kind, version.body) if version else None
        given = _given(now.thresholds() | (was.thresholds() if was else set()), as_of, lines)
        return Pair(Finds(was, given), Finds(now, given), version)
    assert version is not None
    was_standard = standards.of(version)
    now_standard = Standard.parse(body) if kind == "standard" else was_standard
    given = _given(was_standard.thresholds() | now_standard.thresholds(), as_of, lines)
    after = given
    if kind == "threshold":
        after = Given(as_of, {**given.thresholds, body["code"]: Decimal(str(body["line"]["value"]))})
    return Pair(Judges(was_standard, given), Judges(now_standard, after), version)


def _standard(draft: RuleDraft, today: datetime.date) -> RuleVersion | None:
    """The standard of the draft's level that shortfalls follow here: of the nearest division; for a line one that asks it.

    A line is compared by the households' standard where that asks it, otherwise by the villages', then the county's.
    """
    for level in [draft.body["level"]] if draft.kind == "standard" else LEVELS:
        ours = standards.ours(settings.COUNTY, today) if level == LEVELS[0] else places.ours(level, today)
        found = sorted(ours, key=lambda one: (len(one.division_code), one.pk))
        if draft.kind == "threshold":
            found = [one for one in found if draft.code in standards.of(one).thresholds()]
        if found:
            return found[-1]
    return None


def _level(draft: RuleDraft, today: datetime.date) -> str:
    """Whom the draft is about."""
    if draft.kind == "standard":
        return str(draft.body["level"])
    version = _standard(draft, today) if draft.kind == "threshold" else None
    return str(version.body["level"]) if version else LEVELS[0]


def _given(names: Iterable[str], as_of: datetime.date, lines: Mapping[str, str | None] | None) -> Given:
    if lines is not None:
        return Given(as_of, {name: None if value is None else Decimal(value) for name, value in lines.items()})
    return thresholds.given(names, as_of, settings.COUNTY)[0]


def lines_of(one: Pair) -> dict[str, str | None]:
    """The lines of the rule in force as they are stored with a comparison."""
    assert isinstance(one.before, Finds | Judges)
    return {name: None if value is None else str(value) for name, value in one.before.given.thresholds.items()}


# --- what came out ----------------------------------------------------------------------------------------


def words_of(kind: str, was: int, now: int) -> Any:
    """What a pair of results is called: 新增疑点户; of a standard 未达标 → 达标."""
    if kind in FINDS:
        return FINDS[kind][PAIRS.index((was, now))]
    return f"{standards.OUTCOME_WORDS[OUTCOMES[was]]} → {standards.OUTCOME_WORDS[OUTCOMES[now]]}"


def result_word(kind: str, number: int) -> Any:
    """One result: 疑点, 应走访, or the outcome of a standard."""
    return _FOUND[kind][number] if kind in _FOUND else standards.OUTCOME_WORDS[OUTCOMES[number]]


def columns_of(comparison: Comparison) -> list[tuple[int, int]]:
    """The pairs that are shown: of what finds households new, gone, both; of a standard the changed ones there are."""
    if comparison.draft.kind in FINDS:
        return list(SHOWN_PAIRS)
    found = {_key(key) for cells in comparison.counts["villages"].values() for key in cells}
    return sorted(key for key in found if key[0] != key[1])


def table(comparison: Comparison, account: Account) -> dict[str, Any]:
    """Counts by town and village within the account's reach, and their sums; every count has its list."""
    shown, own = columns_of(comparison), bulletins.prefixes(account)
    sums: dict[str, dict[tuple[int, int], int]] = defaultdict(lambda: defaultdict(int))
    for village, cells in comparison.counts["villages"].items():
        if village.startswith(tuple(own)):
            for key, number in cells.items():
                for place in (settings.COUNTY, village[:9], village):
                    sums[place][_key(key)] += number
    names = dict(Division.objects.filter(code__in=[place.ljust(12, "0") for place in sums]).values_list("code", "name"))
    rows = [
        {
            "place": place,
            "name": names.get(place.ljust(12, "0"), place),
            "town": len(place) == 9,
            "cells": [{"number": cells[key], "turn": f"{key[0]}-{key[1]}"} for key in shown],
        }
        for place, cells in sorted(sums.items())
        if place[6:].strip("0") and any(cells[key] for key in shown)
    ]
    whole = sums[settings.COUNTY]
    heads = [
        {"words": words_of(comparison.draft.kind, *key), "number": whole[key], "turn": f"{key[0]}-{key[1]}"}
        for key in shown
    ]
    subject = comparison.sheet.subject
    return {
        "heads": heads,
        "rows": rows,
        "cross": _cross(comparison, whole),
        "whole": sum(whole.values()),
        "of_places": subject in LEVELS[1:],
        "of_county": subject == LEVELS[-1],
        "unit": place_turns.UNITS[subject],
        "otherwise": place_turns.OTHERWISE[subject],
    }


def _cross(comparison: Comparison, whole: Mapping[tuple[int, int], int]) -> list[dict[str, Any]]:
    """Of a standard: rows are its outcomes in force, columns those of the draft."""
    if comparison.draft.kind in FINDS:
        return []
    order = [number for word in standards.OUTCOME_WORDS for number, name in OUTCOMES.items() if name == word]
    return [
        {
            "word": standards.OUTCOME_WORDS[OUTCOMES[was]],
            "cells": [
                {"number": whole.get((was, now), 0), "turn": f"{was}-{now}", "same": was == now} for now in order
            ],
        }
        for was in order
    ]


def _key(text: str) -> tuple[int, int]:
    was, _dash, now = text.partition("-")
    return int(was), int(now)


def place_name(prefix: str) -> str:
    """The division of a prefix."""
    found = Division.objects.filter(code=prefix.ljust(12, "0")).values_list("name", flat=True).first()
    return found or prefix


@dataclass
class TurnedList:
    """The households behind one count, in slices: a sequence for paging and for the workbook."""

    comparison: Comparison
    place: str  # prefix of village codes
    turn: tuple[int, int]

    def __post_init__(self) -> None:
        self.sides = again(self.comparison)
        self.node = Turned(self.sides.before, self.sides.after, *self.turn, only=self.sides.only)

    @property
    def of_places(self) -> bool:
        """Are its rows villages or the county?"""
        return self.sides.subject in LEVELS[1:]

    @property
    def words(self) -> Any:
        return words_of(self.comparison.draft.kind, *self.turn)

    def count(self) -> int:
        return len(self)

    def __len__(self) -> int:
        return sheets.count(self.comparison.sheet, self.node, self.place)

    def __getitem__(self, part: slice) -> list[dict[str, Any]]:
        start, stop, _step = part.indices(1 << 31)
        have = {column[0] for column in self.comparison.sheet.columns}
        found = sheets.rows(
            self.comparison.sheet,
            self.node,
            self.place,
            columns=[code for code in SHOWN if code in have],
            limit=stop - start,
            offset=start,
        )
        codes = {row["division_code"] for row in found} | {row["division_code"][:9] + "000" for row in found}
        names = dict(Division.objects.filter(code__in=codes).values_list("code", "name"))
        for row in found:
            row["village"] = names.get(row["division_code"], row["division_code"])
            row["town"] = names.get(row["division_code"][:9] + "000", "") if row["division_code"][6:9] != "000" else ""
        if isinstance(self.sides.before, Judges) and isinstance(self.sides.after, Judges) and self.of_places:
            place_turns.say(found, self.sides.before, self.sides.after)
        return found


def turned(comparison: Comparison, place: str, turn: str, account: Account) -> TurnedList | None:
    """The list of an address; None where there is no such count, or the place is outside the account's reach."""
    was, _dash, now = turn.partition("-")
    place = place or settings.COUNTY
    if not (was in "012" and now in "012" and was and now and place.isdecimal() and bulletins.covers(account, place)):
        return None
    if comparison.draft.kind in FINDS and not {was, now} <= {"0", "1"}:
        return None
    return TurnedList(comparison, place, (int(was), int(now)))
