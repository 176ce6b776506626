"""The index card 索引卡 of a household: what lists, search and reach need, kept by the writing actions.

A projection, rebuilt from the dated rows in the transaction that changes them (docs/adr/0002-household-card.md).
Facts, verdicts and figures never read it.
"""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from households import choices
from households.models.household import Household
from povertycase.reach import Own, Reach, ReachManager


class Grams(Func):
    """name_grams(text): its one- and two-character pieces, for `contains` by index (stack.md C4)."""

    function = "name_grams"


class HouseholdCard(models.Model):
    """One row per household of the register, as it stands today."""

    household = models.OneToOneField(Household, models.CASCADE, primary_key=True, related_name="card")
    household_no = models.CharField(max_length=20)
    village_code = models.CharField(max_length=12)
    group_name = models.CharField(max_length=30, blank=True, default="")
    head_name = models.CharField(max_length=50, blank=True, default="")
    head_sort = models.CharField(max_length=80, blank=True, default="")
    head_initials = models.CharField(max_length=50, blank=True, default="")
    names = models.TextField(blank=True, default="")  # names of all members, for the search
    initials = models.TextField(blank=True, default="")
    member_count = models.PositiveSmallIntegerField(default=0)
    attr = models.CharField(max_length=10, choices=choices.HouseholdAttr, blank=True, default="")
    poverty_status = models.CharField(max_length=20, choices=choices.PovertyStatus, blank=True, default="")
    main_cause = models.CharField(max_length=20, choices=choices.CauseCode, blank=True, default="")
    planned_exit_year = models.PositiveSmallIntegerField(null=True, blank=True)
    exit_year = models.PositiveSmallIntegerField(null=True, blank=True)
    residence = models.CharField(max_length=20, choices=choices.ResidenceState, blank=True, default="")
    helper_name = models.CharField(max_length=50, blank=True, default="")
    helper_unit = models.CharField(max_length=80, blank=True, default="")

    reach = Reach(
        division="village_code",
        own_pairings=Own("household__pairing__cadre__account", "household__pairing"),
        own_unit=Own("household__pairing__cadre__unit__cadre__account", "household__pairing"),
    )
    objects = ReachManager()

    class Meta:
        verbose_name = _("索引卡")
        indexes = [
            models.Index(OpClass(F("village_code"), "text_pattern_ops"), F("household"), name="card_village"),
            models.Index(OpClass(F("head_name"), "text_pattern_ops"), name="card_head_name"),
            models.Index(OpClass(F("head_initials"), "text_pattern_ops"), name="card_head_initials"),
            models.Index(OpClass(F("household_no"), "text_pattern_ops"), name="card_household_no"),
            # The three orders of the list; operator-class indexes above serve `begins with` and cannot order.
            models.Index(fields=["village_code", "head_sort", "household"], name="card_order_village"),
            models.Index(fields=["head_sort", "household"], name="card_order_head"),
            models.Index(fields=["household_no"], name="card_order_number"),
            # Few households lack a helper, and everybody's workbench asks for them.
            models.Index(
                fields=["village_code"], condition=Q(helper_name="", member_count__gt=0), name="card_without_helper"
            ),
            models.Index(fields=["poverty_status", "village_code"], name="card_status"),
            models.Index(fields=["main_cause", "village_code"], name="card_cause"),
            GinIndex(Grams(F("names")), name="card_names_grams"),
        ]

    def __str__(self) -> str:
        return self.household_no


__all__ = ["Grams", "HouseholdCard"]
