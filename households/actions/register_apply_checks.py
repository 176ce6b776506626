"""What the rows of a workbook must say together: villages, doubles, heads, rows without a household (reference.md 7.4).

Findings name sheet, row, column and what to do. A household with an error is refused whole; of two households that
claim one person the first stands and the later one is refused.
"""

from collections import defaultdict
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_noop as _

from households.actions.register_apply_lists import CONTENT, KEY, make_places, rows, run
from povertycase.exchange.batch import Staging
from povertycase.exchange.cleaning import CLEANED, ERROR, WARNING, Note
from povertycase.exchange.places import Match, Places, reached_prefixes
from povertycase.exchange.staging import layout

DATED_KEYS = {
    "household": ("household_no",),
    "income": ("household_no", "calculated_on"),
    "living": ("household_no", "checked_on", "appraised_on", "water_assessed_on"),
}
TWICE = {
    "household": _("户编号与第 %(first)s 行重复而内容不同，请留下正确的一行"),
    "income": _("同一户、同一核算日期与第 %(first)s 行重复而内容不同，请留下正确的一行"),
    "living": _("同一户、同样的日期与第 %(first)s 行重复而内容不同，请留下正确的一行"),
}


def drop_twins(stage: Staging) -> None:
    """Rows that are equal in every cell count once; equal keys with other content are an error."""
    for code in stage.present:
        _drop_equal_rows(stage, code)
        if code in DATED_KEYS:
            _report_same_keys(stage, code)


def _drop_equal_rows(stage: Staging, code: str) -> None:
    table, sheet = stage.table(code), stage.sheets[code]
    ciphers = {column.key for column in sheet.columns if column.secret}
    names = ", ".join(f'"{name}"' for name, _kind in layout(sheet) if name != "row" and name not in ciphers)
    repeated = f"SELECT {KEY} FROM {table} GROUP BY {KEY}{_extra(code)} HAVING count(*) > 1"
    gone = rows(
        f"""DELETE FROM {table} d USING (
                SELECT row, first_value(row) OVER (PARTITION BY ROW({names})::text ORDER BY row) AS first FROM {table}
                WHERE {KEY} IN ({repeated})
            ) x WHERE x.row = d.row AND x.first <> x.row RETURNING d.row, d.{KEY}, x.first"""
    )
    for row, household_no, first in sorted(gone):
        note = Note(CLEANED, "row_twice", _("与第 %(first)s 行完全相同，只导入一行"), {"first": first})
        stage.findings.add(stage.place(code, row), note, household_no)


def _extra(code: str) -> str:
    """Sheets with several rows a household: only rows that may be twins are looked at."""
    return {
        "member": ", id_number_index, name",
        "income": ", calculated_on",
        "living": ", checked_on, appraised_on, water_assessed_on",
        "helper": ", name, unit",
        "supporter": ", name",
    }.get(code, "")


def _report_same_keys(stage: Staging, code: str) -> None:
    keys = ", ".join(DATED_KEYS[code])
    found = rows(
        f"""SELECT array_agg(row ORDER BY row), {KEY} FROM {stage.table(code)}
            GROUP BY {keys}{"" if KEY in keys else ", " + KEY} HAVING count(*) > 1"""
    )
    for lines, household_no in found:
        for row in lines[1:]:
            place = stage.place(code, row, KEY)
            note = Note(ERROR, "key_twice", TWICE[code], {"first": lines[0]})
            stage.findings.add(place, note, household_no, household_no)


def check_places(stage: Staging) -> None:
    """Match the villages; report those that are unknown, ambiguous or out of reach."""
    codes: dict[tuple[str | None, str | None], str] = {}
    if "household" in stage:
        table = stage.table("household")
        places = Places(settings.COUNTY, stage.batch.business_date, stage.batch.by)
        matches = places.matches(rows(f"SELECT DISTINCT town, village FROM {table}"))  # type: ignore[arg-type]
        codes = {pair: match.code for pair, match in matches.items() if match.code}
        # An empty or unreadable cell was reported when it was read.
        noted = {pair: match for pair, match in matches.items() if match.note and all(pair)}
        for town, village in noted:
            _report_place(stage, town, village, noted[town, village])
        _check_homes(stage, places, codes)
    make_places(stage, codes)


def _report_place(stage: Staging, town: str | None, village: str | None, match: Match) -> None:
    found = rows(
        f"SELECT row, {KEY} FROM {stage.table('household')} WHERE town IS NOT DISTINCT FROM %(town)s"
        " AND village IS NOT DISTINCT FROM %(village)s ORDER BY row",
        {"town": town, "village": village},
    )
    key = "town" if match.note and match.note.code == "unknown_town" else "village"
    for row, household_no in found:
        place = stage.place("household", row, key)
        stage.findings.add(place, match.note, household_no, (town if key == "town" else village) or "")  # type: ignore[arg-type]


def _check_homes(stage: Staging, places: Places, codes: dict[tuple[str | None, str | None], str]) -> None:
    """实际居住地 is written as one text: 乡镇 and 村 together."""
    names = {f"{town}{village}": code for (town, village), code in codes.items() if town and village}
    found = rows(f"SELECT row, {KEY}, lives_in FROM {stage.table('household')} WHERE lives_in IS NOT NULL")
    for row, household_no, text in found:
        code = names.get(text) or places.by_text(text)
        if code:
            codes[None, text] = code
        else:
            note = Note(WARNING, "lives_in_unknown", _("本县没有这个村，没有导入；请按“乡镇+村”填写"))
            stage.findings.add(stage.place("household", row, "lives_in"), note, household_no, text)


def check_households(stage: Staging) -> None:
    """Rows whose household is nowhere, and households that are registered where the author may not write."""
    unit, prefixes = stage.table("unit"), reached_prefixes(stage.batch.by)
    listed = f"EXISTS (SELECT FROM {stage.table('household')} h WHERE h.{KEY} = s.{KEY})"
    if "household" not in stage:
        # A file of members or incomes alone: its households must be registered.
        listed = "false"
    for code in stage.present:
        if code == "household":
            continue
        found = rows(
            f"""SELECT min(s.row), s.{KEY} FROM {stage.table(code)} s JOIN {unit} u USING ({KEY})
                WHERE u.is_new AND NOT {listed} GROUP BY s.{KEY} ORDER BY 1"""
        )
        both = _("“户”表中没有这一户，登记册中也没有，请核对户编号或补上这一户")
        alone = _("登记册中没有这一户，文件中也没有“户”表，请核对户编号，或连同“户”表和“成员”表一起导入")
        for row, household_no in found:
            note = Note(ERROR, "household_unknown", both if "household" in stage else alone)
            stage.findings.add(stage.place(code, row, KEY), note, household_no, household_no)
    first = next(iter(code for code in CONTENT if code in stage))
    foreign = rows(
        f"""SELECT u.{KEY}, min(h.row) FROM {unit} u LEFT JOIN {stage.table(first)} h USING ({KEY})
            WHERE NOT u.is_new AND u.registered_village <> '' AND NOT (u.registered_village LIKE ANY(%(reach)s)) GROUP BY 1""",
        {"reach": [f"{prefix}%" for prefix in prefixes]},
    )
    for household_no, row in foreign:
        note = Note(ERROR, "household_out_of_reach", _("这一户登记在您的管辖范围以外，不能由您导入"))
        stage.findings.add(stage.place(first, row, KEY), note, household_no, household_no)


# --- one person, one household at a time --------------------------------------------------------------------


def check_persons(stage: Staging) -> None:
    """A number twice in the file at the same time, or registered elsewhere."""
    if "member" not in stage:
        return
    for key, column in (("id_number", "id_number_index"), ("person_no", "person_no")):
        _check_twice(stage, key, column)
    _check_elsewhere(stage)
    _check_numbers_agree(stage)


def _check_twice(stage: Staging, key: str, column: str) -> None:
    member = stage.table("member")
    shown = "id_number_mask" if key == "id_number" else "person_no"
    found = rows(
        f"""SELECT {column}, row, {KEY}, {shown}, coalesce(joined_on, '-infinity'::date)::text,
                   coalesce(left_on, 'infinity'::date)::text, id_number_index FROM {member}
            WHERE {column} IN (SELECT {column} FROM {member} WHERE {column} IS NOT NULL GROUP BY 1 HAVING count(*) > 1)
            ORDER BY {column}, row"""
    )
    groups: dict[Any, list[tuple]] = defaultdict(list)
    for number, *rest in found:
        groups[bytes(number) if isinstance(number, memoryview) else number].append(tuple(rest))
    for group in groups.values():
        _report_overlaps(stage, key, group)


def _report_overlaps(stage: Staging, key: str, group: list[tuple]) -> None:
    heading = stage.sheets["member"][key].heading
    for at, (row, household_no, value, start, end, index) in enumerate(group):
        for first, other_no, _value, other_start, other_end, other_index in group[:at]:
            same_person = key == "id_number" or _equal(index, other_index)
            if same_person and not _overlap(start, end, other_start, other_end):
                continue
            here = _("%(heading)s与第 %(first)s 行（本户）相同，一人不能同时登记两次，请核对")
            there = _("%(heading)s与第 %(first)s 行（户编号 %(household)s）相同，一人不能同时登记两次，请核对")
            told = {"heading": heading, "first": first, "household": other_no}
            note = Note(ERROR, f"{key}_twice", here if other_no == household_no else there, told)
            stage.findings.add(stage.place("member", row, key), note, household_no, value or "")
            if other_no != household_no:
                words = _("第 %(row)s 行用了同一%(heading)s，那一户已退回，请核对")
                later = Note(WARNING, f"{key}_twice_later", words, {"row": row, "heading": heading})
                stage.findings.add(stage.place("member", first, key), later, other_no, value or "")
            break


def _equal(one: Any, other: Any) -> bool:
    return one is not None and other is not None and bytes(one) == bytes(other)


def _overlap(start: str, end: str, other_start: str, other_end: str) -> bool:
    # ISO dates compare as text; the two infinities do not.
    low = max(_day(start), _day(other_start))
    return low <= min(_day(end), _day(other_end))


def _day(text: str) -> str:
    return {"-infinity": "0000", "infinity": "9999"}.get(text, text)


def _check_elsewhere(stage: Staging) -> None:
    """The ID of somebody who belongs to another household of the register at the same time."""
    member = stage.table("member")
    found = rows(
        f"""SELECT m.row, m.{KEY}, m.id_number_mask, h.household_no, c.village_code
            FROM {member} m JOIN households_person p ON p.id_index = m.id_number_index
            JOIN households_membership x ON x.person_id = p.id AND x.superseded_at IS NULL
             AND daterange(x.true_from, x.true_to, '[]')
                 && daterange(coalesce(m.joined_on, least(%(today)s, m.left_on)), m.left_on, '[]')
            JOIN households_household h ON h.id = x.household_id AND h.household_no <> m.{KEY}
            LEFT JOIN households_householdcard c ON c.household_id = h.id
            WHERE NOT EXISTS (SELECT FROM {member} o WHERE o.id_number_index = m.id_number_index
                              AND o.{KEY} = h.household_no AND o.left_on IS NOT NULL
                              AND o.left_on < coalesce(m.joined_on, %(today)s))""",
        {"today": stage.batch.business_date},
    )
    prefixes = tuple(reached_prefixes(stage.batch.by))
    for row, household_no, mask, other_no, village in found:
        near = _("此人已登记在户编号 %(household)s，请先在那一户办理减少，或核对证件号码")
        far = _("此人已登记在其他乡镇的一户，请先在那一户办理减少，或核对证件号码")
        is_near = (village or "").startswith(prefixes)
        note = Note(
            ERROR, "id_number_elsewhere", near if is_near else far, {"household": other_no} if is_near else None
        )
        stage.findings.add(stage.place("member", row, "id_number"), note, household_no, mask)


def _check_numbers_agree(stage: Staging) -> None:
    found = rows(
        f"""SELECT m.row, m.{KEY}, m.person_no, p.id_index IS NOT NULL FROM {stage.table("member")} m
            JOIN households_person n ON n.person_no = m.person_no
            LEFT JOIN households_person p ON p.id_index = m.id_number_index
            WHERE m.id_number_index IS NOT NULL AND n.id_index IS NOT NULL AND n.id_index <> m.id_number_index"""
    )
    for row, household_no, number, other in found:
        two, another = (
            _("人口编号与证件号码在登记册中分属两人，请核对"),
            _("证件号码与登记的不同，按本表更正，请核对"),
        )
        note = Note(ERROR if other else WARNING, "person_no_contradicts_id", two if other else another)
        stage.findings.add(stage.place("member", row, "person_no"), note, household_no, number)


# --- against what would stand in the register ---------------------------------------------------------------

CLASHES = (
    (
        "membership",
        "households_membership",
        "person_id",
        "true",
        _("户编号 %(household)s：有人在同一时间登记了两次，或已属于另一户，请核对证件号码和增加、减少日期"),
    ),
    (
        "membership",
        "households_membership",
        "{household}",
        "{a}.relation = 'head'",
        _("户编号 %(household)s：与登记的户主时间重叠，请给原户主填减少日期"),
    ),
    (
        "pairing",
        "households_pairing",
        "{household}",
        "true",
        _("户编号 %(household)s：同一时间有两名同一顺位的帮扶责任人，请核对开始、结束日期"),
    ),
)


def check_clashes(stage: Staging) -> set[str]:
    """Households whose new rows would overlap each other or what stays in the register; returns their numbers."""
    clashed: set[str] = set()
    for code, table, subject, when, words in CLASHES:
        if code == "pairing" and "helper" not in stage or code == "membership" and "member" not in stage:
            continue
        sheet = "helper" if code == "pairing" else "member"
        for (household_no,) in rows(_clash_query(stage, code, table, subject, when)):
            place = stage.place(sheet, None)
            note = Note(ERROR, f"{code}_overlaps", words, {"household": household_no})
            stage.findings.add(place, note, household_no)
            clashed.add(household_no)
    return clashed


def _clash_query(stage: Staging, code: str, table: str, subject: str, when: str) -> str:
    """Pairs of rows of one subject whose days overlap: list with list, list with the register.

    A household that somebody else is entering or changing meanwhile would meet its own new rows here: it is no clash,
    the chunk compares it again.
    """
    out, mine = stage.table(f"do_{code}"), subject.format(household="household")
    known = subject.format(household="household_id")
    place = "AND a.place = b.place AND a.stays" if code == "pairing" else ""
    other = "AND b.stays" if code == "pairing" else ""
    days = "daterange(a.true_from, a.true_to, '[]') && daterange(b.true_from, b.true_to, '[]')"
    both = f"{when.format(a='a')} AND {when.format(a='b')}"
    return f"""
        SELECT DISTINCT u.household_no FROM {stage.table("unit")} u JOIN (
            SELECT a.household FROM {out} a JOIN {out} b ON b.{mine} = a.{mine} AND a.id <> b.id
            WHERE {days} AND {both} {place} {other}
            UNION
            SELECT a.household FROM {out} a JOIN {table} b ON b.{known} = a.{mine}
            WHERE b.superseded_at IS NULL AND {days} AND {both} {place}
              AND NOT EXISTS (SELECT FROM {out} o WHERE o.old_id = b.id)
        ) x ON x.household = u.household_id
        WHERE NOT EXISTS (SELECT FROM households_household h WHERE h.{KEY} = u.{KEY}
                          AND (h.id <> u.household_id OR h.version IS DISTINCT FROM u.seen))"""


def drop_from_lists(stage: Staging, numbers: set[str], lists: list[str]) -> None:
    """Take households out of the lists after they were made."""
    params = {"numbers": list(numbers)}
    unit = stage.table("unit")
    for code in lists:
        run(
            f"""DELETE FROM {stage.table(f"do_{code}")} d USING {unit} u
                WHERE u.household_id = d.household AND u.{KEY} = ANY(%(numbers)s)""",
            params,
        )
    run(f"DELETE FROM {unit} WHERE {KEY} = ANY(%(numbers)s)", params)
