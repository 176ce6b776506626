"""The launcher keeps its children running, gives up with a reason, and stops on time."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from povertycase.launch import leftovers
from povertycase.launch.child import Program
from povertycase.launch.installation import PROJECT
from povertycase.launch.lock import DataLock
from povertycase.launch.supervisor import Supervisor
from povertycase.launch.words import Refusal, Stopped

SLEEPER = "import time\nprint('up', flush=True)\ntime.sleep(600)"
STUBBORN = (
    "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nprint('up', flush=True)\ntime.sleep(600)"
)


@pytest.fixture
def supervisor(tmp_path):
    made = Supervisor(tmp_path, tmp_path / "children.json")
    yield made
    made.stop([()], seconds=1)


def program(code: str, name: str = "dummy") -> Program:
    return Program(name, (sys.executable, "-c", code), dict(os.environ))


def pid_of(supervisor: Supervisor) -> int:
    child = supervisor._posts[0].child
    return child.process.pid if child else 0


def is_up(log_folder: Path, name: str = "dummy") -> bool:
    log = log_folder / f"{name}.log"
    return log.exists() and "up" in log.read_text()


def test_a_killed_child_is_started_again(supervisor):
    supervisor.keep(program(SLEEPER))
    first = pid_of(supervisor)
    os.kill(first, signal.SIGKILL)
    supervisor.wait_until(lambda: pid_of(supervisor) not in (0, first), 5, "dummy")
    assert supervisor._posts[0].child.alive


def test_a_child_that_no_longer_answers_is_started_again(supervisor):
    silent = threading.Event()
    silent.set()
    supervisor.keep(program(SLEEPER), lambda: not silent.is_set())
    first = pid_of(supervisor)
    supervisor.poll()
    silent.clear()
    supervisor.wait_until(lambda: pid_of(supervisor) not in (0, first), 5, "dummy")


def test_after_repeated_deaths_the_launcher_stops_with_the_reason(supervisor, monkeypatch):
    monkeypatch.setattr("povertycase.launch.supervisor.RESTART_PAUSE_SECONDS", 0.01)
    supervisor.keep(program("import sys; sys.exit('the disk is on fire')"))
    with pytest.raises(Refusal, match="第 5 次.*\n*the disk is on fire"):
        supervisor.wait_until(lambda: False, 30, "dummy")


def test_an_errand_that_fails_says_what_it_said(supervisor):
    with pytest.raises(Refusal, match="no such table"):
        supervisor.errand(program("import sys; sys.exit('no such table')", "migrate"))


def test_everybody_stops_in_order_and_a_stubborn_child_is_killed(supervisor, tmp_path):
    supervisor.keep(program(STUBBORN, "web"))
    supervisor.keep(program(SLEEPER, "postgres"))
    children = supervisor._children()
    supervisor.wait_until(lambda: is_up(tmp_path, "web") and is_up(tmp_path, "postgres"), 10, "dummy")
    began = time.monotonic()
    supervisor.stop([("web",), ("postgres",)], seconds=2)
    assert time.monotonic() - began < 3
    assert [child.process.returncode for child in children] == [-signal.SIGKILL, -signal.SIGTERM]


def test_a_second_ctrl_c_kills_at_once(supervisor, tmp_path, monkeypatch):
    monkeypatch.setattr("povertycase.launch.supervisor.SAME_WISH_SECONDS", 0)
    supervisor.keep(program(STUBBORN, "web"))
    supervisor.wait_until(lambda: is_up(tmp_path, "web"), 10, "web")
    supervisor.request_stop()
    with pytest.raises(Stopped):
        supervisor.poll()
    supervisor.request_stop()
    began = time.monotonic()
    supervisor.stop([("web",)], seconds=14)
    assert time.monotonic() - began < 1


def test_one_ctrl_c_that_arrives_twice_still_stops_in_order(supervisor):
    supervisor.keep(program(SLEEPER, "web"))
    child = supervisor._children()[0]
    supervisor.request_stop()
    supervisor.request_stop()
    supervisor.stop([("web",)], seconds=5)
    assert child.process.returncode == -signal.SIGTERM


MAKE = """run:
\t@exec $(PYTHON) -c "from povertycase.launch import parent; import threading; \\
\te = threading.Event(); parent.stop_with_make(e.set); print('up', flush=True); print(e.wait(20))"
"""


@pytest.mark.skipif(not shutil.which("make"), reason="no make")
def test_an_interrupt_that_only_make_received_stops_the_launcher_too(tmp_path):
    (tmp_path / "Makefile").write_text(MAKE)
    command = ["make", "--no-print-directory", "-f", str(tmp_path / "Makefile"), "run", f"PYTHON={sys.executable}"]
    # As from a terminal: not under another make, and not with interrupts ignored as in a background job.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    interruptible = {"preexec_fn": lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)}
    with subprocess.Popen(
        command, cwd=PROJECT, env=environment, stdout=subprocess.PIPE, text=True, **interruptible
    ) as make:
        assert make.stdout.readline() == "up\n"
        make.send_signal(signal.SIGINT)
        assert make.stdout.read() == "True\n"


def test_what_a_killed_launcher_left_behind_is_stopped_before_the_next_start(supervisor, tmp_path):
    supervisor.keep(program(SLEEPER))
    child = supervisor._children()[0]
    leftovers.clear(tmp_path / "children.json")
    assert child.process.wait(timeout=5) == -signal.SIGTERM


def test_a_number_that_another_process_has_now_is_left_alone(tmp_path):
    with subprocess.Popen([sys.executable, "-c", SLEEPER], stdout=subprocess.DEVNULL) as other:
        (tmp_path / "children.json").write_text(f'{{"worker": [{other.pid}, "1"]}}')
        leftovers.clear(tmp_path / "children.json")
        assert other.poll() is None
        other.kill()


def test_a_second_launcher_on_the_same_data_says_who_is_there(tmp_path):
    first, second = DataLock(tmp_path), DataLock(tmp_path)
    first.take("run")
    with pytest.raises(Refusal, match=rf"进程号 {os.getpid()}.*make stop"):
        second.take("run")
    first.give_back()
    second.take("run")
    second.give_back()
