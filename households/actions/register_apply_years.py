"""Codes of a workbook that were not in the code list of their year (E-26): a warning, never a refusal."""

from django.utils.translation import gettext_noop as _

from households import choices
from households.actions.register_apply_lists import rows
from povertycase.exchange.batch import Staging
from povertycase.exchange.cleaning import WARNING, Note

# Sheet, the day that its row is about, its columns whose codes have years.
DATED = (
    ("household", "effective_on", ("household_type", "main_cause", "other_causes", "relapse_cause")),
    ("member", "collected_on", ("labour",)),
)
_WORDS = _("“%(label)s”不在 %(year)s 年度的代码表内，请核对")


def check_years(stage: Staging) -> None:
    """Report every code outside its years; a row without a day is of the business date's year."""
    for code, day, columns in DATED:
        if code in stage:
            for key in columns:
                _check_column(stage, code, day, key)


def _check_column(stage: Staging, code: str, day: str, key: str) -> None:
    spans = choices.years_of(key)
    column = stage.sheets[code][key]
    value = f"unnest({key})" if column.type == "multi" else key
    codes = ", ".join(f"('{one}', {first or 0}, {last or 9999})" for one, (first, last) in spans.items())
    found = rows(
        f"""SELECT x.row, x.household_no, x.value, x.year
            FROM (SELECT row, household_no, {value} AS value,
                         extract(year FROM coalesce({day}, %(today)s))::int AS year FROM {stage.table(code)}) x
            JOIN (VALUES {codes}) v(code, first, last) ON v.code = x.value
            WHERE x.year NOT BETWEEN v.first AND v.last ORDER BY x.row""",
        {"today": stage.batch.business_date},
    )
    labels = dict(column.choices)
    for row, household_no, value, year in found:
        note = Note(WARNING, "code_of_other_year", _WORDS, {"label": labels[value], "year": year})
        stage.findings.add(stage.place(code, row, key), note, household_no, labels[value])
