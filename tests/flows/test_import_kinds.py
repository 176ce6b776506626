"""Every small import: rows go in one by one, the same file again changes nothing, a wrong row keeps none of the others out."""

import datetime

import pytest

from assistance.models import Visit
from households.models import DivisionFigure, PersonCondition, Posting
from povertycase import jobs, slots
from povertycase.actions import imports
from povertycase.exchange import row_lines, rowwise
from povertycase.models import Account, AuditEvent, Division, Post
from tests.kind_books import bring_in, check, counted
from tests.register_cast import EAST, homes, number, people  # noqa: F401

DAY = datetime.date
HEAD = number("141100", "19650102", 1)


@pytest.fixture(autouse=True)
def there(homes):  # noqa: F811
    return homes


def visit(no: str = "H0001", **cells) -> dict:
    usual = {
        "visited_on": DAY(2018, 11, 5),
        "kind": "入户",
        "visitor": "赵国强",
        "findings": "在家",
        "follow_up": "已办结",
    }
    return {"household_no": no, **usual, "topics": "务工、教育", **cells}


def posting(**cells) -> dict:
    usual = {
        "town": "东屏镇",
        "village": "东胜村",
        "name": "孙立军",
        "role": "第一书记",
        "document_no": "镇组发〔2018〕1号",
    }
    return {**usual, "true_from": DAY(2018, 5, 1), **cells}


def figure(**cells) -> dict:
    usual = {"figure": "贫困发生率", "town": "东屏镇", "village": "东胜村委会", "true_from": DAY(2018, 10, 31)}
    return {
        **usual,
        "numerator": 3,
        "denominator": 200,
        "source_unit": "县扶贫办",
        "document": "镇扶办〔2018〕9号",
        **cells,
    }


def person(**cells) -> dict:
    usual = {"id_number": HEAD, "name": "单小明", "dibao": "是", "true_from": DAY(2018, 10, 1)}
    return {**usual, "document": "镇民发〔2018〕20号", **cells}


def place(code: str = "220821101202", name: str = "新胜村委会", **cells) -> dict:
    return {"code": code, "name": name, **cells}


# kind: a good row, the same with something else in it, a row that cannot go in: its cells, code and place.
KINDS = {
    "visits": (visit(), visit(findings="外出看病"), visit(visited_on=DAY(2019, 1, 5)), "date_future", "第 3 行 B 列“走访日期”"),
    "postings": (
        posting(), posting(true_to=DAY(2018, 11, 1)), posting(name="查无此人"), "cadre_unknown", "第 3 行 C 列“姓名”",
    ),
    "figures": (
        figure(), figure(numerator=4), figure(village="西胜村", numerator=300), "refused", "第 3 行",
    ),
    "bureau_list": (
        person(), person(dibao="否"), person(id_number=number("141100", "19650102", 3), name="错名"), "name_differs",
        "第 3 行 B 列“姓名”",
    ),
    "divisions": (
        place(), place(name="新胜社区居委会"), place(code="220822101202"), "division_code", "第 3 行 A 列“区划代码”",
    ),
}  # fmt: skip
TABLES = {
    "visits": Visit, "postings": Posting, "figures": DivisionFigure, "bureau_list": PersonCondition,
    "divisions": Division,
}  # fmt: skip
FRESH = {"bureau_list": 1}  # the head's condition was collected before: the list changes it


@pytest.mark.parametrize("kind", KINDS)
def test_a_row_goes_in_and_the_same_file_again_changes_nothing(kind):
    good = KINDS[kind][0]
    before = TABLES[kind].objects.count()
    batch = bring_in(kind, [good])
    assert sum(counted(batch)[:2]) == 1 and counted(batch)[2:] == (0, 0), batch.problems.values("message")
    assert TABLES[kind].objects.count() == before + 1
    again = check(kind, [good])
    assert counted(again) == (0, 0, 1, 0), list(again.problems.values_list("message", flat=True))
    with pytest.raises(imports.ImportRefused, match="没有变化"):
        imports.confirm(batch=again, by=None)


@pytest.mark.parametrize("kind", KINDS)
def test_what_differs_is_shown_before_anybody_confirms_and_then_written(kind):
    good, other, *_rest = KINDS[kind]
    bring_in(kind, [good])
    batch = check(kind, [other])
    assert counted(batch) == (0, 1, 0, 0), list(batch.problems.values_list("message", flat=True))
    (line,) = row_lines.Lines(batch, "changed")
    label, before, after = line.changes[0]
    assert label and before != after and line.row == 3
    bring_in(kind, [other])
    assert counted(check(kind, [other])) == (0, 0, 1, 0)


@pytest.mark.parametrize("kind", KINDS)
def test_a_wrong_row_is_refused_with_its_place_and_the_others_go_in(kind):
    good, _other, wrong, code, where = KINDS[kind]
    batch = check(kind, [wrong, good])
    assert counted(batch)[3] == 1 and sum(counted(batch)[:2]) == 1
    found = batch.problems.get(code=code)
    assert where in found.message and found.severity == "error"
    title = slots.IMPORT_KINDS[kind].sheets[0].title
    told = batch.counts["sheets"][title]
    assert told["rows"] + told["lost"] == sum(told[name] for name in rowwise.OUTCOMES) == 2
    batch = bring_in(kind, [wrong, good])
    assert counted(batch)[3] == 1 and sum(counted(batch)[:2]) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_of_the_rehearsal_stays(kind):
    before, events = TABLES[kind].objects.count(), AuditEvent.objects.exclude(kind__startswith="import").count()
    check(kind, [KINDS[kind][0]])
    assert TABLES[kind].objects.count() == before
    assert AuditEvent.objects.exclude(kind__startswith="import").count() == events


@pytest.mark.parametrize("kind", KINDS)
def test_the_trail_names_the_kind_and_rows_not_the_register(kind):
    from povertycase import audit

    batch = bring_in(kind, [KINDS[kind][0]])
    label = str(slots.IMPORT_KINDS[kind].label)
    for event in AuditEvent.objects.filter(about=str(batch.pk), kind__startswith="import"):
        words = audit.sentence(event)
        assert "登记簿" not in words and "登记册" not in words
        assert event.kind == "import.taken_in" or (label in words and "行" in words)
    assert not AuditEvent.objects.filter(kind="import.applied", about=str(batch.pk)).exists()


def clerk_of(town: str) -> Account:
    account = Account.objects.create(username="clerk-of", display_name="经办", must_change_password=False)
    Post.objects.create(account=account, role="township_clerk", division_id=town, valid_from=DAY(2018, 1, 1))
    return account


def test_a_visit_out_of_reach_is_refused_as_if_there_were_no_such_household():
    batch = check("visits", [visit("H0004"), visit("H9999"), visit("H0001")], by=clerk_of("220821101000"))
    assert counted(batch) == (1, 0, 0, 2)
    words = [message.split("：", 1)[1] for message in batch.problems.values_list("message", flat=True)]
    assert words[0].replace("H0004", "") == words[1].replace("H9999", "")


def test_a_figure_of_a_village_out_of_reach_is_refused():
    batch = check("figures", [figure(town="大屯镇", village="前屯村"), figure()], by=clerk_of("220821101000"))
    assert counted(batch) == (1, 0, 0, 1) and batch.problems.filter(code="village_out_of_reach").exists()


def test_two_rows_that_say_different_things_of_one_visit_are_told_and_the_first_stands():
    batch = bring_in("visits", [visit(), visit(), visit(findings="不在家")])
    assert counted(batch) == (1, 0, 1, 1)
    assert batch.problems.get(code="key_twice").row == 5
    assert Visit.objects.known().get(visited_on=DAY(2018, 11, 5)).findings == "在家"


def test_a_sum_row_is_skipped_and_a_row_without_its_key_is_refused():
    batch = check("visits", [visit(), {"household_no": "合计"}, visit(None)])
    assert counted(batch) == (1, 0, 0, 1)
    told = batch.counts["sheets"]["走访"]
    assert told["lost"] == 1 and sum(told["skipped"].values()) == 1


def test_an_import_that_was_killed_between_two_chunks_goes_on_and_doubles_nothing(monkeypatch):
    monkeypatch.setattr(rowwise, "CHUNK_ROWS", 2)
    rows = [figure(true_from=DAY(2018, 10, day)) for day in range(1, 8)]
    known = DivisionFigure.objects.known().count()
    batch = imports.confirm(batch=check("figures", rows), by=None)
    real, calls = rowwise.Rows.apply, []

    def stops(self, stage, low, high):
        calls.append(low)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return real(self, stage, low, high)

    kind = slots.IMPORT_KINDS["figures"]
    monkeypatch.setitem(kind.__dict__, "apply", lambda *given: stops(kind.check.__self__, *given))
    with pytest.raises(KeyboardInterrupt):
        jobs.run_to_end(batch.job)
    assert DivisionFigure.objects.known().count() == known + 4
    jobs.run_to_end(batch.job)
    batch.refresh_from_db()
    assert batch.state == "applied" and counted(batch) == (7, 0, 0, 0)
    assert DivisionFigure.objects.known().count() == known + 7


def test_a_row_that_somebody_wrote_meanwhile_is_the_same_and_one_that_no_longer_goes_is_refused():
    batch = check("postings", [posting(), posting(village="西胜村", name="赵国强")])
    assert counted(batch) == (2, 0, 0, 0)
    bring_in("postings", [posting()])
    bring_in("postings", [posting(town="大屯镇", village="前屯村", name="赵国强")])
    batch = imports.confirm(batch=batch, by=None)
    jobs.run_to_end(batch.job)
    batch.refresh_from_db()
    assert counted(batch) == (0, 0, 1, 1)
    assert "已在驻村" in batch.problems.get(code="refused").message


def test_a_posting_opens_the_post_that_carries_the_rights():
    bring_in("postings", [posting()])
    post = Posting.objects.known().get().post
    assert post and (post.role, post.division_id) == ("first_secretary", EAST)


def test_a_bureau_confirms_its_own_facts_and_nobody_elses():
    civil = Account.objects.create(username="civil", display_name="民政", must_change_password=False)
    Post.objects.create(
        account=civil, role="department", bureau="civil_affairs", division_id="220821000000", valid_from=DAY(2018, 1, 1)
    )
    batch = check("bureau_list", [person(), person(id_number=number("141100", "19650102", 3), name="曾守田", dibao=None,
                                               disability_type="肢体")], by=civil)  # fmt: skip
    assert counted(batch)[3] == 1
    assert "由别的部门认定" in batch.problems.get(code="not_allowed").message
    bring_in("bureau_list", [person()], by=civil)
    event = AuditEvent.objects.get(kind="bureau.confirmed")
    assert event.params["bureau"] == "民政局" and "低保" in event.params["fields"]


def test_a_bureau_list_leaves_everything_else_of_a_person_as_it_stands():
    before = PersonCondition.objects.known().filter(person__name="单小明").order_by("-true_from", "-pk").first()
    bring_in("bureau_list", [person()])
    now = PersonCondition.objects.known().filter(person__name="单小明").order_by("-true_from", "-pk").first()
    assert now.dibao is True
    if before:
        assert (now.education, now.health, now.labour) == (before.education, before.health, before.labour)


def test_somebody_who_is_not_registered_is_only_told():
    batch = check("bureau_list", [person(id_number=number("141100", "19700101", 5), name="外人"), person()])
    found = batch.problems.get(code="not_registered")
    assert found.severity == "warning" and "141100197001010" not in found.message + found.value


def test_a_village_that_became_part_of_another_is_recorded():
    row = place("220821101201", "西胜村委会", successor=EAST, succeeded_on=DAY(2018, 12, 1))
    bring_in("divisions", [row])
    old = Division.objects.get(code="220821101201")
    assert old.successor_id == EAST and old.valid_to == DAY(2018, 11, 30)
    assert counted(check("divisions", [row])) == (0, 0, 1, 0)


def test_a_new_township_with_its_villages_comes_in_one_file():
    rows = [place("220821150000", "新镇"), place("220821150200", "一村村委会"), place("220821150201", "二村村委会")]
    assert counted(bring_in("divisions", rows)) == (3, 0, 0, 0)
    town = Division.objects.get(code="220821150000")
    assert town.level == "town" and not town.is_virtual and town.parent_id == "220821000000"
