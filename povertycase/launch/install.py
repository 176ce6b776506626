"""The virtual environment: made and filled from the hash-locked requirements; nothing is done when they are unchanged.

Runs with the system's Python: `python3 -m povertycase.launch install [dev]`.
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

from povertycase.launch.installation import PROJECT
from povertycase.launch.words import Refusal, say

VENV = PROJECT / ".venv"
LOCKS = {"run": PROJECT / "requirements.txt", "dev": PROJECT / "requirements-dev.txt"}


def install(kind: str) -> None:
    """Install the packages of `run` or `dev`. Raises Refusal with what is missing on the machine."""
    wanted = _digest(LOCKS[kind])
    stamps = [VENV / f".installed-{name}" for name in ({kind, "dev"})]
    if any(stamp.exists() and wanted in stamp.read_text(encoding="utf-8").split() for stamp in stamps):
        return
    _make_environment()
    say(f"安装依赖（{LOCKS[kind].name}，首次约 20 秒）……")
    done = subprocess.run(
        [str(VENV / "bin" / "python"), "-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"]
        + ["--no-warn-script-location", "--root-user-action=ignore", "--require-hashes", "-r", str(LOCKS[kind])],
        cwd=PROJECT,
    )
    if done.returncode:
        raise Refusal("依赖没有装好，原因见上面 pip 的说明；请检查网络后再运行一次。", "pip install failed")
    # The development lock holds every package of the other one, in the same versions.
    covered = [wanted, _digest(LOCKS["run"])] if kind == "dev" else [wanted]
    (VENV / f".installed-{kind}").write_text("\n".join(covered) + "\n", encoding="utf-8")
    say("依赖已装好")


def _make_environment() -> None:
    if (VENV / "bin" / "python").exists() and (VENV / "bin" / "pip").exists():
        return
    if not importlib.util.find_spec("ensurepip") or not importlib.util.find_spec("venv"):
        raise Refusal(
            "这个 Python 不能建立虚拟环境；请先运行 apt-get install python3-venv。", "python3-venv is missing"
        )
    if not os.access(PROJECT, os.W_OK):
        raise Refusal(f"项目目录 {PROJECT} 不可写，不能建立虚拟环境。", "the project folder is not writable")
    say("建立虚拟环境 .venv")
    # A half-made environment of an interrupted start would fail in strange ways.
    shutil.rmtree(VENV, ignore_errors=True)
    if subprocess.run([sys.executable, "-m", "venv", VENV]).returncode:
        raise Refusal(
            "虚拟环境没有建成；在 Debian 上请先运行 apt-get install python3-venv。", "python3-venv is missing"
        )


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
