"""Reading drafts of rules 规则草稿: the list, what waits for whom, the draft beside the rule in force in words."""

import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from povertycase.access.permissions import Permission
from povertycase.models import Account, RuleVersion
from povertycase.rules import thresholds, versions, words
from povertycase.rules.compile import Standard
from supervision.models import Comparison, RuleDraft
from supervision.queries import draft_bodies, own_rules, rule_words, rules

State = RuleDraft.State
TONES = {
    State.DRAFT: "plain",
    State.PROPOSED: "warn",
    State.IN_FORCE: "good",
    State.REFUSED: "bad",
    State.WITHDRAWN: "mute",
}
TURNS = {"mine": gettext_lazy("我起草的"), "waiting": gettext_lazy("待我审批的"), "": gettext_lazy("全部")}


def visible(account: Account) -> "QuerySet[RuleDraft]":
    """Every draft, newest first."""
    found = RuleDraft.objects.visible_to(account).select_related("author", "decided_by", "base", "result")
    return found.order_by("-pk")


def waiting(account: Account) -> "QuerySet[RuleDraft]":
    """Proposed drafts that this account may decide: never its own."""
    if not account.can(Permission.RULE_APPROVE):
        return RuleDraft.objects.none()
    return visible(account).filter(state=State.PROPOSED).exclude(author=account)


def chosen(account: Account, turn: str, state: str) -> "QuerySet[RuleDraft]":
    """The drafts of a tab and a state."""
    found = waiting(account) if turn == "waiting" else visible(account)
    if turn == "mine":
        found = found.filter(author=account)
    return found.filter(state=state) if state else found


def desk(account: Account, as_of: datetime.date) -> list[dict[str, Any]]:
    """What waits for this account on the workbench: to decide, and of its own what was not agreed."""
    address, found = reverse("rule-drafts"), []
    if account.can(Permission.RULE_APPROVE):
        number = waiting(account).count()
        found.append({"label": _("待我审批的规则草稿"), "count": number, "url": f"{address}?turn=waiting"})
    if account.can(Permission.RULE_DRAFT):
        number = chosen(account, "mine", State.REFUSED).count()
        found.append({"label": _("我的未同意规则草稿"), "count": number, "url": f"{address}?turn=mine&state=refused"})
    return found


def row(draft: RuleDraft) -> dict[str, Any]:
    """A draft as a line of the list."""
    return {"draft": draft, "kind": draft_bodies.KINDS[draft.kind], "tone": TONES[State(draft.state)]}


def rights(draft: RuleDraft, account: Account) -> dict[str, bool]:
    """What this account may do with a draft now."""
    author = draft.author_id == account.pk and account.can(Permission.RULE_DRAFT)
    return {
        "may_change": author and draft.state in (State.DRAFT, State.REFUSED),
        "may_propose": author and draft.state == State.DRAFT,
        "may_withdraw": author and draft.state in (State.DRAFT, State.PROPOSED, State.REFUSED),
        "may_decide": account.can(Permission.RULE_APPROVE)
        and draft.state == State.PROPOSED
        and draft.author_id != account.pk,
        "own": draft.author_id == account.pk,
    }


def comparisons(draft: RuleDraft, account: Account) -> "QuerySet[Comparison]":
    """What a draft was compared on, newest first."""
    return Comparison.objects.visible_to(account).filter(draft=draft).select_related("sheet", "by").order_by("-pk")


def in_force(draft: RuleDraft, today: datetime.date) -> RuleVersion | None:
    """The version beside which a rule of the county's own stands: of its code, of the nearest division."""
    if draft.kind not in draft_bodies.OWN:
        return None
    found = versions.nearest_first(draft.kind, draft.code, today, settings.COUNTY)
    return next((one for one in found if one.pk != draft.result_id), None)


def told(draft: RuleDraft, today: datetime.date) -> dict[str, Any]:
    """The draft in words beside what it replaces: pairs of a label, before and after; of a standard its criteria."""
    if draft.kind in draft_bodies.OWN:
        return _of_rule(draft, today)
    return {"threshold": _of_line, "standard": _of_standard}[draft.kind](draft, today)


def _pair(label: Any, was: Any, now: Any) -> dict[str, Any]:
    return {"label": label, "was": was, "now": now, "same": was == now}


def _of_rule(draft: RuleDraft, today: datetime.date) -> dict[str, Any]:
    version, body = in_force(draft, today), draft.body
    was = own_rules.told(draft.kind, version.body, today) if version else {}
    pairs = [_pair(label, was.get(label, ""), now) for label, now in own_rules.told(draft.kind, body, today).items()]
    return {"pairs": pairs, "in_force": version, "is_new": version is None, "start": body.get("valid_from", "")}


def _of_line(draft: RuleDraft, today: datetime.date) -> dict[str, Any]:
    body, line = draft.body, draft.body["line"]
    day = datetime.date.fromisoformat(line["from"])
    there = thresholds.at(draft.code, day, settings.COUNTY) if draft.result_id is None else None
    unit = _(body["unit"]) if body.get("unit") else ""
    place = rules.places([line["division"]])[line["division"]]
    now = words.with_unit(Decimal(str(line["value"])), unit)
    pairs = [
        _pair(_("年度"), str(day.year), str(day.year)),
        _pair(_("值"), words.with_unit(there.value, unit) if there else "", now),
        _pair(_("文件"), there.document if there else "", draft.document),
        _pair(_("文件适用区划"), "", place),
    ]
    return {"pairs": pairs, "is_new": there is None}


def _of_standard(draft: RuleDraft, today: datetime.date) -> dict[str, Any]:
    standard = Standard.parse(draft.body)
    given, _used, _warnings = thresholds.given(standard.thresholds(), today, settings.COUNTY)
    division = draft.body.get("division", "")
    end = draft.body.get("valid_to") or _("今")
    return {
        "standard": standard,
        "level": rule_words.LEVELS[standard.level],
        "place": rules.places([division])[division],
        "span": _("{start} 至 {end}").format(start=draft.body["valid_from"], end=end),
        "criteria": [
            {"criterion": one, "words": one.words(given), "applies": one.applies.words(given) if one.applies else ""}
            for one in standard.criteria
        ],
    }
