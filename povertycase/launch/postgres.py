"""The embedded PostgreSQL of one installation: made once, started as a plain child, stopped by fast shutdown."""

import contextlib
import hashlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from povertycase.launch.child import Program, ServerUser
from povertycase.launch.installation import Installation, write_whole
from povertycase.launch.programs import PostgresPrograms, check_time_zones, find_postgres, open_folder
from povertycase.launch.words import Refusal

DATABASE = "povertycase"
ADMIN = "postgres"
MIB = 1 << 20
# Session pages live in Shanghai time; a wrong zone here moves a 07:00 visit of the 1st into last month.
ZONE = "Asia/Shanghai"


@dataclass(frozen=True)
class Postgres:
    """An embedded server: where its data lie, on which port it listens, its passwords.

    It listens on 127.0.0.1 only, with a password, and on no socket file (their paths may be 107 bytes at most).
    """

    programs: PostgresPrograms
    folder: Path
    port: int
    admin_password: str
    password: str

    @property
    def url(self) -> str:
        return f"postgresql://{DATABASE}:{self.password}@127.0.0.1:{self.port}/{DATABASE}"

    def program(self, extra: Sequence[str] = ()) -> Program:
        """The server as a child; SIGINT is its fast shutdown (SIGTERM would wait for every client)."""
        chosen = [item for name, value in _tuning(self.port).items() for item in ("-c", f"{name}={value}")]
        return Program(
            name="postgres",
            command=(self.programs.path("postgres"), "-D", str(self.folder), *chosen, *extra),
            env=_surroundings(),
            user=self.programs.user,
            stop_signal=signal.SIGINT,
        )

    def make(self) -> None:
        """Make the cluster the first time; refuse one of another major version."""
        version = self.folder / "PG_VERSION"
        if not version.exists():
            self._initdb()
            return
        if (major := int(version.read_text(encoding="utf-8").split(".")[0])) != self.programs.major:
            raise Refusal(
                f"数据目录 {self.folder} 是 PostgreSQL {major} 建立的，现有程序是 {self.programs.major}；"
                "请用原来的版本 make backup 后 make reset，再 make restore。",
                "data made by another PostgreSQL",
            )
        _drop_stale_pid(self.folder / "postmaster.pid")

    def answers(self) -> bool:
        """Whether the server takes connections."""
        done = subprocess.run(
            [self.programs.path("pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port), "-d", ADMIN],
            env=_surroundings(),
        )
        return done.returncode == 0

    def make_database(self) -> None:
        """The role and the database of the application, once. The role owns the database and is no superuser."""
        if self.ask(f"SELECT 1 FROM pg_database WHERE datname = '{DATABASE}'"):
            return
        if not self.ask(f"SELECT 1 FROM pg_roles WHERE rolname = '{DATABASE}'"):
            self.ask(f"CREATE ROLE {DATABASE} LOGIN CREATEDB PASSWORD '{self.password}'")
        self.ask(f"CREATE DATABASE {DATABASE} OWNER {DATABASE}")

    def ask(self, sql: str) -> str:
        """Run one statement as the server's administrator; returns its plain output."""
        done = subprocess.run(self._psql(sql), env=self._as_admin(), capture_output=True, text=True)
        if done.returncode:
            raise Refusal(f"数据库没有接受管理命令：{done.stderr.strip()}", "the database refused")
        return done.stdout.strip()

    def begin_checkpoint(self) -> None:
        """Start writing everything to disk without waiting: after a fill that takes longer than a stop may take."""
        subprocess.Popen(
            self._psql("CHECKPOINT"), env=self._as_admin(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def _psql(self, sql: str) -> list[str]:
        line = ["-h", "127.0.0.1", "-p", str(self.port), "-U", ADMIN, "-d", ADMIN]
        return [self.programs.path("psql"), "-XAtq", "-v", "ON_ERROR_STOP=1", *line, "-c", sql]

    def _as_admin(self) -> dict[str, str]:
        return _surroundings() | {"PGPASSWORD": self.admin_password}

    def _initdb(self) -> None:
        """Make the cluster. Text sorts and classifies alike on every system where the version can (17 and newer)."""
        provider = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if self.programs.major >= 17 else []
        failure = ""
        # pg_trgm asks the C library what a letter is: with plain C it finds none in 王小明. Few systems lack C.UTF-8.
        for locale in ("C.UTF-8", "C"):
            done = self._try_initdb([*provider, f"--locale={locale}"])
            if done.returncode == 0:
                return
            failure = failure or done.stderr.strip()
        raise Refusal(f"建立数据库目录 {self.folder} 没有成功：{failure}", "initdb failed")

    def _try_initdb(self, locale: list[str]) -> "subprocess.CompletedProcess[str]":
        # The password goes by a file in memory: a command line is open to everybody, a folder may be full.
        with os.fdopen(os.memfd_create("password"), "w", encoding="utf-8") as file:
            file.write(self.admin_password)
            file.flush()
            return subprocess.run(
                [self.programs.path("initdb"), "-D", str(self.folder), "-U", ADMIN, "-E", "UTF8", *locale]
                + ["--auth=scram-sha-256", f"--pwfile=/proc/self/fd/{file.fileno()}"],
                env=_surroundings(),
                cwd="/",
                pass_fds=(file.fileno(),),
                capture_output=True,
                text=True,
                **(self.programs.user.popen() if self.programs.user else {}),
            )


def embedded(place: Installation) -> Postgres:
    """The embedded server of an installation on a free port, not yet made or started."""
    check_time_zones()
    programs = find_postgres()
    folder = _data_folder(place, programs)
    if (folder / "PG_VERSION").exists() and not (place.keys / "postgres-password").exists():
        raise Refusal(
            f"数据库还在 {folder}，但密钥目录 {place.keys} 里没有密钥：登记数据读不出来。请把密钥放回去；"
            "没有密钥时只能 make reset，再用 make restore FILE=… 恢复备份（备份里有密钥）。",
            "the keys of this database are missing",
        )
    return Postgres(
        programs=programs,
        folder=folder,
        port=free_port(),
        admin_password=place.secret("postgres-admin-password", secrets.token_urlsafe(24)),
        password=place.secret("postgres-password", secrets.token_urlsafe(24)),
    )


def data_folders(place: Installation) -> list[Path]:
    """Where the cluster of this installation may lie: in DATA, or in the open folder of root."""
    return [place.data / "pg", *(folder / _outside_name(place) / "pg" for folder in _open_folders())]


def free_port() -> int:
    """A port that is free now on 127.0.0.1."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _open_folders() -> list[Path]:
    with contextlib.suppress(Refusal):
        return [open_folder()] if os.geteuid() == 0 else []
    return []


def _outside_name(place: Installation) -> str:
    return "data-" + hashlib.sha256(str(place.data).encode()).hexdigest()[:12]


def _data_folder(place: Installation, programs: PostgresPrograms) -> Path:
    """DATA/pg, or a folder outside when DATA lies where the server's user may not go."""
    folder = place.data / "pg"
    folder.mkdir(mode=0o700, exist_ok=True)
    wanted = os.geteuid() if programs.user is None else programs.user.uid
    if (folder / "PG_VERSION").exists() and folder.stat().st_uid != wanted:
        raise Refusal(
            f"数据库目录 {folder} 属于另一个用户；请换回该用户启动，或用 DATA=… 指定别的目录。",
            "the database belongs to another user",
        )
    if programs.user is None:
        return folder
    os.chown(folder, programs.user.uid, programs.user.gid)
    if _may_write(folder, programs):
        return folder
    folder.rmdir()
    return _outside_folder(place, programs.user)


def _outside_folder(place: Installation, user: ServerUser) -> Path:
    """The cluster's folder outside DATA; a note in DATA says where, and tells it from the one of a deleted DATA."""
    outside, note = open_folder() / _outside_name(place) / "pg", place.data / "pg-outside"
    if not note.exists():
        shutil.rmtree(outside, ignore_errors=True)
    outside.mkdir(mode=0o700, parents=True, exist_ok=True)
    outside.parent.chmod(0o755)
    os.chown(outside, user.uid, user.gid)
    write_whole(note, f"{outside}\n")
    return outside


def _may_write(folder: Path, programs: PostgresPrograms) -> bool:
    assert programs.user is not None
    asked = subprocess.run(["/bin/sh", "-c", 'test -w "$0"', str(folder)], cwd="/", **programs.user.popen())
    return asked.returncode == 0


def _drop_stale_pid(file: Path) -> None:
    """Remove postmaster.pid when its number now belongs to another program.

    After a container starts again the same small numbers are given anew, and PostgreSQL would refuse to start.
    Call it under the lock on DATA only.
    """
    try:
        pid = file.read_text(encoding="utf-8").split()[0]
    except (OSError, IndexError):
        return
    try:
        name = Path(f"/proc/{pid}/comm").read_text(encoding="utf-8").strip()
    except OSError:
        return
    if name != "postgres":
        file.unlink()


def _surroundings() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C", "LANG": "C"}


def _tuning(port: int) -> dict[str, str]:
    """Settings for two cores and ordinary disks; memory by what the machine has."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // MIB
    tuning = {
        "listen_addresses": "127.0.0.1",
        "port": str(port),
        "unix_socket_directories": "",
        "max_connections": "80",
        "shared_buffers": f"{max(128, min(2048, memory // 8))}MB",
        "effective_cache_size": f"{max(256, memory // 2)}MB",
        "work_mem": "32MB",
        "maintenance_work_mem": "256MB",
        # Two workers write a night's run; with the usual 16 MB each waits for the disk in the midst of its range.
        "wal_buffers": "64MB",
        "max_wal_size": "4GB",
        "checkpoint_timeout": "15min",
        "random_page_cost": "1.1",
        "jit": "off",
        "wal_level": "minimal",
        "max_wal_senders": "0",
        "timezone": ZONE,
        "log_timezone": ZONE,
        # Statements and their parameters may carry names: they stay out of the log.
        "log_min_error_statement": "panic",
        "log_parameter_max_length": "0",
        "log_parameter_max_length_on_error": "0",
    }
    shared = Path("/dev/shm")
    if not shared.exists() or shutil.disk_usage(shared).free < 512 * MIB:
        # Containers give 64 MB by default: parallel queries would fail with "No space left on device".
        tuning["dynamic_shared_memory_type"] = "mmap"
    return tuning
