"""The yearly income form 收入: items in yuan per household, sums computed by the database."""

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Round
from django.utils.translation import gettext_lazy as _

from households.models.dated import LAST_OF_HOUSEHOLD, Dated
from households.models.household import BY_CARD, Household


def _money(label) -> models.DecimalField:
    return models.DecimalField(label, max_digits=12, decimal_places=2, null=True, blank=True)


WAGE = ("wage_work", "wage_public_post", "wage_other")
BUSINESS = ("business_planting", "business_breeding", "business_forestry", "business_other")
PROPERTY = ("property_dividend", "property_land_rent", "property_other")
TRANSFER = (
    "transfer_family_planning",
    "transfer_dibao",
    "transfer_tekun",
    "transfer_pension",
    "transfer_ecology",
    "transfer_land_subsidy",
    "transfer_producer",
    "transfer_elderly",
    "transfer_disability",
    "transfer_support",
    "transfer_other",
)
ITEMS = (*WAGE, *BUSINESS, *PROPERTY, *TRANSFER)


def _sum(names: tuple[str, ...]):
    """Empty items count 0 beside filled ones; all items empty = not known."""
    total: Any = Coalesce(F(names[0]), 0, output_field=models.DecimalField(max_digits=14, decimal_places=2))
    for name in names[1:]:
        total = total + Coalesce(F(name), 0, output_field=models.DecimalField(max_digits=14, decimal_places=2))
    return total


def _known(names: tuple[str, ...]) -> Q:
    known = Q()
    for name in names:
        known |= Q(**{f"{name}__isnull": False})
    return known


def _computed(label, expression, places: int = 2) -> models.GeneratedField:
    return models.GeneratedField(
        verbose_name=label,
        expression=models.Case(models.When(_known(ITEMS), then=expression), default=None),
        output_field=models.DecimalField(max_digits=14, decimal_places=places, null=True),
        db_persist=True,
    )


def _net():
    return _sum(ITEMS) - Coalesce(F("business_expense"), 0, output_field=models.DecimalField())


class Income(Dated):
    """Income of an accounting period 收入核算期间, true from the day it was computed and signed 核算日期.

    net_income = wage + business + property + transfer - business_expense; per capita = net_income over the
    members who share income and expense, 2 decimals (reference.md 2.4). Items that do not count for a stable
    exit (awards, one-time aid) stand in award_income and are in no sum.
    """

    household = models.ForeignKey(Household, models.PROTECT, db_index=False)
    period_start = models.DateField(_("核算期间起"))
    period_end = models.DateField(_("核算期间止"))
    calculated_by = models.CharField(_("核算人"), max_length=40, blank=True, default="")
    evidence = models.CharField(_("核对凭证"), max_length=80, blank=True, default="")
    confirmed_by_head = models.BooleanField(_("户主确认"), null=True, blank=True)
    member_count = models.PositiveSmallIntegerField(_("共享收支人口(人)"), null=True, blank=True)

    wage_work = _money(_("务工收入(元)"))
    wage_public_post = _money(_("公益性岗位收入(元)"))
    wage_other = _money(_("其他工资性收入(元)"))
    business_planting = _money(_("种植收入(元)"))
    business_breeding = _money(_("养殖收入(元)"))
    business_forestry = _money(_("林果收入(元)"))
    business_other = _money(_("其他经营收入(元)"))
    business_expense = _money(_("生产经营性支出(元)"))
    property_dividend = _money(_("资产收益扶贫分红(元)"))
    property_land_rent = _money(_("土地流转收入(元)"))
    property_other = _money(_("其他财产性收入(元)"))
    transfer_family_planning = _money(_("计划生育金(元)"))
    transfer_dibao = _money(_("低保金(元)"))
    transfer_tekun = _money(_("特困供养金(元)"))
    transfer_pension = _money(_("养老保险金(元)"))
    transfer_ecology = _money(_("生态补偿金(元)"))
    transfer_land_subsidy = _money(_("耕地地力保护补贴(元)"))
    transfer_producer = _money(_("生产者补贴(元)"))
    transfer_elderly = _money(_("高龄补贴(元)"))
    transfer_disability = _money(_("残疾人两项补贴(元)"))
    transfer_support = _money(_("赡养费(元)"))
    transfer_other = _money(_("其他转移性收入(元)"))
    award_income = _money(_("以奖代补等不计入稳定收入(元)"))

    wage_income = _computed(_("工资性收入(元)"), _sum(WAGE))
    business_income = _computed(_("生产经营性收入(元)"), _sum(BUSINESS))
    property_income = _computed(_("财产性收入(元)"), _sum(PROPERTY))
    transfer_income = _computed(_("转移性收入(元)"), _sum(TRANSFER))
    net_income = _computed(_("家庭纯收入(元)"), _net())
    net_income_per_capita = models.GeneratedField(
        verbose_name=_("人均纯收入(元)"),
        expression=models.Case(
            models.When(
                _known(ITEMS) & Q(member_count__gt=0),
                then=Round(_net() / F("member_count"), 2, output_field=models.DecimalField()),
            ),
            default=None,
        ),
        output_field=models.DecimalField(max_digits=14, decimal_places=2, null=True),
        db_persist=True,
    )

    reach = BY_CARD

    class Meta(Dated.Meta):
        indexes = [LAST_OF_HOUSEHOLD]
        constraints = [
            *Dated.Meta.constraints,
            models.CheckConstraint(condition=Q(period_end__gte=F("period_start")), name="income_period_in_order"),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{name}__isnull": True}) | Q(**{f"{name}__gte": 0}), name=f"income_{name}_positive"
                )
                for name in (*ITEMS, "business_expense", "award_income")
            ),
        ]
