"""What was sent down 下发的疑点: whose turn it is, what remains, how good a rule is; counts are the lists behind them."""

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Left
from django.utils.translation import gettext as _

from povertycase.access.permissions import Permission
from povertycase.models import Account, Division
from povertycase.rules.check import Check
from supervision.models import CheckBatch, CheckHit, CheckItem
from supervision.queries import check_live as live
from supervision.queries import check_words, checks

State, Answer = CheckItem.State, CheckItem.Answer
NOISY, ENOUGH = 10, 20  # below so many per cent 已核改, of at least so many answers, a rule makes noise
FILTERS = ("turn", "batch", "rule", "place", "state", "answer", "late")


def visible(account: Account) -> QuerySet[CheckItem]:
    """The items of the households the account may see."""
    return CheckItem.objects.visible_to(account)


def waiting(account: Account) -> QuerySet[CheckItem]:
    """The items whose next step is this account's; nobody judges what he has answered or passed himself."""
    turn = Q(pk__in=[])
    if account.can(Permission.CHECK_ANSWER):
        turn |= Q(state=State.SENT)
    if account.can(Permission.CHECK_PASS):
        turn |= Q(state=State.ANSWERED) & ~Q(answered_by=account)
    if account.can(Permission.CHECK_CLOSE):
        turn |= Q(state=State.PASSED) & ~Q(answered_by=account) & ~Q(town_by=account)
    return visible(account).filter(turn)


def acts(item: CheckItem, account: Account) -> list[str]:
    """What this account may do with an item now: answer, pass, close, return."""
    if item.state == State.SENT:
        return ["answer"] if account.can(Permission.CHECK_ANSWER) else []
    if item.state == State.ANSWERED and account.can(Permission.CHECK_PASS) and item.answered_by_id != account.pk:
        return ["pass", "return"]
    done = (item.answered_by_id, item.town_by_id)
    if item.state == State.PASSED and account.can(Permission.CHECK_CLOSE) and account.pk not in done:
        return ["close", "return"]
    return []


def chosen(account: Account, wanted: Mapping[str, str], day: datetime.date) -> QuerySet[CheckItem]:
    """The list of the filters: turn=mine, batch, rule, place (a prefix), state, answer, late=1."""
    found = waiting(account) if wanted.get("turn") == "mine" else visible(account)
    if wanted.get("batch"):
        found = found.filter(batch_id=int(wanted["batch"]))
    if wanted.get("rule"):
        found = found.filter(rule_code=wanted["rule"])
    if wanted.get("place"):
        found = found.filter(village_code__startswith=wanted["place"])
    if wanted.get("state") == "open":
        found = found.exclude(state=State.CLOSED)
    elif wanted.get("state"):
        found = found.filter(state=wanted["state"])
    if wanted.get("answer"):
        found = found.filter(answer=wanted["answer"])
    if wanted.get("late"):
        found = found.filter(batch__deadline__lt=day).exclude(state=State.CLOSED)
    return found


def for_list(found: QuerySet[CheckItem]) -> QuerySet[CheckItem]:
    """With everything a row shows, those longest due first."""
    related = found.select_related("household__card", "batch")
    return related.order_by("batch__deadline", "village_code", "household__card__group_name", "household_id", "pk")


def lines(rows: Iterable[CheckItem], account: Account, day: datetime.date) -> list[dict[str, Any]]:
    """Rows as a list shows them."""
    items = list(rows)
    names = _names({item.village_code for item in items} | {item.village_code[:9] + "000" for item in items})
    lined = checks.lined(day)
    return [
        {
            "item": item,
            "card": item.household.card,
            "rule": _(item.rule_words),
            "village": names.get(item.village_code, item.village_code),
            "town": names.get(item.village_code[:9] + "000", ""),
            "found": check_words.plain(item.values, account, line=item.rule_code in lined),
            "late": item.state != State.CLOSED and item.batch.deadline < day,
            "acts": acts(item, account),
        }
        for item in items
    ]


def batches(account: Account, day: datetime.date) -> list[dict[str, Any]]:
    """The batches with the counts of the items this account may see, newest first."""
    counts = {row["batch"]: row for row in visible(account).values("batch").annotate(**_counts(day)).order_by("batch")}
    found = visible_batches(account)
    return [{**counts[batch.pk], "batch": batch} for batch in found]


def visible_batches(account: Account) -> QuerySet[CheckBatch]:
    """The batches with an item that the account may see, newest first."""
    mine = visible(account).values("batch")
    return CheckBatch.objects.visible_to(account).filter(pk__in=mine).order_by("-sent_on", "-pk")


def by_village(batch: CheckBatch, account: Account, day: datetime.date) -> list[dict[str, Any]]:
    """A batch by village: sent, answered, passed, closed, remaining, overdue."""
    counted = visible(account).filter(batch=batch).values("village_code").annotate(**_counts(day))
    rows: list[dict[str, Any]] = [dict(row) for row in counted.order_by("village_code")]
    names = _names({row["village_code"] for row in rows} | {row["village_code"][:9] + "000" for row in rows})
    for row in rows:
        row["village"] = names.get(row["village_code"], row["village_code"])
        row["town"] = names.get(row["village_code"][:9] + "000", "")
    return rows


def by_town(account: Account, day: datetime.date) -> list[dict[str, Any]]:
    """What remains in every town of the account's reach; a township sees its villages."""
    prefixes = [one.prefix for one in account.extents() if one.kind == "divisions"]
    digits = 12 if prefixes and min(map(len, prefixes)) > 6 else 9
    places = visible(account).annotate(place=Left("village_code", digits)).values("place")
    rows: list[dict[str, Any]] = [dict(row) for row in places.annotate(**_counts(day)).order_by("place")]
    present = dict(
        CheckHit.objects.visible_to(account)
        .filter(checks.present(day))
        .annotate(place=Left("village_code", digits))
        .values_list("place")
        .annotate(number=Count("pk"))
        .order_by("place")
    )
    found = {row["place"]: row for row in rows}
    for place in present:
        found.setdefault(place, {"place": place, **dict.fromkeys(_counts(day), 0)})
    names = _names({place.ljust(12, "0") for place in found})
    return [
        {**row, "name": names.get(place.ljust(12, "0"), place), "present": present.get(place, 0)}
        for place, row in sorted(found.items())
    ]


def by_rule(account: Account, day: datetime.date) -> list[dict[str, Any]]:
    """Every rule: present hits, sent, answered, how many of the answers were 已核改; superiors' rules last."""
    mine = visible(account)
    sent = {row["rule_code"]: row for row in mine.values("rule_code").annotate(**_counts(day)).order_by("rule_code")}
    now = CheckHit.objects.visible_to(account).filter(checks.present(day))
    present = dict(now.values_list("rule_code").annotate(number=Count("pk")).order_by("rule_code"))
    rows = [
        {"check": one, "name": _(one.name), "family": _(one.family), "present": present.get(one.code, 0),
         **sent.get(one.code, {})}
        for one in checks.in_force(day).checks
    ]  # fmt: skip
    if "" in sent:
        rows.append({"check": None, "name": _("上级下发的疑点"), "family": "", "present": None, **sent[""]})
    for row in rows:
        answered, corrected = row.get("answered_times") or 0, row.get("corrected") or 0
        row["precision"] = round(100 * corrected / answered, 1) if answered else None
        row["noisy"] = answered >= ENOUGH and row["precision"] < NOISY
    return rows


def _counts(day: datetime.date) -> dict[str, Count]:
    given = ~Q(answer="") & ~Q(state=State.SENT)
    return {
        "sent": Count("pk"),
        "remaining": Count("pk", filter=~Q(state=State.CLOSED)),
        "unanswered": Count("pk", filter=Q(state=State.SENT)),
        "to_pass": Count("pk", filter=Q(state=State.ANSWERED)),
        "to_close": Count("pk", filter=Q(state=State.PASSED)),
        "closed": Count("pk", filter=Q(state=State.CLOSED)),
        "overdue": Count("pk", filter=~Q(state=State.CLOSED) & Q(batch__deadline__lt=day)),
        "answered_times": Count("pk", filter=given),
        "corrected": Count("pk", filter=given & Q(answer=Answer.CORRECTED)),
    }


def _names(codes: Iterable[str]) -> dict[str, str]:
    return {code: str(place) for code, place in Division.objects.in_bulk(list(codes)).items()}


COUNTS = ("sent", "remaining", "unanswered", "to_pass", "to_close", "closed", "overdue")


def chips(wanted: Mapping[str, str], account: Account) -> list[dict[str, str]]:
    """The chosen filters in words."""
    found = []
    if wanted.get("batch"):
        batch = CheckBatch.objects.visible_to(account).filter(pk=int(wanted["batch"])).first()
        found.append({"name": "batch", "label": _("批次"), "value": batch.number if batch else wanted["batch"]})
    if wanted.get("rule"):
        rule = CheckItem.objects.filter(rule_code=wanted["rule"]).values_list("rule_words", flat=True).first()
        found.append({"name": "rule", "label": _("疑点规则"), "value": _(rule) if rule else wanted["rule"]})
    if wanted.get("place"):
        code = wanted["place"].ljust(12, "0")
        found.append({"name": "place", "label": _("地区"), "value": _names([code]).get(code, code)})
    if wanted.get("answer"):
        found.append({"name": "answer", "label": _("核实结果"), "value": str(Answer(wanted["answer"]).label)})
    return found


def now(item: CheckItem, account: Account, rule: Check | None, day: datetime.date) -> dict[str, Any] | None:
    """What the register says at this moment: does the rule still hold, with which values, about whom. None: no rule."""
    if rule is None:
        return None
    found = live.of_household(item.household_id, [rule.code], day)
    hit = found.get(rule.code)
    return {
        "holds": hit is not None,
        "found": check_words.pairs(hit.values, account, line=bool(rule.thresholds())) if hit else [],
        "members": hit.members if hit else [],
    }


def excused_rules(household_id: int, day: datetime.date) -> set[str]:
    """The rules whose hits of a household are explained."""
    found = CheckHit.objects.filter(checks.excused(day), household_id=household_id, gone_on=None)
    return set(found.values_list("rule_code", flat=True))
