"""Hostile files are refused with the right sentence or read safely: no failure, nothing written, no file left behind."""

import os
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.db import connection

from households.models import Household
from povertycase import jobs
from povertycase.actions import imports
from povertycase.exchange import formats
from povertycase.exchange.files import FileRefused
from povertycase.exchange.reader import Workbook
from povertycase.models import ImportBatch, JobRun
from tests import register_books as books
from tests.dirt.hostile import CASES, READ, Case

NOT_READ = "读取没有完成"
GROUPS = [CASES[at : at + 9] for at in range(0, len(CASES), 9)]


@pytest.fixture(autouse=True)
def county(db):
    books.load_divisions()
    cache.clear()


def answered(case: Case) -> str:
    """What the office is told about a file: the refusal, or READ for one that was checked."""
    try:
        batch = imports.take_in(kind="register", name=case.name, data=case.build(), business_date=books.TODAY, by=None)
    except FileRefused as reason:
        return str(reason)
    jobs.run_to_end(batch.job)
    batch.refresh_from_db()
    assert JobRun.objects.get(pk=batch.job_id).state == "done"
    return batch.refusal or f"{READ}: {batch.state}"


def test_there_are_enough_of_them_and_each_has_a_name():
    assert len(CASES) >= 60 and len({case.code for case in CASES}) == len(CASES)


@pytest.mark.parametrize("cases", GROUPS, ids=[f"{group[0].code}-{group[-1].code}" for group in GROUPS])
def test_hostile_files_are_answered_in_plain_words(cases, settings, tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    for case in cases:
        words = answered(case)
        assert any(word in words for word in case.words) and NOT_READ not in words, f"{case.code}: {words}"
    assert not Household.objects.exists()
    assert not list(tmp_path.iterdir()), "a file was left behind"
    waiting = ImportBatch.objects.filter(state="checked").values_list("pk", flat=True)
    assert {int(table.split("_")[0][1:]) for table in staged()} == set(waiting), "rows of a refused file were kept"


def test_the_process_that_opens_a_file_is_told_no_password_of_the_office():
    with Workbook("登记表.xlsx", books.book(household=[books.household("22082100000001")])) as book:
        told = Path(f"/proc/{book._child.pid}/environ").read_bytes()
    passwords = [urlsplit(os.environ[name]).password for name in ("DATABASE_URL", "REDIS_URL")]
    assert any(passwords)
    assert not any(password.encode() in told for password in passwords if password)
    assert b"DATABASE_URL" not in told and b"REDIS_URL" not in told


def staged() -> list[str]:
    """The staging tables there are."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'staging'")
        return [name for (name,) in cursor.fetchall()]


def test_a_refusal_says_what_to_do():
    sentences = [
        value for name, value in vars(formats).items() if name.isupper() and isinstance(value, str) and "%" in value
    ]
    assert len(sentences) > 8
    assert all("请" in words and words.endswith("。") for words in sentences)
