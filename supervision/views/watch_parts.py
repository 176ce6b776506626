"""What warnings and policies put into the slots: menu, section of the file, filters of the household list, the words of acts."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from povertycase import periods, slots
from povertycase.access.permissions import Permission
from povertycase.models import Account
from povertycase.slots import AuditKind
from supervision.queries import watch
from supervision.queries.checks import POLICY, WARNING


def _warnings(account: Account) -> list[tuple[str, Any]]:
    return _choices(WARNING)


def _policies(account: Account) -> list[tuple[str, Any]]:
    return _choices(POLICY)


def _choices(kind: str) -> list[tuple[str, Any]]:
    return [(one.code, _(one.name)) for one in watch.for_lists(kind, periods.today())]


def register() -> None:
    """Fill the slots."""
    slots.MENU.add(slots.MenuEntry("watch", 56, pgettext_lazy("menu", "预警和政策"), "watch", Permission.CHECK_VIEW))
    slots.FILE_SECTIONS.add(
        slots.Section(
            "watch", 94, gettext_lazy("预警和应享未享"), Permission.CHECK_VIEW, watch.of_household,
            "supervision/watch/section.html",
        )
    )  # fmt: skip
    # Some of them tell of an illness.
    for code, order, label, kind, choices in (
        ("warning", 150, gettext_lazy("预警"), WARNING, _warnings),
        ("policy", 160, gettext_lazy("应享未享"), POLICY, _policies),
    ):
        slots.LIST_FILTERS.add(
            slots.ListFilter(code, order, label, watch.by_rule(kind), choices, permission=Permission.HEALTH_VIEW)
        )
    slots.AUDIT_KINDS.add(
        AuditKind(
            "watch.list_exported",
            gettext_lazy("导出预警、应享未享名单"),
            gettext_lazy("{by}导出“{about}”名单 {rows} 行"),
        )
    )
