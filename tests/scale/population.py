"""A register of any size for measuring, made set-based inside PostgreSQL: 1,000,000 households in minutes.

Every household has three persons, one row of every dated part, a helper, two visits and two measures; every value
follows from the household's number, so that the same size is the same county each time. Indexes, unique and foreign
keys are taken off while the rows are written and put back, valid, afterwards. Exclusion constraints come back only up
to 100,000 households: nothing that is measured reads them, and building them takes longer than everything else.

    python -m tests.scale.population 200000        (fills the database of DATABASE_URL, which must be empty)
"""

import datetime
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from households.actions import cards, names

AS_OF = datetime.date(2018, 11, 30)
SIZES = {"small": 18_884, "medium": 200_000, "large": 1_000_000}
COUNTY = "220821"
PER_VILLAGE, PER_TOWN = 134, 125
EXCLUSIONS_UP_TO = 100_000
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗单曾仇任解"
GIVEN = "德福守田桂兰春燕秀英玉珍国强志明建华海波永生凤霞云飞翠花长贵金宝银柱喜庆满仓来顺荣祥文武双全山河"
TABLES = (
    *("household", "householdstatus", "householddivision", "cause", "residence", "person", "membership"),
    *("personcondition", "livingobservation", "housingappraisal", "waterappraisal", "income", "unit", "cadre"),
    *("pairing", "householdcard", "villagerecord"),
)
TOUCHED = (*(f"households_{name}" for name in TABLES), "assistance_visit", "assistance_measure")

# The number of a household decides everything: pick(i, 7, 10) is one of 0 … 9, the same each time.
PICK = """
CREATE OR REPLACE FUNCTION pg_temp.pick(i bigint, salt int, among int) RETURNS int LANGUAGE sql IMMUTABLE AS
$$ SELECT ((hashint8extended(i, salt) & 9223372036854775807) % among)::int $$
"""


def fill(households: int, tell: Callable[[str], None] = lambda words: None) -> float:
    """Fill an empty register; returns the seconds it took."""
    began = time.monotonic()
    with _bare(households):
        with transaction.atomic():
            _run(PICK)
            _characters()
            for title, write in STEPS:
                tell(f"{time.monotonic() - began:7.1f} s  {title}")
                write(households)
            _sequences()
        tell(f"{time.monotonic() - began:7.1f} s  cards")
        with transaction.atomic():
            cards.refresh(None, day=AS_OF)
        tell(f"{time.monotonic() - began:7.1f} s  indexes")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")
    settle()
    return time.monotonic() - began


def settle() -> None:
    """Everything lies on the disk, as an office's register does; what was just written is on its way there for minutes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_has_role(current_user, 'pg_checkpoint', 'USAGE')")
        if cursor.fetchone()[0]:
            cursor.execute("CHECKPOINT")


def _run(sql: str, **values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values or None)


def _insert(table: str, columns: dict[str, str], source: str, **values: object) -> None:
    """INSERT … SELECT: columns by their SQL, the rest of what must be filled by an empty text."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND is_nullable = 'NO'"
            " AND column_default IS NULL AND is_identity = 'NO' AND is_generated = 'NEVER'"
            " AND data_type IN ('character varying', 'text')",
            [table],
        )
        empty = {name: "''" for (name,) in cursor.fetchall()}
        filled = empty | columns
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(filled)}) SELECT {', '.join(filled.values())} FROM {source}",
            values or {"nothing": 0},
        )


def _characters() -> None:
    """Surnames and given characters with their readings, to put names together in the database."""
    _run("CREATE TEMP TABLE surname (at int PRIMARY KEY, ch text, reading text) ON COMMIT DROP")
    _run("CREATE TEMP TABLE given (at int PRIMARY KEY, ch text, reading text) ON COMMIT DROP")
    with connection.cursor() as cursor:
        for table, characters in (("surname", SURNAMES), ("given", GIVEN)):
            read = [names.sort_key("王" + ch)[5:] if table == "given" else names.sort_key(ch) for ch in characters]
            cursor.executemany(
                f"INSERT INTO {table} VALUES (%s, %s, %s)",
                list(zip(range(len(characters)), characters, read, strict=True)),
            )


VILLAGE = f"""'{COUNTY}' || (500 + (i - 1) / {PER_VILLAGE} / {PER_TOWN})::text
              || lpad((200 + (i - 1) / {PER_VILLAGE} %% {PER_TOWN})::text, 3, '0')"""
EACH = "generate_series(1, %(n)s::bigint) AS i"
ENTERED = {"entered_on": "date '2018-11-05'"}


def _divisions(n: int) -> None:
    above = (("22", "province", "吉林省"), ("2208", "prefecture", "白城市"), (COUNTY, "county", "镇赉县"))
    for prefix, level, name in above:
        _run(
            "INSERT INTO povertycase_division (code, level, name, short_name, parent_id, is_virtual)"
            " VALUES (%(code)s, %(level)s, %(name)s, %(name)s, %(parent)s, false) ON CONFLICT DO NOTHING",
            code=prefix.ljust(12, "0"), level=level, name=name,
            parent=None if level == "province" else {"prefecture": "22", "county": "2208"}[level].ljust(12, "0"),
        )  # fmt: skip
    villages = -(-n // PER_VILLAGE)
    columns = {"is_virtual": "false", "code": "code", "level": "level", "name": "name", "short_name": "name"}
    towns = f"(SELECT '{COUNTY}' || (500 + t)::text || '000' AS code, 'town' AS level, '第' || (t + 1) || '镇' AS name" \
            " FROM generate_series(0, %(last)s) t) x"  # fmt: skip
    _insert(
        "povertycase_division", {**columns, "parent_id": f"'{COUNTY}000000'"}, towns, last=(villages - 1) // PER_TOWN
    )
    inside = f"(SELECT {VILLAGE} AS code, 'village' AS level, '第' || ((i - 1) / {PER_VILLAGE} + 1) || '村' AS name" \
             f" FROM generate_series(1, %(n)s::bigint, {PER_VILLAGE}) i) x"  # fmt: skip
    _insert("povertycase_division", {**columns, "parent_id": "left(code, 9) || '000'"}, inside, n=n)
    record = {
        **ENTERED, "division_id": "code", "true_from": "date '2018-01-01'", "is_poor": "true",
        "rural_registered_pop": "1224", "rural_registered_households": "420",
    }  # fmt: skip
    _insert("households_villagerecord", record, "povertycase_division WHERE level = 'village'")


# Whom an allowance goes to, who works, who is how old: said once, so that persons, incomes and causes agree and only
# a few of a hundred households look suspicious, as in a register that was cleaned.
TEKUN, DIBAO = "(pg_temp.pick(i, 2, 50) = 49)", "(pg_temp.pick(i, 2, 50) BETWEEN 35 AND 48)"
# Main causes in a thousand households (county-officer.md 4.3, 镇赉; the rarest are counted with 缺资金).
CAUSES = {"illness": 575, "disability": 130, "labour": 125, "capital": 68, "skill": 40, "land": 22, "schooling": 20,
          "disaster": 20}  # fmt: skip
CAUSE = "CASE " + " ".join(
    f"WHEN pg_temp.pick(i, 4, 1000) < {sum(list(CAUSES.values())[: at + 1])} THEN '{name}'"
    for at, name in enumerate(CAUSES)
) + " END"  # fmt: skip
BECAUSE = {name: f"({CAUSE} = '{name}')" for name in CAUSES}
POST = "(pg_temp.pick(i, 31, 20) = 0)"  # a public post for the spouse


def _days(person: str, p: str) -> str:
    """Days that a person was old on 2018-06-01; 特困 are old, a child of 因学 is a pupil."""
    parents = f"14000 + pg_temp.pick({person}, 13, 9000) + CASE WHEN {TEKUN} THEN 9000 ELSE 0 END"
    child = f"2600 + pg_temp.pick({person}, 13, CASE WHEN {BECAUSE['schooling']} THEN 2900 ELSE 9000 END)"
    return f"(CASE WHEN {p} < 3 THEN {parents} ELSE {child} END)"


PUPIL = f"({_days('i * 3', '3')} BETWEEN 2100 AND 5900)"  # the household's child, of the age of compulsory school
OLD = " OR ".join(f"{_days(f'((i - 1) * 3 + {p})', str(p))} > 22200" for p in (1, 2))


def _households(n: int) -> None:
    number = "(1000000000 + i)::text"
    home = {"id": "i", "household_no": number, "version": "1", "phone": "sha256(int8send(i))",
            "phone_index": "sha256(int8send(-i))"}  # fmt: skip
    _insert("households_household", home, EACH, n=n)
    place = {**ENTERED, "household_id": "i", "village_id": VILLAGE, "true_from": "date '2014-06-01'",
             "group_name": "pg_temp.pick(i, 1, 6) + 1 || '组'"}  # fmt: skip
    _insert("households_householddivision", place, EACH, n=n)
    status = {
        **ENTERED, "household_id": "i", "true_from": "date '2018-01-01'", "registered_year": "2014",
        "attr": f"CASE WHEN {TEKUN} THEN 'tekun' WHEN {DIBAO} THEN 'dibao' ELSE 'general' END",
        "poverty_status": "CASE WHEN pg_temp.pick(i, 3, 3) = 0 THEN 'poor' ELSE 'exited' END",
        "planned_exit_year": "CASE WHEN pg_temp.pick(i, 3, 3) = 0 THEN 2018 END",
        "exit_year": "CASE WHEN pg_temp.pick(i, 3, 3) > 0 THEN 2015 + pg_temp.pick(i, 3, 3) END",
        "is_relocated": "false",
    }  # fmt: skip
    _insert("households_householdstatus", status, EACH, n=n)
    cause = {**ENTERED, "household_id": "i", "is_main": "true", "true_from": "date '2014-06-01'",
             "code": CAUSE}  # fmt: skip
    _insert("households_cause", cause, EACH, n=n)
    home = {**ENTERED, "household_id": "i", "true_from": "date '2018-03-01'",
            "state": "CASE WHEN pg_temp.pick(i, 5, 12) = 0 THEN 'away' ELSE 'at_home' END"}  # fmt: skip
    _insert("households_residence", home, EACH, n=n)


PERSONS = f"""(SELECT h AS i, p, (h - 1) * 3 + p AS id, s.ch AS s, s.reading AS sr, a.ch AS a, a.reading AS ar,
                     b.ch AS b, b.reading AS br
              FROM generate_series(1, %(n)s::bigint) h CROSS JOIN generate_series(1, 3) p
              JOIN surname s ON s.at = pg_temp.pick(h * 3 + p / 3, 10, {len(SURNAMES)})
              JOIN given a ON a.at = pg_temp.pick(h * 3 + p, 11, {len(GIVEN)}) JOIN given b ON b.at = pg_temp.pick(h * 3 + p, 12, {len(GIVEN)})) x"""
PERSON_ID = "(i - 1) * 3 + p"
PAIRS = "generate_series(1, %(n)s::bigint) AS i CROSS JOIN generate_series(1, 3) AS p"


def _persons(n: int) -> None:
    person = {
        "id": "id", "person_no": "(200000000000 + id)::text", "name": "s || a || b", "version": "1",
        "name_sort": "sr || ' ' || ar || ' ' || br", "initials": "left(sr, 1) || left(ar, 1) || left(br, 1)",
        "id_type": "'identity_card'", "id_number": "sha256(int8send(id))", "id_index": "sha256(int8send(-id))",
        "sex": "CASE WHEN p = 2 THEN 'female' ELSE 'male' END", "ethnicity": "'01'",
        "birth_date": f"date '2018-06-01' - {_days('id', 'p')}",
    }  # fmt: skip
    _insert("households_person", person, PERSONS, n=n)
    member = {**ENTERED, "household_id": "i", "person_id": PERSON_ID, "true_from": "date '2014-06-01'",
              "relation": "(ARRAY['head', 'spouse', 'son'])[p]", "start_reason": "'registered'"}  # fmt: skip
    _insert("households_membership", member, PAIRS, n=n)
    days = _days(PERSON_ID, "p")
    pupil = f"(p = 3 AND {days} < 6550)"
    grown = f"(p < 3 OR NOT {pupil})"
    works = f"({grown} AND NOT {TEKUN} AND {days} < 21000 AND pg_temp.pick({PERSON_ID}, 16, 12) > 0)"
    sick = f"(pg_temp.pick({PERSON_ID}, 14, 6) = 0 OR (p = 1 AND {BECAUSE['illness']}))"
    disabled = f"(p = 2 AND {BECAUSE['disability']})"
    condition = {
        **ENTERED, "person_id": PERSON_ID, "true_from": "date '2018-09-20'", "political_status": "'masses'",
        "education": f"CASE WHEN {pupil} THEN '' ELSE (ARRAY['primary', 'junior'])[(p = 3)::int + 1] END",
        "student_status": f"CASE WHEN NOT {pupil} THEN '' WHEN {days} < 4600 THEN 'primary' WHEN {days} < 5500 THEN 'grade8' ELSE 'senior2' END",
        "health": f"CASE WHEN {disabled} THEN ARRAY['disabled'] WHEN {sick} THEN ARRAY['chronic'] ELSE ARRAY['healthy'] END::varchar[]",
        # Of a hundred ill people 96 have signed with a family doctor (county-officer.md 4.10, 镇赉).
        "doctor_signed_on": f"CASE WHEN {sick} AND pg_temp.pick({PERSON_ID}, 17, 25) > 0 THEN date '2018-03-15' END",
        "disability_type": f"CASE WHEN {disabled} THEN 4 END", "disability_grade": f"CASE WHEN {disabled} THEN 3 END",
        "disability_cert_year": f"CASE WHEN {disabled} THEN 2012 END",
        "labour": f"CASE WHEN {pupil} OR {TEKUN} THEN 'none' ELSE 'ordinary' END",
        "ins_resident_medical": f"pg_temp.pick({PERSON_ID}, 15, 200) > 0",
        "ins_employee_medical": f"pg_temp.pick({PERSON_ID}, 15, 200) = 1 AND false", "ins_serious_illness": "true",
        "ins_commercial": "false", "pension_resident": f"{grown}", "pension_employee": "false",
        "dibao": f"{DIBAO}", "tekun": f"{TEKUN}", "speaks_mandarin": "true", "medical_aid": "false", "other_health_aid": "false",
        "work_months": f"CASE WHEN {works} THEN pg_temp.pick({PERSON_ID}, 16, 12) WHEN {grown} THEN 0 END",
        "work_place": f"CASE WHEN {works} THEN '省外' ELSE '' END",
        "public_post_type": f"CASE WHEN p = 2 AND {POST} AND NOT {TEKUN} THEN 'cleaning' ELSE '' END",
        "public_post_months": f"CASE WHEN p = 2 AND {POST} AND NOT {TEKUN} THEN 12 END",
    }  # fmt: skip
    _insert("households_personcondition", condition, PAIRS, n=n)


def _conditions(n: int) -> None:
    base = {**ENTERED, "household_id": "i"}
    living = {
        **base, "true_from": "date '2018-10-08'", "arable_mu": "pg_temp.pick(i, 20, 40)",
        "irrigated_mu": "least(pg_temp.pick(i, 20, 40), pg_temp.pick(i, 21, 9))",
        "fruit_mu": "pg_temp.pick(i, 47, 3)", "pasture_mu": "0", "water_mu": "0", "led_by_enterprise": "false", "led_by_pioneer": "false",
        "forest_mu": "pg_temp.pick(i, 22, 9)", "returned_forest_mu": "0", "has_production_power": "true", "has_power": "true",
        "has_tv": "true", "road_type": "'concrete'", "road_distance_km": "pg_temp.pick(i, 23, 5)", "has_toilet": "true",
        "fuel": "'wood'", "joined_coop": "pg_temp.pick(i, 24, 2) = 0", "food_secure": "true", "clothing_secure": "true",
    }  # fmt: skip
    _insert("households_livingobservation", living, EACH, n=n)
    housing = {
        **base, "true_from": "date '2018-09-12'", "ownership": "'own'", "structure": "'brick_tile'", "area": "50 + pg_temp.pick(i, 25, 60)",
        "is_dilapidated": "false", "grade": "(ARRAY['A', 'B', 'B', 'C'])[least(pg_temp.pick(i, 26, 60), 2) + 1 + (pg_temp.pick(i, 27, 90) = 0)::int]",
        "appraised_by": "'县住建局'", "is_only_house": "true",
        "certificate_no": "CASE WHEN pg_temp.pick(i, 28, 40) > 0 THEN 'ZJ' || i ELSE '' END",
    }  # fmt: skip
    _insert("households_housingappraisal", housing, EACH, n=n)
    water = {**base, "true_from": "date '2018-08-20'", "source": "'tap'", "water_difficult": "false", "dry_days": "0",
             "water_safe": "pg_temp.pick(i, 29, 70) > 0", "assessed_by": "'县水利局'"}  # fmt: skip
    _insert("households_waterappraisal", water, EACH, n=n)
    income = {
        **base, "true_from": "date '2018-10-15'", "period_start": "date '2017-10-01'", "period_end": "date '2018-09-30'",
        "member_count": "3", "calculated_by": "'村信息员'", "confirmed_by_head": "true",
        "wage_work": f"CASE WHEN {TEKUN} THEN 0 ELSE 500 + pg_temp.pick(i, 30, 30000) END",
        "wage_public_post": f"CASE WHEN {POST} AND NOT {TEKUN} THEN 3600 ELSE 0 END", "business_planting": "4000 + pg_temp.pick(i, 32, 9000)",
        "business_breeding": "pg_temp.pick(i, 33, 5000)", "business_expense": "pg_temp.pick(i, 34, 4000)",
        "property_dividend": "pg_temp.pick(i, 35, 1500)", "transfer_dibao": f"CASE WHEN {DIBAO} THEN 600 + pg_temp.pick(i, 36, 3000) ELSE 0 END",
        "transfer_tekun": f"CASE WHEN {TEKUN} THEN 9600 ELSE 0 END", "transfer_pension": f"CASE WHEN {OLD} THEN 1236 ELSE 0 END",
        "transfer_land_subsidy": "pg_temp.pick(i, 37, 900)",
    }  # fmt: skip
    _insert("households_income", income, EACH, n=n)


def _help(n: int) -> None:
    units, cadres = max(1, n // 100), max(1, n // 2)
    _insert("households_unit", {"id": "i", "name": "'第' || i || '单位'", "level": "4", "version": "1"}, EACH, n=units)
    cadre = {
        "id": "i",
        "cadre_no": "'G' || i",
        "name": "s.ch || g.ch",
        "unit_id": f"(i %% {units}) + 1",
        "version": "1",
    }
    named = EACH + f" JOIN surname s ON s.at = pg_temp.pick(i, 40, {len(SURNAMES)})"
    named += f" JOIN given g ON g.at = pg_temp.pick(i, 41, {len(GIVEN)})"
    _insert("households_cadre", cadre, named, n=cadres)
    pairing = {**ENTERED, "household_id": "i", "cadre_id": f"(i %% {cadres}) + 1", "place": "1",
               "true_from": "date '2018-01-01'"}  # fmt: skip
    _insert("households_pairing", pairing, EACH, n=n)
    visit = {
        "household_id": "i", "cadre_id": f"(i %% {cadres}) + 1", "kind": "CASE pg_temp.pick(i * 2 + v, 42, 9) WHEN 0 THEN 'phone' ELSE 'home' END",
        "visited_on": "date '2018-10-01' + (v - 1) * 31 + pg_temp.pick(i, 43, 25)", "minutes": "20 + pg_temp.pick(i, 44, 30)",
        "entered_on": "date '2018-10-02' + (v - 1) * 31 + pg_temp.pick(i, 43, 25)", "topics": "ARRAY['work', 'health']::varchar[]",
        "findings": "'秋收已经结束，粮食已卖，家人身体平稳。'",
    }  # fmt: skip
    _insert("assistance_visit", visit, EACH + " CROSS JOIN generate_series(1, 2) AS v", n=n)
    measure = {
        **ENTERED, "household_id": "i",
        "kind": f"CASE WHEN v = 1 THEN 'industry' WHEN {PUPIL} THEN 'compulsory_education' ELSE 'health' END",
        "content": "'庭院经济奖补'", "year": "2018",
        "amount": "500 + pg_temp.pick(i, 45, 2000)", "state": "'done'", "done_on": "date '2018-09-01'",
    }  # fmt: skip
    _insert("assistance_measure", measure, EACH + " CROSS JOIN generate_series(1, 2) AS v", n=n)


STEPS: tuple[tuple[str, Callable[[int], None]], ...] = (
    ("divisions", _divisions),
    ("households", _households),
    ("persons", _persons),
    ("conditions", _conditions),
    ("help", _help),
)


def _sequences() -> None:
    """Ids were given: the next ones come after them."""
    for table in ("household", "person", "unit", "cadre"):
        name = f"households_{table}"
        _run(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT max(id) FROM {name}))")


@contextmanager
def _bare(households: int) -> Iterator[None]:
    """The tables without their indexes and keys for the time of writing."""
    constraints, indexes = _keys()
    with transaction.atomic():
        for table, name, _kind, _words in constraints:
            _run(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        for name, _words in indexes:
            _run(f'DROP INDEX "{name}"')
    yield
    with transaction.atomic():
        _run("SET LOCAL maintenance_work_mem = '512MB'")
        for _name, words in indexes:
            _run(words.replace("%", "%%"))
        for table, name, kind, words in constraints:
            if kind != "x" or households <= EXCLUSIONS_UP_TO:
                _run(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {words}')


def _keys() -> tuple[list[tuple[str, str, str, str]], list[tuple[str, str]]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text, conname, contype::text, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conrelid = ANY(%s::regclass[]) AND contype IN ('u', 'x', 'f') ORDER BY contype = 'f'",
            [list(TOUCHED)],
        )
        constraints = cursor.fetchall()
        cursor.execute(
            "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index"
            " WHERE indrelid = ANY(%s::regclass[]) AND NOT indisprimary"
            " AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)",
            [list(TOUCHED)],
        )
        return constraints, cursor.fetchall()


if __name__ == "__main__":
    import django

    django.setup()
    size = SIZES.get(sys.argv[1]) or int(sys.argv[1])
    print(f"{size:,} households in {fill(size, tell=lambda words: print(words, flush=True)):.0f} s")
