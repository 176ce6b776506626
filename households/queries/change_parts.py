"""The parts of a household's file that may be changed by hand: their items, and their values on a day."""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from households import choices
from households.models import (
    Cause,
    Household,
    HouseholdDivision,
    HouseholdStatus,
    HousingAppraisal,
    Income,
    LegalSupporter,
    LivingObservation,
    Membership,
    Pairing,
    Person,
    PersonCondition,
    Residence,
    WaterAppraisal,
)
from households.models.income import ITEMS
from households.queries.change_items import Item, kept_of, of
from households.queries.change_people import HEAD as HEAD_CODE
from households.queries.change_people import People, Persons
from povertycase import secrets
from povertycase.models import Bureau

Content = Mapping[str, Any]
Current = Callable[[Household, Content, datetime.date], dict[str, Any]]


@dataclass(frozen=True)
class Part:
    """A part with its items. `current(household, content, as_of)` gives the values before, as they are kept.

    key: items that say which row is meant and stay in the content though they do not change.
    event: something that happened (a birth, a move) and not a state; it has no values before.
    """

    code: str
    label: Any
    items: dict[str, Item]
    current: Current
    key: tuple[str, ...] = ()
    event: bool = False


def base_row(model: Any, household: Household, day: datetime.date, **wanted: Any) -> Any:
    """The row of a dated table in force on a day, as known now."""
    rows = model.objects.known().filter(household=household, true_from__lte=day, **wanted)
    return rows.order_by("-true_from", "-pk").first()


def member_of(household: Household, person: int | None) -> Membership | None:
    """The person's newest membership of the household; None for somebody else's member."""
    rows = Membership.objects.known().filter(household=household, person=person).select_related("person")
    return rows.order_by("-true_from", "-pk").first() if person else None


def condition_row(person: int | None, day: datetime.date) -> PersonCondition | None:
    """The person's condition in force on a day."""
    rows = PersonCondition.objects.known().filter(person=person, true_from__lte=day)
    return rows.order_by("-true_from", "-pk").first()


def _dated(model: Any, items: dict[str, Item]) -> Current:
    return lambda household, content, as_of: kept_of(items, base_row(model, household, as_of))


def _nothing(household: Household, content: Content, as_of: datetime.date) -> dict[str, Any]:
    return {}


def _identity(household: Household, content: Content, as_of: datetime.date) -> dict[str, Any]:
    member = member_of(household, content.get("person"))
    if member is None:
        return {}
    person = member.person
    number = secrets.open("id", person.id_number, person.id_index) if person.id_number and person.id_index else ""
    return {**kept_of(PERSON, person), "id_number": number}


def relations_on(household: int | None, as_of: datetime.date) -> dict[str, str]:
    """Everybody of a household on a day and what he is to its head, as `People` keeps it."""
    rows = Membership.objects.known().true_on(as_of).filter(household=household).order_by("person_id")
    return {str(person): relation for person, relation in rows.values_list("person_id", "relation")}


def _head_of(relations: dict[str, str]) -> int | None:
    return next((int(person) for person, relation in relations.items() if relation == HEAD_CODE), None)


def _head(household: Household, content: Content, as_of: datetime.date) -> dict[str, Any]:
    found = relations_on(household.pk, as_of)
    return {"new_head": _head_of(found), "relations": found}


def _split(household: Household, content: Content, as_of: datetime.date) -> dict[str, Any]:
    place = kept_of(MOVE, base_row(HouseholdDivision, household, as_of))
    return {"members": relations_on(household.pk, as_of), "household_no": "", **place}


def _merge(household: Household, content: Content, as_of: datetime.date) -> dict[str, Any]:
    own = relations_on(household.pk, as_of)
    return {"members": relations_on(content.get("row"), as_of), "head": _head_of(own)}


def _causes(household: Household, content: Content, as_of: datetime.date) -> dict[str, Any]:
    rows = list(Cause.objects.known().true_on(as_of).filter(household=household).order_by("pk"))
    main = next((row.code for row in rows if row.is_main), "")
    return {"main": main, "others": sorted(row.code for row in rows if not row.is_main)}


def _residence(household: Household, content: Content, as_of: datetime.date) -> dict[str, Any]:
    row = base_row(Residence, household, as_of)
    phone = secrets.open("phone", row.phone, row.phone_index) if row and row.phone and row.phone_index else ""
    return {**kept_of(RESIDENCE | LIVES_IN, row), "phone": phone}


def period_of(content: Content) -> dict[str, Any]:
    """The accounting period a change of income is about."""
    new = content.get("new", {})
    return {name: new[name] for name in PERIOD if new.get(name)}


def _income(household: Household, content: Content, as_of: datetime.date) -> dict[str, Any]:
    return kept_of(INCOME, base_row(Income, household, as_of, **period_of(content)))


def _supporter(household: Household, content: Content, as_of: datetime.date) -> dict[str, Any]:
    row = LegalSupporter.objects.known().filter(household=household, pk=content.get("row")).first()
    return kept_of(SUPPORTER, row) if row else {}


def _condition(household: Household, content: Content, as_of: datetime.date) -> dict[str, Any]:
    return kept_of(CONDITION, condition_row(content.get("person"), as_of))


def _pairing(household: Household, content: Content, as_of: datetime.date) -> dict[str, Any]:
    place = content.get("new", {}).get("place") or 1
    row = Pairing.objects.known().true_on(as_of).filter(household=household, place=place).first()
    return {"place": place, "cadre": row.cadre_id if row else None}


def _item(name: str, field: models.Field, **options: Any) -> Item:
    return Item(name, field, **options)


def _columns(model: type[models.Model]) -> list[str]:
    dated = {"id", "recorded_at", "entered_on", "superseded_by", "superseded_at", "event_id", "true_from", "true_to"}
    return [
        field.name
        for field in model._meta.concrete_fields
        if field.name not in dated | {"household", "person"} and not getattr(field, "generated", False)
    ]


NUMBER = _item("id_number", models.CharField(_("证件号码"), max_length=30, blank=True, default=""), secret="id")
PERSON = of(Person, ("name", "sex", "birth_date", "ethnicity"))
# Sex and birth date follow from the number where there is one.
PERSON["sex"] = _item("sex", models.CharField(_("性别"), max_length=6, choices=choices.Sex, blank=True, default=""))
NEW_PERSON = {"name": PERSON["name"], "id_number": NUMBER, **{n: PERSON[n] for n in ("sex", "birth_date", "ethnicity")}}
NEW_HEAD = _item("new_head", models.BigIntegerField(_("新户主"), null=True, blank=True), names="person")
GROUP = of(HouseholdDivision, ("group_name",))
MOVE = {**of(HouseholdDivision, ("village",), names="division"), **GROUP}
STATUS = of(
    HouseholdStatus,
    ("household_type", "identification_standard", "registered_year", "planned_exit_year", "is_martyr_family",
     "is_one_child", "is_two_daughter", "is_relocated"),
)  # fmt: skip
ATTR = of(HouseholdStatus, ("attr",), bureau=Bureau.CIVIL_AFFAIRS)
CAUSES = {
    "main": _item("main", models.CharField(_("主要致贫原因"), max_length=20, choices=choices.CauseCode), health=True),
    "others": _item(
        "others",
        ArrayField(models.CharField(max_length=20, choices=choices.CauseCode), verbose_name=_("其他致贫原因"),
                   blank=True, null=False),
        health=True,
    ),
}  # fmt: skip
RESIDENCE = of(Residence, ("state", "place", "expected_return"))
LIVES_IN = of(Residence, ("lives_in",), names="division")
PHONE = _item("phone", models.CharField(_("外出联系电话"), max_length=20, blank=True, default=""), secret="phone")
LIVING = of(LivingObservation, _columns(LivingObservation))
HOUSING = of(HousingAppraisal, _columns(HousingAppraisal), bureau=Bureau.HOUSING)
WATER = of(WaterAppraisal, _columns(WaterAppraisal), bureau=Bureau.WATER)
PERIOD = ("period_start", "period_end")
INCOME = of(
    Income,
    (*PERIOD, "calculated_by", "evidence", "confirmed_by_head", "member_count", *ITEMS, "business_expense",
     "award_income"),
)  # fmt: skip
SUPPORTER = of(LegalSupporter, _columns(LegalSupporter))
# What a page of its own does is no reason to join or to leave.
BY_OTHERS = {"split", "merged", "head_changed"}
STARTS = [pair for pair in choices.MemberStart.choices if pair[0] not in BY_OTHERS]
ENDS = [pair for pair in choices.MemberEnd.choices if pair[0] not in BY_OTHERS]
RELATIONS = People("relations", models.JSONField(_("成员与户主关系"), null=True, blank=True))
MEMBERS = People("members", models.JSONField(_("成员与户主关系")))
JOINING = {
    **NEW_PERSON,
    **of(Membership, ("relation",)),
    "reason": _item("reason", models.CharField(_("增加原因"), max_length=20, choices=STARTS)),
}
LEAVING = {
    "reason": _item("reason", models.CharField(_("减少原因"), max_length=20, choices=ENDS)),
    "also": Persons("also", models.JSONField(_("一同减少的成员"), blank=True, default=list), names="persons"),
    "new_head": NEW_HEAD,
    "relations": RELATIONS,
}
HEAD = {
    "new_head": _item("new_head", models.BigIntegerField(_("新户主")), names="person"),
    "relations": RELATIONS,
}
REGISTER = {
    "household_no": _item("household_no", models.CharField(_("户编号"), max_length=20, blank=True, default="")),
    **GROUP,
    **NEW_PERSON,
    "attr": _item("attr", models.CharField(_("贫困户属性"), max_length=10, choices=choices.HouseholdAttr)),
    "identification_standard": STATUS["identification_standard"],
    "registered_year": STATUS["registered_year"],
    "planned_exit_year": STATUS["planned_exit_year"],
    "main_cause": _item(
        "main_cause",
        models.CharField(_("主要致贫原因"), max_length=20, choices=choices.CauseCode, blank=True, default=""),
        health=True,
    ),
}
SPLIT = {"members": MEMBERS, "household_no": REGISTER["household_no"], **MOVE}
MERGE = {
    "members": MEMBERS,
    "head": _item("head", models.BigIntegerField(_("并入后的户主"), null=True), names="person"),
}
PAIRING = {
    "place": _item(
        "place",
        models.PositiveSmallIntegerField(
            _("第几帮扶责任人"), choices=[(1, _("第一帮扶责任人")), (2, _("第二帮扶责任人"))]
        ),
    ),
    "cadre": _item("cadre", models.BigIntegerField(_("帮扶责任人"), null=True, blank=True), names="cadre"),
}
CONDITION = {
    **of(PersonCondition, ("political_status", "labour", "speaks_mandarin")),
    **of(PersonCondition, ("disease", "doctor_signed_on", "other_health_aid", "accident_insurance"), health=True),
    "health": _item(
        "health",
        ArrayField(models.CharField(max_length=10, choices=choices.Health), verbose_name=_("健康状况"), null=True,
                   blank=True),
        health=True,
    ),
    **of(
        PersonCondition, ("disability_type", "disability_grade", "disability_cert_year"), health=True,
        bureau=Bureau.DISABLED,
    ),
    **of(PersonCondition, ("education", "student_status"), bureau=Bureau.EDUCATION),
    **of(PersonCondition, ("dropout_reason",), health=True, bureau=Bureau.EDUCATION),
    **of(
        PersonCondition,
        ("ins_resident_medical", "ins_employee_medical", "ins_serious_illness", "ins_commercial", "medical_aid"),
        bureau=Bureau.MEDICAL,
    ),
    **of(PersonCondition, ("dibao", "tekun"), bureau=Bureau.CIVIL_AFFAIRS),
    **of(
        PersonCondition,
        ("pension_resident", "pension_employee", "work_place", "work_months", "employer", "employment_channel",
         "public_post_type", "public_post_months"),
        bureau=Bureau.HUMAN_RESOURCES,
    ),
}  # fmt: skip

PARTS: dict[str, Part] = {
    part.code: part
    for part in (
        Part("register", _("新建户"), REGISTER, _nothing, event=True),
        Part("identity", _("姓名和证件"), NEW_PERSON, _identity),
        Part("join", _("增加成员"), JOINING, _nothing, event=True),
        Part("leave", _("减少成员"), LEAVING, _nothing, event=True),
        Part("head", _("户主变更"), HEAD, _head, key=("new_head",)),
        Part("split", _("分户"), SPLIT, _split, key=("village", "group_name")),
        Part("merge", _("并户"), MERGE, _merge, key=("head",)),
        Part("move", _("迁移"), MOVE, _dated(HouseholdDivision, MOVE), key=("village", "group_name")),
        Part("causes", _("致贫原因"), CAUSES, _causes, key=("main", "others")),
        Part("status", _("户情况"), {**ATTR, **STATUS}, _dated(HouseholdStatus, {**ATTR, **STATUS})),
        Part("residence", _("居住状况"), {**RESIDENCE, "phone": PHONE, **LIVES_IN}, _residence),
        Part("living", _("生产生活条件"), LIVING, _dated(LivingObservation, LIVING)),
        Part("housing", _("住房鉴定"), HOUSING, _dated(HousingAppraisal, HOUSING)),
        Part("water", _("饮水认定"), WATER, _dated(WaterAppraisal, WATER)),
        Part("income", _("收入"), INCOME, _income, key=PERIOD),
        Part("supporter", _("赡养人"), SUPPORTER, _supporter),
        Part("condition", _("个人情况"), CONDITION, _condition),
        Part("pairing", _("帮扶责任人"), PAIRING, _pairing, key=("place",)),
    )
}  # fmt: skip
