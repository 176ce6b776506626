"""Workbooks of other offices that are filled in and given back."""

from django.db import models

from povertycase.models.exchange import Upload
from povertycase.reach import Reach, ReachManager


class ForeignBook(models.Model):
    """A list or an empty form that somebody sent 来表: its file, sealed, and what was found in it, sealed.

    Only who brought it sees it; file and row are deleted after 7 days.
    """

    LIST, FORM = "list", "form"

    kind = models.CharField(max_length=10)  # list: columns are added to it | form: figures are written into it
    upload = models.ForeignKey(Upload, models.CASCADE)
    found = models.BinaryField()
    by = models.ForeignKey("povertycase.Account", models.CASCADE, db_column="by_id")
    created_at = models.DateTimeField(db_default=models.functions.Now())

    reach = Reach(own="by")
    objects = ReachManager()

    class Meta:
        indexes = [models.Index(fields=["by", "kind", "-created_at"], name="foreign_book_by")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
