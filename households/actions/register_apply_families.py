"""The members of a household of the file taken together: one head, one spouse at most, as many as its row says.

They are counted once, into `family`: one row a household number of sheet 成员.
"""

from django.utils.translation import gettext_noop as _

from households.actions.register_apply_lists import KEY, rows, table_as
from povertycase.exchange.batch import Staging
from povertycase.exchange.cleaning import ERROR, WARNING, Note

_HEAD, _SPOUSE = (f"relation = '{role}' AND left_on IS NULL" for role in ("head", "spouse"))


def check_families(stage: Staging) -> None:
    """Report households without members, without or with two heads, with two spouses, or told otherwise by their row."""
    if "member" in stage:
        _make(stage)
        _check_heads(stage)
    _report_memberless(stage)
    if "member" in stage:
        _compare_with_household(stage)
        _check_spouses(stage)


def _make(stage: Staging) -> None:
    """heads, spouses: the rows of those who have not left; present: how many have not; ever: heads of any time."""
    table_as(
        stage.table("family"),
        f"""SELECT {KEY}, min(row) AS row, count(*) FILTER (WHERE left_on IS NULL) AS present,
                   count(*) FILTER (WHERE relation = 'head') AS ever,
                   array_agg(row ORDER BY row) FILTER (WHERE {_HEAD}) AS heads,
                   array_agg(row ORDER BY row) FILTER (WHERE {_SPOUSE}) AS spouses,
                   max(name) FILTER (WHERE {_HEAD}) AS head
            FROM {stage.table("member")} GROUP BY {KEY}""",
        joined=(KEY,),
    )


def _check_heads(stage: Staging) -> None:
    """Exactly one head at a time in every household of the file."""
    new_one = "u.is_new" if "household" in stage else "false"  # of an unknown household it is said that it is unknown
    found = rows(
        f"""SELECT f.{KEY}, f.row, f.heads FROM {stage.table("family")} f JOIN {stage.table("unit")} u USING ({KEY})
            WHERE cardinality(f.heads) > 1
               OR ({new_one} AND (f.ever = 0 OR (f.present > 0 AND f.heads IS NULL))) ORDER BY f.row"""
    )
    for household_no, row, at in found:
        if at and len(at) > 1:
            told = {"heads": len(at), "rows": "、".join(map(str, at))}
            note = Note(ERROR, "two_heads", _("一户有 %(heads)s 个户主（第 %(rows)s 行），请只留一个"), told)
            stage.findings.add(stage.place("member", at[1], "relation"), note, household_no)
        else:
            note = Note(ERROR, "no_head", _("这一户没有户主，请在“与户主关系”中填一个户主"))
            stage.findings.add(stage.place("member", row, "relation"), note, household_no)


def _report_memberless(stage: Staging) -> None:
    if "household" not in stage:
        return
    member = (
        f"AND NOT EXISTS (SELECT FROM {stage.table('family')} f WHERE f.{KEY} = h.{KEY})" if "member" in stage else ""
    )
    found = rows(
        f"""SELECT h.row, h.{KEY} FROM {stage.table("household")} h JOIN {stage.table("unit")} u USING ({KEY})
            WHERE u.is_new {member} ORDER BY 1"""
    )
    for row, household_no in found:
        note = Note(ERROR, "no_members", _("“成员”表中没有这一户的人口，请补上"))
        stage.findings.add(stage.place("household", row, KEY), note, household_no, household_no)


def _compare_with_household(stage: Staging) -> None:
    """What sheet 户 says of head and number against sheet 成员: the members decide, the difference is told."""
    if "household" not in stage:
        return
    found = rows(
        f"""SELECT h.row, h.{KEY}, h.head_name <> f.head, h.member_count <> f.present, f.present
            FROM {stage.table("household")} h JOIN {stage.table("family")} f USING ({KEY})
            WHERE h.head_name <> f.head OR h.member_count <> f.present ORDER BY 1"""
    )
    for row, household_no, head, number, members in found:
        if head:
            note = Note(WARNING, "head_differs", _("户主姓名与“成员”表的户主不同，以成员表为准，请核对"))
            stage.findings.add(stage.place("household", row, "head_name"), note, household_no)
        if number:
            words = _("家庭人口与“成员”表的 %(members)s 人不符，以成员表为准，请核对")
            note = Note(WARNING, "member_count_differs", words, {"members": members})
            stage.findings.add(stage.place("household", row, "member_count"), note, household_no)


def _check_spouses(stage: Staging) -> None:
    """At most one spouse at a time in a household (reference.md Q-06)."""
    found = rows(
        f"SELECT {KEY}, spouses FROM {stage.table('family')} WHERE cardinality(spouses) > 1 ORDER BY spouses",
    )
    for household_no, at in found:
        told = {"spouses": len(at), "rows": "、".join(map(str, at))}
        note = Note(ERROR, "two_spouses", _("一户有 %(spouses)s 个配偶（第 %(rows)s 行），请核对与户主关系"), told)
        stage.findings.add(stage.place("member", at[1], "relation"), note, household_no)
