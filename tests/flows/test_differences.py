"""数据比对: an export of another system beside the register, differences decided once, a sheet back in their columns."""

import io

import openpyxl
import pytest
import xlsxwriter
from django.core.exceptions import ValidationError
from django.urls import reverse

from households.actions import changes, differences, reconciliations, records
from households.actions.dated import Conflict
from households.models import ChangeRequest, Difference, Household, Reconciliation
from households.queries import differences as reading
from povertycase import jobs, secrets
from povertycase.exchange.files import FileRefused
from povertycase.models import AuditEvent
from tests.change_cast import proof_of
from tests.register_cast import EAST, FRONT, TODAY, household, number

pytest_plugins = ["tests.change_cast"]
pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
SOURCE, WHY = "全国扶贫信息系统", "入户核对"
HEADS = ["序号", "姓名", "身份证号", "家庭编号", "乡镇", "行政村", "AAB008", "是否享受低保", "健康状况", "备注"]
HEAD = number("141100", "19650102", 1)  # 单小明 of H0001
NEW = number("220800", "19800505", 7)


def export(*rows, heads=HEADS, title="贫困人口信息导出"):
    """A workbook as another system gives it out: a title, headings of its own, a sheet of its own name."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as out:
        page = out.add_worksheet("Sheet1")
        page.write_string(0, 0, title)
        for down, row in enumerate([heads, *rows], start=1):
            for at, value in enumerate(row):
                if value is not None:
                    page.write(down, at, value)
    return buffer.getvalue()


def person(no="", name="单小明", clear=HEAD, village="东胜村委会", education=None, dibao=None, health=None, note=None):
    return [1, name, clear, no or None, "东屏镇", village, education, dibao, health, note]


def compare(data, by, whole=False, source=SOURCE, name="导出.xlsx"):
    """Bring an export and have it compared to the end."""
    run = reconciliations.start(name=name, data=data, source=source, whole=whole, on=TODAY, by=by)
    job = jobs.run_to_end(run.job)
    run.refresh_from_db()
    assert job.state == "done", job.error
    return run


def counted(run):
    return {name: run.counts[name] for name in ("read", "same", "differ", "added", "refused")}


def at(client, account):
    client.force_login(account, backend=BACKEND)
    return client


def test_fields_that_differ_are_listed_with_both_sides_and_numbers_add_up(homes, desk):
    data = export(
        person(education="初中", dibao="是", health="长期慢性病"),
        person(name="曾守田", clear=number("141100", "19650102", 3)),
        person(name="新来的", clear=NEW),
        person(name="无号", clear=None),
        person(education="小学"),
    )
    run = compare(data, desk.office)
    assert counted(run) == {"read": 5, "same": 1, "differ": 1, "added": 1, "refused": 2}
    found = {row.field: row for row in Difference.objects.filter(kind="field")}
    assert set(found) == {"education", "dibao"}
    assert (found["education"].ours, found["education"].theirs) == ("primary", "junior")
    assert [line["ours"] for line in reading.lines([found["education"]])] == ["小学"]
    assert reading.words("dibao", found["dibao"].theirs) == "是"
    added = Difference.objects.get(kind="added")
    assert added.name == "新来的" and added.village_code == EAST and NEW not in added.theirs
    assert run.batch.problems.filter(code="compare_twice").count() == 1
    assert AuditEvent.objects.get(kind="reconciliation.done").params["read"] == 5


def test_what_they_leave_empty_is_no_difference_and_a_number_is_found_by_its_first_18_characters(homes, desk):
    run = compare(export(person(clear=HEAD + "43")), desk.office)
    assert counted(run) == {"read": 1, "same": 1, "differ": 0, "added": 0, "refused": 0}
    assert not Difference.objects.exists()


def test_without_a_number_household_and_name_say_who_it_is(homes, desk):
    compare(export(person(no="H0001", clear=None, education="高中")), desk.office)
    assert Difference.objects.get().household.household_no == "H0001"


def test_another_number_of_the_same_person_is_a_difference_shown_masked(homes, desk):
    compare(export(person(no="H0001", clear=NEW)), desk.office)
    row = Difference.objects.get(field="id_number")
    assert row.ours.startswith("141100****") and row.theirs.startswith("220800****")
    assert NEW not in (row.ours, row.theirs)


def test_whom_they_lack_is_told_only_when_they_should_have_everybody(homes, desk):
    compare(export(person()), desk.township)
    assert not Difference.objects.filter(kind="gone").exists()
    run = compare(export(person()), desk.township, whole=True)
    # 东屏镇 has three households of two; one person of them is in the list.
    assert run.counts["gone"] == 5
    assert set(Difference.objects.filter(kind="gone").values_list("household__household_no", flat=True)) == {
        "H0001", "H0002", "H0003",
    }  # fmt: skip


def test_a_list_of_households_is_compared_by_household(homes, desk):
    heads = ["户编号", "户主姓名", "贫困户属性", "主要致贫原因", "家庭人口"]
    data = export(
        ["H0001", "单小明", "低保贫困户", "因病", 2], ["H0003", "王翠花", "一般贫困户", "因病", 3], heads=heads
    )
    run = compare(data, desk.office, whole=True)
    assert run.of_households
    assert counted(run) == {"read": 2, "same": 0, "differ": 2, "added": 0, "refused": 0}
    assert set(Difference.objects.filter(kind="field").values_list("field", flat=True)) == {"attr", "member_count"}
    assert Difference.objects.filter(kind="gone").count() == 2


def test_a_township_compares_nobody_of_another_township(homes, desk):
    run = compare(export(person(name="仇德福", clear=number("141100", "19650102", 5), education="高中")), desk.township)
    assert counted(run) == {"read": 1, "same": 0, "differ": 0, "added": 0, "refused": 1}
    assert "可见范围以外" in run.batch.problems.get(code="compare_elsewhere").message
    assert not Difference.objects.exists()


def test_the_same_difference_does_not_come_again_until_either_side_changes(homes, desk):
    compare(export(person(education="初中")), desk.office)
    row = Difference.objects.get()
    differences.exclude(rows=[row], reason=WHY, on=TODAY, by=desk.office)
    compare(export(person(education="初中")), desk.office)
    assert Difference.objects.get().state == "excluded"
    compare(export(person(education="高中")), desk.office)
    row.refresh_from_db()
    assert (row.state, row.reason, row.theirs) == ("open", "", "senior")
    compare(export(person(education="小学")), desk.office)
    row.refresh_from_db()
    assert row.gone_on == TODAY


def test_a_true_field_becomes_a_change_request_and_is_agreed_about_when_it_is_applied(homes, desk, window):
    compare(export(person(dibao="是")), desk.office)
    row = Difference.objects.get()
    with pytest.raises(ValidationError, match="依据"):
        differences.accept(difference=row, reason=WHY, on=TODAY, by=desk.secretary)
    row = differences.accept(difference=row, reason=WHY, proof=proof_of(desk.secretary), on=TODAY, by=desk.secretary)
    assert row.state == "true"
    request = ChangeRequest.objects.get()
    assert row.request == request and request.kind == "condition" and request.state == "open"
    changes.agree(request=request, by=desk.township, on=TODAY)
    changes.agree(request=request, by=desk.office, on=TODAY)
    compare(export(person(dibao="是")), desk.office)
    row.refresh_from_db()
    assert row.gone_on == TODAY


def test_a_phone_is_written_at_once(homes, desk):
    heads = ["姓名", "身份证号", "联系电话"]
    compare(export(["单小明", HEAD, "13944119999"], heads=heads), desk.office)
    row = Difference.objects.get(field="phone")
    assert row.theirs == "139****9999"
    before = bytes(Household.objects.get(household_no="H0001").phone_index)
    differences.accept(difference=row, reason=WHY, on=TODAY, by=desk.secretary)
    assert bytes(Household.objects.get(household_no="H0001").phone_index) != before


def test_two_do_not_decide_at_once_and_a_reason_is_asked_for(homes, desk):
    compare(export(person(name="新来的", clear=NEW)), desk.office)
    row = Difference.objects.get()
    differences.accept(difference=row, reason=WHY, on=TODAY, by=desk.office, version=row.version)
    with pytest.raises(Conflict):
        differences.accept(difference=row, reason=WHY, on=TODAY, by=desk.office, version=row.version)
    with pytest.raises(ValidationError, match="依据"):
        differences.exclude(rows=[row], reason=" ", on=TODAY, by=desk.office)
    with pytest.raises(ValidationError, match="可见范围"):
        differences.exclude(rows=[row], reason=WHY, on=TODAY, by=desk.clerk)
    event = AuditEvent.objects.get(kind="difference.decided")
    assert "新来的" not in event.about + str(event.params)


def test_the_sheet_goes_back_in_their_columns_with_our_values(homes, desk):
    data = export(person(education="初中", note="原样"), person(name="新来的", clear=NEW))
    run = compare(data, desk.office, whole=True)
    book = openpyxl.load_workbook(io.BytesIO(reconciliations.take_answer(run=run, by=desk.office)))
    page = book["回填表"]
    assert [cell.value for cell in page[2]][:10] == HEADS and page.cell(2, 11).value == "比对结果"
    first, second = ([cell.value for cell in page[row]] for row in (3, 4))
    assert first[1:3] == ["单小明", HEAD] and first[6] == "小学" and first[9] == "原样"
    assert first[10] == "不一致：文化程度"
    assert first[8] == "长期慢性病", "what they left empty is filled in"
    assert second[1] == "新来的" and second[10] == "登记册没有"
    lacking = book["对方没有的"]
    assert "曾守田" in [lacking.cell(row, 2).value for row in range(2, lacking.max_row + 1)]
    with pytest.raises(FileRefused):
        reconciliations.take_answer(run=run, by=desk.countyreviewer)


def test_a_file_that_is_no_list_is_refused_with_a_sentence(homes, desk):
    run = reconciliations.start(
        name="a.xlsx", data=export(["x"], heads=["甲", "乙"]), source=SOURCE, whole=False, on=TODAY, by=desk.office
    )
    jobs.run_to_end(run.job)
    run.batch.refresh_from_db()
    assert run.batch.state == "refused" and "认得的名单" in run.batch.refusal


def test_text_files_are_read_too(homes, desk):
    lines = ["姓名,身份证号,文化程度", f"单小明,{HEAD},初中", ""]
    run = compare("\r\n".join(lines).encode("gb18030"), desk.office, name="导出.csv")
    assert counted(run)["differ"] == 1


# --- pages --------------------------------------------------------------------------------------------------


def test_from_the_file_to_the_decision_on_the_pages(homes, client, desk):
    page = at(client, desk.office)
    file = io.BytesIO(export(person(education="初中"), person(name="新来的", clear=NEW)))
    file.name = "导出.xlsx"
    answer = page.post(reverse("reconciliation-start"), {"file": file, "source": SOURCE})
    run = Reconciliation.objects.get()
    assert answer.url == reverse("reconciliation", args=[run.pk])
    jobs.run_to_end(run.job)
    shown = page.get(answer.url).content.decode()
    assert "东胜村委会" in shown and f"{reverse('differences')}?run={run.pk}&amp;village={EAST}" in shown
    listed = page.get(f"{reverse('differences')}?run={run.pk}&kind=field").content.decode()
    assert "文化程度" in listed and "小学" in listed and "初中" in listed
    assert f"{reverse('differences')}?tab=open" in page.get("/").content.decode()
    row = Difference.objects.get(kind="added")
    detail = reverse("difference", args=[row.pk])
    assert page.get(detail).status_code == 200
    said = {"decision": "accept", "reason": WHY, "version": row.version}
    assert page.post(reverse("difference-decide", args=[row.pk]), said).url == detail
    assert reverse("household-new") in page.get(detail).content.decode()
    other = Difference.objects.get(kind="field")
    page.post(reverse("difference-exclude"), {"row": [other.pk], "reason": WHY})
    assert Difference.objects.get(pk=other.pk).state == "excluded"
    assert "没有这样的差异" in page.get(reverse("differences")).content.decode()
    assert page.post(reverse("reconciliation-answer", args=[run.pk]))["Content-Type"].endswith("sheet")


def test_a_village_sees_its_own_differences_and_no_others(homes, client, desk):
    village = number("141100", "19650102", 2)
    compare(export(person(education="初中"), person(name="王翠花", clear=village, education="高中")), desk.office)
    shown = at(client, desk.secretary).get(reverse("differences")).content.decode()
    assert "单小明" in shown and "王翠花" not in shown
    foreign = Difference.objects.get(name="王翠花")
    assert at(client, desk.secretary).get(reverse("difference", args=[foreign.pk])).status_code == 404
    assert (
        at(client, desk.secretary).post(reverse("difference-exclude"), {"row": [foreign.pk], "reason": WHY}).status_code
        == 404
    )
    assert (
        at(client, desk.secretary).get(reverse("reconciliation", args=[foreign.reconciliation_id])).status_code == 404
    )
    assert at(client, desk.supervisor).get(reverse("differences")).status_code == 403


def test_a_file_without_a_sheet_of_ours_is_told_beside_the_field(client, desk):
    file = io.BytesIO(b"")
    file.name = "a.xlsx"
    answer = at(client, desk.office).post(reverse("reconciliation-start"), {"file": file, "source": SOURCE})
    assert answer.status_code == 422 and "0 字节" in answer.content.decode()


def test_later_values_of_ours_count_too(homes, desk):
    compare(export(person(education="初中")), desk.office)
    head = homes.east.membership_set.get(relation="head").person
    records.record_condition(person=head, true_from=TODAY, values={"education": "junior"}, entered_on=TODAY, by=None)
    compare(export(person(education="初中")), desk.office)
    assert Difference.objects.get().gone_on == TODAY


def test_places_of_another_county_do_not_stop_the_comparison(homes, desk):
    household("H0060", FRONT, "白云飞", 61)
    row = person(name="白云飞", clear=number("141100", "19650102", 61), village="不知何处", education="高中")
    run = compare(export(row, person(name="新来的", clear=NEW, village="不知何处")), desk.office)
    assert counted(run) == {"read": 2, "same": 0, "differ": 1, "added": 1, "refused": 0}
    assert Difference.objects.get(kind="added").village_code == "220821000000"


# --- income, helper, account, and numbers with stars ---------------------------------------------------------


def by_field(run):
    return {row.field: row for row in Difference.objects.filter(reconciliation=run, gone_on=None)}


def test_income_and_helper_of_the_household_are_compared_as_the_office_holds_them(homes, desk):
    heads = ["户编号", "户主姓名", "家庭年人均纯收入", "帮扶干部姓名"]
    run = compare(
        export(["H0001", "单小明", 5700.4, "赵国强"], ["H0002", "曾守田", 100, "赵国强"], heads=heads), desk.office
    )
    assert counted(run)["same"] == 1, "rounded to a yuan is no difference"
    found = by_field(run)
    assert (found["net_income_per_capita"].ours, found["net_income_per_capita"].theirs) == ("", "100")
    assert (found["helper_name"].ours, found["helper_name"].theirs) == ("", "赵国强")
    run = compare(export(["H0001", "单小明", 5690, "丁一"], heads=heads), desk.office)
    told = {line["label"]: (line["ours"], line["theirs"]) for line in reading.lines(list(by_field(run).values()))}
    assert told == {"人均纯收入(元)": ("5700", "5690"), "帮扶责任人": ("赵国强", "丁一")}
    row = by_field(run)["net_income_per_capita"]
    differences.accept(difference=row, reason=WHY, on=TODAY, by=desk.office)
    row.refresh_from_db()
    assert (row.state, row.request) == ("true", None), "noted; income is computed by the office itself"


def test_an_account_is_compared_sealed_and_only_its_mask_is_kept(homes, desk):
    ours, theirs = "6228480000000000018", "6228480000000000026"
    sealed, index = secrets.seal("bank", ours)
    Household.objects.filter(pk=homes.east.pk).update(bank_account=sealed, bank_index=index)
    heads = ["户编号", "户主姓名", "银行账号"]
    assert counted(compare(export(["H0001", "单小明", ours], heads=heads), desk.office))["same"] == 1
    run = compare(export(["H0001", "单小明", theirs], heads=heads), desk.office)
    row = by_field(run)["bank_account"]
    assert (row.ours[:4], row.ours[-4:], row.theirs[-4:]) == ("6228", "0018", "0026") and "***" in row.theirs
    kept = str(list(Difference.objects.values())) + str(list(AuditEvent.objects.values()))
    assert theirs not in kept and ours not in kept


@pytest.mark.parametrize(
    ("shown", "same"),
    [
        (HEAD[:6] + "********" + HEAD[-4:], True),
        (HEAD[:6] + "****" + HEAD[-4:], True),
        ("2" + "*" * 15 + HEAD[-2:], False),
        (HEAD[:6] + "********" + "0000", False),
    ],
)
def test_a_number_with_stars_is_compared_by_what_can_be_seen_of_it(homes, desk, shown, same):
    run = compare(export(person(no="H0001", clear=shown)), desk.office)
    assert counted(run)["same" if same else "differ"] == 1 and not run.batch.problems.filter(code="id_masked").exists()
    if not same:
        row = by_field(run)["id_number"]
        assert row.ours == "141100********" + HEAD[-4:] and row.theirs.count("*") >= 8 and row.id_number is None
        with pytest.raises(ValidationError, match="带星号"):
            differences.accept(difference=row, reason=WHY, on=TODAY, by=desk.office)


def test_a_telephone_with_stars_too_and_the_clear_one_stands_nowhere(homes, desk):
    heads = ["户编号", "户主姓名", "联系电话"]
    run = compare(export(["H0001", "单小明", "139****2233"], heads=heads), desk.office)
    assert counted(run)["same"] == 1
    run = compare(export(["H0001", "单小明", "139****0000"], heads=heads), desk.office)
    assert (by_field(run)["phone"].ours, by_field(run)["phone"].theirs) == ("139****2233", "139****0000")
    assert "13944112233" not in str(list(Difference.objects.values()))


def test_who_may_not_read_amounts_is_not_told_of_incomes_that_differ(homes, client, desk):
    run = compare(export(["H0001", "单小明", 5690], heads=["户编号", "户主姓名", "年人均纯收入"]), desk.office)
    row = by_field(run)["net_income_per_capita"]
    assert at(client, desk.office).get(f"/differences/{row.pk}/").status_code == 200
    secretary = at(client, desk.secretary)
    assert secretary.get(f"/differences/{row.pk}/").status_code == 404
    assert "5690" not in secretary.get("/differences/").content.decode()


def test_the_worklist_leaves_as_the_page_shows_it_and_is_noted(homes, client, desk):
    compare(export(person(education="初中", dibao="是")), desk.office)
    answer = at(client, desk.township).post(f"{reverse('differences-export')}?tab=open&village={EAST}")
    page = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).worksheets[0]
    cells = [row for row in page.iter_rows(values_only=True) if row[3] == "单小明"]
    assert ("小学", "初中", SOURCE, "待核") in {row[5:9] for row in cells} and len(cells) == 2
    assert AuditEvent.objects.get(kind="difference.list_exported").params == {"rows": 2}
    assert at(client, desk.clerk).post(reverse("differences-export")).status_code == 403
