"""Column sets of rolls 花名册 under a name: what the office compiles ten times a day."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from povertycase.reach import Reach, ReachManager


class SavedRoll(models.Model):
    """A column set 列组合: what a row is, which columns in which order, by which conditions. No typed words, no names.

    With `division_code` it is shared with everybody who may export and whose post lies inside that division: a
    township compiles what the county asks for. Each sees only the columns of his own rights.
    """

    class Kind(models.TextChoices):
        HOUSEHOLD = "household", _("每户一行")
        PERSON = "person", _("每人一行")
        # What these rows are is known by the floor that enters them (slots.ROLL_KINDS).
        MEASURE = "measure", _("每项措施一行")
        VISIT = "visit", _("每次走访一行")

    name = models.CharField(_("名称"), max_length=30)
    kind = models.CharField(_("行"), max_length=10, choices=Kind)
    columns = models.JSONField(default=list)  # codes, in the office's order
    joined = models.BooleanField(_("合并同户"), default=False)
    params = models.JSONField(default=dict)  # conditions of the household list and of the kind, codes and values
    division_code = models.CharField(_("共享范围"), max_length=12, blank=True, default="")
    by = models.ForeignKey("povertycase.Account", models.CASCADE, db_column="by_id")
    created_at = models.DateTimeField(db_default=models.functions.Now())

    reach = Reach(own="by")
    objects = ReachManager()

    class Meta:
        verbose_name = _("花名册")
        constraints = [models.UniqueConstraint(fields=["by", "name"], name="saved_roll_one_of_a_name")]
        indexes = [models.Index(fields=["division_code"], name="households_roll_shared")]

    def __str__(self) -> str:
        return self.name
