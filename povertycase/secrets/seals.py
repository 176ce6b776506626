"""Sealing: AES-256-GCM bound to kind and blind index, HMAC-SHA256 blind indexes with one domain a kind.

Sealed text = 1 byte form, 4 bytes key id, 12 bytes nonce, ciphertext, 16 bytes tag. The same number seals
differently every time; rows are joined and compared by blind index only (house.md section 5).
108,000 numbers take about half a second.
"""

import hmac
import os
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from povertycase.secrets import keys

Kind = Literal["id", "phone", "bank"]
Sealed = tuple[bytes, bytes]
FORM = b"\x01"
HEADER = len(FORM) + keys.ID_BYTES
NONCE = 12
# A disability certificate begins with its holder's ID: 18 characters, so that the two meet.
ID_CHARACTERS = 18
SPACES = {ord(character): None for character in " \t\r\n\u00a0\u3000-"}


class SecretError(Exception):
    """A sealed value cannot be opened: its key is missing, or it was changed or moved to another row."""


def seal(kind: Kind, clear: str) -> Sealed:
    """A number as (ciphertext, blind index)."""
    return seal_many(kind, [clear])[0]  # type: ignore[return-value]


def seal_many(kind: Kind, clears: Iterable[str | None]) -> list[Sealed | tuple[None, None]]:
    """Many numbers at once, in order; empty cells give (None, None)."""
    ring = keys.ring()
    encrypt, head, name = ring.ciphers[ring.current].encrypt, FORM + ring.current, kind.encode()
    blank, shape = _blank(ring.index, kind), _shape(kind)
    wanted = list(clears)
    noise = os.urandom(NONCE * len(wanted))
    sealed: list[Sealed | tuple[None, None]] = []
    for at, clear in enumerate(wanted):
        if not clear:
            sealed.append((None, None))
            continue
        indexed = blank.copy()
        indexed.update(shape(clear).encode())
        index = indexed.digest()
        nonce = noise[at * NONCE : at * NONCE + NONCE]
        sealed.append((head + nonce + encrypt(nonce, clear.encode(), name + index), index))
    return sealed


def open(kind: Kind, sealed: bytes | memoryview, index: bytes | memoryview) -> str:
    """The clear number. Raises SecretError when key, kind, index or text do not belong together."""
    return _opened(bytes(sealed), kind.encode() + bytes(index)).decode()


def open_many(kind: Kind, pairs: Iterable[Sequence[bytes | memoryview | None]]) -> list[str | None]:
    """Many (ciphertext, index) pairs at once; empty ones stay None."""
    return [open(kind, sealed, index) if sealed and index else None for sealed, index in pairs]


def blind(kind: Kind, clear: str) -> bytes:
    """The blind index of a number: equal for equal numbers, meaningless without the key.

    ID numbers count by their first 18 characters, phones and accounts without spaces and hyphens.
    """
    indexed = _blank(keys.ring().index, kind).copy()
    indexed.update(_shape(kind)(clear).encode())
    return indexed.digest()


def seal_bytes(purpose: str, clear: bytes) -> bytes:
    """A raw row or a whole file, sealed for one purpose."""
    ring = keys.ring()
    nonce = os.urandom(NONCE)
    return FORM + ring.current + nonce + ring.ciphers[ring.current].encrypt(nonce, clear, purpose.encode())


def open_bytes(purpose: str, sealed: bytes | memoryview) -> bytes:
    """What seal_bytes sealed. Raises SecretError when it was changed or sealed for another purpose."""
    return _opened(bytes(sealed), purpose.encode())


def key_of(sealed: bytes | memoryview) -> bytes:
    """The id of the key that sealed a value."""
    return bytes(sealed[len(FORM) : HEADER])


def _opened(sealed: bytes, bound_to: bytes) -> bytes:
    cipher = _cipher(sealed)
    try:
        return cipher.decrypt(sealed[HEADER : HEADER + NONCE], sealed[HEADER + NONCE :], bound_to)
    except (InvalidTag, ValueError) as error:
        raise SecretError("密文与所在的行不符或已被改动，无法打开；请从备份核对。") from error


def _cipher(sealed: bytes) -> AESGCM:
    if sealed[: len(FORM)] != FORM:
        raise SecretError("这不是本系统加密的内容，无法打开。")
    key_id = key_of(sealed)
    cipher = keys.ring().ciphers.get(key_id)
    if cipher is None:
        raise SecretError(f"密钥 {key_id.hex()} 不在 DATA/keys 目录；请从备份恢复该目录。")
    return cipher


@lru_cache(maxsize=16)
def _blank(index_key: bytes, kind: str) -> hmac.HMAC:
    """The index of nothing yet, to be copied: the key is worked in once.

    One key per kind: a phone and an account of equal digits must not look alike.
    """
    return hmac.new(hmac.digest(index_key, b"blind:" + kind.encode(), "sha256"), digestmod="sha256")


def _shape(kind: str) -> Callable[[str], str]:
    return _id_shape if kind == "id" else _number_shape


def _id_shape(clear: str) -> str:
    return clear.translate(SPACES)[:ID_CHARACTERS].upper()


def _number_shape(clear: str) -> str:
    return clear.translate(SPACES)
