"""The demo county as it is drawn: exact totals, synthetic people, families that hang together."""

import ast
import datetime
from collections import Counter
from pathlib import Path

import pytest

from supervision.demo import frame as frames
from supervision.demo.county import County, generate
from supervision.demo.incomes import net
from supervision.demo.people import Household, check_digit
from supervision.demo.rows import Rows

PROJECT = Path(__file__).resolve().parents[2]
LINE = 3535
ITEMS = ("wage_", "business_", "property_", "transfer_")
AREAS = {"141100", "220800", "429000", "450300", "530900", "152200", "230200", "210700"}


@pytest.fixture(scope="module")
def zhenlai() -> County:
    return generate("220821", 1)


def judged(rows: Rows, household: Household, day: datetime.date) -> dict[str, bool | None]:
    """The national standard in plain Python over the rows of the workbook, latest row first; None = not known."""
    income = _latest(rows.income(household), "calculated_on", day)
    house = _latest(rows.living(household), "appraised_on", day)
    water = _latest(rows.living(household), "water_assessed_on", day)
    people = [row for row in rows.member(household) if row["joined_on"] <= day <= (row["left_on"] or day)]
    return {
        "income": _income(income, day),
        "housing": None if not house or not house["certificate_no"] else house["grade"] in "AB",
        "water": water["water_safe"] if water else None,
        "medical": all(row["ins_resident_medical"] or row["ins_employee_medical"] for row in people),
        "education": _schooled([row for row in people if 6 <= _age(row["birth_date"], day) <= 15]),
    }


def _latest(rows, key, day):
    dated = [row for row in rows if row.get(key) and row[key] <= day]
    return max(dated, key=lambda row: row[key], default=None)


def _income(row, day):
    if row is None or row["period_end"].year != day.year:
        return None
    return net({k: v for k, v in row.items() if k.startswith(ITEMS) and v}) > LINE * row["member_count"]


def _schooled(children):
    if any(row["dropout_reason"] for row in children):
        return False
    return True if all(row["student_status"] for row in children) else None


def _age(born, day):
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def outcome(marks: dict[str, bool | None]) -> str:
    if False in marks.values():
        return "unmet"
    return "unknown" if None in marks.values() else "met"


def counted(county: County, day: datetime.date) -> dict[str, Counter]:
    rows = Rows(county)
    found = {"planned": Counter(), "unplanned": Counter(), "exited": Counter()}
    for household in county.households:
        cohort = "exited" if household.cohort.isdigit() else household.cohort
        found[cohort][outcome(judged(rows, household, day))] += 1
    return found


def test_the_county_has_its_villages_households_persons_and_helpers(zhenlai):
    assert len(zhenlai.villages) == 141
    assert sum(village.poor for village in zhenlai.villages) == 82
    assert len({village.town for village in zhenlai.villages}) == 11
    assert len(zhenlai.households) == 18_884
    assert sum(len(household.members) for household in zhenlai.households) == 36_076
    paired = {place for household in zhenlai.households for place, _, until in household.pairings if until is None}
    assert len(paired) == len(zhenlai.helpers.cadres) == 8_935
    assert len({cadre.unit.name for cadre in zhenlai.helpers.cadres}) == 189
    assert Counter(posting.role for posting in zhenlai.postings) == {"first_secretary": 115, "team_member": 302}


def test_the_three_cohorts_have_their_households_and_members(zhenlai):
    households = Counter(household.cohort for household in zhenlai.households)
    members = Counter()
    for household in zhenlai.households:
        members[household.cohort] += sum(person.present(frames.AS_OF) for person in household.members)
    assert households == {"2016": 5_986, "2017": 6_541, "planned": 6_318, "unplanned": 39}
    assert (members["2016"], members["2017"]) == (11_560, 12_540)
    assert members["planned"] + members["unplanned"] == 11_976


def test_every_helper_of_the_county_is_at_work_in_every_month_and_some_households_changed_theirs(zhenlai):
    for day in (frames.MONTH_BEFORE, datetime.date(2018, 3, 31), datetime.date(2017, 10, 31)):
        pairings = [pairing for household in zhenlai.households for pairing in household.pairings]
        helping = {place for place, since, until in pairings if since <= day and (until is None or until >= day)}
        assert len(helping) == 8_935
    handed = sum(len(household.pairings) > 1 for household in zhenlai.households)
    assert 0.08 < handed / 18_884 < 0.12


def test_some_households_have_a_second_helper_from_their_township(zhenlai):
    cadres = zhenlai.helpers.cadres
    with_second = [household for household in zhenlai.households if household.second]
    assert 0.05 < len(with_second) / 18_884 < 0.15
    for household in with_second:
        place, _since = household.second
        assert cadres[place].unit.kind == "town" and cadres[place].town == household.town
        assert place not in {helper for helper, _, _ in household.pairings}


def test_where_a_head_died_the_widow_is_head_since_the_day_after(zhenlai):
    rows = Rows(zhenlai)
    widows = [household for household in zhenlai.households if household.head.head_since]
    assert len(widows) > 100
    for household in widows:
        died = next(person for person in household.gone if person.relation == "head").left
        for day, head in ((died, household.gone[0]), (died + datetime.timedelta(days=1), household.head)):
            heads = [
                row["id_number"]
                for row in rows.member(household)
                if row["relation"] == "head" and row["joined_on"] <= day <= (row["left_on"] or day)
            ]
            assert len(heads) == 1 and (day > died) == (heads == [head.id_number] and head is household.head)


def test_few_people_of_the_county_share_their_name(zhenlai):
    people = [person.name for household in zhenlai.households for person in household.members]
    times = Counter(people)
    assert sum(times[name] > 1 for name in people) / len(people) < 0.1
    assert times.most_common(1)[0][1] < 12


def test_every_poor_village_has_a_first_secretary_and_26_villages_have_none(zhenlai):
    led = {posting.village for posting in zhenlai.postings if posting.role == "first_secretary"}
    assert {village.code for village in zhenlai.villages if village.poor} <= led
    assert len(zhenlai.villages) - len(led) == 26


def test_in_november_6300_of_the_planned_meet_and_57_stay(zhenlai):
    found = counted(zhenlai, frames.AS_OF)
    assert found["planned"] == {"met": 6_300, "unmet": 18}
    assert found["unplanned"] == {"unmet": 39}
    assert found["exited"]["met"] / 12_527 > 0.97


def test_in_october_some_are_not_known_yet_and_some_do_not_meet(zhenlai):
    found = counted(zhenlai, frames.MONTH_BEFORE)["planned"]
    assert found == {"met": 5_490, "unknown": 594, "unmet": 234}


def test_earlier_dates_count_the_members_of_that_day(zhenlai):
    def there(day):
        return sum(person.present(day) for h in zhenlai.households for person in (*h.members, *h.gone))

    assert there(frames.AS_OF) == 36_076
    assert there(frames.MONTH_BEFORE) > 36_076
    # About three in a hundred die in a year, a few move or marry.
    assert 36_700 < there(datetime.date(2017, 11, 30)) < 37_700


def test_another_seed_gives_other_people_and_the_same_totals():
    one, other = generate("141126", 1), generate("141126", 2)
    assert len(one.households) == len(other.households)
    assert sum(h.size for h in one.households) == sum(h.size for h in other.households)
    assert counted(one, frames.AS_OF)["planned"] == counted(other, frames.AS_OF)["planned"]
    assert {h.head.id_number for h in one.households} != {h.head.id_number for h in other.households}
    assert [village.poor for village in one.villages] == [village.poor for village in other.villages]


@pytest.mark.parametrize("code", [code for code in frames.COUNTIES if code not in ("220821", "429004")])
def test_the_other_counties_come_out_as_their_frames_say(code):
    frame, county = frames.COUNTIES[code], generate(code, 1)
    assert (len(county.households), sum(h.size for h in county.households)) == (frame.households, frame.members)
    found = counted(county, frames.AS_OF)
    assert found["planned"]["met"] == frame.meeting.households
    assert found["unplanned"]["met"] == 0
    october = counted(county, frames.MONTH_BEFORE)["planned"]
    assert (october["unmet"], october["unknown"]) == (frame.october_unmet, frame.october_unknown)
    assert len(county.postings) == frame.first_secretaries + frame.team_members
    assert {unit.unit.name for unit in county.helpers.cadres} <= {unit.name for unit in county.helpers.units}


def test_identity_numbers_are_synthetic_valid_and_given_once(zhenlai):
    people = [person for h in zhenlai.households for person in (*h.members, *h.gone)]
    numbers = [person.id_number[:18] for person in people]
    assert len(set(numbers)) == len(numbers)
    for person in people:
        number = person.id_number
        assert number[:6] in AREAS
        assert number[17] == check_digit(number[:17])
        assert number[6:14] == f"{person.birth:%Y%m%d}"
        assert (int(number[16]) % 2 == 1) == (person.sex == "male")


def test_families_look_like_those_of_the_north_east(zhenlai):
    sizes = Counter(household.size for household in zhenlai.households)
    people = [person for household in zhenlai.households for person in household.members]
    assert sizes[1] / 18_884 == pytest.approx(0.367, abs=0.02)
    assert sizes[2] / 18_884 == pytest.approx(0.447, abs=0.02)
    assert sum(person.age >= 60 for person in people) / len(people) > 0.38
    assert sum(h.head.sex == "female" for h in zhenlai.households) / 18_884 == pytest.approx(0.21, abs=0.03)
    assert sum(h.residence == "away" for h in zhenlai.households) / 18_884 == pytest.approx(0.08, abs=0.01)
    assert sum(bool(h.phone) for h in zhenlai.households) / 18_884 == pytest.approx(0.91, abs=0.01)


def test_the_main_cause_fits_the_family(zhenlai):
    ill = [h for h in zhenlai.households if h.main_cause == "illness"]
    with_patient = sum(any({"chronic", "serious"} & set(p.health) for p in h.members) for h in ill)
    assert with_patient / len(ill) > 0.985
    disabled = [h for h in zhenlai.households if h.main_cause == "disability"]
    assert all(any(person.disability for person in h.members) for h in disabled)


def test_every_household_has_one_head_and_somebody_who_was_there_when_it_was_registered(zhenlai):
    for household in zhenlai.households:
        assert [person.relation for person in household.members].count("head") == 1
        assert household.head.joined == household.registered


def test_incomes_within_five_per_cent_above_the_line_are_few(zhenlai):
    near = total = 0
    for household in zhenlai.households:
        row = household.incomes[-1]
        per_head = net({k: v for k, v in row.items() if k.startswith(ITEMS) and v}) / row["member_count"]
        near += LINE < per_head <= LINE * 1.05
        total += 1
    assert near / total < 0.04


def test_only_the_generator_and_its_commands_know_the_frame():
    allowed = {"supervision/management/commands/demo_workbooks.py", "supervision/management/commands/fill_demo.py"}
    for file in PROJECT.glob("*/**/*.py"):
        name = file.relative_to(PROJECT).as_posix()
        if name.startswith(("supervision/demo/", "tests/", ".venv/")) or name in allowed:
            continue
        tree = ast.parse(file.read_text(encoding="utf-8"))
        modules = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert not any(module.startswith("supervision.demo.") for module in modules), name
        assert not any(isinstance(n, ast.Constant) and n.value == 6300 for n in ast.walk(tree)), name
