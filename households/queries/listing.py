"""The household list: filters, order, pages; the same rows for the page, the export and the API."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import QueryDict
from django.utils.translation import gettext as _

from households.models import Household, HouseholdCard
from households.queries import places, search
from povertycase import slots
from povertycase.models import Account, ColumnChoice
from povertycase.reach import ReachQuerySet

LISTING = "households"  # the list's name in saved filters and column choices
SIZES = ("20", "50", "100")
# Every order ends with the household, so that two pages never show the same row.
ORDERS = {
    "village": ("village_code", "head_sort", "household"),
    "-village": ("-village_code", "-head_sort", "-household"),
    "head": ("head_sort", "household"),
    "-head": ("-head_sort", "-household"),
    "number": ("household_no",),
    "-number": ("-household_no",),
}


# Beyond this many nobody reads on: the list says "more than" and asks for a filter, instead of counting a million rows.
MOST_COUNTED = 50_000
# Of a name's pieces less: the index gives them unordered, and no officer pages through thousands of one surname.
MOST_FOUND = 2_000


class CardPages(Paginator):
    """Pages of cards: first the keys of one page by index, then its rows, so that a late page costs little more.

    `counted` and `walked` are the same rows: one is quick to count, the other quick to read in order when there are many.
    """

    def __init__(
        self,
        counted: ReachQuerySet,
        walked: ReachQuerySet,
        per_page: int,
        most: int = MOST_COUNTED,
        columns: Iterable[slots.ListColumn] = (),
    ) -> None:
        super().__init__(counted, per_page)
        self.counted, self.walked, self.most, self.columns = counted, walked, most, tuple(columns)

    @cached_property
    def found(self) -> int:
        """How many there are, counted no further than one beyond the most."""
        return int(self.counted.order_by()[: self.most + 1].count())

    @cached_property
    def count(self) -> int:
        return min(self.found, self.most)

    @property
    def is_capped(self) -> bool:
        return self.found > self.most

    def page(self, number: Any) -> Page:
        number = self.validate_number(number)
        start = (number - 1) * self.per_page
        cards = self.walked if self.is_capped else self.counted
        keys = list(cards.values_list("pk", flat=True)[start : start + self.per_page])
        rows = {card.pk: card for card in with_values(HouseholdCard.objects.filter(pk__in=keys), self.columns)}
        return Page([rows[key] for key in keys if key in rows], number, self)


@dataclass(frozen=True)
class Listing:
    """One page of the list with everything the page shows around it."""

    page: Any
    columns: list[slots.ListColumn]
    usable: list[slots.ListColumn]
    filters: list[dict[str, Any]]
    chips: list[dict[str, Any]]
    text: str


def chosen(account: Account, wanted: Mapping[str, str], as_of: datetime.date, *, walk: bool = False) -> ReachQuerySet:
    """The cards an account sees under these filters (an address's parameters). Raises SecretInAddress."""
    if key := wanted.get("s", ""):
        cards = search.by_saved(account, key)
    else:
        cards = HouseholdCard.objects.visible_to(account)
    cards = search.matching(cards, wanted.get("q", ""), walk=walk)
    for entry in usable_filters(account):
        if value := wanted.get(entry.code, ""):
            cards = entry.apply(cards, value, as_of)
    return cards


def ordered(cards: ReachQuerySet, sort: str) -> ReachQuerySet:
    return cards.order_by(*ORDERS.get(sort, ORDERS["village"]))


def usable_filters(account: Account) -> list[slots.ListFilter]:
    return [entry for entry in slots.LIST_FILTERS if not entry.permission or account.can(entry.permission)]


def usable_columns(account: Account) -> list[slots.ListColumn]:
    """Every column the account may choose; sensitive ones only with their permission."""
    return [entry for entry in slots.LIST_COLUMNS if not entry.permission or account.can(entry.permission)]


def shown_columns(account: Account) -> list[slots.ListColumn]:
    """The columns the account chose, as far as it may still see them; the usual ones where it chose none."""
    usable = usable_columns(account)
    chosen_codes = ColumnChoice.objects.visible_to(account).filter(listing=LISTING, account=account)
    codes = next(iter(chosen_codes.values_list("columns", flat=True)), None)
    return [entry for entry in usable if entry.code in codes] if codes else [e for e in usable if e.default]


def with_values(cards: ReachQuerySet, columns: Iterable[slots.ListColumn]) -> ReachQuerySet:
    """The cards with what the columns of higher floors need beside each row."""
    return cards.annotate(**{column.code: column.annotate() for column in columns if column.annotate})


def listing(account: Account, wanted: Mapping[str, str], as_of: datetime.date) -> Listing:
    """The page of the list that an address asks for. Raises SecretInAddress."""
    columns = shown_columns(account)
    page = _pages(account, wanted, as_of, columns).get_page(wanted.get("page", 1))
    rows: list[Any] = list(page.object_list)
    fill_rows(rows, columns)
    for card in rows:
        card.found = search.found_member(card, wanted.get("q", ""))
    _mark_callable(rows, account)
    filters = [_control(entry, account, wanted) for entry in usable_filters(account)]
    return Listing(
        page=page,
        columns=columns,
        usable=usable_columns(account),
        filters=filters,
        chips=_chips(wanted, filters),
        text=search.tidy(wanted.get("q", "")),
    )


def _pages(
    account: Account, wanted: Mapping[str, str], as_of: datetime.date, columns: list[slots.ListColumn]
) -> CardPages:
    counted, walked = (chosen(account, wanted, as_of, walk=walk) for walk in (False, True))
    sort, size = wanted.get("sort", ""), wanted.get("size", "")
    most = MOST_FOUND if wanted.get("q") else MOST_COUNTED
    return CardPages(ordered(counted, sort), ordered(walked, sort), int(size) if size in SIZES else 50, most, columns)


def fill_rows(cards: list[Any], columns: list[slots.ListColumn]) -> None:
    """Give every row its `village_name`, `town_name` and `cells` (column, its label, value)."""
    place_rows(cards)
    labelled = [(column, str(column.label)) for column in columns]
    for card in cards:
        card.cells = [(column, label, _told(column.value(card))) for column, label in labelled]


def _mark_callable(cards: list[Any], account: Account) -> None:
    """Give every row its `call`: may this account ring its telephone with one tap, as from the file."""
    own = Household.objects.close_to(account).filter(pk__in=[card.pk for card in cards], phone__isnull=False)
    near = set(own.values_list("pk", flat=True))
    for card in cards:
        card.call = card.pk in near


def _told(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime.date) else value


def place_rows(cards: list[Any]) -> None:
    """Give every row its `village_name` and `town_name`."""
    found = places.names(card.village_code for card in cards)
    for card in cards:
        card.village_name = found.get(card.village_code, card.village_code)
        card.town_name = found.get(f"{card.village_code[:9]}000", "")


def _control(entry: slots.ListFilter, account: Account, wanted: Mapping[str, str]) -> dict[str, Any]:
    options = entry.choices(account) if entry.choices else []
    value = wanted.get(entry.code, "")
    if value and value not in dict(options):
        # A village of a county with too many to list: chosen all the same, it stays chosen.
        options = [*options, (value, places.reached_name(account, value) or value)]
    return {"code": entry.code, "label": entry.label, "options": options, "value": value, "order": entry.order}


def condition_words(account: Account, query: str) -> str:
    """The conditions of an address in words, for 导出说明; typed words are only said to have been typed."""
    wanted = QueryDict(query).dict()
    controls = [_control(entry, account, wanted) for entry in usable_filters(account)]  # type: ignore[arg-type]
    said = [f"{chip['label']}{_('：')}{chip['value']}" for chip in _chips(wanted, controls)]  # type: ignore[arg-type]
    return _("；").join([*said, *([_("按姓名或编号查找")] if wanted.get("q") or wanted.get("s") else [])])


def _chips(wanted: Mapping[str, str], filters: list[dict[str, Any]]) -> list[dict[str, Any]]:
    chips = []
    for control in filters:
        if control["value"]:
            words = dict(control["options"]).get(control["value"], control["value"])
            chips.append({"name": control["code"], "label": control["label"], "value": str(words).strip()})
    return chips
