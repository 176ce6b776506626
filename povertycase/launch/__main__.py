"""`python -m povertycase.launch run | stop | install | backup | restore | reset`: what the Makefile calls."""

import argparse
import os
import signal
import sys
import time

from povertycase.launch import backup, run
from povertycase.launch.install import install
from povertycase.launch.installation import Installation, here
from povertycase.launch.lock import DataLock
from povertycase.launch.words import Refusal, complain, plain

STOP_SECONDS = 20.0


def main(words: list[str]) -> int:
    """Do one verb; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m povertycase.launch", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("run", help="启动整套系统，Ctrl-C 停止")
    verbs.add_parser("stop", help="停止正在运行的系统")
    verbs.add_parser("install", help="建立虚拟环境并安装依赖").add_argument("kind", choices=["run", "dev"], nargs="?")
    verbs.add_parser("backup", help="备份数据库、密钥和上传文件")
    verbs.add_parser("restore", help="从备份恢复").add_argument("file", nargs="?", default="")
    verbs.add_parser("reset", help="清空数据目录")
    asked = parser.parse_args(words)
    place, force = here(), os.environ.get("FORCE") == "1"
    try:
        match asked.verb:
            case "run":
                return run.run(place)
            case "stop":
                stop(place)
            case "install":
                install(asked.kind or "run")
            case "backup":
                backup.backup(place)
            case "restore":
                backup.restore(place, asked.file, force)
            case "reset":
                backup.reset(place, force)
    except Refusal as reason:
        complain(reason)
        return 1
    return 0


def stop(place: Installation) -> None:
    """Ask the running launcher to stop and wait for it."""
    lock = DataLock(place.run)
    holder = lock.holder() if place.run.exists() else {}
    if not holder.get("pid"):
        plain("没有在运行。(Nothing is running.)")
        return
    os.kill(int(holder["pid"]), signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    while lock.holder():
        if time.monotonic() > deadline:
            raise Refusal(f"进程 {holder['pid']} 没有在 {STOP_SECONDS:.0f} 秒内停下。", "it did not stop")
        time.sleep(0.2)
    plain("已停止。(Stopped.)")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
