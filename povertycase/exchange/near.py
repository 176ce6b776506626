"""What somebody probably meant: the nearest word of a list, by its characters and by how they sound.

Who types Chinese picks the wrong one of the characters that sound alike: 因并 is 因病.
"""

from collections.abc import Mapping
from difflib import SequenceMatcher
from functools import lru_cache

from povertycase import pinyin

NEAR = 0.65
# The best must be nearer than any other word of another meaning by so much.
AHEAD = 0.05
LONGEST = 20


def nearest(text: str, words: Mapping[str, str]) -> str:
    """The meaning of the word that is nearest to a text; nothing where none is near or two are alike.

    words: spelling -> meaning.
    """
    if not 2 <= len(text) <= LONGEST:
        return ""
    best: dict[str, float] = {}
    for word, meaning in words.items():
        if abs(len(word) - len(text)) <= 3:
            best[meaning] = max(best.get(meaning, 0), _likeness(text, word))
    ranked = sorted(best.items(), key=lambda each: -each[1])[:2]
    if not ranked or ranked[0][1] < NEAR or (len(ranked) > 1 and ranked[0][1] - ranked[1][1] < AHEAD):
        return ""
    return ranked[0][0]


def _likeness(one: str, other: str) -> float:
    written = SequenceMatcher(None, one, other, autojunk=False).ratio()
    spoken = SequenceMatcher(None, _sound(one), _sound(other), autojunk=False).ratio()
    return (written + spoken) / 2


@lru_cache(maxsize=20_000)
def _sound(text: str) -> tuple[str, ...]:
    return tuple(pinyin.syllables(text))


class Proposer:
    """Proposals from one list, as long as it pays: a column whose every cell is wrong is another column."""

    def __init__(self, words: Mapping[str, str], most: int = 2_000) -> None:
        self.words, self.left = words, most

    def __call__(self, text: str) -> str:
        """The nearest word's meaning, or nothing."""
        self.left -= 1
        return nearest(text, self.words) if self.left >= 0 else ""
