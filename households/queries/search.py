"""Finding households by what an officer types: part of a name, pinyin initials, a household number."""

import re
import unicodedata

from django.contrib.postgres.fields import ArrayField
from django.db.models import Q, TextField, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from households.models.card import Grams, HouseholdCard
from povertycase.models import Account, SavedSearch
from povertycase.reach import ReachQuerySet

# 17 digits and a check character, with or without the tail of a disability certificate; or a mobile number.
SECRET = re.compile(r"\d{17}[\dXx](\w{2}){0,2}|\d{15}|1[3-9]\d{9}")
LONGEST = 60


class SecretInAddress(ValueError):
    """An ID or phone number was typed where it would stand in an address and in logs."""

    def __init__(self) -> None:
        super().__init__(
            _("证件号码和手机号不能放在网址里查找，请在“按证件号或电话查找”中填写，系统会用加密方式查找。")
        )


def tidy(text: str) -> str:
    """What was typed, in half width, without spaces around it; at most 60 characters."""
    return unicodedata.normalize("NFKC", text).strip()[:LONGEST]


def check(text: str) -> None:
    """Refuse a number that must not stand in an address. Raises SecretInAddress."""
    if SECRET.fullmatch(re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text))):
        raise SecretInAddress


def matching(cards: ReachQuerySet, text: str, *, walk: bool = False) -> ReachQuerySet:
    """Cards of the households that the words mean; all of them for no words. Raises SecretInAddress.

    `walk` is for words that very many names contain: the same rows without the index over name pieces, quick for
    who reads the first of them in order, slow for who counts.
    """
    check(text)
    words = tidy(text)
    if not words:
        return cards
    if not words.isascii():
        return _named(cards, words, walk)
    if any(character.isdigit() for character in words):
        return cards.filter(household_no__startswith=words)
    letters = re.sub(r"[^a-z]", "", words.lower())
    return cards.filter(Q(head_initials__startswith=letters) | Q(household_no__startswith=words))


def _named(cards: ReachQuerySet, words: str, walk: bool) -> ReachQuerySet:
    """A member's name contains the words, by the index over one- and two-character pieces."""
    for word in words.split():
        if walk or len(word) > 2:
            cards = cards.filter(names__contains=word)
        if not walk:
            pieces = [word] if len(word) == 1 else [word[at : at + 2] for at in range(len(word) - 1)]
            wanted = Cast(Value(pieces), ArrayField(TextField()))
            indexed = Grams("names", output_field=ArrayField(TextField()))
            cards = cards.alias(pieces=indexed).filter(pieces__contains=wanted)
    return cards


def found_member(card: HouseholdCard, text: str) -> str:
    """The member whose name was meant where it is not the head's; empty otherwise."""
    words = tidy(text).split()
    if not words or words[0].isascii() or words[0] in card.head_name:
        return ""
    return next((name for name in card.names.split() if words[0] in name), "")


def by_saved(account: Account, key: str) -> ReachQuerySet:
    """The account's households that a saved search by full ID or phone means; none for an unknown key."""
    cards = HouseholdCard.objects.visible_to(account)
    saved = SavedSearch.objects.visible_to(account).filter(pk=key).first()
    if saved is None:
        return cards.none()
    index = bytes(saved.index)
    if saved.kind == "id":
        return cards.filter(
            household__membership__person__id_index=index, household__membership__superseded_at__isnull=True
        ).distinct()
    return cards.filter(Q(household__phone_index=index) | Q(household__residence__phone_index=index)).distinct()
