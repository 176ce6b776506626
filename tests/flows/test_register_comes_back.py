"""The register exported as its own workbook comes back by the import with nothing changed; what was changed comes in."""

import datetime
import io

import openpyxl
import pytest

from households.models import HouseholdStatus, Income, Person
from households.sheets import register_book
from povertycase import jobs
from povertycase.actions import clear_exports, list_exports, list_files
from povertycase.exchange import listed
from povertycase.models import Account, Post
from tests import register_books as books

pytestmark = pytest.mark.django_db
DAY = datetime.date
NO = "22082100001"


@pytest.fixture
def office(db):
    account = Account.objects.create(username="office", display_name="经办", must_change_password=False)
    books.load_divisions()
    Post.objects.create(account=account, role="county_office", division_id="220821000000", valid_from=DAY(2014, 1, 1))
    return account


@pytest.fixture
def register(office):
    """Three households with something on every sheet: one poor, one exited, one with a disabled member who left school."""
    exited = {"poverty_status": "已脱贫（享受政策）", "exit_year": 2017, "exited_on": DAY(2017, 12, 20)}
    planned = {"planned_exit_year": 2018, "planned_on": DAY(2018, 3, 1)}
    home = [
        books.household(NO, phone="13944112233", bank_account="6228480000000000018", other_causes="缺资金", **planned),
        books.household("22082100002", main_cause="缺劳力", residence_state="整户外出", residence_place="长春市",
                        residence_on=DAY(2018, 3, 1), **exited),
        books.household("22082100003", main_cause="因残", is_relocated="是", group_name="2组"),
    ]  # fmt: skip
    people = [
        books.member(NO, "王德福", 1, person_no="2208210000001", work_place="吉林省长春市", work_months=6.5),
        books.member(NO, "李桂兰", 2, "配偶", person_no="2208210000002", health="长期慢性病", disease="高血压"),
        books.member("22082100002", "赵长贵", 3, person_no="2208210000003", ins_resident_medical="是"),
        books.member("22082100003", "孙满仓", 5, health="残疾", disability_type="肢体残疾", disability_grade="二级"),
    ]
    period = {"period_start": DAY(2017, 10, 1), "period_end": DAY(2018, 9, 30), "member_count": 2}
    income = [
        {"household_no": NO, "calculated_on": DAY(2018, 10, 8), **period, "wage_work": 9000.5, "transfer_dibao": 2400}
    ]
    living = [
        {"household_no": NO, "checked_on": DAY(2018, 10, 8), "arable_mu": 12, "food_secure": "是", "clothing_secure": "是",
         "appraised_on": DAY(2018, 9, 1), "grade": "B级", "certificate_no": "ZJ-1", "area": 60.5,
         "water_assessed_on": DAY(2018, 9, 2), "water_safe": "是", "assessed_by": "县水利局"},
    ]  # fmt: skip
    helper = [
        {
            "household_no": NO,
            "name": "赵国强",
            "unit": "县水利局",
            "helps_from": DAY(2018, 1, 1),
            "phone": "13844556677",
        }
    ]
    support = [{"household_no": NO, "name": "王强", "relation": "儿子", "ability": "弱", "noted_on": DAY(2018, 10, 8)}]
    data = books.book(household=home, member=people, income=income, living=living, helper=helper, supporter=support)
    return books.bring_in(data)


def workbook(office, **asked) -> bytes:
    found = register_book.of(office, {"params": {}, **asked}, books.TODAY)
    file, _number = listed.to_file(found, "xlsx", "经办")
    return file.read()


def test_the_register_comes_back_with_nothing_changed(office, register):
    book = openpyxl.load_workbook(io.BytesIO(workbook(office)))
    assert book.sheetnames == ["户", "成员", "收入", "生产生活条件", "帮扶责任人", "法定赡养人", "导出说明"]
    assert "*" in book["户"]["G2"].value, "numbers stand masked"
    batch = books.check(workbook(office), by=office)
    assert batch.state == "checked", batch.refusal
    assert batch.counts["households"] == {"new": 0, "changed": 0, "same": 3, "refused": 0}, [
        *batch.problems.values_list("sheet", "row", "code", "message"), batch.counts,
    ]  # fmt: skip


def test_what_was_changed_in_it_comes_in_and_nothing_else(office, register):
    book = openpyxl.load_workbook(io.BytesIO(workbook(office)))
    heads = [cell.value for cell in book["收入"][1]]
    book["收入"].cell(2, _of(heads, "务工")).value = 9500
    changed = io.BytesIO()
    book.save(changed)
    known = identities()
    batch = books.bring_in(changed.getvalue(), by=office)
    assert (batch.counts["households"]["changed"], batch.counts["households"]["same"]) == (1, 2)
    assert Income.objects.known().get().wage_work == 9500
    assert identities() == known


def identities():
    people = Person.objects.order_by("pk").values_list("name", "id_index")
    return [(name, bytes(index)) for name, index in people], HouseholdStatus.objects.known().count()


def _of(heads, words):
    return next(at for at, head in enumerate(heads, start=1) if head and words in head)


def test_with_clear_numbers_it_comes_back_too(office, register):
    second = Account.objects.create(username="second", display_name="审核", must_change_password=False)
    Post.objects.create(account=second, role="county_reviewer", division_id="220821000000", valid_from=DAY(2014, 1, 1))
    asked = clear_exports.ask(
        code="register", asked={"params": {}}, title="登记簿", columns=["登记簿全部列"], reason="compare", words="", rows=3,
        file_type="xlsx", day=books.TODAY, by=office,
    )  # fmt: skip
    done = clear_exports.agree(request=asked, by=second)
    assert jobs.run_to_end(done.file.job).state == "done"
    done.file.refresh_from_db()
    data = list_files.fetch(file=done.file, by=office)
    assert data and "*" not in openpyxl.load_workbook(io.BytesIO(data))["户"]["G2"].value
    batch = books.check(data, by=office)
    assert batch.counts["households"] == {"new": 0, "changed": 0, "same": 3, "refused": 0}
    assert list_exports.MOST == 50_000
