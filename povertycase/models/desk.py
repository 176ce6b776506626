"""What an account keeps for itself: filters of lists, columns, and what it opened last. No personal data in any of it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from povertycase.reach import Reach, ReachManager


class SavedFilter(models.Model):
    """Conditions of a list under a name 已存条件: codes and values of filters, never words somebody typed.

    With `role` and `division_code` it is shared with the accounts that hold this role inside that division.
    """

    listing = models.CharField(max_length=30)  # the list's URL name
    name = models.CharField(_("名称"), max_length=30)
    params = models.JSONField(default=dict)
    role = models.CharField(_("共享给"), max_length=30, blank=True, default="")
    division_code = models.CharField(max_length=12, blank=True, default="")
    by = models.ForeignKey("povertycase.Account", models.CASCADE, db_column="by_id")
    created_at = models.DateTimeField(db_default=models.functions.Now())

    reach = Reach(own="by")
    objects = ReachManager()

    class Meta:
        verbose_name = _("已存条件")
        constraints = [models.UniqueConstraint(fields=["by", "listing", "name"], name="saved_filter_one_of_a_name")]
        indexes = [models.Index(fields=["listing", "role"])]

    def __str__(self) -> str:
        return self.name


class ColumnChoice(models.Model):
    """The columns an account wants to see in a list, in the order of the list; none chosen = the usual ones."""

    account = models.ForeignKey("povertycase.Account", models.CASCADE)
    listing = models.CharField(max_length=30)
    columns = models.JSONField(default=list)

    reach = Reach(own="account")
    objects = ReachManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "listing"], name="column_choice_one_a_list")]


class Opened(models.Model):
    """Something an account opened 最近打开: its kind and key; what it is called is looked up when it is shown."""

    account = models.ForeignKey("povertycase.Account", models.CASCADE)
    kind = models.CharField(max_length=20)  # household | bulletin | exit_run
    key = models.BigIntegerField()
    opened_at = models.DateTimeField(db_default=models.functions.Now())

    reach = Reach(own="account")
    objects = ReachManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "kind", "key"], name="opened_once_a_thing")]
        indexes = [models.Index(fields=["account", "-opened_at"])]
