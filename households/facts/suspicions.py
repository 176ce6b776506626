"""Facts that only checks 疑点 ask for: numbers shared with other households, how income moved, sums of a member."""

from django.utils.translation import gettext_lazy as _

from households.facts.household import OFFICE, VILLAGE, in_force
from households.facts.income import SUPPLIER
from povertycase.rules.facts import Fact, Source

# Numbers are sealed and stand for today: their blind indexes say which are the same, never what they are.
SOURCES = (
    Source(
        "shared_numbers",
        "household",
        """
        SELECT h.id AS subject_id,
               CASE WHEN h.phone_index IS NOT NULL THEN
                   (SELECT count(*) FROM households_household o WHERE o.phone_index = h.phone_index) END AS phones,
               CASE WHEN h.bank_index IS NOT NULL THEN
                   (SELECT count(*) FROM households_household o WHERE o.bank_index = h.bank_index) END AS banks
        FROM households_household h WHERE {within:h.id}
        """,
        label=_("联系电话、银行账号"),
    ),
    Source(
        "helper_numbers",
        "household",
        f"""
        SELECT pa.household_id, EXISTS (SELECT FROM households_household o WHERE o.phone_index = c.phone_index) AS known
        FROM households_pairing pa JOIN households_cadre c ON c.id = pa.cadre_id
        WHERE {{within:pa.household_id}} AND {in_force("pa")} AND c.phone_index IS NOT NULL
        """,
        group="household_id",
        label=_("帮扶责任人联系电话"),
    ),
)

FACTS = (
    Fact("work_and_post_months", _("务工时间与公益性岗位月数合计"), "person", "numeric", "(work_months + public_post_months)",
         unit=_("月"), unknown=_("务工时间或公益性岗位月数未填"), supplier=VILLAGE),
    Fact("phone_households", _("使用同一联系电话的户数"), "household", "int", "shared_numbers.phones",
         source="shared_numbers", unit=_("户"), unknown=_("没有联系电话"), supplier=VILLAGE),
    Fact("bank_households", _("使用同一银行账号的户数"), "household", "int", "shared_numbers.banks",
         source="shared_numbers", unit=_("户"), unknown=_("没有银行账号"), supplier=VILLAGE),
    Fact("helper_phone_is_registered", _("帮扶责任人电话是建档立卡户联系电话"), "household", "bool", "bool_or(known)",
         source="helper_numbers", unknown=_("没有帮扶责任人，或没有电话"), supplier=OFFICE),
    Fact("labour_share", _("劳动力占家庭人口比重"), "household", "numeric",
         "round(100.0 * {labour_members} / nullif({members}, 0), 2)", unit="%",
         unknown=_("有成员的劳动技能没有采集"), supplier=VILLAGE),
    Fact("income_growth", _("人均纯收入比上期增长"), "household", "numeric",
         "round(100 * ({net_income_per_capita} - {last_net_income_per_capita}) "
         "/ nullif({last_net_income_per_capita}, 0), 2)",
         unit="%", unknown=_("没有本期或上期收入"), supplier=SUPPLIER, private=True),
)  # fmt: skip
