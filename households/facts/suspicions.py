"""Facts that only checks 疑点 ask for: numbers shared with other households, how income moved, sums of a member."""

from django.utils.translation import gettext_lazy as _

from households.facts.household import VILLAGE
from households.facts.income import SUPPLIER
from povertycase.rules.facts import Fact, Source


def _shared(number: str) -> str:
    """How many households have the same number: sealed, it stands for today, and its blind index says which.

    Looked up in the order of the index: in the order of households every look-up would fall on another page.
    """
    return f"""
        SELECT own.id AS subject_id,
               (SELECT count(*) FROM households_household o WHERE o.{number} = own.{number}) AS households
        FROM (SELECT h.id, h.{number} FROM households_household h
              WHERE {{within:h.id}} AND h.{number} IS NOT NULL ORDER BY h.{number} OFFSET 0) own
    """


SOURCES = (
    Source("shared_phones", "household", _shared("phone_index"), label=_("联系电话")),
    Source("shared_accounts", "household", _shared("bank_index"), label=_("银行账号")),
)

FACTS = (
    Fact("work_and_post_months", _("务工时间与公益性岗位月数合计"), "person", "numeric", "(work_months + public_post_months)",
         unit=_("月"), unknown=_("务工时间或公益性岗位月数未填"), supplier=VILLAGE),
    Fact("phone_households", _("使用同一联系电话的户数"), "household", "int", "shared_phones.households",
         source="shared_phones", unit=_("户"), unknown=_("没有联系电话"), supplier=VILLAGE),
    Fact("bank_households", _("使用同一银行账号的户数"), "household", "int", "shared_accounts.households",
         source="shared_accounts", unit=_("户"), unknown=_("没有银行账号"), supplier=VILLAGE),
    Fact("labour_share", _("劳动力占家庭人口比重"), "household", "numeric",
         "round(100.0 * {labour_members} / nullif({members}, 0), 2)", unit="%",
         unknown=_("有成员的劳动技能没有采集"), supplier=VILLAGE),
    Fact("income_growth", _("人均纯收入比上期增长"), "household", "numeric",
         "round(100 * ({net_income_per_capita} - {last_net_income_per_capita}) "
         "/ nullif({last_net_income_per_capita}, 0), 2)",
         unit="%", unknown=_("没有本期或上期收入"), supplier=SUPPLIER, private=True),
)  # fmt: skip
