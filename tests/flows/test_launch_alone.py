"""Commands of manage.py bring their own database, and refusals at the start are one clear sentence."""

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from povertycase.launch import alone
from povertycase.launch.installation import PROJECT, Installation
from povertycase.launch.lock import DataLock
from povertycase.launch.postgres import free_port
from tests.servers import clean_environment, make_reachable

pytestmark = pytest.mark.house


@pytest.fixture
def data(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("alone")
    make_reachable(folder)
    return folder / "data"


def call(data: Path, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    surroundings = clean_environment() | {"DATA": str(data), "PC_PROFILE": "demo"} | env
    return subprocess.run(
        [sys.executable, *words], cwd=PROJECT, env=surroundings, capture_output=True, text=True, timeout=120
    )


def test_a_command_alone_starts_the_database_and_stops_it_again(data):
    done = call(data, "manage.py", "shell", "-v", "0", "-c", "import os; print(os.environ['DATABASE_URL'])")
    assert done.returncode == 0, done.stderr
    port = int(done.stdout.strip().rsplit(":", 1)[1].split("/")[0])
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0
    assert not (data / "pg" / "postmaster.pid").exists()
    assert DataLock(Installation(data).run).holder() == {}


def test_a_command_that_fails_stops_the_database_too(data):
    done = call(data, "manage.py", "shell", "-v", "0", "-c", "raise SystemExit(3)")
    assert done.returncode == 3
    assert not (data / "pg" / "postmaster.pid").exists()


def test_lost_keys_are_said_before_anything_is_done(data):
    assert call(data, "manage.py", "shell", "-v", "0", "-c", "pass").returncode == 0
    shutil.rmtree(data / "keys")
    done = call(data, "manage.py", "shell", "-v", "0", "-c", "pass")
    assert done.returncode == 1 and "没有密钥" in done.stderr


def test_a_command_beside_a_running_office_uses_its_database(data, monkeypatch):
    place = Installation(data)
    place.prepare()
    lock = DataLock(place.run)
    lock.take("run")
    place.tell_servers({"DATABASE_URL": "postgresql://somebody@127.0.0.1:1/office", "COUNTY": "450329"})
    for name in ("DATABASE_URL", "COUNTY", "PC_TEST_SERVERS"):
        monkeypatch.delenv(name, raising=False)
    with alone.servers(place):
        assert os.environ["DATABASE_URL"].endswith("/office")
        assert os.environ["COUNTY"] == "450329"
    lock.give_back()


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        (["manage.py", "check_exit"], True),
        (["manage.py", "check_exit", "--help"], False),
        (["manage.py", "demo_workbooks", "--out", "x"], False),
        (["manage.py", "list_rules", "--json"], False),
        (["manage.py", "makemigrations"], False),
        (["manage.py", "check"], False),
        (["manage.py", "check", "--database", "default"], True),
        (["manage.py"], False),
    ],
)
def test_only_commands_that_read_the_database_start_it(words, answer):
    assert alone.needs_database(words) is answer


def test_a_taken_port_is_refused_with_the_way_out(data):
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        done = call(data, "-m", "povertycase.launch", "run", PORT=str(port))
    assert done.returncode == 1
    assert f"端口 {port} 已被占用" in done.stderr and f"PORT={port + 1} make run" in done.stderr


@pytest.mark.parametrize(
    ("setting", "sentence"),
    [
        ({"PORT": "http"}, "PORT=http 不是端口号"),
        ({"COUNTY": "110101"}, "COUNTY=110101 不是演示县，可以用：141126、220821"),
        ({"OFFICE_DATE": "30.11.2018"}, "OFFICE_DATE=30.11.2018 不是日期，请按 2018-11-30 的写法填写"),
        ({"PC_PROFILE": "prod"}, "请写 demo 或 production"),
        ({"DATABASE_URL": "postgresql://office:x@127.0.0.1:1/office"}, "127.0.0.1:1 连不上"),
        ({"REDIS_URL": "redis://127.0.0.1:1/0"}, "没有应答；请检查地址和密码"),
    ],
)
def test_a_wrong_setting_is_refused_in_one_sentence(data, setting, sentence):
    done = call(data, "-m", "povertycase.launch", "run", **{"PORT": str(free_port())} | setting)
    assert done.returncode == 1 and sentence in done.stderr, done.stderr
    assert "Traceback" not in done.stderr


def test_demo_data_never_become_a_production_office(data):
    place = Installation(data)
    place.prepare()
    place.remember({"PC_PROFILE": "demo"})
    done = call(data, "-m", "povertycase.launch", "run", PC_PROFILE="production", ALLOWED_HOSTS="office.example")
    assert done.returncode == 1 and "不能混用" in done.stderr


def test_a_data_folder_in_use_is_refused(data):
    place = Installation(data)
    place.prepare()
    lock = DataLock(place.run)
    lock.take("run")
    done = call(data, "-m", "povertycase.launch", "run")
    lock.give_back()
    assert done.returncode == 1 and f"进程号 {os.getpid()}" in done.stderr


def test_another_county_needs_another_folder(data):
    place = Installation(data)
    place.prepare()
    place.remember({"COUNTY": "220821"})
    done = call(data, "-m", "povertycase.launch", "run", COUNTY="450329")
    assert done.returncode == 1 and "不能换成 450329" in done.stderr


def test_a_file_in_the_place_of_data_is_refused(data):
    data.write_text("")
    done = call(data, "-m", "povertycase.launch", "run")
    assert done.returncode == 1 and "不是一个文件夹" in done.stderr


def test_nothing_runs_and_stop_says_so(data):
    done = call(data, "-m", "povertycase.launch", "stop")
    assert done.returncode == 0 and "没有在运行" in done.stdout
