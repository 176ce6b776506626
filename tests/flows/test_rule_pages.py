"""The pages of the rules: facts and who uses them, standards, lines with their missing years, checks, indicators."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from povertycase.rules import facts, versions
from supervision.queries import rule_words, rules
from tests.exit_county import TODAY, county

__all__ = ["county"]
pytestmark = pytest.mark.django_db
LISTS = (
    *("rules", "rule-standards", "rule-lines", "rule-indicators", "rule-checks"),
    *("rule-warnings", "rule-frequencies", "rule-policies"),
)


@pytest.fixture
def office(client, county):
    client.force_login(county.office, backend="django.contrib.auth.backends.ModelBackend")
    return client


def words(client, name, *args, **query):
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("name", LISTS)
def test_a_list_of_rules_asks_the_database_a_few_times_however_many_rules_there_are(office, name):
    words(office, name)
    with CaptureQueriesContext(connection) as asked:
        words(office, name)
    assert len(asked) <= 9


def test_a_fact_is_found_by_its_name_and_by_its_subject(office):
    page = words(office, "rules", q="低保金")
    assert "rules/facts/transfer_dibao/" in page and "rules/facts/house_grade/" not in page
    page = words(office, "rules", subject="unit", size="100")
    assert "rules/facts/unit_households/" in page and "rules/facts/transfer_dibao/" not in page


def test_a_fact_says_what_not_knowing_means_who_supplies_it_and_which_rules_use_it(office):
    page = words(office, "rule-fact", "house_grade")
    for said in ("没有住房鉴定证书", "村报、县住建局认定", "尚未", "广西贫困户脱贫“八有一超”标准（2018）"):
        assert said in page, said
    assert "由“耕地面积”、“家庭人口”计算得出" in words(office, "rule-fact", "arable_mu_per_person")
    assert office.get(reverse("rule-fact", args=["no_such_fact"])).status_code == 404


def test_a_code_list_says_in_which_years_a_code_may_be_entered(office):
    page = words(office, "rule-fact", "labour")
    assert "弱劳动力或半劳动力" in page and "2019年起" in page


def test_every_standard_shows_its_criteria_and_that_nobody_checked_its_document(office):
    for version in versions.all_of("standard"):
        page = words(office, "rule-standard", version.pk)
        for criterion in version.body["criteria"]:
            assert criterion["name"] in page
        assert ("未核对原文" in page) or version.verified


def test_a_year_without_a_line_is_marked_for_this_county(office):
    found = rules.rules("threshold")
    reader = rule_words.Reader.of(found, "220821", TODAY.replace(year=2022))
    line = next(version for version in found if version.code == "poverty_line")
    assert rule_words.line_row(line, reader)["missing"] == (2021, 2022)
    lines = {version.code: rule_words.line_row(version, reader) for version in found}
    assert lines["collective_income_line"]["missing"] == () and not lines["collective_income_line"]["lacking"]
    page = words(office, "rule-line", line.pk)
    assert "3,535" in page and "2018年度脱贫验收收入标准" in page and "未核对原文" in page


def test_every_check_and_indicator_has_its_page(office):
    for kind in ("check", "indicator"):
        for version in versions.all_of(kind)[:12]:
            assert rules.title(version) in words(office, f"rule-{kind}", version.pk)


def test_every_fact_that_a_rule_reads_is_known_to_its_page():
    used = rules.users(rules.rules())
    assert "net_income_per_capita" in used and "members" in used
    assert set(used) <= {fact.code for subject in rules.SUBJECTS for fact in facts.of_subject(subject)}
