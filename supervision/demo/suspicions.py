"""The demo's batch of suspicious data: some forty items of one township, in every state from sent to closed."""

import datetime

from povertycase.models import Account, Division
from supervision.actions import check_answers, check_batches
from supervision.models import CheckBatch, CheckHit, CheckItem
from supervision.queries import checks

RULES = ("income_members_differ", "healthy_but_lost_labour", "pension_income_without_old", "labour_cause_but_labour")
WANTED = 40
FEW = 12
LASTS = datetime.timedelta(days=120)
SPECIAL = "家中老人住院，本年暂由亲属照料"


def send(day: datetime.date) -> None:
    """The batch, once: sent down twenty days ago, due in ten."""
    office, town = _account("county_office1"), _account("township_reviewer1")
    if CheckBatch.objects.exists() or office is None or town is None:
        return
    post = town.post_set.exclude(division=None).first()
    villages = _villages(post.division, day) if post and post.division else []
    if not villages:
        return
    sent = day - datetime.timedelta(days=20)
    batch = check_batches.send(
        title=f"{day.year}年{day.month}月疑点核实", codes=RULES, places=villages,
        deadline=day + datetime.timedelta(days=10), division_code=office.extents()[0].prefix.ljust(12, "0"), day=sent,
        by=office,
    )  # fmt: skip
    _work(list(batch.items.order_by("pk")), town, day)


def _villages(town: Division, day: datetime.date) -> list[str]:
    """Villages of the township, as many as make about forty items."""
    number, chosen = 0, []
    hits = CheckHit.objects.filter(checks.present(day), rule_code__in=RULES, village_code__startswith=town.prefix)
    for code in sorted(set(hits.values_list("village_code", flat=True))):
        if number >= WANTED:
            break
        number += hits.filter(village_code=code).count()
        chosen.append(code)
    return chosen


def _work(items: list[CheckItem], town: Account, day: datetime.date) -> None:
    """Two thirds are answered; of those most are passed, and half of these are closed; two came back.

    A small township has too few of them for all states: what it has was sent, and waits.
    """
    clerk, county = _account("township_clerk1"), _account("county_reviewer1")
    if clerk is None or county is None or len(items) < FEW:
        return
    third = len(items) // 3
    said, week = items[third:], datetime.timedelta(days=7)
    for place, item in enumerate(said):
        special = place % 5 == 4
        check_answers.answer(
            versions=_as_shown([item]), answer="special" if special else "confirmed", words=SPECIAL if special else "",
            expires_on=day + LASTS if special else None, on=day - 2 * week, by=clerk,
        )  # fmt: skip
    passed = said[third // 2 :]
    check_answers.send_back(
        versions=_as_shown(said[:2]), words="没有写明核实方式，请入户后再报", on=day - week, by=town
    )
    check_answers.passed(versions=_as_shown(passed), on=day - week, by=town)
    check_answers.close(versions=_as_shown(passed[third // 2 :]), on=day - week, by=county)


def _as_shown(items: list[CheckItem]) -> dict[int, int]:
    return dict(CheckItem.objects.filter(pk__in=[item.pk for item in items]).values_list("pk", "version"))


def _account(username: str) -> Account | None:
    return Account.objects.filter(username=username).first()
