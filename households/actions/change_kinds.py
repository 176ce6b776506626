"""The kinds of change 修改事项: who handles each, what it reads, and which action of the register applies it."""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from households.actions import causes, families, identity, members, pairing, records, register
from households.actions.change_routes import COLLECTED, EVENT, FAMILY, HELP, IDENTITY, Route
from households.actions.register import NewPerson
from households.models import (
    Cadre,
    ChangeRequest,
    Household,
    LegalSupporter,
    Membership,
    Pairing,
    Person,
    PersonCondition,
)
from households.models.dated import Recorded
from households.queries.change_items import Item
from households.queries.change_parts import PARTS, Content, base_row, condition_row, member_of, period_of
from households.queries.changes import NEW, OTHER
from povertycase import secrets
from povertycase.models import Account, Division

UNDECIDED = (ChangeRequest.State.OPEN, ChangeRequest.State.RETURNED)


@dataclass(frozen=True)
class Draft:
    """A change as it is applied: `new` holds the values as the register's actions take them."""

    kind: str
    household: Household | None
    village: Division
    content: Content
    new: dict[str, Any]
    true_from: datetime.date
    entered_on: datetime.date
    by: Account

    @property
    def known(self) -> Household:
        """The household that is there already."""
        assert self.household is not None
        return self.household

    def member(self, person: int | None) -> Membership:
        """The membership of a person of this household. Raises ValidationError for anybody else."""
        found = member_of(self.known, person)
        if found is None:
            raise ValidationError(_("这个人不是本户成员，请从成员列表中选择。"))
        return found

    @property
    def entry(self) -> dict[str, Any]:
        """What every action of the register wants to know."""
        return {"true_from": self.true_from, "entered_on": self.entered_on, "by": self.by}


@dataclass(frozen=True)
class Kind:
    """One kind of change. `apply(draft)` writes it into the register and returns the household.

    last_day: its date is the last day of what ends, so its consequences are seen on the day after. beside: other
    households it moves, each with the word for it; a new one is there only after it was applied.
    """

    code: str
    route: Route
    apply: Callable[[Draft], Household]
    of_person: bool = False
    last_day: bool = False
    beside: Callable[[Draft], list[tuple[str, Household]]] | None = None

    @property
    def label(self) -> Any:
        return PARTS[self.code].label

    @property
    def fields(self) -> Mapping[str, Item]:
        """Its items by name; `fields[name].field` is the model field that a form is made of."""
        return PARTS[self.code].items

    @property
    def event(self) -> bool:
        return PARTS[self.code].event

    @property
    def key(self) -> tuple[str, ...]:
        return PARTS[self.code].key

    def current(self, household: Household | None, content: Content, as_of: datetime.date) -> dict[str, Any]:
        """The values before, as they are kept: JSON values, numbers of persons in clear."""
        return PARTS[self.code].current(household, content, as_of) if household else {}


def _carried(model: Any, row: Any, new: dict[str, Any]) -> dict[str, Any]:
    """A row in force is in force as a whole: what does not change is written again beside what does."""
    own = {field.name for field in Recorded._meta.get_fields()} | {"id", "household", "person", "true_from"}
    kept = {
        field.attname: getattr(row, field.attname)
        for field in model._meta.concrete_fields
        if row is not None and field.name not in own and not getattr(field, "generated", False)
    }
    return kept | {model._meta.get_field(name).attname: value for name, value in new.items()}


def _record(part: str) -> Callable[[Draft], Household]:
    model = records.PARTS[part][0]

    def apply(draft: Draft) -> Household:
        wanted = period_of(draft.content) if part == "income" else {}
        row = base_row(model, draft.known, draft.true_from, **wanted)
        values = _carried(model, row, draft.new | _sealed(draft.new))
        records.record(household=draft.known, part=part, values=values, **draft.entry)
        return draft.known

    return apply


def _sealed(new: dict[str, Any]) -> dict[str, Any]:
    """A phone number as its two columns."""
    if "phone" not in new:
        return {}
    sealed, index = secrets.seal("phone", new["phone"]) if new["phone"] else (None, None)
    return {"phone": sealed, "phone_index": index}


def _register(draft: Draft) -> Household:
    new = draft.new
    status = {name: new.get(name) for name in ("attr", "registered_year", "planned_exit_year")}
    status["identification_standard"] = new.get("identification_standard", "")
    return register.register(
        household_no=new.get("household_no") or _next_number(draft.village),
        village=draft.village,
        group_name=new.get("group_name", ""),
        head=_person(new),
        status={**status, "poverty_status": "poor"},
        main_cause=new.get("main_cause", ""),
        **draft.entry,
    )


def _next_number(village: Division) -> str:
    """The village's code and the next four digits."""
    numbers = Household.objects.filter(household_no__startswith=village.code, household_no__regex=r"^\d{16}$")
    last = numbers.order_by("-household_no").values_list("household_no", flat=True).first()
    return f"{village.code}{int(last[12:]) + 1 if last else 1:04d}"


def _person(new: dict[str, Any]) -> NewPerson:
    return NewPerson(
        name=new.get("name", ""),
        id_number=new.get("id_number", ""),
        sex=new.get("sex", ""),
        birth_date=new.get("birth_date"),
        ethnicity=new.get("ethnicity", ""),
    )


def _identity(draft: Draft) -> Household:
    person = draft.member(draft.content.get("person")).person
    identity.correct(household=draft.known, person=person, values=draft.new, entered_on=draft.entered_on, by=draft.by)
    return draft.known


def _join(draft: Draft) -> Household:
    members.join(
        household=draft.known,
        person=_known_person(draft.new) or _person(draft.new),
        relation=draft.new["relation"],
        reason=draft.new["reason"],
        **draft.entry,
    )
    return draft.known


def _known_person(new: dict[str, Any]) -> Person | None:
    """Somebody who was in the register before and now belongs here; name and number must both be right."""
    number = new.get("id_number")
    found = Person.objects.filter(id_index=secrets.blind("id", number)).first() if number else None
    if found is not None and found.name != new.get("name", "").strip():
        raise ValidationError({"id_number": _("这个证件号码已登记在册，但姓名与所填不一致，请核对。")})
    return found


def _leave(draft: Draft) -> Household:
    """One member leaves, or several on one day for one reason; the head last, when it is known who stays."""
    new_head = draft.new.get("new_head")
    rows = [draft.member(person) for person in (draft.content.get("person"), *(draft.new.get("also") or ()))]
    for row in sorted(rows, key=lambda row: row.relation == "head"):
        members.leave(
            membership=row,
            reason=draft.new["reason"],
            true_to=draft.true_from,
            new_head=draft.member(new_head) if new_head and row.relation == "head" else None,
            relations=draft.new.get("relations"),
            entered_on=draft.entered_on,
            by=draft.by,
        )
    return draft.known


def _head(draft: Draft) -> Household:
    return members.change_head(
        household=draft.known,
        new_head=draft.member(draft.new.get("new_head")),
        relations=draft.new.get("relations") or {},
        **draft.entry,
    )


def _split(draft: Draft) -> Household:
    village = Division.objects.get(pk=draft.new["village"])
    families.split(
        household=draft.known,
        members=draft.new.get("members") or {},
        household_no=draft.new.get("household_no") or _next_number(village),
        village=village,
        group_name=draft.new.get("group_name", ""),
        **draft.entry,
    )
    return draft.known


def _merge(draft: Draft) -> Household:
    other = _other(draft)
    if other is None:
        raise ValidationError(_("没有找到要并入的户，请重新选择。"))
    about = Q(household=other) | Q(kind="merge", subject=other.pk) & ~Q(household=draft.known)
    if ChangeRequest.objects.filter(about, state__in=UNDECIDED).exists():
        raise ValidationError(_("要并入的户还有修改申请正在办理，请先办结（或撤回）再并户。"))
    return families.merge(household=draft.known, other=other, members=draft.new.get("members") or {}, **draft.entry)


def _other(draft: Draft) -> Household | None:
    """The household that joins this one, for who may see it; one out of reach is as if there were none."""
    return Household.objects.visible_to(draft.by).filter(pk=draft.content["row"]).first()


def _merging(draft: Draft) -> list[tuple[str, Household]]:
    other = _other(draft)
    return [(OTHER, other)] if other else []


def _split_off(draft: Draft) -> list[tuple[str, Household]]:
    """The new household, once it is there."""
    wanted = draft.new.get("members") or {}
    head = next((person for person, relation in wanted.items() if relation == "head"), None)
    row = Membership.objects.known().filter(person=head, true_from=draft.true_from, start_reason="split")
    return [(NEW, one.household) for one in row.exclude(household=draft.known).select_related("household")]


def _move(draft: Draft) -> Household:
    village = Division.objects.get(pk=draft.new["village"])
    register.move(household=draft.known, village=village, group_name=draft.new["group_name"], **draft.entry)
    return draft.known


def _causes(draft: Draft) -> Household:
    causes.change(
        household=draft.known, main=draft.new["main"], others=tuple(draft.new.get("others") or ()), **draft.entry
    )
    return draft.known


def _supporter(draft: Draft) -> Household:
    if draft.content.get("row") is None:
        records.record(household=draft.known, part="supporter", values=draft.new, **draft.entry)
        return draft.known
    row = LegalSupporter.objects.known().filter(household=draft.known, pk=draft.content["row"]).first()
    if row is None:
        raise ValidationError(_("这条赡养人记录刚被更正过，请刷新后再改。"))
    records.correct(row=row, values=draft.new, entered_on=draft.entered_on, by=draft.by)
    return draft.known


def _condition(draft: Draft) -> Household:
    person = draft.member(draft.content.get("person")).person
    values = _carried(PersonCondition, condition_row(person.pk, draft.true_from), draft.new)
    records.record_condition(person=person, values=values, **draft.entry)
    return draft.known


def _pairing(draft: Draft) -> Household:
    place, cadre = draft.new.get("place") or 1, draft.new.get("cadre")
    rows = Pairing.objects.known().true_on(draft.true_from).filter(household=draft.known, place=place)
    before = rows.select_related("cadre", "household").first()
    if cadre is None:
        if before is None:
            raise ValidationError(_("这户当日没有帮扶责任人，不需要解除。"))
        last = draft.true_from - datetime.timedelta(days=1)
        pairing.close(pairing=before, true_to=last, entered_on=draft.entered_on, by=draft.by)
        return draft.known
    act = pairing.hand_over if before else pairing.open
    who = "to" if before else "cadre"
    act(household=draft.known, place=place, **{who: Cadre.objects.get(pk=cadre)}, **draft.entry)
    return draft.known


KINDS: dict[str, Kind] = {
    kind.code: kind
    for kind in (
        Kind("register", Route(reporters=frozenset({"village_clerk", "township_clerk", "county_office"})), _register),
        Kind("identity", IDENTITY, _identity, of_person=True),
        Kind("join", EVENT, _join),
        Kind("leave", EVENT, _leave, of_person=True, last_day=True),
        Kind("head", EVENT, _head),
        Kind("split", FAMILY, _split, beside=_split_off),
        Kind("merge", FAMILY, _merge, beside=_merging),
        Kind("move", EVENT, _move),
        Kind("causes", COLLECTED, _causes),
        Kind("status", COLLECTED, _record("status")),
        Kind("residence", COLLECTED, _record("residence")),
        Kind("living", COLLECTED, _record("living")),
        Kind("housing", COLLECTED, _record("housing")),
        Kind("water", COLLECTED, _record("water")),
        Kind("income", COLLECTED, _record("income")),
        Kind("supporter", COLLECTED, _supporter),
        Kind("condition", COLLECTED, _condition, of_person=True),
        Kind("pairing", HELP, _pairing),
    )
}
