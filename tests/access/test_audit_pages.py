"""The auditor's pages: who did what and when, by number and label; position by position; sealed or not."""

import datetime
import io

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from povertycase import audit, jobs
from povertycase.actions import list_exports
from povertycase.models import AuditEvent, JobRun, ListFile
from povertycase.queries import trail
from tests import register_books as books
from tests.register_cast import EAST, household, number

pytest_plugins = ["tests.register_cast"]
pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
NAME, NUMBER = "欧阳震霆", "22087654321"


@pytest.fixture
def auditor(cast):
    client = Client()
    client.force_login(cast.audit_admin, backend=BACKEND)
    return client


def words(answer):
    return answer.content.decode()


def note(kind="secret.revealed", by=None, about="H1", households=(), **params):
    return audit.record(kind, by=by, about=about, households=households, params=params)


def test_the_timeline_tells_who_did_what_newest_first(auditor, cast):
    note(by=cast.helper, field="联系电话", reason="拨打电话")
    note("account.created", by=cast.system_admin, about="sun.wei")
    page = words(auditor.get("/audit/"))
    first, second = page.index("系统管理员新建账号 sun.wei"), page.index("帮扶责任人查看 H1 的联系电话，用途：拨打电话")
    assert first < second
    assert "cast-helper" in page


def test_an_english_page_says_fields_and_reasons_in_english(auditor, cast):
    note(by=cast.helper, field="联系电话", reason="拨打电话")
    auditor.cookies["django_language"] = "en"
    assert "联系电话" not in words(auditor.get("/audit/"))


def test_pages_follow_by_position_and_come_back(auditor):
    made = [note(about=f"户-{n:03}-") for n in range(120)]
    first = trail.stretch(_seer(), trail.asked({}))
    assert [event.pk for event in first.events] == made[:-51:-1] and first.newer is None
    second = trail.stretch(_seer(), trail.asked({}), before=first.older)
    assert [event.pk for event in second.events] == made[-51:-101:-1]
    back = trail.stretch(_seer(), trail.asked({}), after=second.newer)
    assert [event.pk for event in back.events] == [event.pk for event in first.events]
    page = words(auditor.get(f"/audit/?before={first.older}"))
    assert "户-069-" in page and "户-070-" not in page and "较新的" in page and "较早的" in page


def _seer():
    class Auditor:
        pk = 0

        def extents(self):
            from povertycase.reach import Extent

            return [Extent("audit")]

    return Auditor()


def test_filters_by_person_kind_day_and_place(auditor, cast):
    note(by=cast.helper, about="甲户")
    note(by=cast.village_clerk, about="乙户")
    note("account.created", by=cast.system_admin, about="丙号")
    today = timezone.localdate().isoformat()
    tomorrow = (timezone.localdate() + datetime.timedelta(days=1)).isoformat()
    for query, inside, outside in (
        ("who=cast-helper", "甲户", "乙户"),
        ("who=村级信息员", "乙户", "甲户"),
        ("kind=account.created", "丙号", "甲户"),
        ("town=220821101000", "乙户", "丙号"),
        (f"since={today}&until={today}", "甲户", "没有符合条件"),
        (f"since={tomorrow}", "没有符合条件", "甲户"),
        ("who=nobody-at-all", "没有符合条件", "甲户"),
        ("kind=no.such&since=gestern&before=x", "甲户", "没有符合条件"),
    ):
        page = words(auditor.get(f"/audit/?{query}"))
        assert inside in page and outside not in page, query


@pytest.fixture
def home(places):
    return household(NUMBER, EAST, NAME, 3)


def test_a_household_is_found_by_its_number_which_stays_out_of_the_address(auditor, home):
    note(about=NUMBER, households=[home.pk], field="联系电话", reason="核实情况")
    note(about="H999", field="联系电话")
    answer = auditor.post("/audit/household/", {"number": NUMBER, "kind": "secret.revealed"})
    assert NUMBER not in answer.url and "household=1" in answer.url
    page = words(auditor.get(answer.url))
    assert f"查看 {NUMBER} 的联系电话" in page and "H999" not in page
    assert "H999" in words(auditor.get("/audit/"))
    assert "没有这个户编号" in words(auditor.post("/audit/household/", {"number": "H000"}, follow=True))


def test_an_event_names_its_households_by_number_and_its_seal(auditor, home):
    event = note("account.created", about="批次", households=[home.pk])
    page = words(auditor.get(f"/audit/{event}/"))
    assert NUMBER in page and "待封印" in page
    audit._seal_batch(None)
    assert "第 " in words(auditor.get(f"/audit/{event}/"))
    assert auditor.get("/audit/987654321/").status_code == 404


def test_no_name_of_a_household_and_no_id_stands_in_the_trail(
    auditor, cast, client, home, django_capture_on_commit_callbacks
):
    """A household's whole life: imported, read, changed, helped; the auditor reads all of it."""
    person = home.membership_set.get().person
    data = books.book(
        household=[books.household("22087654323", town="东屏镇", village="东胜村委会", phone="13987650001")],
        member=[books.member("22087654323", "上官婉晴", 8)],
    )
    with django_capture_on_commit_callbacks(execute=True):
        batch = books.check(data, by=cast.county_office)
        batch = books.imports.confirm(batch=batch, by=cast.county_office)
        assert jobs.run_to_end(batch.job).state == "done"
    client.force_login(cast.county_office, backend=BACKEND)
    client.post(f"/households/{NUMBER}/reveal/", {"field": f"member-{person.pk}", "reason": "verify"})
    client.post("/households/22087654323/reveal/", {"field": "phone", "reason": "verify"})
    client.post("/households/search/", {"number": books.id_number("19610203", 41)})
    seen = words(auditor.get("/audit/"))
    book = openpyxl.load_workbook(io.BytesIO(auditor.post("/audit/export/").getvalue()))
    seen += "".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row)
    for pk in AuditEvent.objects.values_list("pk", flat=True):
        seen += words(auditor.get(f"/audit/{pk}/"))
    assert f"查看 {NUMBER} 的证件号码" in seen and "查看 22087654323 的联系电话" in seen
    for secret in (
        NAME,
        "上官婉晴",
        "13987650001",
        books.id_number("19610203", 41),
        number("220800", "19610203", 3)[:17],
    ):
        assert secret not in seen, secret


def test_an_export_is_a_workbook_of_what_was_found_and_an_event_itself(auditor, cast):
    note(by=cast.helper, about="=1+1")
    note("account.created", about="丙号")
    answer = auditor.post("/audit/export/", {"kind": "secret.revealed"})
    book = openpyxl.load_workbook(io.BytesIO(answer.getvalue()))
    _title, _day, heads, row = book.worksheets[0].iter_rows(values_only=True)
    assert heads[:3] == ("编号", "时间", "账号")
    assert "=1+1" in row[4] and row[2] == "cast-helper"
    told = " ".join(str(cell) for row in book["导出说明"].iter_rows(values_only=True) for cell in row)
    assert "事项：查看号码" in told
    event = AuditEvent.objects.get(kind="audit.exported")
    assert (event.by, event.params) == (cast.audit_admin, {"rows": 1})


def test_too_much_at_once_is_refused_with_the_way_out(auditor, monkeypatch):
    monkeypatch.setattr(list_exports, "MOST", 2)
    for _ in range(4):
        note()
    answer = auditor.post("/audit/export/")
    assert answer.status_code == 400 and "请加条件缩小范围" in words(answer)
    assert not AuditEvent.objects.filter(kind="audit.exported").exists()


def test_a_long_trail_is_made_by_a_job_and_fetched_by_the_one_who_asked(auditor, cast, monkeypatch):
    monkeypatch.setattr(list_exports, "MOST_AT_ONCE", 2)
    for _ in range(4):
        note()
    address = auditor.post("/audit/export/", {"kind": "secret.revealed", "as": "csv"}).url
    file = ListFile.objects.get()
    assert jobs.run_to_end(file.job).state == "done"
    assert "查看" in auditor.post(f"{address}fetch/").content.decode("utf-8-sig")
    assert AuditEvent.objects.get(kind="audit.exported").params == {"rows": 4}


def test_the_head_of_the_page_says_how_the_seals_stand_and_checks_on_demand(auditor, cast):
    audit._seal_batch(None)
    note()
    assert audit.state().unsealed == 1
    assert "还没有核对过" in words(auditor.get("/audit/"))
    auditor.post("/audit/verify/")
    job = JobRun.objects.get(kind="audit-check")
    assert 'hx-trigger="every 2s"' in words(auditor.get("/audit/state/"))
    assert jobs.run_to_end(job).state == "done"
    page = words(auditor.get("/audit/"))
    assert "全部相符" in page and "every 2s" not in page
    assert AuditEvent.objects.filter(kind="audit.check_started", by=cast.audit_admin).exists()
    assert AuditEvent.objects.get(kind="audit.checked").params["broken"] == 0


def test_a_changed_event_is_told_at_the_head_of_the_page(auditor):
    event = note(about="原户")
    audit._seal_batch(None)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE povertycase_auditevent DISABLE TRIGGER written_once")
        cursor.execute("UPDATE povertycase_auditevent SET about = '别的户' WHERE id = %s", [event])
        cursor.execute("ALTER TABLE povertycase_auditevent ENABLE TRIGGER written_once")
    auditor.post("/audit/verify/")
    jobs.run_to_end(JobRun.objects.get(kind="audit-check"))
    page = words(auditor.get("/audit/"))
    assert "不符 1 处" in page and f"的事件 {event} 已被改动" in page


def test_the_timeline_takes_as_many_queries_for_many_events(auditor, cast, django_assert_max_num_queries):
    for n in range(60):
        note(by=cast.helper, about=f"H{n}")
    with django_assert_max_num_queries(10):
        auditor.get("/audit/?who=cast-helper")
