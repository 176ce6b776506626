"""Facts of the yearly income form: in force once its period ends in the year judged, before that 待核算 (E-25)."""

from django.utils.translation import gettext_lazy as _

from households.models.income import ITEMS
from povertycase.rules.facts import Fact, Source

SUPPLIER = _("村核算、户主签字、乡镇审核")
_PENDING = _("待核算：本年度收入还没有核算")

# What one row of the form gives, beside the day it was computed on; items of no fact are read by nobody.
_COLUMNS = (
    *("net_income_per_capita", "net_income", "wage_income", "business_income", "property_income", "transfer_income"),
    *("business_expense", "award_income", *ITEMS),
    *("member_count", "period_start", "period_end", "confirmed_by_head", "evidence"),
    *("calculated_by", "entered_on", "event_id"),
)


def _period(alias: str, which: str) -> str:
    """The last computed income of each household whose period ends in the year judged, or before that year."""
    return f"""
    SELECT DISTINCT ON ({alias}.household_id) {alias}.household_id AS subject_id, {alias}.true_from AS calculated_on,
           {", ".join(f"{alias}.{name}" for name in _COLUMNS)}
    FROM households_income {alias}
    WHERE {{within:{alias}.household_id}} AND {{known:{alias}}} AND {alias}.true_from <= %(as_of)s AND {which}
    ORDER BY {alias}.household_id, {alias}.true_from DESC, {alias}.id DESC
    """


_YEAR = "date_part('year', %(as_of)s::date)::int"
_THIS = f"ic.period_end BETWEEN make_date({_YEAR}, 1, 1) AND make_date({_YEAR}, 12, 31)"
_LAST = f"ip.period_end < make_date({_YEAR}, 1, 1)"

SOURCES = (
    Source("income", "household", _period("ic", _THIS), label=_("本年度收入核算")),
    Source("last_income", "household", _period("ip", _LAST), label=_("上一期收入核算")),
)


def _money(code, label, column="", *, source="income", per_head=False) -> Fact:
    return Fact(
        code,
        label,
        "household",
        "numeric",
        f"{source}.{column or code}",
        source=source,
        unit=_("元/人") if per_head else _("元"),
        unknown=_PENDING if source == "income" else _("没有上期收入"),
        supplier=SUPPLIER,
        private=True,
    )


FACTS = (
    _money("net_income_per_capita", _("人均纯收入"), per_head=True),
    _money("net_income", _("家庭纯收入")),
    _money("wage_income", _("工资性收入")),
    _money("business_income", _("生产经营性收入")),
    _money("property_income", _("财产性收入")),
    _money("transfer_income", _("转移性收入")),
    _money("business_expense", _("生产经营性支出")),
    _money("wage_work", _("务工收入")),
    _money("wage_public_post", _("公益性岗位收入")),
    _money("wage_other", _("其他工资性收入")),
    _money("business_planting", _("种植收入")),
    _money("business_breeding", _("养殖收入")),
    _money("business_forestry", _("林果收入")),
    _money("business_other", _("其他经营收入")),
    _money("property_dividend", _("资产收益扶贫分红")),
    _money("property_land_rent", _("土地流转收入")),
    _money("property_other", _("其他财产性收入")),
    _money("transfer_family_planning", _("计划生育金")),
    _money("transfer_dibao", _("低保金")),
    _money("transfer_tekun", _("特困供养金")),
    _money("transfer_pension", _("养老保险金")),
    _money("transfer_ecology", _("生态补偿金")),
    _money("transfer_land_subsidy", _("耕地地力保护补贴")),
    _money("transfer_producer", _("生产者补贴")),
    _money("transfer_elderly", _("高龄补贴")),
    _money("transfer_disability", _("残疾人两项补贴")),
    _money("transfer_support", _("赡养费收入")),
    _money("transfer_other", _("其他转移性收入")),
    _money("award_income", _("不计入稳定收入的奖补")),
    _money("last_net_income_per_capita", _("上期人均纯收入"), "net_income_per_capita", source="last_income",
           per_head=True),
    _money("last_net_income", _("上期家庭纯收入"), "net_income", source="last_income"),
    Fact("last_income_period_end", _("上期收入核算期间止"), "household", "date", "last_income.period_end",
         source="last_income", unknown=_("没有上期收入"), supplier=SUPPLIER),
    Fact("income_period_known", _("本年度收入已核算"), "household", "bool",
         "(income.net_income_per_capita IS NOT NULL)", source="income", supplier=SUPPLIER),
    Fact("income_members", _("共享收支人口"), "household", "int", "income.member_count", source="income",
         unit=_("人"), unknown=_PENDING, supplier=SUPPLIER),
    Fact("income_calculated_on", _("核算日期"), "household", "date", "income.calculated_on", source="income",
         unknown=_PENDING, supplier=SUPPLIER),
    Fact("income_period_end", _("收入核算期间止"), "household", "date", "income.period_end", source="income",
         unknown=_PENDING, supplier=SUPPLIER),
    Fact("income_confirmed", _("户主确认收入"), "household", "bool", "income.confirmed_by_head", source="income",
         unknown=_PENDING, supplier=SUPPLIER),
    Fact("income_evidence_known", _("有收入核对凭证"), "household", "bool", "(income.evidence <> '')",
         source="income", unknown=_PENDING, supplier=SUPPLIER),
    Fact("income_entered_on", _("收入录入日期"), "household", "date", "income.entered_on", source="income",
         unknown=_PENDING, supplier=SUPPLIER),
    Fact("income_members_difference", _("共享收支人口与家庭人口之差"), "household", "int",
         "{income_members} - {members}", unit=_("人"), unknown=_PENDING, supplier=SUPPLIER),
    Fact("transfer_share", _("转移性收入占纯收入比重"), "household", "numeric",
         "round(100 * {transfer_income} / nullif({net_income}, 0), 2)", unit="%", unknown=_PENDING,
         supplier=SUPPLIER, private=True),
)  # fmt: skip
