"""The supervising part of the launcher: restarts what dies, gives up with the reason, stops everything in order."""

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from povertycase.launch import leftovers
from povertycase.launch.child import Child, Program
from povertycase.launch.words import Refusal, Stopped, say

DEATHS_ALLOWED = 5
DEATHS_WINDOW_SECONDS = 60
STOP_SECONDS = 14.0  # the promise is 15
TICK = 0.1
SAME_WISH_SECONDS = 1.0
RESTART_PAUSE_SECONDS = 0.25  # doubled with every death


@dataclass
class Post:
    """A program that must always run, the child that runs it now, and when earlier ones died."""

    program: Program
    child: Child | None
    is_well: Callable[[], bool] | None = None
    deaths: deque[float] = field(default_factory=deque)
    start_again_at: float = 0


class Supervisor:
    """Keeps programs running. All methods belong to the main thread but `request_stop`, which a signal may call."""

    def __init__(self, log_folder: Path, notes: Path) -> None:
        self._log_folder = log_folder
        self._notes = notes
        self._posts: list[Post] = []
        self._errand: Child | None = None
        self._stop = threading.Event()
        self._kill = threading.Event()
        self._asked_at = 0.0

    # -- asking it to stop ---------------------------------------------------------------------------------
    def request_stop(self, *_signal: object) -> None:
        """The first request stops in order, a later one kills at once.

        One wish may come as two signals, from the terminal or a process group and again from make.
        """
        now = time.monotonic()
        if not self._stop.is_set():
            self._asked_at = now
        elif now - self._asked_at > SAME_WISH_SECONDS:
            self._kill.set()
        self._stop.set()

    @property
    def has_children(self) -> bool:
        return bool(self._posts or self._errand)

    # -- keeping programs running --------------------------------------------------------------------------
    def keep(self, program: Program, is_well: Callable[[], bool] | None = None) -> None:
        """Start a program and restart it whenever it dies, or when `is_well` says it no longer works."""
        self._posts.append(Post(program, Child(program, self._log_folder), is_well))
        self._note()

    def poll(self) -> None:
        """One look at every child. Raises Stopped when asked to stop, Refusal after repeated deaths."""
        if self._stop.is_set():
            raise Stopped
        for post in self._posts:
            if post.child is None:
                self._start_when_due(post)
            elif not post.child.alive:
                self._bury(post, f"退出，返回码 {post.child.process.returncode}")
            elif post.is_well and not post.is_well():
                self._bury(post, "不再应答")

    def wait_until(self, ready: Callable[[], bool], seconds: float, what: str) -> None:
        """Wait for something while everybody is looked after. Raises Refusal after that time."""
        deadline = time.monotonic() + seconds
        while not ready():
            self.poll()
            if time.monotonic() > deadline:
                raise Refusal(
                    f"等了 {seconds:.0f} 秒，{what}仍未就绪；日志在 {self._log_folder}。", f"{what}: timed out"
                )
            time.sleep(TICK)

    def errand(self, program: Program) -> None:
        """Run a program to its end while everybody is looked after. Raises Refusal when it fails."""
        self._errand = Child(program, self._log_folder)
        self._note()
        while self._errand.alive:
            self.poll()
            time.sleep(TICK)
        code, child, self._errand = self._errand.process.returncode, self._errand, None
        self._note()
        if code:
            said = "" if program.loud else f"：\n{child.drained()}\n"
            raise Refusal(
                f"{program.name} 没有完成（返回码 {code}），日志在 {self._log_folder / program.name}.log{said}",
                f"{program.name} failed",
            )

    def watch(self) -> None:
        """Look after everybody until asked to stop."""
        while True:
            self.poll()
            time.sleep(TICK)

    def _bury(self, post: Post, why: str) -> None:
        assert post.child is not None
        post.child.kill()
        now = time.monotonic()
        post.deaths.append(now)
        while post.deaths[0] < now - DEATHS_WINDOW_SECONDS:
            post.deaths.popleft()
        if len(post.deaths) >= DEATHS_ALLOWED:
            raise Refusal(
                f"{post.program.name} 一分钟内第 {len(post.deaths)} 次{why}，不再重启，全部停止。最后的日志：\n"
                f"{post.child.drained()}\n",
                f"{post.program.name} keeps dying",
            )
        pause = RESTART_PAUSE_SECONDS * 2 ** len(post.deaths)
        say(f"{post.program.name} {why}，{pause:.1f} 秒后重启（一分钟内第 {len(post.deaths)} 次）")
        post.child, post.start_again_at = None, now + pause

    def _start_when_due(self, post: Post) -> None:
        if time.monotonic() >= post.start_again_at:
            post.child = Child(post.program, self._log_folder)
            self._note()

    def _note(self) -> None:
        leftovers.note(self._notes, self._children())

    def _children(self) -> list[Child]:
        running = [post.child for post in self._posts if post.child]
        return [*running, self._errand] if self._errand else running

    # -- stopping --------------------------------------------------------------------------------------------
    def stop(self, order: Sequence[Sequence[str]], seconds: float = STOP_SECONDS) -> None:
        """Stop everybody, one group of names after the other, and kill whoever needs longer.

        A running errand goes with the first group. The groups before the last have about half of the time, so that the
        database can always write its checkpoint.
        """
        began = time.monotonic()
        children = self._children()
        errand = [self._errand] if self._errand else []
        for number, names in enumerate(order):
            group = [child for child in children if child.name in names] + (errand if number == 0 else [])
            share = 1.0 if number == len(order) - 1 else 0.5 + 0.1 * number
            self._stop_group(group, began + seconds * share)
        for child in children:
            child.kill()
        self._posts, self._errand = [], None
        self._notes.unlink(missing_ok=True)

    def _stop_group(self, group: list[Child], deadline: float) -> None:
        for child in group:
            child.ask_to_stop()
        while any(child.alive for child in group) and time.monotonic() < deadline and not self._kill.is_set():
            time.sleep(0.05)
        for child in group:
            if child.alive:
                say(f"{child.name} 没有按时停下，强行结束")
            child.kill()
