"""Secrets of the register: sealed numbers with a blind index, their keys, their masks, and how to read an ID number."""

from povertycase.secrets.seals import (
    Kind,
    SecretError,
    blind,
    open,
    open_bytes,
    open_many,
    seal,
    seal_bytes,
    seal_many,
)

__all__ = [
    "Kind",
    "SecretError",
    "blind",
    "open",
    "open_bytes",
    "open_many",
    "seal",
    "seal_bytes",
    "seal_many",
]
