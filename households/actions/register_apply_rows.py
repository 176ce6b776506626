"""What a row of the register workbook must say by itself: one condition a rule, one scan a sheet (reference.md 7.4)."""

from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext_noop as _

from households.actions.register_apply_lists import rows
from households.models import HousingAppraisal, LivingObservation, WaterAppraisal
from households.models.income import BUSINESS, PROPERTY, TRANSFER, WAGE
from povertycase.exchange.batch import Staging
from povertycase.exchange.cleaning import Note

E: Literal["error"] = "error"
W: Literal["warning"] = "warning"


@dataclass(frozen=True)
class RowRule:
    """A finding about a row: where `when` (SQL over the staging row) is true. `key` names the column it stands at.

    $day in it is the business date of the batch.
    silent_on: a column whose cell, when it was refused already, makes this finding say nothing new.
    """

    code: str
    severity: str
    key: str
    when: str
    words: str
    silent_on: str = ""


def _any(model: type, skip: tuple[str, ...] = ()) -> str:
    from_base = {
        "id",
        "household",
        "recorded_at",
        "entered_on",
        "superseded_by",
        "superseded_at",
        "event_id",
        "true_from",
    }
    names = [item.name for item in model._meta.concrete_fields if item.name not in from_base | set(skip)]  # type: ignore[attr-defined]
    return "(" + " OR ".join(f'"{name}" IS NOT NULL' for name in names) + ")"


OBSERVED, HOUSED, WATERED = _any(LivingObservation), _any(HousingAppraisal), _any(WaterAppraisal)
_INCOME_SUM = " + ".join(f"coalesce({name}, 0)" for name in (*WAGE, *BUSINESS, *PROPERTY, *TRANSFER))
_NET = f"({_INCOME_SUM} - coalesce(business_expense, 0))"
_EXITED = "poverty_status IN ('exited', 'exited_no_policy')"

RULES: dict[str, tuple[RowRule, ...]] = {
    "household": (
        RowRule(
            "exit_without_year",
            E,
            "exit_year",
            f"{_EXITED} AND exit_year IS NULL AND exited_on IS NULL",
            _("状态是已脱贫，却没有脱贫年度，请补填"),
        ),
        RowRule(
            "exit_contradicts_status",
            E,
            "exit_year",
            "poverty_status = 'poor' AND coalesce(exit_year, extract(year FROM exited_on)) IS NOT NULL"
            " AND relapse_year IS NULL AND relapsed_on IS NULL",
            _("状态是未脱贫，却填了脱贫年度或日期，请核对"),
        ),
        RowRule(
            "exit_before_entry",
            E,
            "exit_year",
            "coalesce(exit_year, extract(year FROM exited_on)) < coalesce(registered_year, extract(year FROM registered_on))"
            " OR exited_on < registered_on",
            _("脱贫早于识别，请核对年度和日期"),
        ),
        RowRule(
            "exit_year_contradicts_date",
            E,
            "exited_on",
            "exit_year IS NOT NULL AND abs(extract(year FROM exited_on) - exit_year) > 1",
            _("脱贫公告日期与脱贫年度相差一年以上，请核对"),
        ),
        RowRule(
            "relapse_without_exit",
            E,
            "relapse_year",
            "coalesce(relapse_year, extract(year FROM relapsed_on)) IS NOT NULL AND exit_year IS NULL AND exited_on IS NULL",
            _("填了返贫，却没有脱贫年度，请补填"),
        ),
        RowRule(
            "relapse_without_year",
            E,
            "relapse_year",
            "poverty_status = 'relapsed' AND relapse_year IS NULL AND relapsed_on IS NULL",
            _("状态是返贫，却没有返贫年度，请补填"),
        ),
        RowRule(
            "cause_twice",
            E,
            "other_causes",
            "main_cause = ANY(other_causes)",
            _("其他致贫原因与主要致贫原因相同，请删去"),
        ),
        RowRule(
            "plan_before_entry",
            W,
            "planned_exit_year",
            "planned_exit_year < registered_year",
            _("计划脱贫年度早于识别年度，请核对"),
        ),
    ),
    "member": (
        RowRule(
            "sex_missing",
            E,
            "sex",
            "sex IS NULL AND id_number_sex IS NULL AND id_number_mask IS NULL",
            _("没有性别，也没有证件号码可以读出，请补填"),
            silent_on="id_number",
        ),
        RowRule(
            "sex_contradicts_id",
            W,
            "sex",
            "sex <> id_number_sex",
            _("性别与证件号码第 17 位不符，已按证件号码，请核对"),
        ),
        RowRule(
            "birth_contradicts_id",
            W,
            "birth_date",
            "date_trunc('month', birth_date) <> date_trunc('month', id_number_birth)",
            _("出生日期与证件号码不符，已按证件号码，请核对"),
        ),
        RowRule(
            "age_contradicts_birth",
            W,
            "age",
            'abs("age" - extract(year FROM age($day, coalesce(id_number_birth, birth_date)))) > 1',
            _("年龄与出生日期相差一岁以上，年龄不导入，按出生日期计算，请核对"),
        ),
        RowRule(
            "id_missing",
            W,
            "id_number",
            "id_number_index IS NULL AND id_number_mask IS NULL AND coalesce(id_type, '') <> 'none'",
            _("没有证件号码，请尽快补录"),
            silent_on="id_number",
        ),
        RowRule(
            "certificate_as_id",
            W,
            "id_number",
            "id_type = 'identity_card' AND id_number_type = 'disability_cert'",
            _("证件类型是居民身份证，填的是残疾人证号，已按残疾人证读取，请核对"),
        ),
        RowRule(
            "id_as_certificate",
            W,
            "id_number",
            "id_type = 'disability_cert' AND id_number_type = 'identity_card'",
            _("证件类型是残疾人证，填的是身份证号码，已按身份证读取，请核对"),
        ),
        RowRule(
            "pupil_and_schooled",
            E,
            "education",
            "education IS NOT NULL AND student_status IS NOT NULL",
            _("文化程度与在校生状况只能填一项，在校生请清空文化程度"),
        ),
        RowRule("left_before_joined", E, "left_on", "left_on < joined_on", _("减少日期早于增加日期，请核对")),
        RowRule(
            "end_without_date",
            E,
            "left_on",
            "end_reason IS NOT NULL AND left_on IS NULL",
            _("填了减少原因，没有减少日期，请补填"),
        ),
        RowRule(
            "end_without_reason",
            W,
            "end_reason",
            "left_on IS NOT NULL AND end_reason IS NULL",
            _("填了减少日期，没有减少原因，请补填"),
        ),
        RowRule(
            "born_after_joining",
            W,
            "joined_on",
            "joined_on < coalesce(id_number_birth, birth_date)",
            _("增加日期早于出生日期，请核对"),
        ),
        RowRule("dibao_and_tekun", W, "tekun", "dibao AND tekun", _("低保与特困供养不能同时享受，请核对")),
        RowRule(
            "insured_twice",
            W,
            "ins_employee_medical",
            "ins_resident_medical AND ins_employee_medical",
            _("居民医保与职工医保都填“是”，请核对"),
        ),
    ),
    "income": (
        RowRule("period_reversed", E, "period_end", "period_end < period_start", _("核算期间止早于起，请核对")),
        RowRule(
            "income_small",
            W,
            "period_end",
            f"{_INCOME_SUM} BETWEEN 0.01 AND 99.99",
            _("各项收入合计不足 100 元，请核对单位是不是万元"),
        ),
        RowRule(
            "income_large", W, "period_end", f"{_INCOME_SUM} > 300000", _("各项收入合计超过 30 万元，请核对单位和数值")
        ),
        RowRule(
            "net_income_differs",
            W,
            "net_income",
            f"abs(net_income - {_NET}) > 0.01",
            _("与各项相加减的结果不符，系统按各项核算，请核对"),
        ),
        RowRule(
            "per_capita_differs",
            W,
            "net_income_per_capita",
            f"member_count > 0 AND abs(net_income_per_capita - round({_NET} / member_count, 2)) > 0.01",
            _("与家庭纯收入除以人口不符，系统按各项核算，请核对"),
        ),
    ),
    "living": (
        RowRule("check_date_missing", E, "checked_on", f"{OBSERVED} AND checked_on IS NULL", _("没有核查日期，请补填")),
        RowRule(
            "appraisal_date_missing",
            E,
            "appraised_on",
            f"{HOUSED} AND appraised_on IS NULL AND checked_on IS NULL",
            _("填了住房情况，没有鉴定日期，请补填"),
        ),
        RowRule(
            "appraisal_date_assumed",
            W,
            "appraised_on",
            f"{HOUSED} AND appraised_on IS NULL AND checked_on IS NOT NULL",
            _("住房没有鉴定日期，按核查日期读取"),
        ),
        RowRule(
            "water_date_missing",
            E,
            "water_assessed_on",
            f"{WATERED} AND water_assessed_on IS NULL AND checked_on IS NULL",
            _("填了饮水情况，没有饮水认定日期，请补填"),
        ),
        RowRule(
            "water_date_assumed",
            W,
            "water_assessed_on",
            f"{WATERED} AND water_assessed_on IS NULL AND checked_on IS NOT NULL",
            _("饮水没有认定日期，按核查日期读取"),
        ),
        RowRule(
            "grade_without_certificate",
            W,
            "certificate_no",
            "grade IS NOT NULL AND certificate_no IS NULL",
            _("有鉴定等级没有证书编号，退出预审时按待核实"),
        ),
    ),
    "helper": (RowRule("help_reversed", E, "helps_to", "helps_to < helps_from", _("结束日期早于开始日期，请核对")),),
    "supporter": (),
}


def check_rows(stage: Staging) -> None:
    """Report every row that breaks a rule of its sheet."""
    for code, rules in RULES.items():
        if code in stage and rules:
            _check_sheet(stage, code, rules)


def _check_sheet(stage: Staging, code: str, rules: tuple[RowRule, ...]) -> None:
    title, day = stage.sheets[code].title, f"DATE '{stage.batch.business_date.isoformat()}'"
    whens = [rule.when.replace("$day", day) for rule in rules]
    cases = ", ".join(f"CASE WHEN {when} THEN {at} END" for at, when in enumerate(whens))
    found = rows(
        f"""SELECT row, household_no, array_remove(ARRAY[{cases}], NULL) FROM {stage.table(code)}
            WHERE {" OR ".join(f"({when})" for when in whens)} ORDER BY row"""
    )
    refused = {(finding[1], finding[2]) for finding in stage.findings.rows if finding[0] == title and finding[6] == E}
    for row, household_no, broken in found:
        for at in broken:
            rule = rules[at]
            if rule.silent_on and (row, stage.place(code, row, rule.silent_on).letter) in refused:
                continue
            place = stage.place(code, row, rule.key)
            stage.findings.add(place, Note(rule.severity, rule.code, rule.words), household_no)
