"""Every command that other programs rely on: it ends with 0 on success only, and says in Chinese what was wrong."""

import datetime
import json
import re
import sys

import openpyxl
import pytest
from django.core.management import get_commands
from django.db import connection, connections

import manage
from households.models import Household, Income
from povertycase import audit
from povertycase.models import Account, AuditEvent, Division, Post
from supervision.models import Bulletin, ExitRun
from tests import register_books as books
from tests.bulletin_county import COUNTY, TOWNS, county
from tests.exit_county import DAY

__all__ = ["county"]
NAMED = (
    "demo_workbooks", "import_register", "check_exit", "issue_bulletin", "list_rules", "verify_audit", "create_office",
)  # fmt: skip
CHECK = ("check_exit", "--standard", "national-household", "--as-of", "2018-10-31")
CHINESE = re.compile(r"[一-鿿]{3,}")


@pytest.fixture
def run(monkeypatch, capsys):
    """run(words…) → (exit code, standard output, standard error), exactly as `manage.py words…`."""
    # A command hangs up at its end; the test's transaction lives in that connection.
    monkeypatch.setattr(connections, "close_all", lambda: None)

    def call(*words):
        monkeypatch.setattr(sys, "argv", ["manage.py", *map(str, words)])
        capsys.readouterr()
        try:
            manage.main()
            code = 0
        except SystemExit as end:
            code = end.code or 0
        said = capsys.readouterr()
        return code, said.out, said.err

    return call


@pytest.fixture
def refused(run):
    """refused(words…) → what was said; it must fail without a trace, in Chinese."""

    def call(*words):
        code, out, err = run(*words)
        assert code not in (0, None), out
        assert "Traceback" not in out + err
        assert CHINESE.search(err), err
        return out + err

    return call


@pytest.mark.parametrize("name", NAMED)
def test_every_command_explains_itself(run, name):
    code, out, _err = run(name, "--help")
    assert code == 0
    assert "用法" in out and CHINESE.search(out)


def test_every_command_of_the_product_says_in_chinese_what_it_does(run):
    ours = ("povertycase", "households", "assistance", "supervision")
    for name in sorted(name for name, app in get_commands().items() if app in ours):
        code, out, _err = run(name, "--help")
        assert code == 0 and CHINESE.search(out), name


@pytest.mark.parametrize(
    "words",
    [
        ("check_exit",),
        ("check_exit", "--standard", "national-household"),
        (*CHECK[:-1], "2018-13-01"),
        (*CHECK[:-1], "昨天"),
        (*CHECK, "--population", "everybody"),
        (*CHECK, "--known-on", "noon"),
        (*CHECK, "--known-on", "2018-02-30T08:00:00"),
        (*CHECK, "--nonsense"),
        ("issue_bulletin",),
        ("issue_bulletin", "--month", "2018-13"),
        ("issue_bulletin", "--month", "October"),
        ("import_register",),
        ("demo_workbooks",),
        ("demo_workbooks", "--out", "/nowhere", "--seed", "x"),
        ("demo_workbooks", "--out", "/nowhere", "--county", "110101"),
        ("list_rules", "--xml"),
        ("verify_audit", "--patience", "long"),
        ("create_office", "--county"),
    ],
    ids=" ".join,
)
def test_wrong_words_fail_with_a_sentence(refused, db, words):
    refused(*words)


def test_a_command_that_does_not_exist_fails(run):
    code, _out, err = run("check_exits")
    assert code != 0 and "Traceback" not in err


# --- check_exit -------------------------------------------------------------------------------------------


def test_check_exit_writes_one_object_a_household(run, county, tmp_path):
    target = tmp_path / "exit.jsonl"
    code, _out, err = run(*CHECK, "--json", target)
    assert code == 0
    assert "本结果仅供工作参考，不作为退出依据" in err
    lines = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
    assert len(lines) == 60
    assert [line["household_no"] for line in lines] == sorted(line["household_no"] for line in lines)
    for line in lines:
        assert list(line) == ["household_no", "outcome", "criteria"]
        assert line["outcome"] in ("met", "unmet", "unknown")
        for criterion in line["criteria"]:
            assert set(criterion) == {"code", "value", "threshold", "outcome"}
            assert criterion["outcome"] in ("met", "unmet", "unknown")
        parts = {criterion["outcome"] for criterion in line["criteria"]}
        assert line["outcome"] == ("unmet" if "unmet" in parts else "unknown" if "unknown" in parts else "met")


def test_check_exit_to_the_screen_is_only_the_objects(run, county):
    code, out, _err = run(*CHECK, "--json", "-")
    assert code == 0
    assert len([json.loads(line) for line in out.splitlines()]) == 60


def test_the_same_check_twice_gives_the_same_bytes(run, county, tmp_path):
    for name in ("one", "two"):
        assert run(*CHECK, "--json", tmp_path / name)[0] == 0
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_the_populations_do_not_overlap_and_are_together_all(run, county, tmp_path):
    found = {}
    for population in ("planned", "unplanned", "exited", "all"):
        target = tmp_path / population
        assert run(*CHECK, "--population", population, "--json", target)[0] == 0
        found[population] = {json.loads(line)["household_no"] for line in target.read_text().splitlines()}
    assert {name: len(numbers) for name, numbers in found.items()} == {
        "planned": 60, "unplanned": 20, "exited": 40, "all": 120,
    }  # fmt: skip
    assert found["planned"] | found["unplanned"] | found["exited"] == found["all"]


def test_known_on_judges_by_what_was_known_then(run, county, tmp_path):
    with connection.cursor() as cursor:
        # The whole test is one transaction; what is entered after the first look must be later than it.
        cursor.execute("UPDATE households_income SET recorded_at = '2018-10-20T08:00:00+08:00'")
    home = Household.objects.get(household_no="H000003")
    old = Income.objects.get(household=home)
    Income.objects.create(
        household=home, period_start=old.period_start, period_end=old.period_end, member_count=old.member_count,
        wage_work=10, true_from=datetime.date(2018, 10, 25), entered_on=datetime.date(2018, 11, 5),
    )  # fmt: skip

    def outcome(*known):
        target = tmp_path / "known.jsonl"
        assert run(*CHECK, "--json", target, *known)[0] == 0
        lines = [json.loads(line) for line in target.read_text().splitlines()]
        return next((line["outcome"] for line in lines if line["household_no"] == "H000003"), None)

    assert outcome() == "unmet"
    # Then nothing but the incomes was known: nobody was planned yet.
    assert outcome("--known-on", "2018-10-21T00:00:00+08:00") is None


def test_check_exit_by_town_holds_its_households_alone(run, county, tmp_path):
    assert run(*CHECK, "--division", TOWNS[1], "--json", tmp_path / "town")[0] == 0
    assert len((tmp_path / "town").read_text().splitlines()) == 20
    assert run(*CHECK, "--division", "220821", "--json", tmp_path / "county")[0] == 0
    assert len((tmp_path / "county").read_text().splitlines()) == 60


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("check_exit", "--standard", "moon", "--as-of", "2018-10-31"), "moon"),
        (("check_exit", "--standard", "national-household", "--as-of", "1999-10-31"), "1999"),
        ((*CHECK, "--division", "999999"), "没有代码为“999999”的区划"),
        ((*CHECK, "--division", "x"), "没有代码为“x”的区划"),
        ((*CHECK, "--by", "nobody"), "nobody"),
        ((*CHECK, "--by", "office", "--division", "110000000000"), "110000000000"),
        ((*CHECK, "--by", "clerk", "--division", TOWNS[1]), "没有做退出预审的权限"),
        ((*CHECK, "--json", "/proc/none/exit.jsonl"), "不能写入"),
    ],
)
def test_a_check_that_cannot_be_made_says_why(refused, county, words, sentence):
    assert sentence in refused(*words)


def test_a_check_outside_ones_reach_is_refused_and_leaves_nothing(refused, county):
    narrow = Account.objects.create(username="narrow", display_name="某", must_change_password=False)
    Post.objects.create(account=narrow, role="county_office", division_id=TOWNS[1], valid_from=DAY)
    assert "不在您的辖区范围内" in refused(*CHECK, "--by", "narrow", "--division", TOWNS[0])
    assert "不在您的辖区范围内" in refused(*CHECK, "--by", "narrow")
    assert not ExitRun.objects.exists()


def test_a_standard_of_another_province_is_allowed_with_a_warning(run, county):
    code, _out, err = run("check_exit", "--standard", "guangxi-household-2018", "--as-of", "2018-10-31")
    assert code == 0
    assert "是其他区划" in err


# --- issue_bulletin ---------------------------------------------------------------------------------------

OCTOBER = ("issue_bulletin", "--month", "2018-10")


def test_a_bulletin_is_drafted_issued_by_a_second_person_and_made_again_to_the_byte(run, refused, county, tmp_path):
    draft, issued, again = (tmp_path / name for name in ("draft.xlsx", "issued.xlsx", "again.xlsx"))
    assert run(*OCTOBER, "--by", "office", "--xlsx", draft)[0] == 0
    assert openpyxl.load_workbook(draft).active.max_row > 5
    number = ("--number", "镇脱贫组发〔2018〕21号")
    assert "请加 --by" in refused(*OCTOBER, *number)
    assert "没有印发通报的权限" in refused(*OCTOBER, *number, "--by", "office")
    assert "文号没有填写" in refused(*OCTOBER, "--number", " ", "--by", "reviewer")
    assert "nobody" in refused(*OCTOBER, *number, "--by", "nobody")
    assert Bulletin.objects.get().state == "draft"
    assert run(*OCTOBER, *number, "--by", "reviewer", "--xlsx", issued)[0] == 0
    assert "不能再次印发" in refused(*OCTOBER, *number, "--by", "reviewer")
    assert run(*OCTOBER, "--xlsx", again)[0] == 0
    assert again.read_bytes() == issued.read_bytes()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--month", "2018-11"), "还没有到"),
        (("--month", "2019-01"), "还没有到"),
        (("--month", "2018-10", "--division", "999999"), "没有代码为“999999”的区划"),
        (("--month", "2018-10", "--division", "220821100200"), "通报按县或乡镇编制"),
        (("--month", "2018-10", "--by", "clerk"), "没有编制通报的权限"),
        (("--month", "2018-10", "--number", "x", "--by", "reviewer"), "还没有通报草稿"),
    ],
)
def test_a_bulletin_that_cannot_be_made_says_why_and_leaves_nothing(refused, county, words, sentence):
    assert sentence in refused("issue_bulletin", *words)
    assert not Bulletin.objects.exists()


def test_a_bulletin_outside_ones_reach_is_refused(refused, county):
    narrow = Account.objects.create(username="narrow", display_name="某", must_change_password=False)
    Post.objects.create(account=narrow, role="county_office", division_id=TOWNS[1], valid_from=DAY)
    assert "不在您的管辖范围内" in refused(*OCTOBER, "--by", "narrow", "--division", COUNTY)
    assert not Bulletin.objects.exists()


def test_a_workbook_that_cannot_be_written_is_said(refused, county):
    assert "不能写入" in refused(*OCTOBER, "--xlsx", "/proc/none/附件1.xlsx")


# --- import_register --------------------------------------------------------------------------------------


@pytest.fixture
def file(db, tmp_path):
    """A workbook of one household, and the places."""
    books.load_divisions()
    path = tmp_path / "东屏镇.xlsx"
    path.write_bytes(books.book(household=[books.household("22080001")], member=[books.member("22080001", "李四", 1)]))
    return path


def test_a_workbook_goes_in_once_and_the_second_time_changes_nothing(run, file):
    code, out, _err = run("import_register", file)
    assert code == 0 and "新增 1" in out
    assert AuditEvent.objects.get(kind="import.applied").by is None
    code, out, _err = run("import_register", file)
    assert code == 0 and "没有变化" in out
    assert Household.objects.count() == 1


def test_a_new_installation_knows_its_places_before_the_first_workbook(run, db, tmp_path):
    assert not Division.objects.exists()
    file = tmp_path / "东屏镇.xlsx"
    file.write_bytes(books.book(household=[books.household("22080001")], member=[books.member("22080001", "李四", 1)]))
    code, out, _err = run("import_register", file)
    assert code == 0 and "220821.csv" in out and "新增 1" in out


def test_a_trial_run_writes_nothing(run, file):
    code, out, _err = run("import_register", file, "--dry-run")
    assert code == 0 and "没有写入" in out
    assert not Household.objects.exists()


def test_the_author_of_an_import_is_the_account_named(run, refused, file):
    for name, role in (("office", "county_office"), ("leader", "leader")):
        account = Account.objects.create(username=name, display_name=name, must_change_password=False)
        Post.objects.create(account=account, role=role, division_id=COUNTY, valid_from=DAY)
    assert "没有导入登记簿的权限" in refused("import_register", file, "--by", "leader")
    assert "nobody" in refused("import_register", file, "--by", "nobody")
    assert run("import_register", file, "--by", "office")[0] == 0
    assert AuditEvent.objects.get(kind="import.applied").by.username == "office"


def test_a_file_that_is_not_there_fails_and_the_others_go_in(refused, file, tmp_path):
    (tmp_path / "空.xlsx").write_bytes(b"")
    said = refused("import_register", file, tmp_path / "没有.xlsx", tmp_path, tmp_path / "空.xlsx")
    assert "打不开" in said and "是空的" in said and "没有导入" in said
    assert Household.objects.count() == 1


def test_a_file_of_which_nothing_can_go_in_fails(refused, file, tmp_path):
    bad = tmp_path / "坏.xlsx"
    bad.write_bytes(
        books.book(household=[books.household("1", village="火星村")], member=[books.member("1", "李四", 1)])
    )
    assert "火星村" in refused("import_register", bad)
    assert not Household.objects.exists()


# --- list_rules, verify_audit, create_office ------------------------------------------------------------------


def test_list_rules_prints_one_object_and_nothing_else(run):
    code, out, err = run("list_rules", "--json")
    assert code == 0 and err == ""
    found = json.loads(out)
    assert list(found) == ["facts", "standards", "checks", "indicators", "policies"]
    for items in found.values():
        assert all(item["code"] and (item.get("level") or item.get("subject")) for item in items)
    assert {item["code"] for item in found["standards"]} >= {"national-household", "guangxi-household-2018"}
    assert len(found["facts"]) >= 35


def test_verify_audit_finds_an_edited_and_a_deleted_event(run, refused, db):
    events = [audit.record("keys.rotated", by=None, params={"rows": number}) for number in range(5)]
    assert run("verify_audit", "--seal")[0] == 0
    _past_the_guard(f"UPDATE povertycase_auditevent SET params = '{{\"rows\": 9}}' WHERE id = {events[1]}")
    assert "改动" in refused("verify_audit")
    _past_the_guard(f"DELETE FROM povertycase_auditevent WHERE id = {events[3]}")
    said = refused("verify_audit")
    assert "改动" in said and "删除" in said and "不符 2" in said


def _past_the_guard(sql):
    """Somebody with the owner's rights takes the guard off and changes the trail."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE povertycase_auditevent DISABLE TRIGGER written_once")
        cursor.execute(sql)
        cursor.execute("ALTER TABLE povertycase_auditevent ENABLE TRIGGER written_once")


def test_an_office_is_set_up_once(run, refused, db):
    assert "自带区划" in refused("create_office", "--county", "110101")
    code, out, _err = run("create_office", "--county", "450329")
    assert code == 0 and "县办已建立" in out
    assert "已有管理员" in refused("create_office", "--county", "450329")
