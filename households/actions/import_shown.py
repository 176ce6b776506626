"""What an import would change, household by household, in the office's words: new beside old, numbers masked."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from households.actions import register_apply_shown as shown
from households.actions.register_apply_choice import Kept, staging_of
from households.actions.register_apply_dated import PARTS as DATED_PARTS
from households.actions.register_apply_lists import lists_made
from households.models import (
    Cause,
    Household,
    HouseholdCard,
    HouseholdStatus,
    LegalSupporter,
    Membership,
    Pairing,
    Person,
)
from households.queries import timeline
from households.queries.change_parts import PARTS
from povertycase import secrets
from povertycase.access.permissions import Permission
from povertycase.exchange.batch import Staging
from povertycase.exchange.findings import words_of
from povertycase.exchange.places import reached_prefixes
from povertycase.models import Account, Division, ImportBatch
from povertycase.secrets import masks

MODELS: dict[str, type[models.Model]] = {part.code: part.model for part in DATED_PARTS} | {
    "status": HouseholdStatus, "household": Household, "person": Person, "membership": Membership, "cause": Cause,
    "pairing": Pairing, "supporter": LegalSupporter,
}  # fmt: skip
LABELS: dict[str, Any] = {
    "household": gettext_lazy("联系方式和账号"),
    "person": PARTS["identity"].label,
    "membership": gettext_lazy("家庭成员"),
    "condition": PARTS["condition"].label,
    "income": PARTS["income"].label,
    "observed": PARTS["living"].label,
    "housing": PARTS["housing"].label,
    "water": PARTS["water"].label,
    "residence": PARTS["residence"].label,
    "division": gettext_lazy("登记的村组"),
    "cause": PARTS["causes"].label,
    "pairing": PARTS["pairing"].label,
    "supporter": PARTS["supporter"].label,
    "status": PARTS["status"].label,
}
SECRETS = {"phone": "phone", "id_number": "id", "bank_account": "bank"}
INDEXES = {"phone": "phone_index", "id_number": "id_index", "bank_account": "bank_index"}
NOT_SHOWN = frozenset({*INDEXES.values(), "name_sort", "initials"})
HEALTH = frozenset(item.name for item in PARTS["condition"].items.values() if item.health)
OUTCOMES = ("new", "changed", "same", "refused", "gone")
# What an interval is about stands beside it when only its days change.
ABOUT = {"cause": "code", "pairing": "cadre_id", "supporter": "name"}
KEYS = {"village_id": "place", "lives_in_id": "place", "cadre_id": "cadre"}

Change = tuple[str, str | None, str | None]


@dataclass
class ShownPart:
    """A part of a household's change: what, about whom, from which day, and its fields old → new.

    is_new: nothing of it was registered before.
    """

    label: Any
    who: str
    day: str | None
    changes: list[Change]
    is_new: bool


@dataclass
class ShownHousehold:
    """A household as the page shows it. findings: why it was refused; key: None where it has no file yet."""

    number: str
    head: str = ""
    village: str = ""
    is_left: bool = False
    key: int | None = None
    parts: list[ShownPart] = field(default_factory=list)
    findings: list[tuple[str, int | None, str, str]] = field(default_factory=list)

    @property
    def altered(self) -> list[ShownPart]:
        """Parts with something to compare, old beside new."""
        return [part for part in self.parts if not part.is_new]

    @property
    def added(self) -> list[ShownPart]:
        """Parts of which nothing was registered; of a new household all of them."""
        return [part for part in self.parts if part.is_new]

    @property
    def people(self) -> str:
        """Whom the parts are about, each once, the head first."""
        names = dict.fromkeys(part.who for part in self.parts if part.who)
        return _("、").join(sorted(names, key=lambda name: name != self.head))

    @property
    def fields(self) -> int:
        """How many fields the parts that are added hold."""
        return sum(len(part.changes) for part in self.added)


@dataclass
class Shown:
    """A page of households of one outcome; `villages` are those of the file, to choose from."""

    total: int
    households: list[ShownHousehold]
    villages: list[tuple[str, str]]
    is_there: bool = True


def page(batch: ImportBatch, account: Account, *, outcome: str, village: str, first: int, size: int) -> Shown:
    """The households of an outcome (OUTCOMES) from `first` on, of one village or all that the account reaches.

    `is_there` is False where the lists are no longer kept; refused ones are told by their findings all the same.
    """
    reach, stage = reached_prefixes(account), staging_of(batch)
    codes = shown.villages(stage, reach) if stage else []
    names = dict(Division.objects.filter(code__in=codes).values_list("code", "name"))
    choices = [(code, names.get(code, code)) for code in codes]
    if outcome == "refused":
        total, found = _refused(batch, first, size)
    elif stage is None:
        return Shown(0, [], [], is_there=False)
    elif outcome == "gone":
        total, found = _gone(stage, account, reach, first, size)
        return Shown(total, found, choices, is_there=not isinstance(stage, Kept))
    else:
        total, found = _units(stage, account, outcome, [village] if village else [], reach, first, size, names)
    return Shown(total, found, choices)


def _refused(batch: ImportBatch, first: int, size: int) -> tuple[int, list[ShownHousehold]]:
    errors = batch.problems.filter(severity="error").exclude(household_no="")
    numbers = errors.values("household_no").annotate(number=Count("pk")).order_by("household_no")
    chosen = [row["household_no"] for row in numbers[first : first + size]]
    homes = {number: ShownHousehold(number) for number in chosen}
    for problem in errors.filter(household_no__in=chosen).order_by("sheet", "row", "pk"):
        homes[problem.household_no].findings.append((problem.sheet, problem.row, problem.heading, words_of(problem)))
    return numbers.count(), list(homes.values())


def _gone(
    stage: Staging, account: Account, reach: list[str], first: int, size: int
) -> tuple[int, list[ShownHousehold]]:
    total, keys = shown.gone(stage, reach, first, size)
    cards = HouseholdCard.objects.visible_to(account).filter(pk__in=keys).order_by("village_code", "household_no")
    return total, _carded(cards)


def _carded(cards: Any) -> list[ShownHousehold]:
    found = list(cards)
    names = dict(Division.objects.filter(code__in={card.village_code for card in found}).values_list("code", "name"))
    return [
        ShownHousehold(card.household_no, card.head_name, names.get(card.village_code, ""), key=card.pk)
        for card in found
    ]


def _units(
    stage: Staging, account: Account, outcome: str, villages: list[str], reach: list[str], first: int, size: int,
    names: dict[str, str],
) -> tuple[int, list[ShownHousehold]]:  # fmt: skip
    total, found = shown.units(stage, outcome, villages, reach, first, size)
    keys = [key for key, *_rest in found]
    cards = dict(HouseholdCard.objects.visible_to(account).filter(pk__in=keys).values_list("pk", "head_name"))
    heads = shown.heads(stage, [key for key in keys if key not in cards])
    homes = {
        key: ShownHousehold(
            number, cards.get(key) or heads.get(key, ""), names.get(village, ""), is_left, key if key in cards else None
        )
        for key, number, village, is_left in found
    }
    if outcome != "same" and keys:
        _fill(stage, account, homes)
    return total, list(homes.values())


def _fill(stage: Staging, account: Account, homes: dict[int, ShownHousehold]) -> None:
    """Old and new of everything the import would write for these households."""
    found = {code: shown.entries(stage, code, list(homes)) for code in lists_made(stage)}
    every = [entry for entries in found.values() for entry in entries]
    people = shown.people(stage, [entry.person for entry in every if entry.person])
    words = Words(
        people,
        cadres=shown.cadres(stage, list(_values(every, "cadre_id"))),
        places=dict(
            Division.objects.filter(code__in=_values(every, "village_id") | _values(every, "lives_in_id")).values_list(
                "code", "name"
            )
        ),
        hidden=HEALTH if not account.can(Permission.HEALTH_VIEW) else frozenset(),
        amounts=account.can(Permission.AMOUNT_VIEW),
    )
    for code, entries in found.items():
        for entry in entries:
            part = words.part(code, entry)
            if part.changes:
                homes[entry.household].parts.append(part)


def _values(entries: list[shown.Entry], name: str) -> set[Any]:
    return {row[name] for entry in entries for row in (entry.old, entry.new) if row.get(name)}


@dataclass(frozen=True)
class Words:
    """Turns rows of lists into words. hidden: fields this account may not read; amounts: whether it may read money."""

    people: dict[int, str]
    cadres: dict[int, str]
    places: dict[str, str]
    hidden: frozenset[str]
    amounts: bool

    def part(self, code: str, entry: shown.Entry) -> ShownPart:
        """One row of a list as a part: only what differs; of a new row what it holds."""
        changes = []
        for name in entry.names:
            if name in NOT_SHOWN or (name == "true_from" and not entry.old):
                continue  # the day stands beside the part
            old, new = entry.old.get(name), None if entry.ends else entry.new.get(name)
            if self._differs(entry, name, old, new) or (entry.ends and old not in (None, "")):
                changes.append(self._change(code, entry, name))
        who = self.people.get(entry.person, "") if entry.person else ""
        if code in ABOUT and entry.old:
            who = self._word(code, ABOUT[code], entry.old) or ""
        return ShownPart(LABELS[code], who, entry.day, [change for change in changes if change], not entry.old)

    def _differs(self, entry: shown.Entry, name: str, old: Any, new: Any) -> bool:
        if name in SECRETS:
            index = INDEXES[name]
            return entry.old.get(index) != entry.new.get(index) and bool(entry.new.get(index) or entry.old.get(index))
        return _plain(old) != _plain(new)

    def _change(self, code: str, entry: shown.Entry, name: str) -> Change:
        label = self._label(code, name)
        if name in self.hidden or (code == "income" and not self.amounts):
            return (label, None, _("有变化（您的岗位不能查看）"))
        old = self._word(code, name, entry.old)
        new = None if entry.ends else self._word(code, name, entry.new)
        if entry.ends:
            return (label, old, _("（不再登记）"))
        if old is not None and old == new:
            new = _("%s（号码有改动）") % new
        return (label, old, new)

    def _label(self, code: str, name: str) -> str:
        if name in timeline.LABELS:
            return _(timeline.LABELS[name])
        if name in KEYS:
            return {"village_id": _("村"), "lives_in_id": _("实际居住地"), "cadre_id": _("帮扶责任人")}[name]
        try:
            return str(_field(code, name).verbose_name)
        except FieldDoesNotExist:
            return name

    def _word(self, code: str, name: str, row: dict[str, Any]) -> str | None:
        value = row.get(name)
        if value is None or value == "" or value == []:
            return None
        if name in SECRETS:
            kind: Any = SECRETS[name]
            return masks.mask(kind, secrets.open(kind, _bytes(value), _bytes(row[INDEXES[name]])))
        if name in KEYS:
            return (self.places if KEYS[name] == "place" else self.cadres).get(value, "")
        return _in_words(_field(code, name), value)


def _field(code: str, name: str) -> Any:
    return next(item for item in MODELS[code]._meta.concrete_fields if item.column == name)


def _in_words(item: Any, value: Any) -> str:
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, list):
        inner = dict(getattr(item, "base_field", item).flatchoices)
        return _("、").join(str(inner.get(one, one)) for one in value)
    return str(dict(item.flatchoices).get(value, _plain(value)))


def _plain(value: Any) -> Any:
    """Equal values in one shape: nothing at all, and figures without their zeros."""
    if value in ("", None) or value == []:
        return None
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return format(Decimal(value).normalize(), "f")
    return value


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("\\x"))
