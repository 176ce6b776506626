"""Facts of the household itself: its number and place, its status in the register, why it is poor, where it lives."""

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from households import choices
from povertycase.rules.facts import Fact, Source, Subject

OFFICE = _("县扶贫办")
VILLAGE = _("村报、乡镇审核")


def latest(table: str, alias: str) -> str:
    """The row of each household in force on as_of as known on known_on: the greatest (true_from, id), as a whole."""
    return (
        f"SELECT DISTINCT ON ({alias}.household_id) {alias}.* FROM {table} {alias} "
        f"WHERE {{within:{alias}.household_id}} AND {{known:{alias}}} AND {alias}.true_from <= %(as_of)s "
        f"ORDER BY {alias}.household_id, {alias}.true_from DESC, {alias}.id DESC"
    )


def in_force(alias: str) -> str:
    """The condition of an interval row: true on as_of, known on known_on."""
    return (
        f"{{known:{alias}}} AND {alias}.true_from <= %(as_of)s "
        f"AND ({alias}.true_to IS NULL OR {alias}.true_to >= %(as_of)s)"
    )


HOUSEHOLD = Subject(
    code="household",
    base="household",
    ids="SELECT id AS subject_id FROM households_household",
    ids_within="SELECT DISTINCT household_id AS subject_id FROM households_householddivision WHERE {prefix:village_id}",
    labels=("household_no", "head_name", "members"),
)

SOURCES = (
    # Households gone or struck off 整户自然减少、清退 are no longer in the register on that day.
    Source(
        "household",
        "household",
        f"""
        SELECT s.household_id AS subject_id, d.village_id AS division_code, d.group_name, h.household_no,
               s.attr, s.household_type, s.poverty_status, s.identification_standard, s.registered_year,
               s.planned_exit_year, s.exit_year, s.relapse_year, s.relapse_cause, s.is_martyr_family, s.is_one_child,
               s.is_two_daughter, s.is_relocated, s.true_from AS status_since, s.entered_on AS status_entered_on,
               d.true_from AS here_since, h.phone_index IS NOT NULL AS has_phone,
               h.bank_index IS NOT NULL AS has_bank
        FROM ({latest("households_householdstatus", "st")}) s
        JOIN ({latest("households_householddivision", "di")}) d ON d.household_id = s.household_id
        JOIN households_household h ON h.id = s.household_id
        WHERE s.poverty_status NOT IN ('gone', 'removed') AND {{within:h.id}}
        """,
        label=_("户登记：户状态、所在村"),
    ),
    Source(
        "causes",
        "household",
        f"SELECT ca.household_id, ca.code, ca.is_main FROM households_cause ca "
        f"WHERE {{within:ca.household_id}} AND {in_force('ca')}",
        group="household_id",
        label=_("致贫原因"),
    ),
    Source(
        "residence",
        "household",
        "SELECT re.household_id AS subject_id, re.state, re.true_from AS since, "
        "nullif(re.place, '') AS place, re.expected_return, re.phone_index IS NOT NULL AS has_phone, re.lives_in_id "
        f"FROM ({latest('households_residence', 're')}) re",
        label=_("居住状况"),
    ),
    Source(
        "supporters",
        "household",
        f"SELECT su.household_id, su.performance, su.ability, su.yearly_amount FROM households_legalsupporter su "
        f"WHERE {{within:su.household_id}} AND {in_force('su')}",
        group="household_id",
        label=_("法定赡养人登记"),
    ),
)

EXITED = "('exited', 'exited_no_policy')"
_YEAR = _("年")


def _status(code, label, kind, sql, *, codes=(), unit="", unknown="") -> Fact:
    return Fact(
        code,
        label,
        "household",
        kind,
        sql,
        source="household",
        unit=unit,
        unknown=unknown or _("登记表未填"),
        supplier=OFFICE,
        choices=tuple(codes),
    )


def _cause(code, label) -> Fact:
    """Whether this is one of the household's causes, main or other."""
    return Fact(
        f"cause_{code}", format_lazy(_("致贫原因含{cause}"), cause=label), "household", "bool",
        f"bool_or(code = '{code}')", source="causes", unknown=_("没有登记致贫原因"), supplier=VILLAGE,
    )  # fmt: skip


FACTS = (
    _status("household_no", _("户编号"), "text", "household.household_no"),
    _status("group_name", _("村民小组"), "text", "nullif(household.group_name, '')"),
    _status("attr", _("贫困户属性"), "text", "household.attr", codes=choices.HouseholdAttr.choices),
    _status(
        "household_type", _("户类型"), "text", "nullif(household.household_type, '')",
        codes=choices.HouseholdType.choices,
    ),
    _status(
        "poverty_status", _("脱贫属性"), "text", "household.poverty_status", codes=choices.PovertyStatus.choices
    ),
    _status(
        "identification_standard", _("识别标准"), "text", "nullif(household.identification_standard, '')",
        codes=choices.IdentificationStandard.choices,
    ),
    _status("registered_year", _("识别年度"), "int", "household.registered_year", unit=_YEAR),
    _status(
        "planned_exit_year", _("计划脱贫年度"), "int", "household.planned_exit_year", unit=_YEAR,
        unknown=_("未列入任何年度的退出计划"),
    ),
    _status("exit_year", _("脱贫年度"), "int", "household.exit_year", unit=_YEAR, unknown=_("没有公告脱贫")),
    _status("relapse_year", _("返贫年度"), "int", "household.relapse_year", unit=_YEAR, unknown=_("没有返贫记录")),
    _status("is_exited", _("已脱贫"), "bool", f"household.poverty_status IN {EXITED}"),
    # An empty plan year is a plain "not in the plan": the plan is a list, households outside it are not unknown.
    _status(
        "listed_for_exit", _("列入本年度退出计划"), "bool",
        f"(household.poverty_status NOT IN {EXITED} "
        "AND coalesce(household.planned_exit_year = extract(year from %(as_of)s::date), FALSE))",
    ),
    _status("is_relocated", _("易地扶贫搬迁户"), "bool", "household.is_relocated"),
    _status("is_martyr_family", _("军烈属"), "bool", "household.is_martyr_family"),
    _status("is_one_child", _("独生子女户"), "bool", "household.is_one_child"),
    _status("is_two_daughter", _("双女户"), "bool", "household.is_two_daughter"),
    _status(
        "relapse_cause", _("返贫原因"), "text", "nullif(household.relapse_cause, '')", codes=choices.CauseCode.choices,
        unknown=_("没有返贫记录，或返贫原因未填"),
    ),
    _status(
        "exited_in_year", _("本年度脱贫"), "bool",
        f"(household.poverty_status IN {EXITED} AND household.exit_year = extract(year from %(as_of)s::date))",
    ),
    _status(
        "registered_years", _("建档立卡年数"), "int",
        "extract(year from %(as_of)s::date)::int - household.registered_year", unit=_YEAR,
    ),
    _status("status_since", _("户状态起始日期"), "date", "household.status_since"),
    _status("status_entered_on", _("户状态录入日期"), "date", "household.status_entered_on"),
    _status("registered_here_since", _("登记在本村的起始日期"), "date", "household.here_since"),
    # Numbers are sealed and stand for today only: whether there is one can be known, not what it was.
    _status("phone_known", _("有联系电话"), "bool", "household.has_phone"),
    _status("bank_account_known", _("有银行账号"), "bool", "household.has_bank"),
    Fact(
        "main_cause", _("主要致贫原因"), "household", "text", "max(code) FILTER (WHERE is_main)", source="causes",
        unknown=_("没有登记主要致贫原因"), supplier=VILLAGE, choices=tuple(choices.CauseCode.choices),
    ),
    Fact(
        "other_causes", _("其他致贫原因个数"), "household", "int", "count(*) FILTER (WHERE NOT is_main)",
        source="causes", unit=_("个"), empty="0", supplier=VILLAGE,
    ),
    Fact(
        "main_causes", _("主要致贫原因个数"), "household", "int", "count(*) FILTER (WHERE is_main)", source="causes",
        unit=_("个"), empty="0", supplier=VILLAGE,
    ),
    Fact(
        "other_cause_is_main_cause", _("其他致贫原因与主要致贫原因相同"), "household", "bool",
        "coalesce(max(code) FILTER (WHERE is_main) = ANY(array_agg(code) FILTER (WHERE NOT is_main)), FALSE)",
        source="causes", empty="FALSE", supplier=VILLAGE,
    ),
    *(_cause(code, label) for code, label in choices.CauseCode.choices),
    Fact(
        "residence_state", _("居住状况"), "household", "text", "residence.state", source="residence",
        unknown=_("没有登记居住状况"), supplier=VILLAGE, choices=tuple(choices.ResidenceState.choices),
    ),
    Fact(
        "is_away", _("登记为整户外出"), "household", "bool", "coalesce(residence.state = 'away', FALSE)",
        source="residence", supplier=VILLAGE,
    ),
    Fact(
        "residence_since", _("居住状况起始日期"), "household", "date", "residence.since", source="residence",
        unknown=_("没有登记居住状况"), supplier=VILLAGE,
    ),
    Fact(
        "expected_return", _("预计返回日期"), "household", "date", "residence.expected_return", source="residence",
        unknown=_("没有登记预计返回日期"), supplier=VILLAGE,
    ),
    Fact(
        "away_phone_known", _("有外出联系电话"), "household", "bool", "residence.has_phone",
        source="residence", unknown=_("没有登记居住状况"), supplier=VILLAGE,
    ),
    Fact(
        "lives_in_another_village", _("人户分离"), "household", "bool",
        "(residence.lives_in_id <> household.division_code)", source="residence",
        unknown=_("没有登记实际居住地"), supplier=VILLAGE,
    ),
    Fact(
        "supporters_able", _("有赡养能力的赡养人数"), "household", "int",
        "CASE WHEN bool_and(ability <> '') THEN count(*) FILTER (WHERE ability = 'strong') END",
        source="supporters", unit=_("人"), unknown=_("没有登记赡养人，或有赡养人的赡养能力未填"), supplier=VILLAGE,
    ),
    Fact(
        "legal_supporters", _("法定赡养人数"), "household", "int", "count(*)", source="supporters", unit=_("人"),
        empty="0", supplier=VILLAGE,
    ),
    Fact(
        "supporters_not_performing", _("不履行赡养义务人数"), "household", "int",
        "CASE WHEN bool_and(performance <> '') THEN count(*) FILTER (WHERE performance = 'none') END",
        source="supporters", unit=_("人"), unknown=_("有赡养人的履行情况未填"), supplier=VILLAGE,
    ),
    Fact(
        "support_yearly", _("每年应得赡养费合计"), "household", "numeric", "sum(yearly_amount)", source="supporters",
        unit=_("元"), unknown=_("没有登记赡养费"), supplier=VILLAGE, private=True,
    ),
)  # fmt: skip
