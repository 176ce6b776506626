"""空表自动填: the figures for a superior's form, and what its headings were decided to mean."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from povertycase import audit
from povertycase.models import Account, ForeignBook
from povertycase.secrets import identity
from supervision.actions import full_run
from supervision.models import HeadingMeaning
from supervision.queries import form_figures, form_meanings, full_runs
from supervision.queries.form_figures import RUN, Figures, Origin

LEVELS = ("village", "town", "county")


def figures(account: Account, origin: Origin) -> Figures | None:
    """The figures of an origin; None where it is gone meanwhile."""
    rates = form_meanings.rates(origin.day)
    if origin.code != RUN:
        return form_figures.of_bulletin(account, origin, rates)
    table = full_runs.last()
    if table is None:
        return None
    return Figures(origin, full_run.figures_of(table, LEVELS), rates)


@transaction.atomic
def remember(*, meanings: Mapping[str, str], by: Account) -> int:
    """Keep what these headings mean for the place of who decided it ({heading: code, empty = none}); returns how many
    are new or were changed. Where a number of a person stands for a heading, nothing is kept."""
    meanings = {text: code for text, code in meanings.items() if not identity.stands_in(text)}
    place = form_meanings.place_of(by)
    rows: Any = HeadingMeaning.objects.select_for_update().filter(division_code=place, text__in=meanings)
    before = {row.text: row.code for row in rows}
    changed = {text: code for text, code in meanings.items() if before.get(text) != code}
    HeadingMeaning.objects.bulk_create(
        [HeadingMeaning(text=text, division_code=place, code=code, by=by) for text, code in changed.items()],
        update_conflicts=True,
        unique_fields=["division_code", "text"],
        update_fields=["code", "by"],
    )
    if changed:
        audit.record("heading.decided", by=by, params={"headings": len(changed)})
    return len(changed)


@transaction.atomic
def note(*, book: ForeignBook, origin: Origin, headings: int, places: int, by: Account) -> None:
    """A form is given back filled in: how many columns and places, from which figures."""
    params = {"headings": headings, "places": places, "origin": origin.words}
    audit.record("form.filled", by=by, about=str(book.pk), params=params)
