"""What signing in leaves behind: sessions by device, the second factor with its recovery codes, former passwords."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from povertycase.models.account import Account
from povertycase.reach import Reach, ReachManager


class AccountSession(models.Model):
    """A session 登录 of an account: from where and by which device; its last use stands in the session itself."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="sessions")
    session_key = models.CharField(max_length=40, unique=True)
    device = models.CharField(_("设备"), max_length=60)
    address = models.GenericIPAddressField(null=True, blank=True)
    since = models.DateTimeField(_("登录时间"), db_default=models.functions.Now())

    reach = Reach(own="account")
    objects = ReachManager()


class SecondFactor(models.Model):
    """The authenticator 两步验证 of an account (RFC 6238). The secret is sealed; a code counts once (last_step)."""

    account = models.OneToOneField(Account, models.CASCADE, primary_key=True, related_name="second_factor")
    sealed = models.BinaryField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    last_step = models.BigIntegerField(default=0)
    failures = models.PositiveIntegerField(default=0)
    locked_until = models.DateTimeField(null=True, blank=True)

    reach = Reach(own="account", whole_for=("rights",))
    objects = ReachManager()


class RecoveryCode(models.Model):
    """A code for the day the phone is lost: used once, kept as a hash; its number is the code's first character."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="recovery_codes")
    number = models.PositiveSmallIntegerField()
    hash = models.CharField(max_length=128)
    used_at = models.DateTimeField(null=True, blank=True)

    reach = Reach(own="account")
    objects = ReachManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "number"], name="recovery_code_number_once")]


class FormerPassword(models.Model):
    """The hash of a password that an account had before: the last ones may not come back (等保 8.1.4.1)."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="former_passwords")
    hash = models.CharField(max_length=128)
    ended_at = models.DateTimeField(db_default=models.functions.Now())

    reach = Reach()
    objects = ReachManager()
