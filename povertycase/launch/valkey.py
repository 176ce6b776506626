"""The embedded Valkey: the post between web and workers. It may lose everything, the jobs are in PostgreSQL."""

import os
import secrets
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from povertycase.launch.child import Program
from povertycase.launch.installation import Installation, write_whole
from povertycase.launch.postgres import free_port
from povertycase.launch.programs import find_valkey


@dataclass(frozen=True)
class Valkey:
    """An embedded server on 127.0.0.1: writes its log every second, forgets nothing to make room, wants a password."""

    server: Path
    folder: Path
    port: int
    password: str

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def program(self) -> Program:
        """The server as a child; its settings lie in a file, since a command line is open to everybody."""
        self.folder.mkdir(mode=0o700, exist_ok=True)
        settings = self.folder / "valkey.conf"
        lines = [
            "bind 127.0.0.1",
            f"port {self.port}",
            f"requirepass {self.password}",
            f'dir "{self.folder}"',
            "appendonly yes",
            "appendfsync everysec",
            "maxmemory-policy noeviction",
            'save ""',
            "daemonize no",
        ]
        write_whole(settings, "\n".join(lines) + "\n", mode=0o600)
        return Program(name="valkey", command=(str(self.server), str(settings)), env=dict(os.environ))

    def answers(self) -> bool:
        return ask(self.url, ["PING"]) == "PONG"


def embedded(place: Installation) -> Valkey:
    """The embedded server of an installation on a free port, not yet started."""
    password = place.secret("valkey-password", secrets.token_urlsafe(24))
    return Valkey(find_valkey(), place.data / "redis", free_port(), password)


def ask(url: str, words: Sequence[str], seconds: float = 1.0) -> str:
    """One command to a Redis or Valkey server by its own protocol; an empty text when it does not answer.

    Enough for PING and GET of a short text: the launcher must work before any package is installed.
    """
    parts = urlsplit(url)
    commands = [["AUTH", *filter(None, [parts.username, unquote(parts.password)])]] if parts.password else []
    commands += [["SELECT", parts.path.strip("/") or "0"], list(words)]
    try:
        with socket.create_connection((parts.hostname or "127.0.0.1", parts.port or 6379), timeout=seconds) as line:
            line.settimeout(seconds)
            line.sendall(b"".join(_encoded(command) for command in commands))
            with line.makefile("rb") as answers:
                return [_answer(answers.readline, answers.read) for _ in commands][-1]
    except (OSError, ValueError):
        return ""


def _encoded(words: Sequence[str]) -> bytes:
    parts = [f"*{len(words)}\r\n".encode()]
    for word in words:
        raw = word.encode()
        parts.append(b"$%d\r\n%b\r\n" % (len(raw), raw))
    return b"".join(parts)


def _answer(readline, read) -> str:  # type: ignore[no-untyped-def]
    head = readline().decode().rstrip()
    if head.startswith("$") and (length := int(head[1:])) >= 0:
        return str(read(length + 2)[:length].decode())
    return head[1:] if head.startswith(("+", ":")) else ""
