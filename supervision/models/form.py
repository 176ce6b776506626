"""What the headings of superiors' forms mean here."""

from django.db import models

from povertycase.reach import Reach, ReachManager


class HeadingMeaning(models.Model):
    """The indicator that a heading of a form stands for 表头对应指标, as somebody of a place decided it.

    text: the whole heading from top to bottom, as compared; code: an indicator, or empty = it has none here.
    """

    text = models.CharField(max_length=200)
    division_code = models.CharField(max_length=12)  # where who decided it is posted
    code = models.CharField(max_length=60, blank=True, default="")
    by = models.ForeignKey("povertycase.Account", models.PROTECT, db_column="by_id", related_name="+")
    noted_at = models.DateTimeField(db_default=models.functions.Now())

    reach = Reach(division="division_code", own="by")
    objects = ReachManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["division_code", "text"], name="heading_meaning_one_of_a_place")]

    def __str__(self) -> str:
        return f"{self.text}: {self.code}"
