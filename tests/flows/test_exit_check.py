"""The exit check over a real register: who meets the standard, what is unknown, and what never changes a verdict."""

import datetime
import json

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from households.models import HousingAppraisal, Income, LivingObservation
from povertycase import jobs
from povertycase.models import JobChunk
from povertycase.rules import cautions, sheet
from supervision.actions import exit_runs
from supervision.models import Verdict
from supervision.queries import verdicts
from tests.exit_county import (
    COUNTY,
    OTHER_TOWN,
    OTHER_VILLAGE,
    TODAY,
    check,
    county,
    house,
    household,
    income,
    member,
    pair,
)

__all__ = ["county"]


def outcomes(run):
    """{household number: (outcome, {criterion: outcome})}"""
    return {
        item["household_no"]: (item["outcome"], {one["code"]: one["outcome"] for one in item["criteria"]})
        for item in verdicts.objects(run)
    }


def result(run, home):
    return outcomes(run)[home.household_no]


def test_a_household_that_meets_every_criterion_is_met(county):
    home = household(1)
    assert result(check(county.division), home)[0] == "met"


def test_a_house_of_grade_d_is_unmet_and_a_house_without_certificate_unknown(county):
    dangerous, unproved = household(1, grade="D"), household(2, certificate="")
    run = check(county.division)
    assert result(run, dangerous) == ("unmet", {**result(run, dangerous)[1], "housing": "unmet"})
    assert result(run, unproved) == ("unknown", {**result(run, unproved)[1], "housing": "unknown"})


def test_income_that_was_not_computed_yet_is_unknown(county):
    waiting = household(1, income=False)
    income(waiting, 9000, 2, year=2017, on=datetime.date(2017, 10, 30))
    run = check(county.division)
    assert result(run, waiting)[1]["income"] == "unknown"


def test_income_just_at_the_line_does_not_stand_above_it(county):
    at, above = household(1, per_head=3535), household(2, per_head=3536)
    run = check(county.division)
    assert result(run, at)[0] == "unmet"
    assert result(run, above)[0] == "met"
    assert run.thresholds["poverty_line"]["value"] == "3535"


def test_one_uninsured_member_decides_even_when_another_is_unknown(county):
    home, unsure = household(1), household(2)
    member(home, 5, ins_resident_medical=False)
    member(home, 6, ins_resident_medical=None, ins_employee_medical=None)
    member(unsure, 5, ins_resident_medical=None, ins_employee_medical=None)
    run = check(county.division)
    assert result(run, home)[1]["medical"] == "unmet"
    assert result(run, unsure)[1]["medical"] == "unknown"


def test_education_asks_only_where_there_are_children_of_school_age(county):
    without, pupil, dropped, excused = household(1), household(2, children=1), household(3), household(4)
    member(dropped, 7, child=True, student_status="", dropout_reason="poverty")
    member(excused, 7, child=True, student_status="", dropout_reason="exempted")
    run = check(county.division)
    found = {item["household_no"]: item["criteria"][3] for item in verdicts.objects(run)}
    assert found[without.household_no] == {"code": "education", "value": None, "threshold": 0, "outcome": "met"}
    assert found[pupil.household_no]["value"] == 0
    assert found[dropped.household_no]["outcome"] == "unmet"
    assert found[excused.household_no]["outcome"] == "met"


def test_a_dangerous_house_that_was_rebuilt_and_accepted_is_met(county):
    rebuilt = household(1, grade="B")
    accepted = datetime.date(2018, 11, 15)
    HousingAppraisal.objects.all().delete()
    house(rebuilt, "D", renovation_method="rebuild", renovation_accepted_on=accepted)
    assert result(check(county.division), rebuilt)[0] == "met"
    assert result(check(county.division, as_of=datetime.date(2018, 11, 14)), rebuilt)[0] == "unmet"


def test_the_last_row_before_the_day_is_in_force_as_a_whole(county):
    home = household(1)
    later = {"true_from": datetime.date(2018, 11, 10), "entered_on": datetime.date(2018, 11, 10)}
    LivingObservation.objects.create(household=home, food_secure=None, clothing_secure=True, **later)
    assert result(check(county.division), home)[1]["food"] == "unknown"
    assert result(check(county.division, as_of=datetime.date(2018, 11, 9)), home)[1]["food"] == "met"


def test_what_was_recorded_later_is_not_known_at_the_earlier_moment(county):
    home = household(1, per_head=3000)
    before = check(county.division)
    wrong = Income.objects.get(household=home)
    right = income(home, 6000, 2)
    Income.objects.filter(pk=wrong.pk).update(superseded_by=right, superseded_at=timezone.now())
    assert result(check(county.division), home)[0] == "met"
    assert result(check(county.division, known_on=before.known_on), home)[0] == "unmet"


def test_the_populations_are_apart_and_together_everybody(county):
    household(1), household(2, plan=None), household(3, plan=2019), household(4, status="exited", plan=2016)
    household(5, status="removed"), household(6, status="relapsed", plan=None)
    found = {name: set(outcomes(check(county.division, population=name))) for name in exit_runs.standards.POPULATIONS}
    assert found["planned"] == {"H00001"}
    assert found["unplanned"] == {"H00002", "H00003", "H00006"}
    assert found["exited"] == {"H00004"}
    assert found["all"] == found["planned"] | found["unplanned"] | found["exited"]


def test_a_check_of_one_town_judges_its_households_alone(county):
    household(1), household(2, village=OTHER_VILLAGE)
    town = exit_runs.Division.objects.get(code=OTHER_TOWN)
    assert set(outcomes(check(town))) == {"H00002"}


def test_a_standard_of_another_division_is_allowed_with_a_warning(county):
    household(1)
    run = check(county.division, standard="guangxi-household-2018")
    assert any("其他区划（广西壮族自治区）" in warning for warning in cautions.say_all(run.warnings))


def test_a_standard_not_in_force_an_unknown_one_and_a_foreign_division_are_refused(county):
    refused = {
        "不在有效期内": {"as_of": datetime.date(2021, 5, 1)},
        "没有代码为": {"standard": "no-such"},
        "范围": {"population": "everybody"},
    }
    for words, wanted in refused.items():
        with pytest.raises(exit_runs.ExitRunError, match=words):
            check(county.division, **wanted)
    with pytest.raises(exit_runs.ExitRunError, match="不在您的辖区范围内"):
        check(county.division, by=county.clerk)


def test_the_same_input_gives_the_same_bytes(county):
    for number in range(1, 30):
        household(number, per_head=3000 + 40 * number, village=OTHER_VILLAGE if number % 3 else "220821101200")
    first = check(county.division)
    second = check(county.division, known_on=first.known_on)
    texts = ["\n".join(map(json.dumps, verdicts.objects(run))) for run in (first, second)]
    assert texts[0] == texts[1]


def test_a_check_that_broke_off_goes_on_where_it_stopped(county, monkeypatch):
    for number in range(1, 13):
        household(number)
    monkeypatch.setattr(sheet, "chunks", lambda table, size=3, of=sheet.chunks: of(table, size))
    real, done = sheet.fill, []

    def fill(table, lo, hi):
        if len(done) == 2:
            done.append("broken")
            raise RuntimeError("killed")
        done.append((lo, hi))
        return real(table, lo, hi)

    monkeypatch.setattr(sheet, "fill", fill)
    run = check(county.division)
    assert JobChunk.objects.filter(job=run.job, step=1).count() == 4
    assert len(done) == 5 and len(set(done)) == 5
    assert run.counts["outcomes"]["met"] == [12, 24]
    # A range done again leaves what was there.
    exit_runs.judge_range(run.job, {"lo": done[0][0], "hi": done[0][1]})
    assert Verdict.objects.filter(run_id=run.pk).count() == 12


def test_the_command_writes_one_json_object_a_household(county, tmp_path):
    household(1, per_head=3000), household(2)
    file = tmp_path / "out.jsonl"
    call_command("check_exit", "--standard", "national-household", "--as-of", "2018-11-30", "--json", str(file))
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert [line["household_no"] for line in lines] == ["H00001", "H00002"]
    assert lines[0]["outcome"] == "unmet"
    assert lines[0]["criteria"][0] == {"code": "income", "value": 3000, "threshold": 3535, "outcome": "unmet"}
    assert set(lines[0]) == {"household_no", "outcome", "criteria"}


def test_the_command_says_what_is_wrong(county):
    for wanted, words in (
        (["--standard", "national-household", "--as-of", "2026-01-01"], "不在有效期内"),
        (["--standard", "national-household", "--as-of", "2018-11-30", "--division", "999999"], "区划"),
        (["--standard", "national-household", "--as-of", "2018-11-30", "--by", "nobody"], "账号"),
        (["--standard", "national-household", "--as-of", "30.11.2018"], "日期"),
    ):
        with pytest.raises(CommandError, match=words):
            call_command("check_exit", *wanted)


def test_the_catalogue_of_rules_is_one_json_object(db, capsys):
    call_command("list_rules", "--json")
    found = json.loads(capsys.readouterr().out)
    assert set(found) == {"facts", "standards", "checks", "indicators", "policies"}
    assert len([fact for fact in found["facts"] if fact["subject"] == "household"]) >= 35
    levels = {one["code"]: one["level"] for one in found["standards"]}
    assert levels["national-household"] == "household" and set(levels.values()) == {"household", "village", "county"}
    assert len(found["checks"]) >= 80
    assert all("code" in one and ("level" in one or "subject" in one) for key in found for one in found[key])


def test_a_later_line_never_changes_a_finished_check(county):
    home = household(1, per_head=3600)
    run = check(county.division)
    run.thresholds["poverty_line"]["value"] = "3700"
    run.save()
    judged = verdicts.given_of(run, exit_runs.standards.of(run.standard))
    assert str(judged.thresholds["poverty_line"]) == "3700"
    assert result(run, home)[0] == "met"


def test_nobody_is_marked_as_exited_by_a_verdict(county):
    home = household(1)
    check(county.division)
    assert home.householdstatus_set.get().poverty_status == "poor"


def test_pairings_and_places_do_not_multiply_households(county):
    home = household(1)
    pair(home, county.helper)
    run = check(county.division)
    assert Verdict.objects.visible_to(county.helper).filter(run_id=run.pk).count() == 1
    assert Verdict.objects.visible_to(county.clerk).filter(run_id=run.pk).count() == 0
    assert run.division_code == COUNTY and run.as_of == TODAY
    assert jobs.share(run.job) == 100.0
