"""The settings of one start: read from the environment, checked in plain words before anything runs."""

import datetime
import os
import socket
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from povertycase.launch import valkey
from povertycase.launch.installation import PROJECT, Installation
from povertycase.launch.words import Refusal

DEFAULT_PORT, DEFAULT_COUNTY = "8000", "220821"
PROFILES = ("demo", "production")
REACH_SECONDS = 5.0


def surroundings(place: Installation) -> dict[str, str]:
    """The environment of every child: the office's settings, with what is not given filled in. Raises Refusal."""
    env = dict(os.environ) | {"DATA": str(place.data), "PYTHONUNBUFFERED": "1"}
    env["PC_PROFILE"] = env.get("PC_PROFILE") or "demo"
    env["PORT"] = str(port_number(env.get("PORT") or DEFAULT_PORT))
    # A file may be named instead of the address itself, as containers do.
    for name in ("DATABASE_URL", "REDIS_URL"):
        if not env.get(name) and env.get(f"{name}_FILE"):
            env[name] = Path(env[f"{name}_FILE"]).read_text(encoding="utf-8").strip()
    _check_profile(place.remembered(), env)
    _check_county(place.remembered(), env)
    _check_date(env)
    if not env.get("SECRET_KEY") and not env.get("SECRET_KEY_FILE"):
        place.secret("django-secret", os.urandom(48).hex())
    return env


def port_number(text: str) -> int:
    """PORT as a number."""
    if text.isdigit() and 0 < int(text) < 65536:
        return int(text)
    raise Refusal(f"PORT={text} 不是端口号，请写 1 到 65535 之间的数，例如 PORT=8001 make run。", "PORT is not a port")


def check_port_free(port: int) -> None:
    """Raises Refusal with another port to try when this one is taken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError as error:
            raise Refusal(
                f"普通用户不能使用端口 {port}，请换一个 1024 以上的端口，例如 PORT=8001 make run。", "port needs root"
            ) from error
        except OSError as error:
            raise Refusal(
                f"端口 {port} 已被占用，请换一个端口，例如 PORT={port + 1} make run。", f"port {port} is taken"
            ) from error


def check_given_servers(env: Mapping[str, str]) -> None:
    """Servers that were given by address must be there. The database's own login is tried by the first step."""
    if url := env.get("DATABASE_URL"):
        host, number = urlsplit(url).hostname, urlsplit(url).port or 5432
        try:
            socket.create_connection((host or "127.0.0.1", number), timeout=REACH_SECONDS).close()
        except OSError as error:
            raise Refusal(
                f"DATABASE_URL 指的数据库 {host}:{number} 连不上；请检查地址，或去掉 DATABASE_URL 使用内置数据库。",
                "DATABASE_URL cannot be reached",
            ) from error
    if (url := env.get("REDIS_URL")) and valkey.ask(url, ["PING"], REACH_SECONDS) != "PONG":
        raise Refusal(
            f"REDIS_URL 指的服务 {urlsplit(url).hostname} 没有应答；请检查地址和密码，或去掉 REDIS_URL 使用内置服务。",
            "REDIS_URL does not answer",
        )


def _check_profile(before: Mapping[str, str], env: Mapping[str, str]) -> None:
    profile, known = env["PC_PROFILE"], before.get("PC_PROFILE")
    if profile not in PROFILES:
        raise Refusal(f"PC_PROFILE={profile} 不认识，请写 demo 或 production。", "unknown PC_PROFILE")
    if known and profile != known:
        raise Refusal(
            f"数据目录是按 {known} 建立的，不能改成 {profile}：演示数据和正式数据不能混用；请用 DATA=… 指定别的目录。",
            "DATA belongs to another profile",
        )


def _check_county(before: Mapping[str, str], env: dict[str, str]) -> None:
    """A DATA folder holds one county: another one needs another folder."""
    known = before.get("COUNTY")
    if known and env.get("COUNTY") and env["COUNTY"] != known:
        raise Refusal(
            f"数据目录里是县 {known} 的数据，不能换成 {env['COUNTY']}；请用 DATA=… 指定别的目录，或先 make reset。",
            "DATA holds another county",
        )
    env["COUNTY"] = env.get("COUNTY") or known or DEFAULT_COUNTY
    ours = sorted(file.stem for file in (PROJECT / "povertycase" / "data" / "divisions").glob("*.csv"))
    if env["PC_PROFILE"] == "demo" and env["COUNTY"] not in ours:
        raise Refusal(f"COUNTY={env['COUNTY']} 不是演示县，可以用：{'、'.join(ours)}。", "unknown COUNTY")


def _check_date(env: Mapping[str, str]) -> None:
    if text := env.get("OFFICE_DATE"):
        try:
            datetime.date.fromisoformat(text)
        except ValueError as error:
            raise Refusal(
                f"OFFICE_DATE={text} 不是日期，请按 2018-11-30 的写法填写。", "OFFICE_DATE is not a date"
            ) from error
