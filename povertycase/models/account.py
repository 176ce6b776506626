"""Accounts and posts: who signs in, and by which duty where."""

from functools import cached_property
from typing import Any, ClassVar

import pghistory
import pgtrigger
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from povertycase import periods, slots
from povertycase.models.division import Division
from povertycase.reach import Extent, Reach, ReachManager, ReachQuerySet


def field_history(**options: Any):
    """Keep the old and new fields of changed and deleted rows: statement-level triggers, none on insert."""
    return pghistory.track(
        pghistory.UpdateEvent(level=pgtrigger.Statement), pghistory.DeleteEvent(level=pgtrigger.Statement), **options
    )


class AccountManager(BaseUserManager.from_queryset(ReachQuerySet)):  # type: ignore[misc]
    """Accounts are found by user name as typed, spaces removed."""

    def get_by_natural_key(self, username: str) -> "Account":
        return self.get(username=username.strip())


@field_history(exclude=["password", "password_set_at", "last_login"])
class Account(AbstractBaseUser):
    """A person who signs in. Rights come from posts alone; there is no superuser."""

    username = models.CharField(_("用户名"), max_length=60, unique=True)
    display_name = models.CharField(_("姓名"), max_length=60)
    language = models.CharField(_("界面语言"), max_length=10, default="zh-hans")
    is_active = models.BooleanField(_("启用"), default=True)
    must_change_password = models.BooleanField(_("须改密码"), default=True)
    password_set_at = models.DateTimeField(db_default=models.functions.Now(), editable=False)
    created_at = models.DateTimeField(db_default=models.functions.Now(), editable=False)
    version = models.PositiveIntegerField(default=1)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    reach = Reach(division="post__division__code", own="pk", whole_for=("accounts", "rights"), many=True)
    objects = AccountManager()

    def current_posts(self) -> list["Post"]:
        """The posts held on the business date."""
        return self._posts_today

    @cached_property
    def _posts_today(self) -> list["Post"]:
        held: Any = self.post_set  # its manager is made at run time (reach.py)
        return list(held.held_on(periods.today()).select_related("division").order_by("pk"))

    def roles(self) -> list[str]:
        return sorted({post.role for post in self.current_posts()})

    def opens(self) -> str:
        """The page on which the account's day begins: that of its roles if they agree, otherwise the workbench."""
        pages = {slots.ROLES[role].opens for role in self.roles()}
        return pages.pop() if len(pages) == 1 else "workbench"

    def extents(self) -> list[Extent]:
        """What the account's posts reach today."""
        return [post.extent() for post in self.current_posts() if post.extent() is not None]  # type: ignore[misc]

    def can(self, permission: str) -> bool:
        """Does any post held today carry this permission?"""
        return self.is_active and any(permission in slots.ROLES[post.role].permissions for post in self.current_posts())

    def __str__(self) -> str:
        return self.display_name or self.username


class Bureau(models.TextChoices):
    """The bureaus that answer for a fact of the register 行业部门 (county-officer.md 3.2)."""

    HOUSING = "housing", _("住建局")
    WATER = "water", _("水利局")
    CIVIL_AFFAIRS = "civil_affairs", _("民政局")
    MEDICAL = "medical", _("医保局")
    DISABLED = "disabled", _("残联")
    EDUCATION = "education", _("教育局")
    HUMAN_RESOURCES = "human_resources", _("人社局")


class PostQuerySet(ReachQuerySet):
    def held_on(self, day) -> "PostQuerySet":
        """Posts in force on a day."""
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day), valid_from__lte=day)


@field_history()
class Post(models.Model):
    """A duty 岗位 = role + division + dates: the only source of reach."""

    account = models.ForeignKey(Account, models.PROTECT)
    role = models.CharField(_("角色"), max_length=30)
    division = models.ForeignKey(Division, models.PROTECT, null=True, blank=True)
    bureau = models.CharField(_("部门"), max_length=20, choices=Bureau.choices, blank=True, default="")
    valid_from = models.DateField(_("开始日期"))
    valid_to = models.DateField(_("结束日期"), null=True, blank=True)
    document_no = models.CharField(_("任命文号"), max_length=60, blank=True, default="")
    version = models.PositiveIntegerField(default=1)

    reach = Reach(division="division__code", own="account", whole_for=("accounts", "rights"))
    objects = ReachManager.from_queryset(PostQuerySet)()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=models.F("valid_from")), name="post_dates_in_order"
            ),
            # 三员分立: a person holds at most one of the three administrators' posts (GB/T 22239-2019 8.1.5).
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(role__in=["system_admin", "security_admin", "audit_admin"]) & Q(valid_to__isnull=True),
                name="post_one_administrator_role",
            ),
        ]
        indexes = [models.Index(fields=["division", "role"])]

    def extent(self) -> Extent | None:
        """This post's reach; None for roles that see no household data."""
        kind = slots.ROLES[self.role].reach
        if kind == "nothing":
            return None
        if kind == "divisions":
            return Extent("divisions", self.division.prefix) if self.division else None
        return Extent(kind)

    def __str__(self) -> str:
        return f"{self.account} {self.role}"
