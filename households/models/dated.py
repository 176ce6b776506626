"""Dated truth: a fact of the register is a row with its dates; a correction is a row that supersedes."""

import datetime
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from povertycase.reach import ReachManager, ReachQuerySet


class RecordedQuerySet(ReachQuerySet):
    def known(self, known_on: datetime.datetime | None = None) -> "RecordedQuerySet":
        """Rows as the office knew them at a moment; None = as it knows them now."""
        if known_on is None:
            return self.filter(superseded_at__isnull=True)
        return self.filter(
            Q(superseded_at__isnull=True) | Q(superseded_at__gt=known_on),
            recorded_at__lte=known_on,
        )


class Recorded(models.Model):
    """When the database learnt of a row, on which business day it was entered, and what replaced it.

    recorded_at is real time and serves only known-on and order; office lateness is judged by entered_on.
    """

    recorded_at = models.DateTimeField(db_default=models.functions.Now(), editable=False)
    entered_on = models.DateField(_("录入日期"))
    # Read forwards only; an index of it would be written with every row and never used.
    superseded_by = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    superseded_at = models.DateTimeField(null=True, blank=True)
    event_id = models.BigIntegerField(null=True, blank=True)  # the audit event that wrote the row

    objects: Any = ReachManager.from_queryset(RecordedQuerySet)()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(superseded_by__isnull=True) | Q(superseded_at__isnull=False),
                name="%(class)s_superseded_has_time",
            )
        ]


class DatedQuerySet(RecordedQuerySet):
    def latest_as_of(self, day: datetime.date, key: str = "household") -> "DatedQuerySet":
        """One row per key: the last one true on a day (known now)."""
        known: Any = self.known()
        return known.filter(true_from__lte=day).order_by(key, "-true_from", "-pk").distinct(key)


def tables_of_household() -> list[type[Recorded]]:
    """Every recorded table whose rows name their household, those of the floors above too."""
    tables = [model for model in apps.get_models() if issubclass(model, Recorded)]
    return [model for model in tables if any(field.name == "household" for field in model._meta.concrete_fields)]


class Dated(Recorded):
    """A row that is true from its date until a later row of the same subject takes over."""

    true_from = models.DateField(_("生效日期"))

    objects: Any = ReachManager.from_queryset(DatedQuerySet)()

    class Meta(Recorded.Meta):
        abstract = True


# The last row of each household is read in the order of this index, nothing is sorted. It serves the look-up by
# household as well: the foreign key has no index of its own (db_index=False), which would be written twice.
LAST_OF_HOUSEHOLD = models.Index(fields=["household", "-true_from", "-id"])


class IntervalQuerySet(RecordedQuerySet):
    def true_on(self, day: datetime.date) -> "IntervalQuerySet":
        """Rows in force on a day; true_to is the last day they hold."""
        return self.filter(Q(true_to__isnull=True) | Q(true_to__gte=day), true_from__lte=day)


class Interval(Recorded):
    """A row that is true from its first to its last day; no last day = still true."""

    true_from = models.DateField(_("开始日期"))
    true_to = models.DateField(_("结束日期"), null=True, blank=True)

    objects: Any = ReachManager.from_queryset(IntervalQuerySet)()

    class Meta(Recorded.Meta):
        abstract = True
        constraints = [
            *Recorded.Meta.constraints,
            models.CheckConstraint(
                condition=Q(true_to__isnull=True) | Q(true_to__gte=F("true_from")), name="%(class)s_dates_in_order"
            ),
        ]

    def is_true_on(self, day: datetime.date) -> bool:
        """Is the row in force on a day? For rows that are read already; IntervalQuerySet.true_on says the same."""
        return self.true_from <= day and (self.true_to is None or self.true_to >= day)
