"""A sentence with what stands in it, put into the language of whoever reads it: it can be kept and read later."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import get_language, gettext


class Sentence(str):
    """A refusal in the reader's language that may be kept: the Chinese sentence, the key of its translation, and its %(name)s.

    A list among the parameters is words of the office (labels of fields), each translated by itself.
    """

    words: str
    params: dict[str, Any]

    def __new__(cls, words: str, /, **params: Any) -> "Sentence":
        made = super().__new__(cls, spoken(words, params, gettext))
        made.words, made.params = words, params
        return made


def spoken(
    words: str, params: Mapping[str, Any] | str | int | None, translate: Callable[[str], str] | None = None
) -> str:
    """A kept sentence in the reader's language with translate=gettext, else as the office reads it."""
    sentence = translate(words) if translate else words
    if isinstance(params, Mapping):
        params = {name: listed(value, translate) for name, value in params.items()}
    return sentence % params if params else sentence


def listed(value: Any, translate: Callable[[str], str] | None = None) -> Any:
    """Words of the office one after the other; anything else as it is."""
    if not isinstance(value, list | tuple):
        return value
    between = ", " if translate and (get_language() or "").startswith("en") else "、"
    return between.join(translate(str(word)) if translate and str(word) else str(word) for word in value)


__all__ = ["Sentence", "listed", "spoken"]
