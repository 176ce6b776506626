"""A backup brings everything back: the database, the uploaded files and the keys without which nobody can read them."""

import subprocess
import sys
from pathlib import Path

import pytest

from povertycase.launch.installation import PROJECT, Installation
from povertycase.launch.lock import DataLock
from tests.servers import clean_environment, make_reachable

pytestmark = pytest.mark.house

ASK = """
import os, sys, psycopg2
from povertycase.launch import alone
from povertycase.launch.installation import here
with alone.servers(here()):
    line = psycopg2.connect(os.environ["DATABASE_URL"]); line.autocommit = True
    cursor = line.cursor()
    cursor.execute(sys.argv[1])
    print(cursor.fetchall() if cursor.description else "")
    line.close()
"""


def call(data: Path, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    surroundings = clean_environment() | {"DATA": str(data)} | env
    return subprocess.run(
        [sys.executable, *words], cwd=PROJECT, env=surroundings, capture_output=True, text=True, timeout=120
    )


def ask(data: Path, sql: str) -> str:
    done = call(data, "-c", ASK, sql)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture
def data(tmp_path_factory) -> Path:
    """An installation with one row, one upload and one key."""
    folder = tmp_path_factory.mktemp("backup")
    make_reachable(folder)
    data = folder / "data"
    ask(data, "CREATE TABLE note AS SELECT '王小明' AS words")
    (data / "uploads").mkdir()
    (data / "uploads" / "1.sealed").write_bytes(b"sealed workbook")
    (data / "keys" / "data-1").write_text("the key")
    return data


def test_what_was_backed_up_comes_back_after_a_loss(data):
    done = call(data, "-m", "povertycase.launch", "backup")
    assert done.returncode == 0, done.stderr
    assert "密钥" in done.stdout
    (file,) = (data / "backup").glob("povertycase-*.tar")
    assert file.stat().st_mode & 0o777 == 0o600

    ask(data, "DROP TABLE note")
    (data / "uploads" / "1.sealed").unlink()
    (data / "keys" / "data-1").write_text("another key")

    done = call(data, "-m", "povertycase.launch", "restore", str(file), FORCE="1")
    assert done.returncode == 0, done.stderr
    assert "王小明" in ask(data, "SELECT words FROM note")
    assert (data / "uploads" / "1.sealed").read_bytes() == b"sealed workbook"
    assert (data / "keys" / "data-1").read_text() == "the key"
    assert (data / "keys" / "data-1").stat().st_mode & 0o777 == 0o600


def test_a_backup_comes_up_in_an_empty_installation(data):
    call(data, "-m", "povertycase.launch", "backup")
    (file,) = (data / "backup").glob("povertycase-*.tar")
    other = data.parent / "other"
    done = call(other, "-m", "povertycase.launch", "restore", str(file), FORCE="1")
    assert done.returncode == 0, done.stderr
    assert "王小明" in ask(other, "SELECT words FROM note")
    assert (other / "keys" / "data-1").read_text() == "the key"


def test_a_broken_file_changes_nothing(data):
    broken = data / "broken.tar"
    broken.write_bytes(b"not a backup")
    done = call(data, "-m", "povertycase.launch", "restore", str(broken), FORCE="1")
    assert done.returncode == 1 and "不是完整的备份文件" in done.stderr
    assert "王小明" in ask(data, "SELECT words FROM note")


def test_nothing_is_replaced_or_deleted_without_being_asked(data):
    call(data, "-m", "povertycase.launch", "backup")
    (file,) = (data / "backup").glob("povertycase-*.tar")
    for words in (["restore", str(file)], ["reset"]):
        done = call(data, "-m", "povertycase.launch", *words)
        assert done.returncode == 1 and "FORCE=1" in done.stderr
    assert "王小明" in ask(data, "SELECT words FROM note")


def test_reset_leaves_backups_and_measured_figures_only(data):
    call(data, "-m", "povertycase.launch", "backup")
    (data / "bench.json").write_text("[]")
    done = call(data, "-m", "povertycase.launch", "reset", FORCE="1")
    assert done.returncode == 0, done.stderr
    assert {item.name for item in data.iterdir()} == {"backup", "bench.json"}


def test_a_running_office_is_neither_reset_nor_restored(data):
    place = Installation(data)
    lock = DataLock(place.run)
    lock.take("run")
    for words in (["reset"], ["restore", __file__]):
        done = call(data, "-m", "povertycase.launch", *words, FORCE="1")
        assert done.returncode == 1 and "make stop" in done.stderr
    lock.give_back()
