"""The keys in DATA/keys: made at first use, readable by their owner alone, named by number and a random id.

A lost key is a lost register: backups include this folder.
"""

import os
import secrets
import threading
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

KEY_BYTES = 32
ID_BYTES = 4


@dataclass(frozen=True)
class KeyRing:
    """The encryption keys by their id, the id of the one that seals now, and the key of the blind indexes."""

    ciphers: dict[bytes, AESGCM]
    current: bytes
    index: bytes


_lock = threading.Lock()
_ring: tuple[tuple[str, int], KeyRing] | None = None


def ring() -> KeyRing:
    """The keys as they lie in the folder now; another process may have added one since the last call."""
    global _ring
    folder = Path(settings.KEYS_DIR)
    stamp = _stamp(folder)
    if _ring is not None and _ring[0] == stamp:
        return _ring[1]
    with _lock:
        loaded = _load(folder)
        _ring = (_stamp(folder), loaded)
        return loaded


def add() -> bytes:
    """Make the next encryption key; from now on it seals. Returns its id."""
    folder = Path(settings.KEYS_DIR)
    with _lock:
        _make_data_key(folder, len(_data_files(folder)) + 1)
    return ring().current


def has_keys() -> bool:
    """Does the folder hold any key? (Without one, sealed rows cannot be opened.)"""
    return bool(_data_files(Path(settings.KEYS_DIR)))


def _load(folder: Path) -> KeyRing:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not _data_files(folder):
        _make_data_key(folder, 1)
    if not (folder / "index.key").exists():
        _write(folder / "index.key", secrets.token_bytes(KEY_BYTES))
    files = _data_files(folder)
    # Two processes may both have made key 1: the name decides, the same in each of them.
    ciphers = {bytes.fromhex(file.stem.split("-")[2]): AESGCM(_read(file)) for file in files}
    return KeyRing(ciphers, bytes.fromhex(files[-1].stem.split("-")[2]), _read(folder / "index.key"))


def _data_files(folder: Path) -> list[Path]:
    return sorted(folder.glob("data-*.key"))


def _make_data_key(folder: Path, number: int) -> None:
    name = f"data-{number:04d}-{secrets.token_hex(ID_BYTES)}.key"
    _write(folder / name, secrets.token_bytes(KEY_BYTES))


def _read(file: Path) -> bytes:
    return bytes.fromhex(file.read_text(encoding="ascii").strip())


def _write(file: Path, key: bytes) -> None:
    """Write a key whole or not at all; an existing file is left as it is."""
    fresh = file.with_name(f".{file.name}.{os.getpid()}.new")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as out:
        out.write(key.hex() + "\n")
        out.flush()
        os.fsync(out.fileno())
    try:
        os.link(fresh, file)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()


def _stamp(folder: Path) -> tuple[str, int]:
    try:
        return str(folder), folder.stat().st_mtime_ns
    except FileNotFoundError:
        return str(folder), 0
