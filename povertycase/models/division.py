"""Administrative divisions 行政区划 and village groups 村民小组."""

import re

from django.db import models
from django.db.models.functions import Length
from django.utils.translation import gettext_lazy as _

from povertycase.reach import REFERENCE, ReachManager

models.CharField.register_lookup(Length)

# 村子委会 is a slip of the national list (镇赉县 南岗村子委会): the name stays as published, the short name is whole.
ALIAS = re.compile(r"[（(][^）)]*[）)]$")
SUFFIX = re.compile(r"(?:村民委员会|村委会|村子委会|居民委员会|居委会|社区|村)+$")


def short_name(name: str) -> str:
    """A village's name as imports compare it: without 村委会, 社区 … and without an alias in brackets.

    Five pairs inside towns of 仙桃 then look alike (复兴居委会, 复兴村委会): the full name decides (reference.md 1.4).
    """
    bare = ALIAS.sub("", re.sub(r"\s+", "", name))
    return SUFFIX.sub("", bare) or bare


class Division(models.Model):
    """A province, prefecture, county, township or village; the 12-digit code is the key, inside = prefix."""

    class Level(models.TextChoices):
        PROVINCE = "province", _("省级")
        PREFECTURE = "prefecture", _("市级")
        COUNTY = "county", _("县级")
        TOWN = "town", _("乡镇")
        VILLAGE = "village", _("村")

    SIGNIFICANT = {"province": 2, "prefecture": 4, "county": 6, "town": 9, "village": 12}

    code = models.CharField(_("区划代码"), max_length=12, primary_key=True)
    level = models.CharField(_("级别"), max_length=12, choices=Level.choices)
    name = models.CharField(_("名称"), max_length=80)
    short_name = models.CharField(_("简称"), max_length=80, help_text=_("去掉“村委会”“社区”等后缀，供对照使用"))
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    is_virtual = models.BooleanField(_("虚拟区划"), default=False)
    valid_from = models.DateField(_("启用日期"), null=True, blank=True)
    valid_to = models.DateField(_("停用日期"), null=True, blank=True)
    successor = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="predecessors")

    reach = REFERENCE
    objects = ReachManager()

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=models.Q(code__regex=r"^[0-9]{12}$"), name="division_code_12_digits"),
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True)
                | models.Q(valid_from__isnull=True)
                | models.Q(valid_to__gte=models.F("valid_from")),
                name="division_valid_dates_in_order",
            ),
        ]
        indexes = [models.Index(fields=["parent", "code"]), models.Index(fields=["short_name"])]

    @property
    def prefix(self) -> str:
        """The digits that every code inside this division begins with."""
        return self.code[: self.SIGNIFICANT[self.level]]

    def __str__(self) -> str:
        return self.name


class VillageGroup(models.Model):
    """A village group 村民小组/屯: a name under a village, without a code of its own."""

    village = models.ForeignKey(Division, models.PROTECT, related_name="groups")
    name = models.CharField(_("组名"), max_length=30)

    reach = REFERENCE
    objects = ReachManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["village", "name"], name="village_group_name_once")]

    def __str__(self) -> str:
        return self.name
