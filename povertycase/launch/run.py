"""`make run`: from nothing to a ready office, and back to nothing on Ctrl-C."""

import contextlib
import os
import signal
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from povertycase.launch import leftovers, office, parent, postgres, programs, valkey
from povertycase.launch.child import Program
from povertycase.launch.installation import PROJECT, Installation
from povertycase.launch.lock import DataLock
from povertycase.launch.supervisor import Supervisor
from povertycase.launch.words import Refusal, Stopped, complain, plain, say

STOP_ORDER = (("web", "schedule", "worker"), ("valkey",), ("postgres",))
WEB_PROCESSES, WEB_THREADS, WORKER_PROCESSES = 2, 4, 2
# The worker writes this key every few seconds from its own event loop (povertycase/celery.py).
HEARTBEAT_KEY = "povertycase:worker"
HEARTBEAT_SECONDS = 10.0  # on top of the 30 that a beat lives
WORKER_GRACE_SECONDS = 60.0


def run(place: Installation) -> int:
    """Start everything, stay until asked to stop; returns the exit code. Every refusal is one sentence."""
    lock = DataLock(place.run)
    launcher = None
    try:
        place.prepare()
        lock.take("run")
        launcher = Launcher(place)
        launcher.start()
        launcher.supervisor.watch()
    except Stopped:
        return 0
    except Refusal as reason:
        complain(reason)
        return 1
    except OSError as error:
        complain(f"系统没有允许这一步：{error}（{error.strerror}）")
        return 1
    finally:
        if launcher:
            launcher.finish()
        lock.give_back()
    return 0


class Launcher:
    """One start of an installation: which servers are ours, which were given, and the steps to ready."""

    def __init__(self, place: Installation) -> None:
        self.place = place
        self.env = office.surroundings(place)
        self.port = int(self.env["PORT"])
        self.database: postgres.Postgres | None = None
        self.supervisor = Supervisor(place.log, place.run / "children.json")
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self.supervisor.request_stop)
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
            signal.signal(signal.SIGHUP, self.supervisor.request_stop)

    def start(self) -> None:
        """From nothing to ready. Raises Refusal with the reason, Stopped when asked to stop meanwhile."""
        parent.stop_with_make(self.supervisor.request_stop)
        programs.check_drivers()
        leftovers.clear(self.place.run / "children.json")
        office.check_port_free(self.port)
        office.check_given_servers(self.env)
        self.place.forget_servers()
        self._step("正在启动数据库")
        self._start_database()
        self._start_broker()
        self._keep("web", _web(self.port))
        self._step("正在更新数据库结构")
        self._manage("migrate", "--no-input", "--skip-checks")
        self.place.remember(self.env)
        self._tell_servers()
        worker = _worker()
        self._keep("worker", worker, Heartbeat(self.env["REDIS_URL"]).is_well)
        self._keep("schedule", _schedule(self.place.run / "celerybeat-schedule"))
        if self.env["PC_PROFILE"] == "demo":
            self._step("正在准备演示县数据")
            self._manage("fill_demo", loud=True)
        self._step("ready")
        self.supervisor.wait_until(self._web_is_ready, 90, "网站")
        plain(f"ready http://127.0.0.1:{self.port}")
        self._begin_checkpoint()

    def finish(self) -> None:
        """Stop everything in order within 15 seconds and leave no note behind."""
        if not self.supervisor.has_children:
            return
        began = time.monotonic()
        say("正在停止……（再按一次 Ctrl-C 立即结束）")
        with contextlib.suppress(OSError):
            self._step("正在停止", told=False)
        # While the others stop the disk is idle: what is written now, the database's own stop need not write.
        self._begin_checkpoint()
        self.supervisor.stop(STOP_ORDER)
        self.place.forget_servers()
        say(f"已停止，用时 {time.monotonic() - began:.1f} 秒")

    def _start_database(self) -> None:
        if self.env.get("DATABASE_URL"):
            say("使用给定的 DATABASE_URL")
            return
        server = postgres.embedded(self.place)
        server.make()
        self.supervisor.keep(server.program())
        self.supervisor.wait_until(server.answers, 60, "数据库")
        self.database = server
        server.make_database()
        self.env["DATABASE_URL"] = server.url
        say(f"PostgreSQL {server.programs.major} 已启动，端口 {server.port}")

    def _begin_checkpoint(self) -> None:
        if self.database:
            self.database.begin_checkpoint()

    def _start_broker(self) -> None:
        if self.env.get("REDIS_URL"):
            say("使用给定的 REDIS_URL")
            return
        server = valkey.embedded(self.place)
        self.supervisor.keep(server.program())
        self.supervisor.wait_until(server.answers, 30, "消息队列")
        self.env["REDIS_URL"] = server.url
        say(f"Valkey 已启动，端口 {server.port}")

    def _keep(self, name: str, command: tuple[str, ...], is_well: Callable[[], bool] | None = None) -> None:
        say(f"启动 {name}")
        self.supervisor.keep(Program(name, command, self.env, PROJECT), is_well)

    def _manage(self, *words: str, loud: bool = False) -> None:
        command = (sys.executable, "-u", str(PROJECT / "manage.py"), *words)
        self.supervisor.errand(Program(words[0], command, self.env, PROJECT, loud=loud))

    def _step(self, words: str, told: bool = True) -> None:
        self.place.tell_step(words)
        if told and words != "ready":
            say(words)

    def _tell_servers(self) -> None:
        named = ("DATABASE_URL", "REDIS_URL", "COUNTY", "OFFICE_DATE", "PC_PROFILE", "PORT")
        self.place.tell_servers({name: self.env[name] for name in named if self.env.get(name)})

    def _web_is_ready(self) -> bool:
        # In production the site knows its own names only, and takes plain HTTP from its proxy alone.
        name = self.env.get("ALLOWED_HOSTS", "").split(",")[0].lstrip(".*") or "127.0.0.1"
        asked = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/readyz", headers={"Host": name, "X-Forwarded-Proto": "https"}
        )
        try:
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(asked, timeout=5) as answer:
                return bool(answer.status == 200)
        except (OSError, urllib.error.URLError):
            return False


class Heartbeat:
    """Whether the worker still hears its broker: Celery's worker may live on and take nothing after a lost broker."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._good_until = time.monotonic() + WORKER_GRACE_SECONDS
        self._next_look = 0.0

    def is_well(self) -> bool:
        """Looks every 5 seconds. A broker that does not answer is no fault of the worker."""
        now = time.monotonic()
        if now < self._next_look:
            return True
        self._next_look = now + 5
        beat = valkey.ask(self._url, ["GET", HEARTBEAT_KEY])
        if beat or not valkey.ask(self._url, ["PING"]):
            self._good_until = max(self._good_until, now + HEARTBEAT_SECONDS)
        if now < self._good_until:
            return True
        self._good_until = now + WORKER_GRACE_SECONDS
        return False


def _web(port: int) -> tuple[str, ...]:
    """gunicorn with threads: slow phones hold a thread, not a process. The log carries paths without their query."""
    return (
        *(sys.executable, "-m", "gunicorn", "povertycase.wsgi:application", "--bind", f"127.0.0.1:{port}"),
        *("--worker-class", "gthread", "--workers", str(WEB_PROCESSES), "--threads", str(WEB_THREADS)),
        *("--timeout", "60", "--graceful-timeout", "5", "--keep-alive", "5", "--worker-tmp-dir", _memory_folder()),
        *("--logger-class", "povertycase.access.weblog.MaskedLogger"),
        *("--access-logfile", "-", "--access-logformat", "%(t)s %(m)s %(U)s %(s)s %(b)s %(M)sms"),
    )


def _worker() -> tuple[str, ...]:
    return (
        *(sys.executable, "-m", "celery", "-A", "povertycase", "worker", "-c", str(WORKER_PROCESSES)),
        *("--loglevel", "INFO", "--without-gossip", "--without-mingle", "-n", "worker@%h"),
    )


def _schedule(notes: Path) -> tuple[str, ...]:
    return (
        *(sys.executable, "-m", "celery", "-A", "povertycase", "beat", "--loglevel", "INFO"),
        *("--schedule", str(notes), "--pidfile="),
    )


def _memory_folder() -> str:
    """gunicorn's own heartbeat files belong in memory: a slow disk must not look like a dead process."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else "/tmp"
