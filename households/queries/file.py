"""The household file 一户一档: what each section shows, as it stands on a day and is known now."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from households import choices
from households.models import (
    Cause,
    Household,
    HouseholdStatus,
    HousingAppraisal,
    Income,
    LegalSupporter,
    LivingObservation,
    Membership,
    Pairing,
    PersonCondition,
    Residence,
    WaterAppraisal,
)
from households.models.income import BUSINESS, PROPERTY, TRANSFER, WAGE
from households.queries import families
from povertycase import secrets
from povertycase.access.permissions import Permission
from povertycase.models import Account
from povertycase.periods import age_on
from povertycase.secrets import SecretError, masks

STATUS = ("identification_standard", "registered_year", "planned_exit_year", "exit_year", "relapse_year")
FLAGS = ("is_martyr_family", "is_one_child", "is_two_daughter", "is_relocated")
LIVING = tuple(
    field.name
    for field in LivingObservation._meta.concrete_fields
    if field.name not in {f.name for f in Residence._meta.concrete_fields} | {"household"}
)
HOUSING = (
    *("ownership", "structure", "area", "is_dilapidated", "grade", "appraised_by", "certificate_no", "is_only_house"),
    *("old_house_demolished", "renovated_year", "renovation_method", "renovation_accepted_on"),
)
WATER = ("source", "piped_on", "water_report_on", "dry_days", "water_difficult", "water_safe", "assessed_by")


def find(account: Account, household_no: str) -> Household | None:
    """The household with its card, if the account may see it; hidden and missing are the same."""
    return Household.objects.visible_to(account).select_related("card").filter(household_no=household_no).first()


def words(row: Model, name: str) -> Any:
    """A field of a row as staff read it: the label of a code, 是 or 否, a figure, a date; None where not known."""
    value = getattr(row, name)
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, datetime.date):
        return value.isoformat()
    shown = getattr(row, f"get_{name}_display", None)
    return shown() if shown else value


def pairs(row: Model | None, names: Iterable[str]) -> list[tuple[Any, Any]]:
    """Label and value of some fields; nothing for no row."""
    return [(row._meta.get_field(name).verbose_name, words(row, name)) for name in names] if row else []  # type: ignore[union-attr]


def masked(kind: secrets.Kind, sealed: Any, index: Any, *, health: bool = True) -> str | None:
    """A sealed number as it may stand on a page; None where there is none or its key is gone.

    health False: the 20 digits of a disability certificate, which tell a disability, look like any ID number.
    """
    if not sealed or not index:
        return None
    try:
        clear = secrets.open(kind, sealed, index)
        return masks.mask(kind, clear if health or kind != "id" else clear[:18])
    except SecretError:
        return None


def without_disability(row: Income) -> Income:
    """The income form for who may not read health: the disability subsidies stand among the other transfers."""
    amounts = [money for money in (row.transfer_other, row.transfer_disability) if money is not None]
    row.transfer_other, row.transfer_disability = (sum(amounts) if amounts else None), None
    return row


def without_illness(row: PersonCondition) -> PersonCondition:
    """The condition for who may not read health: why a pupil left school is not told where it is an illness."""
    if row.dropout_reason in ("illness", "disability"):
        row.dropout_reason = "other"
    return row


def _latest(rows: list[Any], as_of: datetime.date) -> Any:
    """The row in force on a day: the last one true by then (rows come newest first)."""
    return next((row for row in rows if row.true_from <= as_of), None)


def _dated(model: Any, household: Household) -> list[Any]:
    return list(model.objects.known().filter(household=household).order_by("-true_from", "-pk"))


def is_close(household: Household, account: Account) -> bool:
    """Is the household of the account's own village or pairings, to be called by one tap? Asked once a page."""
    kept: dict[Any, bool] = household.__dict__.setdefault("_close_to", {})
    if account.pk not in kept:
        kept[account.pk] = Household.objects.close_to(account).filter(pk=household.pk).exists()
    return kept[account.pk]


def basics(household: Household, account: Account, as_of: datetime.date) -> dict[str, Any]:
    """基本情况: place, contact, attribute, type, poverty status and where the household lives."""
    states = _dated(HouseholdStatus, household)
    residences = _dated(Residence, household)
    status, residence = _latest(states, as_of), _latest(residences, as_of)
    return {
        "status": status,
        "facts": pairs(status, ("attr", "household_type", "poverty_status", *STATUS)),
        "flags": [label for label, value in pairs(status, FLAGS) if value == _("是")],
        "phone": masked("phone", household.phone, household.phone_index),
        "bank": masked("bank", household.bank_account, household.bank_index),
        "close": is_close(household, account),
        "residence": residence,
        "residence_phone": masked("phone", residence.phone, residence.phone_index) if residence else None,
        "earlier": [row for row in states if row is not status],
    }


def members(household: Household, account: Account, as_of: datetime.date) -> dict[str, Any]:
    """家庭成员: who belongs to the household on the day, in which condition; who belonged to it before."""
    rows = list(
        Membership.objects.known().filter(household=household).select_related("person").order_by("true_from", "pk")
    )
    found = PersonCondition.objects.known().filter(person__in=[row.person_id for row in rows], true_from__lte=as_of)
    health = account.can(Permission.HEALTH_VIEW)
    condition = {row.person_id: row if health else without_illness(row) for row in found.order_by("true_from", "pk")}
    for row in rows:
        person = row.person
        row.condition = condition.get(row.person_id)
        row.age = age_on(person.birth_date, as_of) if person.birth_date else None
        row.masked_id = masked("id", person.id_number, person.id_index, health=health)
        row.health = _health(row.condition) if health else None
    present = [row for row in rows if row.true_from <= as_of and (row.true_to is None or row.true_to >= as_of)]
    present.sort(key=lambda row: (row.relation != "head", row.person.birth_date or as_of))
    return {
        "present": present,
        "former": [row for row in rows if row.true_to is not None and row.true_to < as_of],
        "shows_health": health,
        "ties": families.relatives(household, rows, account),
    }


def _health(condition: PersonCondition | None) -> str | None:
    """健康、长期慢性病（高血压）、残疾（肢体残疾 二级）; None where nothing is known."""
    if condition is None or not condition.health:
        return None
    labels = dict(choices.Health.choices)
    told = []
    for code in condition.health:
        detail = ""
        if code == "disabled" and condition.disability_type:
            detail = f"{words(condition, 'disability_type')} {words(condition, 'disability_grade') or ''}".strip()
        elif code in ("chronic", "serious") and condition.disease:
            detail = condition.disease
        told.append(f"{labels[code]}（{detail}）" if detail else str(labels[code]))
    return _("、").join(told)


def cause_rows(household: Household) -> list[Cause]:
    """All causes known of a household, the main one first; two sections show them, the database is asked once."""
    kept: dict[str, Any] = household.__dict__
    if "cause_rows" not in kept:
        known = Cause.objects.known().filter(household=household)
        kept["cause_rows"] = list(known.order_by("-is_main", "true_from", "pk"))
    return kept["cause_rows"]


def causes(household: Household, account: Account, as_of: datetime.date) -> dict[str, Any]:
    """致贫原因: the main one and the others in force, and those that ended."""
    rows = cause_rows(household)
    now = [row for row in rows if row.true_from <= as_of and (row.true_to is None or row.true_to >= as_of)]
    return {"now": now, "ended": [row for row in rows if row.true_to is not None and row.true_to < as_of]}


def incomes(household: Household, account: Account, as_of: datetime.date) -> dict[str, Any]:
    """收入 by accounting period, newest first, with its items."""
    health = account.can(Permission.HEALTH_VIEW)
    found = [row for row in _dated(Income, household) if row.true_from <= as_of]
    rows = found if health else [without_disability(row) for row in found]
    latest: dict[Any, Any] = {}
    for row in rows:
        latest.setdefault((row.period_start, row.period_end), row)
    periods = sorted(latest.values(), key=lambda row: row.period_end, reverse=True)[:4]
    groups = (
        ("wage_income", WAGE),
        ("business_income", BUSINESS),
        ("business_expense", ()),
        ("property_income", PROPERTY),
        ("transfer_income", TRANSFER),
        ("net_income", ()),
        ("member_count", ()),
        ("net_income_per_capita", ()),
        ("award_income", ()),
    )
    lines = [line for total, items in groups for line in _income_lines(periods, total, items)]
    return {"periods": periods, "lines": lines}


def _income_lines(periods: list[Income], total: str, items: tuple[str, ...]) -> list[dict[str, Any]]:
    """A sum and its items that are filled in any period."""
    lines = [_income_line(periods, total, "sum" if items or total.startswith("net") else "")]
    filled = [name for name in items if any(getattr(row, name) is not None for row in periods)]
    return lines + [_income_line(periods, name, "item") for name in filled]


def _income_line(periods: list[Income], name: str, kind: str) -> dict[str, Any]:
    label = Income._meta.get_field(name).verbose_name  # type: ignore[union-attr]
    return {"label": label, "values": [getattr(row, name) for row in periods], "kind": kind, "code": name}


def living(household: Household, account: Account, as_of: datetime.date) -> dict[str, Any]:
    """生产生活条件, 住房 and 饮水: the row in force of each, with its own date and paper, and the earlier ones."""
    parts = []
    for code, title, model, names, day in (
        ("living", _("生产生活条件"), LivingObservation, LIVING, _("核查日期")),
        ("housing", _("住房"), HousingAppraisal, HOUSING, _("鉴定日期")),
        ("water", _("饮水"), WaterAppraisal, WATER, _("认定日期")),
    ):
        rows = _dated(model, household)
        now = _latest(rows, as_of)
        earlier = [row for row in rows if row is not now and row.true_from <= as_of]
        parts.append(
            {
                "code": code,
                "title": title,
                "day": day,
                "row": now,
                "facts": pairs(now, names),
                "earlier": _changes(now, earlier, names),
            }
        )
    return {"parts": parts}


def _changes(now: Model | None, earlier: list[Any], names: Iterable[str]) -> list[dict[str, Any]]:
    """Earlier rows, each by what was different from the row in force."""
    return [
        {"row": row, "facts": [pair for pair, current in zip(pairs(row, names), pairs(now, names), strict=False)
                               if pair != current]}
        for row in earlier
    ]  # fmt: skip


def supporters(household: Household, account: Account, as_of: datetime.date) -> dict[str, Any]:
    """法定赡养（抚养、扶养）人 who live apart."""
    return {"rows": LegalSupporter.objects.known().true_on(as_of).filter(household=household).order_by("pk")}


def helpers(household: Household, account: Account, as_of: datetime.date) -> dict[str, Any]:
    """帮扶责任人 now and before."""
    rows = list(
        Pairing.objects.known()
        .filter(household=household)
        .select_related("cadre__unit")
        .order_by("place", "-true_from", "-pk")
    )
    now = [row for row in rows if row.true_from <= as_of and (row.true_to is None or row.true_to >= as_of)]
    for row in now:
        row.masked_phone = masked("phone", row.cadre.phone, row.cadre.phone_index)
    before = [row for row in rows if row.true_to is not None and row.true_to < as_of]
    return {"now": now, "before": before, "close": is_close(household, account)}
