"""Reading differences with other systems 数据比对: worklists and their counts by one filter, both sides in words."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from households.models import Difference, HouseholdStatus, Membership, Reconciliation
from households.queries import places
from households.queries.change_items import Item, of
from households.queries.change_parts import PARTS
from povertycase.access.permissions import Permission
from povertycase.models import Account
from povertycase.reach import ReachQuerySet
from povertycase.slots import WorkbenchItem

Kind, State = Difference.Kind, Difference.State
TONES = {State.OPEN: "warn", State.TRUE: "bad", State.EXCLUDED: "mute"}
NOW = Q(gone_on__isnull=True)
TABS = {
    "open": (gettext_lazy("待核"), NOW & Q(state=State.OPEN)),
    "true": (gettext_lazy("属实"), NOW & Q(state=State.TRUE)),
    "excluded": (gettext_lazy("排除"), NOW & Q(state=State.EXCLUDED)),
    "agreed": (gettext_lazy("已一致"), Q(gone_on__isnull=False)),
}


@dataclass(frozen=True)
class Compared:
    """A compared field: the item that says it in words, and the kind and item of the change that would take it over."""

    item: Item
    kind: str = ""
    name: str = ""


def _fields() -> dict[str, Compared]:
    kinds = ("identity", "condition", "status", "living", "housing", "water")
    found = {name: Compared(item, kind, name) for kind in kinds for name, item in PARTS[kind].items.items()}
    residence, causes = PARTS["residence"].items, PARTS["causes"].items
    found["residence_state"] = Compared(residence["state"], "residence", "state")
    found["residence_place"] = Compared(residence["place"], "residence", "place")
    found["main_cause"] = Compared(causes["main"], "causes", "main")
    found["other_causes"] = Compared(causes["others"], "causes", "others")
    found["group_name"] = Compared(PARTS["move"].items["group_name"], "move", "group_name")
    # What has a way of its own: an exit, a head, a birth or a death; the phone is written at once.
    other = {**of(HouseholdStatus, ("poverty_status", "exit_year")), **of(Membership, ("relation",))}
    found |= {name: Compared(item) for name, item in other.items()}
    found["member_count"] = Compared(Item("member_count", models.IntegerField(gettext_lazy("家庭人口"))))
    # Noted when true: income is computed by the office itself, a helper has a list of his own, accounts go by their paper.
    per_head = models.DecimalField(gettext_lazy("人均纯收入(元)"), max_digits=12, decimal_places=2)
    found["net_income_per_capita"] = Compared(Item("net_income_per_capita", per_head))
    found["helper_name"] = Compared(Item("helper_name", models.CharField(gettext_lazy("帮扶责任人"), max_length=80)))
    account = models.CharField(gettext_lazy("银行账号"), max_length=40)
    found["bank_account"] = Compared(Item("bank_account", account, secret="bank"))
    phone = models.CharField(gettext_lazy("联系电话"), max_length=20)
    found["phone"] = Compared(Item("phone", phone, secret="phone"), "phone", "phone")
    return found


FIELDS = _fields()
AMOUNTS = ("net_income_per_capita",)


def kept(field: str, text: str) -> Any:
    """A stored side as the items of changes keep values; None for nothing."""
    item = FIELDS[field].item
    if text == "":
        return None
    if isinstance(item.field, models.BooleanField):
        return text == "true"
    if isinstance(item.field, ArrayField):
        return [one for one in text.strip("{}").split(",") if one]
    return text


def words(field: str, text: str) -> str:
    """A stored side as staff read it."""
    known = FIELDS.get(field)
    if known is None or known.item.secret or text == "":
        return text
    return known.item.words(kept(field, text)) or ""


def label(row: Difference) -> str:
    """What differs, in words."""
    if row.kind != Kind.FIELD:
        return str(Kind(row.kind).label)
    known = FIELDS.get(row.field)
    return str(known.item.label) if known else row.field


# --- the worklist -------------------------------------------------------------------------------------------


def chosen(account: Account, *, tab: str, village: str = "", kind: str = "", run: str = "") -> QuerySet[Difference]:
    """The list of a tab, by village, kind of difference and comparison."""
    rows = _asked(account, village=village, kind=kind, run=run).filter(TABS[tab][1])
    return rows.select_related("household__card").order_by("village_code", "household_id", "person_id", "kind", "pk")


def _asked(account: Account, *, village: str = "", kind: str = "", run: str = "") -> QuerySet[Difference]:
    asked = {
        name: value for name, value in (("village_code", village), ("kind", kind), ("reconciliation", run)) if value
    }
    return seen(account).filter(**asked)


def seen(account: Account) -> ReachQuerySet:
    """The differences within reach; those of amounts only for who may read amounts."""
    found = Difference.objects.visible_to(account)
    return found if account.can(Permission.AMOUNT_VIEW) else found.exclude(field__in=AMOUNTS)


def tabs(account: Account, tab: str, **asked: str) -> list[dict[str, Any]]:
    """The tabs with the counts of their lists."""
    found = {name: value for name, value in asked.items() if value}
    rows = _asked(account, **asked)
    numbers = rows.aggregate(**{code: Count("pk", filter=which) for code, (_label, which) in TABS.items()})
    return [
        {
            "code": code,
            "label": name,
            "count": numbers[code],
            "chosen": code == tab,
            "url": f"?{urlencode({'tab': code, **found})}",
        }
        for code, (name, _which) in TABS.items()
    ]


def villages(account: Account, tab: str, *, kind: str = "", run: str = "") -> list[dict[str, Any]]:
    """The villages of a tab and how many differences each has."""
    rows = chosen(account, tab=tab, kind=kind, run=run).order_by().values("village_code")
    counted = list(rows.annotate(n=Count("pk")).order_by("village_code"))
    names = places.names([row["village_code"] for row in counted])
    return [
        {"code": row["village_code"], "name": names.get(row["village_code"], row["village_code"]), "count": row["n"]}
        for row in counted
    ]


def lines(rows: Sequence[Difference]) -> list[dict[str, Any]]:
    """A page of the list in words."""
    names = places.names({row.village_code for row in rows})
    return [
        {
            "row": row,
            "label": label(row),
            "village": names.get(row.village_code, row.village_code),
            "card": row.household.card if row.household else None,
            "ours": words(row.field, row.ours),
            "theirs": words(row.field, row.theirs),
            "word": _("已一致") if row.gone_on else State(row.state).label,
            "tone": "good" if row.gone_on else TONES[State(row.state)],
        }
        for row in rows
    ]


def by_run(run: Reconciliation, account: Account) -> list[dict[str, Any]]:
    """A comparison's villages with the counts that wait and that are decided."""
    rows = seen(account).filter(NOW, reconciliation=run).order_by().values("village_code")
    waiting = Count("pk", filter=Q(state=State.OPEN))
    counted = list(rows.annotate(n=Count("pk"), waiting=waiting).order_by("village_code"))
    names = places.names([row["village_code"] for row in counted])
    return [{**row, "name": names.get(row["village_code"], row["village_code"])} for row in counted]


def runs(account: Account) -> QuerySet[Reconciliation]:
    """The comparisons this account may see, newest first."""
    return (
        Reconciliation.objects.visible_to(account).select_related("batch__upload", "batch__by", "job").order_by("-pk")
    )


def sources(account: Account) -> list[str]:
    """The names other systems were called by, for the form."""
    return sorted(set(runs(account).order_by().values_list("source", flat=True)))


def waiting(account: Account, as_of: datetime.date) -> list[dict[str, Any]]:
    """The workbench: differences nobody has decided; the count is its list."""
    number = chosen(account, tab="open").count()
    told = {"label": _("待核的数据差异"), "count": number, "url": f"{reverse('differences')}?tab=open"}
    return [told] if number else []


WORKBENCH = (WorkbenchItem("differences.open", 46, "todo", Permission.DIFFERENCE_VIEW, waiting),)
