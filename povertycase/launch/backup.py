"""Backup and restore of an installation: the database, the keys and the uploaded workbooks in one file.

Without the keys the register cannot be read, so they are in the backup, and whoever keeps the backup keeps the keys.
"""

import datetime
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit, urlunsplit

from povertycase.launch import alone, programs
from povertycase.launch.installation import Installation
from povertycase.launch.lock import DataLock
from povertycase.launch.postgres import data_folders
from povertycase.launch.words import Refusal, plain

DUMP, NOTE = "database.dump", "backup.json"
FOLDERS = ("keys", "uploads")
FILES = ("demo-accounts.csv", "office.json")
# Passwords of this machine's embedded servers: a restored backup must not bring another machine's.
OWN_PASSWORDS = ("postgres-admin-password", "postgres-password", "valkey-password")
KEPT_BY_RESET = {"backup", "bench.json"}


def backup(place: Installation) -> Path:
    """Write DATA/backup/povertycase-DATE.tar (mode 0600) and say what is in it."""
    target = place.data / "backup"
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = target / f"povertycase-{datetime.datetime.now():%Y%m%d-%H%M%S}.tar"
    with alone.servers(place), tempfile.TemporaryDirectory(dir=target) as half:
        dump = Path(half) / DUMP
        _postgres_tool("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={dump}")
        note = {"made": datetime.datetime.now().astimezone().isoformat(), "office": place.remembered()}
        (Path(half) / NOTE).write_text(json.dumps(note), encoding="utf-8")
        whole = Path(half) / "whole.tar"
        handle = os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as out, tarfile.open(fileobj=out, mode="w") as tar:
            tar.add(dump, DUMP)
            tar.add(Path(half) / NOTE, NOTE)
            for name in (*FOLDERS, *FILES):
                if (place.data / name).exists():
                    tar.add(place.data / name, name)
        os.replace(whole, file)
    plain(f"备份已写到 {file}（{file.stat().st_size >> 20} MB）。")
    plain("里面有数据库、上传文件和全部密钥：拿到这个文件的人能看到全部个人信息，请按涉密载体保管。")
    plain("(The backup holds the keys: whoever has it can read every personal record.)")
    return file


def restore(place: Installation, name: str, force: bool) -> None:
    """Put a backup in the place of what is there; what was there is kept under DATA/backup/before-…"""
    file = Path(name).expanduser()
    if not name or not file.is_file():
        raise Refusal(
            f"没有备份文件“{name}”；请写 make restore FILE=…，备份一般在 {place.data}/backup。", "no such file"
        )
    if not os.environ.get("DATABASE_URL"):
        _refuse_running(place)
    _ask(f"将用 {file.name} 替换 {place.data} 里的数据库、密钥和上传文件。", force)
    place.prepare()
    with tempfile.TemporaryDirectory(dir=place.data) as half:
        _unpack(file, Path(half))
        with alone.servers(place):
            _restore_database(Path(half) / DUMP)
        before = place.data / "backup" / f"before-{datetime.datetime.now():%Y%m%d-%H%M%S}"
        before.mkdir(parents=True, mode=0o700)
        for item in (*FOLDERS, *FILES):
            _swap(Path(half) / item, place.data / item, before / item)
        for password in OWN_PASSWORDS:
            if (before / "keys" / password).exists():
                shutil.copy2(before / "keys" / password, place.keys / password)
    plain(f"已恢复。原来的密钥和上传文件在 {before}，确认无误后请删除。(Restored.)")


def reset(place: Installation, force: bool) -> None:
    """Empty DATA but for the backups and the measured figures."""
    _refuse_running(place)
    _ask(f"将删除 {place.data} 里的全部数据和密钥（保留 backup/ 和 bench.json）。", force)
    for folder in data_folders(place):
        shutil.rmtree(folder, ignore_errors=True)
    for item in place.data.iterdir() if place.data.exists() else ():
        if item.name not in KEPT_BY_RESET:
            shutil.rmtree(item) if item.is_dir() else item.unlink()
    plain("已清空，下一次 make run 从头开始。(Reset.)")


def _refuse_running(place: Installation) -> None:
    holder = DataLock(place.run).holder() if place.run.exists() else {}
    if holder:
        raise Refusal(f"系统正在运行（进程号 {holder['pid']}），请先 make stop。", "still running")


def _ask(what: str, force: bool) -> None:
    if force:
        return
    if not sys.stdin.isatty():
        raise Refusal(f"{what}确认无误请加 FORCE=1。", "add FORCE=1")
    if input(f"{what}\n继续请输入 yes：").strip() != "yes":
        raise Refusal("没有做任何改动。", "nothing was changed")


def _unpack(file: Path, into: Path) -> None:
    try:
        with tarfile.open(file) as tar:
            for member in tar.getmembers():
                if member.isreg() and _is_ours(PurePosixPath(member.name)):
                    tar.extract(member, into, set_attrs=False)
                    (into / member.name).chmod(0o600)
    except (tarfile.TarError, OSError) as error:
        raise Refusal(f"{file} 不是完整的备份文件：{error}", "not a backup") from error
    if not (into / DUMP).exists() or not (into / "keys").is_dir():
        raise Refusal(f"{file} 里没有数据库或密钥，不是 make backup 写的文件。", "not a backup")


def _is_ours(name: PurePosixPath) -> bool:
    """Only what `backup` writes is taken out, never a path that leads elsewhere."""
    return ".." not in name.parts and name.parts[0] in (DUMP, NOTE, *FOLDERS, *FILES)


def _swap(new: Path, current: Path, before: Path) -> None:
    if not new.exists():
        return
    if current.exists():
        shutil.move(current, before)
    shutil.move(new, current)


def _restore_database(dump: Path) -> None:
    """Restore beside the database in use and change the names at the end: a broken dump changes nothing."""
    url = os.environ["DATABASE_URL"]
    name = urlsplit(url).path.lstrip("/")
    fresh, old = f"{name}_fresh", f"{name}_before"
    _psql(f'DROP DATABASE IF EXISTS "{fresh}"', f'DROP DATABASE IF EXISTS "{old}"', f'CREATE DATABASE "{fresh}"')
    _postgres_tool("pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", "--jobs=2", str(dump), name=fresh)
    _psql(
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}' AND usename = current_user",
        f'ALTER DATABASE "{name}" RENAME TO "{old}"',
        f'ALTER DATABASE "{fresh}" RENAME TO "{name}"',
        f'DROP DATABASE "{old}"',
    )


def _psql(*statements: str) -> None:
    commands = [word for statement in statements for word in ("--command", statement)]
    _postgres_tool("psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "--output=/dev/null", *commands, name="postgres")


def _postgres_tool(tool: str, *words: str, name: str = "") -> None:
    """Run a PostgreSQL tool on DATABASE_URL; the password goes by the environment, command lines are open to all."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    bare = urlunsplit(parts._replace(netloc=parts.netloc.replace(f":{parts.password}@", "@")))
    if name:
        bare = urlunsplit(urlsplit(bare)._replace(path=f"/{name}"))
    env = dict(os.environ) | {"PGPASSWORD": unquote(parts.password or "")}
    done = subprocess.run(
        [programs.find_postgres().path(tool), f"--dbname={bare}", *words], env=env, capture_output=True, text=True
    )
    if done.returncode:
        raise Refusal(f"{tool} 没有完成：{done.stderr.strip()}", f"{tool} failed")
