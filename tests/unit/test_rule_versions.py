"""Rules as versions by hash, and dated thresholds with their documents."""

import datetime
from decimal import Decimal

import pytest

from povertycase.models import RuleVersion
from povertycase.rules import cautions, thresholds, versions
from supervision.queries import standards

pytestmark = pytest.mark.django_db
DAY = datetime.date(2018, 11, 30)


def test_the_same_rule_has_the_same_name_however_it_is_written():
    assert versions.sha256({"b": 1, "a": [1.5, "二"]}) == versions.sha256({"a": [1.5, "二"], "b": 1})
    assert versions.canonical({"day": DAY, "n": Decimal("1.50")}) == '{"day":"2018-11-30","n":"1.50"}'


def test_the_shipped_rules_are_loaded_once():
    assert versions.ensure_shipped() >= 3
    assert versions.ensure_shipped() == 0
    stored = RuleVersion.objects.get(kind="standard", code="national-household")
    assert stored.sha256 == versions.sha256(stored.body)


def test_an_older_shipped_version_stays_but_is_no_longer_in_force():
    old = RuleVersion.objects.create(
        kind="standard", code="national-household", sha256="0" * 64, body={}, in_force=True
    )
    versions.ensure_shipped()
    old.refresh_from_db()
    assert not old.in_force
    assert versions.find("standard", "national-household", DAY).sha256 != old.sha256


def test_every_year_of_the_campaign_has_its_line_and_none_is_called_verified():
    lines = {year: thresholds.at("poverty_line", datetime.date(year, 12, 31), "220821") for year in range(2014, 2021)}
    assert lines[2018].value == 3535 and lines[2015].value == 2855
    assert all(line.document and not line.verified for line in lines.values())


def test_a_year_without_a_line_gives_none_and_a_warning():
    given, used, warnings = thresholds.given({"poverty_line"}, datetime.date(2022, 6, 1), "220821")
    assert given.thresholds == {"poverty_line": None} and used == {}
    assert "没有“扶贫标准”" in cautions.say(warnings[0])


def test_a_line_of_a_nearer_division_goes_first():
    body = {
        "code": "local_line", "name": "本地标准", "unit": "元",
        "values": [
            {"from": "2018-01-01", "value": 3535, "document": "甲"},
            {"from": "2018-01-01", "value": 3600, "document": "乙", "division": "2208"},
        ],
    }  # fmt: skip
    # By somebody, since shipped versions come and go with the files.
    RuleVersion.objects.create(
        kind="threshold", code="local_line", sha256=versions.sha256(body), body=body, author=someone()
    )
    assert thresholds.at("local_line", DAY, "220821").value == 3600
    assert thresholds.at("local_line", DAY, "450329").value == 3535
    assert thresholds.at("local_line", datetime.date(2017, 1, 1), "450329") is None


def test_a_standard_that_is_missing_or_not_in_force_is_said_in_plain_words():
    with pytest.raises(versions.RuleError, match="没有代码为“x”"):
        standards.find("x", DAY)
    with pytest.raises(versions.RuleError, match="不在有效期内（有效期 2018-01-01 至 2019-12-31）"):
        standards.find("guangxi-household-2018", datetime.date(2016, 1, 1))


def test_the_standards_of_the_division_are_offered_first():
    assert [version.code for version in standards.offered("450329", DAY)][:2] == [
        "guangxi-household-2018",
        "national-household",
    ]
    assert [version.code for version in standards.offered("220821", DAY)][0] == "national-household"


def someone():
    from povertycase.models import Account

    return Account.objects.create(username="author", display_name="作者")
