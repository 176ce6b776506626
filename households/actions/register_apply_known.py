"""What the register knows and a file contradicts: masks of nobody known, the gone still listed."""

from django.utils.translation import gettext_noop as _

from households.actions.register_apply_lists import KEY, rows
from households.choices import MemberEnd
from povertycase.exchange.batch import Staging
from povertycase.exchange.cleaning import ERROR, WARNING, Note

# Sheet, secret column, who it must be registered for that its mask may stand for the number.
MASKED = (
    ("household", "phone", "u.is_new"),
    ("household", "bank_account", "u.is_new"),
    ("household", "residence_phone", "u.is_new"),
    (
        "helper",
        "phone",
        "NOT EXISTS (SELECT FROM households_cadre k LEFT JOIN households_unit n ON n.id = k.unit_id"
        " WHERE k.cadre_no = s.cadre_no OR (s.cadre_no IS NULL AND k.name = s.name AND n.name = s.unit))",
    ),
)
_MASK = _("号码带有星号，是脱敏后的号码，登记册中没有原号码可以保留；请填完整号码")


def check_masked(stage: Staging) -> None:
    """A masked cell keeps the registered number untouched; where none is registered it says nothing."""
    for code, key, when in MASKED:
        if code in stage and key in stage.present[code]:
            found = rows(
                f"""SELECT s.row, s.{KEY} FROM {stage.table(code)} s JOIN {stage.table("unit")} u USING ({KEY})
                    WHERE s.{key}_kept AND {when} ORDER BY 1"""
            )
            note = Note(WARNING, "bank_masked" if key == "bank_account" else "phone_masked", _MASK)
            for row, household_no in found:
                stage.findings.add(stage.place(code, row, key), note, household_no)
    if "member" in stage and "id_number" in stage.present["member"]:
        _check_masked_persons(stage)


def _check_masked_persons(stage: Staging) -> None:
    """The mask of an ID number stands for a person of the register: by 人口编号, or by name in the same household."""
    found = rows(
        f"""SELECT m.row, m.{KEY}, m.id_number_mask FROM {stage.table("member")} m
            WHERE m.id_number_index IS NULL AND m.id_number_mask IS NOT NULL
              AND NOT EXISTS (SELECT FROM households_person p WHERE p.person_no = m.person_no)
              AND NOT EXISTS (
                  SELECT FROM households_household h JOIN households_membership x ON x.household_id = h.id
                  JOIN households_person p ON p.id = x.person_id
                  WHERE h.household_no = m.{KEY} AND x.superseded_at IS NULL AND p.name = m.name)
            ORDER BY 1"""
    )
    words = _("证件号码带有星号，是脱敏后的号码，登记册的这一户没有这个人；请填完整号码")
    for row, household_no, shown in found:
        stage.findings.add(
            stage.place("member", row, "id_number"), Note(ERROR, "id_masked", words), household_no, shown
        )


def check_gone(stage: Staging) -> None:
    """People the register knows as dead or gone whom the file lists as if they were there."""
    if "member" not in stage:
        return
    found = rows(
        f"""SELECT m.row, m.{KEY}, x.true_to, x.end_reason FROM {stage.table("member")} m
            JOIN households_person p ON p.id_index = m.id_number_index
            JOIN households_membership x ON x.person_id = p.id AND x.superseded_at IS NULL AND x.true_to IS NOT NULL
            JOIN households_household h ON h.id = x.household_id
            WHERE m.left_on IS NULL AND m.end_reason IS NULL
              AND (x.end_reason = 'death' OR (h.household_no = m.{KEY}
                   AND coalesce(m.joined_on, x.true_from) <= x.true_to
                   AND NOT EXISTS (SELECT FROM households_membership y WHERE y.person_id = p.id
                                   AND y.household_id = h.id AND y.superseded_at IS NULL AND y.true_from > x.true_to)))
            ORDER BY 1"""
    )
    for row, household_no, day, reason in found:
        told = {"day": day.isoformat(), "reason": str(dict(MemberEnd.choices).get(reason, ""))}
        if reason == MemberEnd.DEATH:
            words = _("登记册中此人已于 %(day)s 死亡，本表仍列为在册；请填减少原因和日期，或核对证件号码")
            note = Note(ERROR, "dead_listed", words, {"day": told["day"]})
        else:
            note = Note(WARNING, "left_listed", _("此人已于 %(day)s 减少（%(reason)s），本表又列为在册，请核对"), told)
        stage.findings.add(stage.place("member", row, "name"), note, household_no)
