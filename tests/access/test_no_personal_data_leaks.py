"""Planted numbers and names come in by a workbook, are looked for and looked at; where do they stand afterwards?

In clear: numbers nowhere, names in the register's tables and on the pages of who may see them, nowhere else.
"""

import base64
import datetime
import io
import json
import logging
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
import redis
from django.contrib.sessions.models import Session
from django.db import connection

from households.actions import register_apply
from households.models import Household, Person
from povertycase import jobs
from povertycase.access import weblog
from povertycase.launch import run as launcher
from povertycase.models import AuditEvent, ImportBatch, JobChunk, JobRun
from tests import register_books as books
from tests.exit_county import check, county

__all__ = ["county"]
pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
ID, SPOUSE_ID = books.id_number("19610203", 41), books.id_number("19630405", 62)
WRONG_ID = ID[:17] + ("1" if ID[17] != "1" else "2")
PHONE, AWAY, HELPER_PHONE = "13987650001", "13987650002", "13987650003"
BANK = "6228480000000000018"
NUMBERS = (ID, SPOUSE_ID, WRONG_ID, ID[:17], SPOUSE_ID[:17], PHONE, AWAY, HELPER_PHONE, BANK)
NAMES = ("欧阳震霆", "上官婉晴", "司马镇远", "诸葛仲平")
NUMBER = "22087654321"
SCRIPT = {"headers": {"HX-Request": "true"}}  # as the page's own script asks


def workbook() -> bytes:
    """A household with every number there is, and one that is refused for its wrong ID."""
    place = {"town": "东屏镇", "village": "东胜村委会"}
    day = datetime.date(2018, 9, 1)
    home = books.household(
        NUMBER, **place, head_name=NAMES[0], phone=PHONE, bank_account=BANK, bank_name="农信社", bank_holder="本人",
        residence_state="整户外出", residence_phone=AWAY, residence_on=day,
    )  # fmt: skip
    people = [
        books.member(NUMBER, NAMES[0], 41, id_number=ID),
        books.member(NUMBER, NAMES[1], 62, "配偶", id_number=SPOUSE_ID),
        books.member("22087654322", NAMES[3], 41, id_number=WRONG_ID),
    ]
    helper = {
        "household_no": NUMBER, "name": NAMES[2], "unit": "县教育局", "phone": HELPER_PHONE, "cadre_no": "22082100001",
        "helps_from": day,
    }  # fmt: skip
    return books.book(household=[home, books.household("22087654322", **place)], member=people, helper=[helper])


class Diary:
    """A browser that notes every address it used or met, and the text of every page."""

    def __init__(self, client) -> None:
        self.client = client
        self.addresses: list[str] = []

    def __call__(self, method: str, address: str, data=None, **more):
        answer = getattr(self.client, method)(address, data, **more)
        text = answer.content.decode("utf-8", "replace")
        met = re.findall(r'(?:href|src|action|hx-get|hx-post|data-[a-z-]+)="([^"]*)"', text)
        self.addresses += [address, answer.headers.get("Location", ""), *met]
        return answer


@pytest.fixture
def life(client, county, caplog, django_capture_on_commit_callbacks):
    """The planted household through the house: import, pages, searches, revealing, an exit check."""
    # Everything may be told that anybody could ask of the log, through the filter of the house's own handler.
    for name in (None, "django.request", "axes"):
        caplog.set_level(logging.DEBUG, logger=name)
    masks = weblog.MaskedPaths()
    caplog.handler.addFilter(masks)
    client.force_login(county.office, backend=BACKEND)
    client.raise_request_exception = False
    diary = Diary(client)
    with django_capture_on_commit_callbacks(execute=True):
        _import(diary)
    home = Household.objects.get(household_no=NUMBER)
    for address in (
        "/",
        "/households/",
        f"/households/{NUMBER}/",
        f"/api/v1/households/{NUMBER}/",
        "/imports/",
        "/jobs/",
    ):
        assert diary("get", address).status_code == 200, address
    for typed in (ID, SPOUSE_ID, PHONE, AWAY):
        found = diary("post", "/households/search/", {"number": typed})
        assert NUMBER in diary("get", found.url).content.decode(), typed
    for typed in (ID, WRONG_ID, PHONE):
        diary("get", f"/households/?q={typed}")
        diary("get", f"/households/{typed}/")
    shown = diary("post", f"/households/{NUMBER}/reveal/", {"field": "phone", "reason": "verify"}, **SCRIPT)
    assert shown.content.decode() == PHONE
    run = check(county.division)
    diary("get", f"/exit/{run.pk}/households/{NUMBER}/")
    # What the tester typed into the address himself is not the house's doing.
    diary.addresses = [
        address for address in diary.addresses if not re.search(r"(q=|households/)(\d{17}|1\d{10})", address)
    ]
    yield SimpleNamespace(home=home, diary=diary, log=caplog, run=run)
    caplog.handler.removeFilter(masks)


def _import(diary: Diary) -> None:
    file = io.BytesIO(workbook())
    file.name = "东屏镇.xlsx"
    page = diary("post", "/imports/upload/", {"file": file}).url
    batch = ImportBatch.objects.get()
    for _step in ("read", "write"):
        jobs.run_to_end(batch.job)
        batch.refresh_from_db()
        text = diary("get", page).content.decode()
        assert "校验位" in text and not any(number in text for number in NUMBERS)
        diary("get", f"{page}problems.xlsx")
        diary("post", f"{page}confirm/")
        batch.refresh_from_db()
    assert batch.state == "applied", batch.job.error


def clear(text: str, *, names: bool = True) -> None:
    """None of the planted numbers, and none of the names, stands in the text."""
    for value in (*NUMBERS, *(NAMES if names else ())):
        assert value not in text, f"{value} in {text[max(0, text.find(value) - 200) :][:400]}"


def test_no_address_carries_a_number_or_a_name(life):
    assert len(life.diary.addresses) > 100
    for address in life.diary.addresses:
        clear(address)


def test_the_log_names_nobody(life):
    records = [*life.log.get_records("setup"), *life.log.get_records("call")]
    lines = [f"{record.name} {record.getMessage()} {record.exc_text or ''}" for record in records]
    asked = [line for line in lines if line.startswith("django.request")]
    assert any(weblog.HIDDEN in line for line in asked), "the addresses that the tester typed were told, and masked"
    clear("\n".join(lines))


def test_jobs_carry_ids_and_dates_only(life):
    assert JobRun.objects.count() >= 3
    for job in JobRun.objects.all():
        clear(f"{job.key} {job.params} {job.result} {job.error}")
    assert JobChunk.objects.exists()
    for chunk in JobChunk.objects.all():
        clear(f"{chunk.params} {chunk.result}")


def test_the_trail_names_numbers_of_files_and_no_person(life):
    assert AuditEvent.objects.filter(kind="secret.revealed").exists()
    for event in AuditEvent.objects.all():
        clear(f"{event.kind} {event.about} {event.params}")


def held(line, key: bytes):
    """What stands under a key of the broker, as it can be read: a message out of its envelopes."""
    read = {"list": "lrange", "zset": "zrange", "set": "smembers", "hash": "hgetall", "string": "get"}
    kind = line.type(key).decode()
    found = getattr(line, read[kind])(key, *((0, -1) if kind in ("list", "zset") else ()))
    yield key.decode()
    for value in [found] if kind == "string" else list(found):
        value = found[value] if kind == "hash" else value
        text = value.decode("utf-8", "replace")
        if '"body": "' in text:
            text = str(json.loads(text))
        yield text
        for body in re.findall(r"'body': '([\w+/=]+)'", text):
            yield str(json.loads(base64.b64decode(body)))


def test_messages_to_the_workers_carry_a_job_number(life, settings):
    line = redis.Redis.from_url(settings.REDIS_URL)
    bodies = [json.loads(base64.b64decode(json.loads(message)["body"])) for message in line.lrange("celery", 0, -1)]
    assert {ImportBatch.objects.get().job_id} <= {arguments[0] for arguments, _named, _rest in bodies}
    assert all(type(value) is int for arguments, _named, _rest in bodies for value in arguments)
    for text in (text for key in line.keys("*") for text in held(line, key)):
        clear(text)


def test_sessions_hold_no_number(life):
    sessions = [session.get_decoded() for session in Session.objects.all()]
    assert any("household_list" in session for session in sessions), "the search is kept for the way back, sealed"
    clear(str(sessions))


def test_no_table_of_the_database_holds_a_number_in_clear(life):
    """What a dump would show: every column of text, JSON, bytes or lists of them, in every schema."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT format('%I.%I', table_schema, table_name), quote_ident(column_name), data_type"
            " FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)"
            " WHERE table_schema NOT IN ('pg_catalog', 'information_schema') AND table_type = 'BASE TABLE'"
            " AND (data_type ~ 'char|text|json|ARRAY' OR data_type = 'bytea')"
        )
        columns = cursor.fetchall()
        assert len(columns) > 150
        for table, column, kind in columns:
            shown = f"encode({column}, 'escape')" if kind == "bytea" else f"{column}::text"
            wanted = " OR ".join([f"position(%s in {shown}) > 0"] * len(NUMBERS))
            cursor.execute(f"SELECT count(*) FROM {table} WHERE {wanted}", NUMBERS)
            assert cursor.fetchone() == (0,), f"{table}.{column}"


def test_the_stored_file_shows_nothing(life, settings):
    batch = ImportBatch.objects.get()
    stored = (Path(settings.UPLOAD_DIR) / batch.upload.stored_as).read_bytes()
    assert not stored.startswith(b"PK") and b"xl/worksheets" not in stored


def test_pages_show_numbers_masked(life):
    for address in (f"/households/{NUMBER}/", f"/api/v1/households/{NUMBER}/", "/households/"):
        text = life.diary.client.get(address).content.decode()
        clear(text, names=False)
        assert NAMES[0] in text


def test_an_error_page_and_its_log_line_name_nobody(life, monkeypatch):
    def broken(**asked):
        raise RuntimeError(f"could not look for {asked}")

    monkeypatch.setattr("households.actions.contact.secrets.blind", broken)
    life.log.clear()
    answer = life.diary.client.post("/households/search/", {"number": ID})
    assert answer.status_code == 500
    clear(answer.content.decode())
    clear(life.log.text)


def test_a_job_that_breaks_on_a_row_does_not_quote_it(life, monkeypatch):
    def broken(*asked):
        raise ValueError(f"{NAMES[0]} {ID} {PHONE}")

    monkeypatch.setattr(register_apply, "write_households", broken)
    monkeypatch.setattr("povertycase.jobs.runner.time.sleep", lambda seconds: None)
    life.log.clear()
    Person.objects.update(name="某")
    data = books.book(
        household=[books.household(NUMBER, town="东屏镇", village="东胜村委会", group_name="9组")],
        member=[books.member(NUMBER, NAMES[0], 41, id_number=ID)],
    )
    batch = books.check(data)
    batch = books.imports.confirm(batch=batch, by=None)
    job = jobs.run_to_end(batch.job)
    assert job.state == "failed" and life.log.records
    clear(job.error)
    clear(life.log.text)


def test_the_access_log_has_no_query_no_referrer_and_no_address_line():
    words = launcher._web(8000)
    wanted = words[words.index("--access-logformat") + 1]
    assert set(re.findall(r"%\((\w+)\)s", wanted)) <= {"t", "m", "U", "s", "b", "M"}
