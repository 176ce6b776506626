"""Reading suspected duplicates 疑似重复: the list and its counts by the same filter, two entries side by side.

Of an entry out of the reader's reach nothing is told but that it is in another village.
"""

import datetime
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from households.models import (
    ChangeRequest,
    Duplicate,
    DuplicateSide,
    Household,
    HouseholdCard,
    Membership,
)
from households.queries import places
from povertycase import secrets
from povertycase.access.permissions import Permission
from povertycase.models import Account
from povertycase.secrets import masks
from povertycase.slots import WorkbenchItem

State, Why = Duplicate.State, Duplicate.Why
WAITING = Q(gone_on__isnull=True, state__in=(State.OPEN, State.PENDING))
# One of the two is to leave a household; where only a file made the claim, only when the file is right.
TO_DO = Q(gone_on__isnull=True, state=State.SAME) & (Q(row__isnull=True) | Q(kept=2))
TABS = {
    "waiting": (gettext_lazy("待判定"), WAITING),
    "todo": (gettext_lazy("同一人，待办理减少"), TO_DO),
    "done": (gettext_lazy("已办结"), ~WAITING & ~TO_DO),
}
TONES = {State.OPEN: "warn", State.PENDING: "info", State.SAME: "bad", State.DIFFERENT: "good"}


def chosen(account: Account, *, tab: str, village: str = "", batch: str = "") -> QuerySet[Duplicate]:
    """The list of a tab; village: 12 digits, batch: number of an import."""
    return _asked(account, village=village, batch=batch).filter(TABS[tab][1]).order_by("-found_on", "pk")


def _asked(account: Account, *, village: str = "", batch: str = "") -> QuerySet[Duplicate]:
    found = Duplicate.objects.visible_to(account)
    if village:
        found = found.filter(
            pk__in=DuplicateSide.objects.visible_to(account).filter(village_code=village).values("duplicate")
        )
    return found.filter(batch=batch) if batch else found


def tabs(account: Account, tab: str, **asked: str) -> list[dict[str, Any]]:
    """The tabs with the counts of their lists."""
    numbers = _counts(_asked(account, **asked), TABS)
    return [
        {"code": code, "label": label, "count": numbers[code], "chosen": code == tab}
        for code, (label, _which) in TABS.items()
    ]


def villages(account: Account, tab: str) -> list[tuple[str, str, int]]:
    """The villages of a tab: code, name, in how many pairs they stand."""
    sides = DuplicateSide.objects.visible_to(account).filter(duplicate__in=chosen(account, tab=tab).values("pk"))
    counted = sides.values("village_code").annotate(n=Count("duplicate", distinct=True)).order_by("village_code")
    numbers = {row["village_code"]: row["n"] for row in counted}
    names = places.names(list(numbers))
    return [(code, names.get(code, code), number) for code, number in numbers.items()]


def lines(rows: Sequence[Duplicate], account: Account) -> list[dict[str, Any]]:
    """A page of the list in words."""
    seen: dict[int, list[DuplicateSide]] = {}
    sides = DuplicateSide.objects.visible_to(account).filter(duplicate__in=[row.pk for row in rows])
    for side in sides.select_related("person").order_by("duplicate", "place"):
        seen.setdefault(side.duplicate_id, []).append(side)
    names = places.names({side.village_code for found in seen.values() for side in found})
    return [_line(row, seen.get(row.pk, []), names) for row in rows]


def _line(row: Duplicate, sides: list[DuplicateSide], names: dict[str, str]) -> dict[str, Any]:
    where = [names.get(side.village_code, side.village_code) for side in sides]
    return {
        "row": row,
        "name": next((side.person.name if side.person else side.name for side in sides), ""),
        "numbers": [side.household_no for side in sides],
        "where": [*where, *[_("县内另一村")] * (2 - len(where))],
        "why": Why(row.why).label,
        "word": _("已不再相同") if row.gone_on and row.state != State.SAME else State(row.state).label,
        "tone": "mute" if row.gone_on else TONES[State(row.state)],
    }


# --- one pair -----------------------------------------------------------------------------------------------


def detail(row: Duplicate, account: Account, day: datetime.date) -> dict[str, Any]:
    """The two entries side by side, why they are thought one, and what follows from the decision."""
    hidden = list(
        row.sides.exclude(pk__in=DuplicateSide.objects.visible_to(account).values("pk")).values_list("place", flat=True)
    )
    sides = [None if side.place in hidden else _side(side, row, day) for side in _sides(row)]
    fields = [(label, [side["fields"].get(label, "") if side else None for side in sides]) for label in _labels()]
    told = [side for side in sides if side]
    return {
        "sides": sides,
        "rows": [
            {"label": label, "values": values, "differs": at in WHO and _differs(values)}
            for at, (label, values) in enumerate(fields)
        ],
        "explained": _explained(row, told),
        "next": _following(row, sides, account, day),
    }


def _sides(row: Duplicate) -> list[DuplicateSide]:
    return list(row.sides.select_related("person", "household__card").order_by("place"))


# Of these lines a difference speaks against one person: name, sex, birth, kind of paper and number, ethnicity.
WHO = range(1, 7)


def _labels() -> list[str]:
    return [
        _("来源"), _("姓名"), _("性别"), _("出生日期"), _("证件类型"), _("证件号码"), _("民族"), _("与户主关系"), _("户编号"),
        _("户主"), _("村"), _("在本户起"),
    ]  # fmt: skip


def _side(side: DuplicateSide, row: Duplicate, day: datetime.date) -> dict[str, Any]:
    """One entry: its values by label, as the register or the file has them."""
    card = HouseholdCard.objects.filter(household=side.household_id).first() if side.household_id else None
    village = places.names([side.village_code]).get(side.village_code, side.village_code)
    person, member = side.person, None
    if person is not None:
        rows = Membership.objects.known().true_on(day).filter(person=person, household=side.household)
        member = rows.order_by("-true_from").first()
    if person is None:
        relation = side.get_relation_display() if side.relation else ""
        values = [_("导入批次 {batch} 第 {row} 行").format(batch=row.batch_id or "--", row=row.row or "--") if side.place == 2
                  else _("同一份导入文件"), side.name, side.get_sex_display(), _day(side.birth_date),
                  side.get_id_type_display(), side.mask, "", relation]  # fmt: skip
    else:
        number = secrets.open("id", person.id_number, person.id_index) if person.id_number and person.id_index else ""
        values = [_("登记册"), person.name, person.get_sex_display(), _day(person.birth_date), person.get_id_type_display(),
                  masks.id_number(number) or _("没有登记"), person.get_ethnicity_display(),
                  member.get_relation_display() if member else _("已不在本户")]  # fmt: skip
    values += [side.household_no, card.head_name if card else "", village, _day(member.true_from) if member else ""]
    return {
        "side": side, "card": card, "village": village, "title": card.head_name if card else side.household_no,
        "fields": dict(zip(_labels(), map(str, values), strict=True)), "registered": card is not None,
    }  # fmt: skip


def _day(day: datetime.date | None) -> str:
    return day.isoformat() if day else ""


def _differs(values: list[str | None]) -> bool:
    return all(values) and values[0] != values[1]


def _explained(row: Duplicate, told: list[dict[str, Any]]) -> str:
    if row.why == Why.NUMBER:
        kinds = {side["side"].person.id_type if side["side"].person else side["side"].id_type for side in told}
        if {"disability_cert", "identity_card"} <= kinds:
            return _("一方登记的是残疾人证，它的前 18 位就是另一方的身份证号码：两条登记用的是同一个人的号码。")
        return _(
            "两条登记的证件号码前 18 位相同，一个号码只属于一个人：多半是同一人登记在两户，也可能有一户把号码填错了。"
        )
    if row.why == Why.BLANK:
        return _("姓名、性别、出生日期都相同，有一方没有登记证件号码，不能用号码区分：请补上号码，或核实是否同一人。")
    return _("姓名、性别、出生日期都相同，证件号码不同：可能是同名同日出生的两个人，也可能有一个号码登记错了。")


def _following(
    row: Duplicate, sides: list[dict[str, Any] | None], account: Account, day: datetime.date
) -> dict[str, Any] | None:
    """What a decision 同一人 leaves to do: where the person leaves, by which request, and whether one is under way."""
    if row.state != State.SAME or row.gone_on is not None:
        return None
    kept, other = (sides[0], sides[1]) if row.kept == 1 else (sides[1], sides[0])
    if kept is None or other is None:
        return {"elsewhere": True}
    side = other["side"]
    if side.person is None:
        return {"in_file": True, "kept": kept}
    waiting = ChangeRequest.objects.visible_to(account).filter(
        household=side.household, kind="leave", subject=side.person_id
    )
    return {
        "kept": kept,
        "other": other,
        "waiting": waiting.filter(state__in=("open", "returned")).first(),
        "leave": reverse("household-change-one", args=[side.household_no, "leave", side.person_id])
        if account.can(Permission.CHANGE_PROPOSE)
        else "",
        "merge": _merge(kept, side) if account.can(Permission.CHANGE_PROPOSE) else "",
    }


def _merge(kept: dict[str, Any], other: DuplicateSide) -> str:
    """Where the two whole households may be joined: neighbours of one village, both registered."""
    side = kept["side"]
    if not kept["registered"] or side.village_code != other.village_code or side.household_id == other.household_id:
        return ""
    return reverse("household-change-one", args=[side.household_no, "merge", other.household_id])


# --- on the file and on the workbench -----------------------------------------------------------------------


def of_household(household: Household, account: Account, as_of: datetime.date) -> dict[str, Any]:
    """The section of the household file: the pairs its members stand in, what waits first."""
    rows = list(
        Duplicate.objects.visible_to(account)
        .filter(pk__in=DuplicateSide.objects.filter(household=household).values("duplicate"))
        .order_by("gone_on", "pk")
    )
    return {"lines": lines(rows, account)} if rows else {"lines": []}


def waiting(account: Account, as_of: datetime.date) -> list[dict[str, Any]]:
    """The workbench: what waits for a decision, and what a decision left to do; each count is its list."""
    told = {"waiting": _("待判定的疑似重复人员"), "todo": _("判定为同一人、待办理减少")}
    address = reverse("duplicates")
    numbers = _counts(Duplicate.objects.visible_to(account), told)
    return [
        {"label": label, "count": numbers[code], "url": f"{address}?tab={code}"}
        for code, label in told.items()
        if numbers[code]
    ]


def _counts(rows: QuerySet[Duplicate], codes: Iterable[str]) -> dict[str, int]:
    """How many stand in each tab, asked for at once."""
    return rows.aggregate(**{code: Count("pk", filter=TABS[code][1]) for code in codes})


WORKBENCH = (WorkbenchItem("duplicates.waiting", 45, "todo", Permission.DUPLICATE_VIEW, waiting),)
