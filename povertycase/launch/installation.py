"""One installation on disk: the folder DATA, what lies in it, and what a running launcher tells other commands."""

import contextlib
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from povertycase.launch.places import data_folder, write_secret
from povertycase.launch.words import Refusal

PROJECT = Path(__file__).resolve().parent.parent.parent
# What a running installation was started with; commands beside it or after it must judge by the same.
REMEMBERED = ("COUNTY", "OFFICE_DATE", "PC_PROFILE")
FREE_BYTES_NEEDED = 1 << 30


@dataclass(frozen=True)
class Installation:
    """The places inside one DATA folder. Paths only; nothing is made until `prepare`."""

    data: Path

    @property
    def run(self) -> Path:
        """Short-lived notes of the running launcher: lock, step, servers.json, children.json."""
        return self.data / "run"

    @property
    def log(self) -> Path:
        return self.data / "log"

    @property
    def keys(self) -> Path:
        return self.data / "keys"

    @property
    def step(self) -> Path:
        """What /readyz reads: the step of the start in words, or `ready`."""
        return self.run / "step"

    @property
    def servers(self) -> Path:
        return self.run / "servers.json"

    @property
    def office(self) -> Path:
        return self.data / "office.json"

    def prepare(self) -> None:
        """Make the folders. Raises Refusal when DATA cannot be written or the disk is full."""
        try:
            for folder in (self.data, self.run, self.log, self.data / "static"):
                folder.mkdir(parents=True, exist_ok=True)
            self.keys.mkdir(mode=0o700, exist_ok=True)
            probe = self.run / f"probe-{os.getpid()}"
            probe.write_text("", encoding="utf-8")
            probe.unlink()
        except PermissionError as error:
            raise Refusal(
                f"数据目录 {self.data} 不可写，可能是另一个用户建立的；请换回该用户，或用 DATA=… 指定别的目录。",
                "DATA is not writable by this user",
            ) from error
        except (FileExistsError, NotADirectoryError) as error:
            raise Refusal(
                f"数据目录 {self.data} 不是一个文件夹；请用 DATA=… 指定别的目录。", "DATA is not a folder"
            ) from error
        free = shutil.disk_usage(self.data).free
        if free < FREE_BYTES_NEEDED:
            raise Refusal(
                f"数据目录 {self.data} 所在磁盘只剩 {free >> 20} MB，至少需要 {FREE_BYTES_NEEDED >> 20} MB；"
                "请清理磁盘，或用 DATA=… 指定别的磁盘。",
                "disk full",
            )

    def secret(self, name: str, value: str) -> str:
        """The secret of that name in DATA/keys (mode 0600), made from `value` the first time."""
        file = self.keys / name
        write_secret(file, value)
        try:
            return file.read_text(encoding="utf-8").strip()
        except PermissionError as error:
            raise Refusal(f"密钥 {file} 属于另一个用户，请换回该用户启动。", "keys belong to another user") from error

    def tell_step(self, words: str) -> None:
        """Write the step of the start, whole or not at all."""
        write_whole(self.step, words)

    def tell_servers(self, facts: Mapping[str, Any]) -> None:
        """Tell other commands where the servers are; only the owner may read it, it holds passwords."""
        write_whole(self.servers, json.dumps(facts, ensure_ascii=False), mode=0o600)

    def known_servers(self) -> dict[str, Any]:
        """What `tell_servers` last told; empty when nothing runs."""
        return read_json(self.servers)

    def forget_servers(self) -> None:
        for file in (self.servers, self.step):
            with contextlib.suppress(FileNotFoundError):
                file.unlink()

    def remembered(self) -> dict[str, str]:
        """The settings that the last run had."""
        return {k: str(v) for k, v in read_json(self.office).items() if k in REMEMBERED}

    def remember(self, env: Mapping[str, str]) -> None:
        write_whole(self.office, json.dumps({name: env[name] for name in REMEMBERED if env.get(name)}))


def here() -> Installation:
    """The installation that DATA names, otherwise var/ in the project."""
    return Installation(data_folder(PROJECT))


def write_whole(file: Path, text: str, mode: int = 0o644) -> None:
    """Write a small file so that a reader sees the old text or the new one, never half."""
    new = file.with_name(f".{file.name}.{os.getpid()}")
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(text)
    os.replace(new, file)


def read_json(file: Path) -> dict[str, Any]:
    """A small JSON object; an absent or broken file reads as empty."""
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
