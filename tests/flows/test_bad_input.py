"""Bad input: each gets a sentence in Chinese that says what, where and what to do; nothing is half written, no 500."""

import datetime
import io
import itertools
import re
import struct
import time
import zipfile
from urllib.parse import quote

import openpyxl
import pytest
import xlsxwriter
from django.db import connection
from django.urls import reverse

from households.models import Household, Person
from povertycase import jobs
from povertycase.models import ImportBatch
from supervision.models import Bulletin, ExitRun
from tests import register_books as books
from tests.access.test_closed_doors import addresses
from tests.bulletin_county import county as bulletin_county
from tests.bulletin_county import draft
from tests.exit_county import COUNTY, OTHER_TOWN, TODAY, VILLAGE, check, county, household
from tests.register_books import TITLES, book, member
from tests.register_books import household as row

__all__ = ["bulletin_county", "county"]
pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
EAST = {"town": "东屏镇", "village": "东胜村委会"}
HOME, HEAD = row("22080001", **EAST), member("22080001", "李四", 1)


@pytest.fixture
def office(client, county):
    """The county office at its browser; an error page must not become an exception of the test client."""
    client.force_login(county.office, backend=BACKEND)
    client.raise_request_exception = False
    return client


def content() -> dict[str, int]:
    """Rows of every table that holds the county's life, and the staging tables."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT schemaname || '.' || tablename FROM pg_tables WHERE schemaname IN ('staging', 'sheet')"
            " OR (schemaname = 'public' AND tablename ~ '^(households|assistance|supervision)_')"
        )
        tables = [name for (name,) in cursor.fetchall()]
        cursor.execute(" UNION ALL ".join(f"SELECT '{table}', count(*) FROM {table}" for table in tables))
        return dict(cursor.fetchall())


def send(client, name: str, data: bytes):
    file = io.BytesIO(data)
    file.name = name
    return client.post("/imports/upload/", {"file": file})


def upload(client, data: bytes, name: str = "登记簿.xlsx") -> tuple[ImportBatch, str]:
    """A workbook through the page and its job; the batch and its page."""
    answer = send(client, name, data)
    assert answer.status_code == 302, answer.content.decode()[:2000]
    batch = ImportBatch.objects.latest("pk")
    jobs.run_to_end(batch.job)
    batch.refresh_from_db()
    page = client.get(answer.url)
    assert page.status_code == 200
    return batch, page.content.decode()


# --- households that cannot come in -----------------------------------------------------------------------


def broken() -> dict:
    """A head whose ID number has a wrong check digit."""
    right = books.id_number("19600101", 5)
    return member("1", "王五", 5, id_number=right[:17] + ("1" if right[17] != "1" else "2"))


WRONG = [
    ([row("1", **EAST | {"village": "火星村"})], [member("1", "王五", 5)], ("第 4 行", "行政村", "火星村", "请核对")),
    ([row("1", **EAST)], [broken()], ("第 4 行", "证件号码", "校验位不对", "请核对")),
    ([row("1", **EAST)], [member("1", "王五", 5), member("1", "赵六", 7)], ("有 2 个户主", "第 4、5 行")),
]


@pytest.mark.parametrize(("homes", "people", "words"), WRONG, ids=["unknown village", "broken ID", "two heads"])
def test_a_wrong_household_is_told_by_cell_and_the_others_go_in(office, homes, people, words):
    batch, page = upload(office, book(household=[HOME, *homes], member=[HEAD, *people]))
    for word in words:
        assert word in page
    assert office.post(f"/imports/{batch.pk}/confirm/").status_code == 302
    batch.refresh_from_db()
    jobs.run_to_end(batch.job)
    assert list(Household.objects.values_list("household_no", flat=True)) == ["22080001"]
    assert Person.objects.count() == 1
    assert "退回 1" in office.get(f"/imports/{batch.pk}/").content.decode()


@pytest.mark.parametrize(("homes", "people", "words"), WRONG, ids=["unknown village", "broken ID", "two heads"])
def test_a_file_of_wrong_households_alone_writes_nothing(office, homes, people, words):
    before = content()
    batch, page = upload(office, book(household=homes, member=people))
    answer = office.post(f"/imports/{batch.pk}/confirm/", follow=True)
    assert "没有可以导入的户" in answer.content.decode()
    assert office.post(f"/imports/{batch.pk}/give-up/").status_code == 302
    assert content() == before


def test_cells_that_show_an_error_are_told_and_the_household_stays_out(office):
    before = content()
    batch, page = upload(office, _with_errors())
    assert "行政村”：公式出错，显示为 #REF!，请改正公式" in page
    assert "公式出错，显示为 #DIV/0!，请改正公式" in page
    assert "没有村“”" not in page
    assert batch.counts["households"]["new"] == 0
    office.post(f"/imports/{batch.pk}/give-up/")
    assert content() == before


def _with_errors() -> bytes:
    """A register whose village and income are formulas that went wrong."""
    file = openpyxl.load_workbook(io.BytesIO(book(household=[HOME], member=[HEAD], income=[_income()])))
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as out:
        for page in file:
            copy = out.add_worksheet(page.title)
            for cells in page.iter_rows():
                for cell in cells:
                    if cell.value == "东胜村委会":
                        copy.write_formula(cell.row - 1, cell.column - 1, "=VLOOKUP(1,A1:B2,9)", None, "#REF!")
                    elif cell.value == 12345:
                        copy.write_formula(cell.row - 1, cell.column - 1, "=1/0", None, "#DIV/0!")
                    elif isinstance(cell.value, datetime.datetime):
                        copy.write_string(cell.row - 1, cell.column - 1, cell.value.date().isoformat())
                    elif cell.value is not None:
                        copy.write(cell.row - 1, cell.column - 1, cell.value)
    return buffer.getvalue()


def _income() -> dict:
    day = datetime.date
    return {
        "household_no": "22080001", "calculated_on": day(2018, 10, 1), "period_start": day(2017, 10, 1),
        "period_end": day(2018, 9, 30), "wage_work": 12345,
    }  # fmt: skip


# --- files that are no register ---------------------------------------------------------------------------


def zipped(entries: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in entries.items():
            archive.writestr(name, body)
    return buffer.getvalue()


def parts() -> dict[str, bytes]:
    """The parts of a register workbook that is in order."""
    with zipfile.ZipFile(io.BytesIO(book(household=[HOME], member=[HEAD]))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def bomb() -> bytes:
    """1 MB that unpacks to more than 200 MB."""
    row_of_sheet = b'<row r="9"><c r="A9"><v>1</v></c></row>'
    return zipped(parts() | {"xl/worksheets/sheet1.xml": row_of_sheet * (260_000_000 // len(row_of_sheet))})


def lying_bomb() -> bytes:
    """The same, but its directory says it is small."""
    data = bytearray(bomb())
    size = struct.pack("<I", (260_000_000 // 39) * 39)
    assert data.count(size)
    return bytes(data.replace(size, struct.pack("<I", 50_000)))


FILES = {
    "空.xlsx": (lambda: b"", "是空的"),
    "名单.csv": (lambda: "编号,姓名\n22080001,李四\n".encode("gbk"), "是哪一种表"),
    "名单.xlsx": (lambda: "编号,姓名\n22080001,李四\n".encode("gbk"), "是哪一种表"),
    "炸弹.xlsx": (bomb, "解开后过大"),
    "宏.xlsm": (lambda: zipped(parts() | {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0"}), "带有宏"),
    "锁.xlsx": (
        lambda: bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"),
        "打开密码",
    ),
    "别的.xlsx": (lambda: _something_else(), "是哪一种表"),
    "图.xlsx": (lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 99, "是图片，不能导入"),
    "半.xlsx": (lambda: book(household=[HOME], member=[HEAD])[:2000], "已损坏"),
}


def _something_else() -> bytes:
    file = openpyxl.Workbook()
    file.active.title = "工资表"
    file.active.append(["姓名", "应发"])
    buffer = io.BytesIO()
    file.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize("name", FILES)
def test_what_is_no_register_is_refused_in_two_seconds_beside_the_field(office, name):
    make, words = FILES[name]
    data, before = make(), content()
    started = time.monotonic()
    answer = send(office, name, data)
    assert time.monotonic() - started < 2
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page and name in page, re.findall("文件“[^<]*", page)
    assert content() == before and not ImportBatch.objects.exists()


def test_a_bomb_that_lies_about_its_size_is_refused_and_the_office_goes_on(office):
    before = content()
    answer = send(office, "谎.xlsx", lying_bomb())
    if answer.status_code == 302:
        batch = ImportBatch.objects.latest("pk")
        jobs.run_to_end(batch.job)
        batch.refresh_from_db()
        assert (batch.state, batch.refusal[:3]) == ("refused", "文件“")
        answer = office.get(answer.url)
    assert "谎.xlsx" in answer.content.decode()
    assert content() == before


def test_no_file_at_all_is_said(office):
    answer = office.post("/imports/upload/")
    assert answer.status_code == 422 and "请先选择" in answer.content.decode()


@pytest.mark.parametrize("sheet", ["household", "member"])
def test_a_sheet_of_headings_alone_is_said(office, sheet):
    before = content()
    rows = {"household": [HOME], "member": [HEAD]} | {sheet: []}
    batch, page = upload(office, book(**rows))
    assert TITLES[sheet].title in page
    assert batch.state == "refused" or not batch.counts["households"]["new"]
    if batch.state == "checked":
        office.post(f"/imports/{batch.pk}/give-up/")
    assert content() == before


# --- months, standards, divisions -------------------------------------------------------------------------


@pytest.mark.parametrize("month", ["2018-13", "2018-11", "2030-01", "十月", "", "2018-1", "0000-00"])
def test_a_wrong_month_makes_no_bulletin_and_is_said(office, month):
    answer = office.post("/bulletins/draft/", {"month": month}, follow=True)
    assert answer.status_code == 200
    assert "请选择一个已经截止的月份" in answer.content.decode()
    assert not Bulletin.objects.exists()
    assert office.get("/api/v1/bulletins/", {"month": month}).status_code == 200


def test_a_bulletin_is_not_issued_without_a_number_and_stays_a_draft(client, bulletin_county):
    made = draft(bulletin_county, by=bulletin_county.office)
    client.force_login(bulletin_county.reviewer, backend=BACKEND)
    for number in ("", "  ", "号" * 61):
        answer = client.post(f"/bulletins/{made.pk}/issue/", {"number": number})
        assert answer.status_code == 422 and "文号" in answer.content.decode()
    made.refresh_from_db()
    assert made.state == "draft"


@pytest.fixture
def asked(county):
    return {
        "standard": "national-household", "as_of": "2018-11-30", "division": COUNTY, "population": "planned",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"as_of": "1999-12-31"}, "1999"),
        ({"as_of": "2018-02-30"}, "日期"),
        ({"as_of": ""}, "必填"),
        ({"as_of": "9999-99-99"}, "日期"),
        ({"standard": "moon"}, "moon"),
        ({"population": "everybody"}, "everybody"),
        ({"division": "110000000000"}, "选择"),
        ({"division": "x" * 500}, "选择"),
        ({"division": ""}, "必填"),
    ],
)
def test_a_check_that_cannot_be_made_comes_back_with_its_sentence(office, asked, wrong, words):
    answer = office.post(reverse("exit-start"), asked | wrong)
    assert answer.status_code in (200, 422)
    page = answer.content.decode()
    assert words in page, page[page.find("<form") :][:3000]
    assert not ExitRun.objects.exists()


def test_a_division_outside_ones_reach_is_refused_in_the_page_the_list_and_the_api(client, county, asked):
    """The clerk of one town asks for the other town."""
    household(1, village=VILLAGE)
    run = check(county.division)
    client.force_login(county.clerk, backend=BACKEND)
    assert client.post(reverse("exit-start"), asked).status_code == 403
    for address in (f"/households/?village={VILLAGE}", f"/exit/{run.pk}/households/?place={VILLAGE}"):
        answer = client.get(address)
        assert answer.status_code == 200 and "H00001" not in answer.content.decode()
    assert client.get("/api/v1/households/", {"village": VILLAGE}).json()["count"] == 0
    assert client.get("/households/H00001/").status_code == 404
    assert client.get("/api/v1/households/H00001/").status_code == 404
    assert client.get(f"/exit/{run.pk}/households/H00001/").status_code == 404


def test_a_bulletin_of_the_county_is_not_drafted_by_a_town(client, county):
    client.force_login(county.clerk, backend=BACKEND)
    assert client.post("/bulletins/draft/", {"month": "2018-10"}).status_code == 403
    assert not Bulletin.objects.exists()


def test_a_file_with_another_towns_villages_leaves_them_out(client, county):
    client.force_login(county.clerk, backend=BACKEND)
    before = content()
    batch, page = upload(client, book(household=[HOME], member=[HEAD]))
    assert "不在您的管辖范围内" in page and "东胜" in page
    assert batch.division_code == OTHER_TOWN
    client.post(f"/imports/{batch.pk}/give-up/")
    assert content() == before


# --- addresses --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address", ["/?q={}", "/households/?q={}", "/households/{}/", "/exit/?page={}", "/api/v1/households/?search={}"]
)
def test_an_id_number_in_an_address_is_refused_with_the_sentence(office, address):
    answer = office.get(address.format(books.id_number("19600101", 5)))
    assert answer.status_code == 400
    words = answer.json()["detail"] if address.startswith("/api") else answer.content.decode()
    assert "网址中不能带证件号码" in words


NONSENSE = (
    "0", "-1", "99999999999999999999999", "1.5", "x", "'; DROP TABLE households_household; --", "%", "\\", "\x00", "²",
    "١٢", "鵟" * 400, "../../etc/passwd", "{{7*7}}", "<script>", "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
)  # fmt: skip
PARAMETERS = (
    "page", "size", "sort", "q", "search", "village", "status", "cause", "s", "place", "outcome", "criterion",
    "result", "severity", "row", "month", "page_size", "next",
)  # fmt: skip


def test_nonsense_in_any_parameter_never_breaks_a_page(office, county):
    household(1)
    run = check(county.division)
    lists = (
        "/", "/households/", "/exit/", f"/exit/{run.pk}/households/", "/bulletins/", "/imports/", "/jobs/",
        "/api/v1/households/", f"/api/v1/exit-runs/{run.pk}/verdicts/", "/api/v1/bulletins/", "/api/v1/jobs/",
    )  # fmt: skip
    for address, value in itertools.product(lists, NONSENSE):
        chosen = "&".join(f"{name}={quote(value)}" for name in PARAMETERS)
        answer = office.get(f"{address}?{chosen}")
        assert answer.status_code in (200, 400, 404), (address, value)
    for name, value in itertools.product(PARAMETERS, ("-1", "x" * 400, "'", "鵟")):
        answer = office.get(f"/households/?{name}={quote(value)}")
        assert answer.status_code in (200, 400), (name, value)


def test_nonsense_in_the_path_is_a_page_that_does_not_exist(office):
    for pattern, _name, _view in addresses():
        if "<" not in pattern:
            continue
        for value in ("0", "99999999999999999999999", quote("鵟\x00'"), "..%2F"):
            path = "/" + pattern
            for hole in ("<int:pk>", "<str:household_no>", "<str:code>", "<slug:column>"):
                path = path.replace(hole, value)
            assert office.get(path).status_code in (400, 403, 404, 405), path


def test_nonsense_in_a_form_never_breaks_it(office):
    household(1)
    for value in ("", "\x00", "鵟" * 5000, "1e999", "2018-02-30", "-1"):
        for address in ("/households/search/", "/exit/start/", "/bulletins/draft/", "/households/H00001/reveal/",
                        "/households/H00001/visits/new/", "/households/H00001/measures/new/"):  # fmt: skip
            names = ("number", "as_of", "standard", "division", "month", "field", "reason", "kind", "visited_on",
                     "findings", "content", "amount", "year", "state", "topics", "person", "unit")  # fmt: skip
            answer = office.post(address, dict.fromkeys(names, value))
            assert answer.status_code < 500, (address, value)


def test_today_is_the_office_day(office):
    """What is dated after it is not asked for: the office lives on 30 November 2018."""
    assert datetime.date(2018, 11, 30) == TODAY
