"""What an act refuses of a row, as findings that can be read in either language."""

import re
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext_noop as _
from django.utils.translation import override

from povertycase.exchange.cleaning import ERROR, Note
from povertycase.sentences import Sentence

REFUSALS = (ValidationError, PermissionDenied)


class RowRefused(Exception):
    """What an act refuses in words of its own exception: the kind raises this one in its place."""

    def __init__(self, words: str, /, **params: Any) -> None:
        super().__init__(Sentence(words, **params))


def notes(error: Exception, severity: str = ERROR, code: str = "refused") -> list[tuple[str, Note]]:
    """Each thing that is wrong with the field it speaks of, in the order in which they were said."""
    if not isinstance(error, ValidationError):
        return [("", _note(severity, "not_allowed" if code == "refused" else code, *_kept(error.args[0], None)))]
    named = getattr(error, "error_dict", None) or {"": error.error_list}
    leaves = [(name, leaf) for name, leaves in named.items() for leaf in leaves]
    return [(name, _note(severity, code, *_kept(leaf.message, leaf.params))) for name, leaf in leaves]


def surprise(error: Exception) -> Note:
    """What nobody foresaw, named so that it can be looked for."""
    words = _("这一行没有写入，系统出错（%(error)s），请把批次号和行号告诉管理员")
    return Note(ERROR, "row_failed", words, {"error": type(error).__name__})


def _note(severity: str, code: str, words: str, params: dict[str, Any] | None) -> Note:
    return Note(severity, code, words, params)


def _kept(message: Any, params: Any) -> tuple[str, dict[str, Any] | None]:
    """A sentence as it can be kept; of a library's own with parameters only what it says in Chinese."""
    if isinstance(message, Sentence):
        names = re.findall(r"%\((\w+)\)", message.words)
        return message.words, {name: _plain(message.params[name]) for name in names} or None
    if params:
        with override("zh-hans"):
            return "%(words)s", {"words": str(message % params)}
    with override(None):  # the key of its translation
        return str(message), None


def _plain(value: Any) -> Any:
    with override(None):
        if isinstance(value, list | tuple):
            return [str(one) for one in value]
        return value if isinstance(value, int) else str(value)


__all__ = ["REFUSALS", "RowRefused", "notes", "surprise"]
