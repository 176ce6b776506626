"""What a machine may lack is said in one sentence: what, where, what to do."""

import importlib.util
import subprocess

import pytest

from povertycase.launch import install, installation, parent, postgres, programs
from povertycase.launch.installation import PROJECT, Installation
from povertycase.launch.words import Refusal


def test_a_full_disk(tmp_path, monkeypatch):
    monkeypatch.setattr(installation, "FREE_BYTES_NEEDED", 1 << 60)
    with pytest.raises(Refusal, match="只剩 .* MB.*请清理磁盘"):
        Installation(tmp_path / "data").prepare()


def test_no_time_zones(tmp_path, monkeypatch):
    monkeypatch.setattr(programs, "ZONES", tmp_path)
    with pytest.raises(Refusal, match="apt-get install tzdata"):
        programs.check_time_zones()


def test_psycopg_3_beside_psycopg2(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: name == "psycopg")
    with pytest.raises(Refusal, match="pip uninstall psycopg"):
        programs.check_drivers()


def test_no_postgresql_that_runs_here(tmp_path, monkeypatch):
    monkeypatch.setattr(programs, "_postgres_folders", lambda: iter([tmp_path]))
    with pytest.raises(Refusal, match="不能运行.*PG_BIN=…"):
        programs.find_postgres()


def test_a_given_postgresql_comes_before_the_wheel(monkeypatch):
    wheel = programs.find_postgres().folder
    monkeypatch.setenv("PG_BIN", str(wheel))
    monkeypatch.setattr(programs, "_package", lambda name: None)
    assert programs.find_postgres().major == 17


def test_a_cluster_of_another_version(tmp_path):
    (tmp_path / "PG_VERSION").write_text("12\n")
    server = postgres.Postgres(programs.find_postgres(), tmp_path, 1, "", "")
    with pytest.raises(Refusal, match="PostgreSQL 12 建立的，现有程序是 17"):
        server.make()


def test_a_python_without_venv(tmp_path, monkeypatch):
    monkeypatch.setattr(install, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(Refusal, match="apt-get install python3-venv"):
        install.install("run")


def test_an_old_python_is_refused_by_make_itself(tmp_path):
    old = tmp_path / "python3.9"
    old.write_text('#!/bin/sh\ncase "$1" in --version) echo "Python 3.9.2";; *) exit 1;; esac\n')
    old.chmod(0o755)
    done = subprocess.run(["make", "run", f"PYTHON={old}"], cwd=PROJECT, capture_output=True, text=True)
    assert done.returncode == 2 and "需要 Python 3.11 或更新版本，现在是 Python 3.9.2" in done.stderr


def test_the_number_of_a_dead_server_that_another_program_has_now(tmp_path):
    import os

    file = tmp_path / "postmaster.pid"
    file.write_text(f"{os.getpid()}\n")
    postgres._drop_stale_pid(file)
    assert not file.exists()


def test_nothing_is_watched_without_make():
    parent.stop_with_make(lambda: pytest.fail("nobody asked"))
