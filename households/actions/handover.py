"""Handing households over to another helper, many at a time: all of them or none."""

import datetime
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from households.actions import pairing
from households.models import Cadre, Household
from households.queries import handover
from povertycase.models import Account

# One household at a time goes through the pairing's own action, in one transaction, and what stands about it is judged
# again (about 0.1 s each); more than these are a job's work.
MOST = 50
MOST_BY_JOB = 20_000


def hand_over(
    *, households: Sequence[int], to: Cadre, true_from: datetime.date, entered_on: datetime.date, by: Account | None
) -> int:
    """The cadre answers for these households from a day on; returns how many changed. Raises ValidationError.

    The caller found them through `visible_to`. Each hand-over is an event of its own in the trail.
    """
    if len(households) > MOST:
        raise ValidationError(_("一次最多更换 %d 户的帮扶责任人，请分批选择。") % MOST)
    return _all(households, to, true_from, entered_on, by, _("户 %(no)s：%(words)s"))


def _all(
    households: Sequence[int],
    to: Cadre,
    true_from: datetime.date,
    entered_on: datetime.date,
    by: Account | None,
    refusal: str = "%(words)s",
) -> int:
    """refusal: how the reason of the first that is refused is told."""
    with transaction.atomic():
        held = dict(handover.in_force(true_from).filter(household__in=households).values_list("household", "cadre"))
        wanted = Household.objects.filter(pk__in=households, card__member_count__gt=0).order_by("pk")
        changed = [household for household in wanted if held.get(household.pk) != to.pk]
        for household in changed:
            try:
                _one(household, to, true_from, entered_on, by, household.pk in held)
            except ValidationError as reason:
                words = "".join(reason.messages)
                raise ValidationError(refusal % {"no": household.household_no, "words": words}) from reason
    return len(changed)


def hand_over_each(
    *, households: Sequence[int], to: Cadre, true_from: datetime.date, entered_on: datetime.date, by: Account | None
) -> tuple[int, list[tuple[int, str]]]:
    """The same, household by household: how many changed, and what could not be done with its reason.

    For the job, whose receipt says both; a household that the cadre answers for already is left as it is.
    """
    changed, refused = 0, []
    for household in households:
        try:
            changed += _all([household], to, true_from, entered_on, by)
        except ValidationError as reason:
            refused.append((household, "".join(reason.messages)))
    return changed, refused


def _one(
    household: Household, to: Cadre, day: datetime.date, entered_on: datetime.date, by: Account | None, has: bool
) -> None:
    try:
        with transaction.atomic():
            if has:
                pairing.hand_over(household=household, to=to, true_from=day, entered_on=entered_on, by=by)
            else:
                pairing.open(household=household, cadre=to, true_from=day, entered_on=entered_on, by=by)
    except IntegrityError as reason:
        sentence = _("户 %s 在该日之后已安排了帮扶责任人，请先核对这一户的结对记录。")
        raise ValidationError(sentence % household.household_no) from reason
