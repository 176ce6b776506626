"""Facts about a posting 驻村: who is sent where, since when, and for how many days of the period."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from households import choices
from households.facts.household import OFFICE
from povertycase.rules.facts import Fact, Source, Subject

SUBJECTS = (
    Subject(
        code="posting",
        base="posting",
        ids="SELECT id AS subject_id FROM households_posting",
        ids_within="SELECT id AS subject_id FROM households_posting WHERE {prefix:village_id}",
        labels=("posting_village", "posting_cadre"),
        order=45,
    ),
)

SOURCES = (
    # Postings that touch the period and had begun by the day judged.
    Source(
        "posting",
        "posting",
        """
        SELECT po.id AS subject_id, po.village_id AS division_code, po.cadre_id, po.role, po.true_from, po.true_to,
               po.document_no, d.name AS village, c.unit_id, c.phone_index IS NOT NULL AS has_phone,
               greatest(0, least(po.true_to, %(period_end)s::date) - greatest(po.true_from, %(period_start)s::date) + 1)
                   AS days
        FROM households_posting po LEFT JOIN households_cadre c ON c.id = po.cadre_id
        LEFT JOIN povertycase_division d ON d.code = po.village_id
        WHERE {within:po.id} AND {known:po} AND po.true_from <= %(as_of)s
          AND (po.true_to IS NULL OR po.true_to >= %(period_start)s)
        """,
        label=_("驻村"),
    ),
)


def _fact(code: str, label: Any, kind: str, sql: str, *, unit: Any = "", unknown: Any = "", codes: Any = ()) -> Fact:
    return Fact(code, label, "posting", kind, sql, source="posting", unit=unit, unknown=unknown, supplier=OFFICE,
                choices=tuple(codes))  # fmt: skip


FACTS = (
    _fact("posting_village", _("派驻村"), "text", "posting.village"),
    _fact("posting_cadre", _("驻村干部"), "int", "posting.cadre_id"),
    _fact("posting_unit", _("派出单位"), "int", "posting.unit_id"),
    _fact("posting_role", _("驻村身份"), "text", "posting.role", codes=choices.PostingRole.choices),
    _fact("posting_since", _("驻村开始日期"), "date", "posting.true_from"),
    _fact("posting_until", _("驻村结束日期"), "date", "posting.true_to", unknown=_("没有登记结束日期，仍在岗")),
    _fact("posting_on_duty", _("在岗"), "bool",
          "(posting.true_to IS NULL OR posting.true_to >= %(as_of)s)"),
    _fact("posting_days_in_period", _("本期在岗天数"), "int", "posting.days", unit=_("天")),
    _fact("posting_days_so_far", _("累计在岗天数"), "int",
          "least(posting.true_to, %(as_of)s::date) - posting.true_from + 1", unit=_("天")),
    _fact("posting_has_document", _("有选派文号"), "bool", "(posting.document_no <> '')"),
    _fact("posting_phone_known", _("驻村干部有联系电话"), "bool", "posting.has_phone"),
)  # fmt: skip
