"""What to look at before a 分户 or 并户 is agreed to: a house is split on paper to look poor (拆户), or joined to look small.

Sentences for who verifies and confirms; they hinder nothing. Who proposes does not read them: they would say what to avoid.
"""

import datetime
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from households.choices import Relation as R
from households.models import ChangeRequest, HouseholdStatus, LegalSupporter, Membership, PersonCondition
from households.models.household import Household
from households.queries.change_parts import base_row
from povertycase.periods import age_on

ELDER, ADULT, YEAR = 60, 16, datetime.timedelta(days=365)
UNABLE = ("lost", "none")
# Generations seen from the head: a child stands one below its parent.
GENERATIONS: dict[str, int] = {
    **dict.fromkeys((R.HEAD, R.SPOUSE, R.SIBLING, R.SISTER_IN_LAW), 0),
    **dict.fromkeys((R.SON, R.DAUGHTER, R.DAUGHTER_IN_LAW, R.SON_IN_LAW, R.NEPHEW, R.NIECE), -1),
    **dict.fromkeys((R.GRANDSON, R.GRANDDAUGHTER, R.GRANDSON_F, R.GRANDDAUGHTER_F), -2),
    **dict.fromkeys((R.FATHER, R.MOTHER, R.WIFES_FATHER, R.WIFES_MOTHER, R.HUSBANDS_FATHER, R.HUSBANDS_MOTHER), 1),
    **dict.fromkeys((R.GRANDFATHER, R.GRANDMOTHER, R.GRANDFATHER_M, R.GRANDMOTHER_M), 2),
}


def of_request(request: ChangeRequest, content: dict[str, Any]) -> list[str]:
    """What to look at before this request is agreed to; nothing for other kinds."""
    household = request.household
    if household is None or request.kind not in ("split", "merge"):
        return []
    if request.kind == "merge":
        return _of_merge(household, request.subject, request.true_from)
    chosen = {int(person): relation for person, relation in (content["new"].get("members") or {}).items()}
    return _of_split(household, {person for person, relation in chosen.items() if relation}, request.true_from)


def _of_split(household: Household, going: set[int], day: datetime.date) -> list[str]:
    rows = Membership.objects.known().true_on(day).filter(household=household).select_related("person")
    people = [_Member(row, day) for row in rows.order_by("pk")]
    able = _able(people, day)
    sides = [one for one in people if one.key not in going], [one for one in people if one.key in going]
    found = [words for here, there in (sides, sides[::-1]) for words in _side(here, there, able)]
    if found and not LegalSupporter.objects.known().true_on(day).filter(household=household).exists():
        found.append(_("本户没有登记赡养人，请同时登记子女的赡养能力和履行情况。"))
    rows = ChangeRequest.objects.filter(household=household, kind="split", state="applied", true_from__gt=day - YEAR)
    if rows.exists():
        found.append(_("本户一年内已分过户，请核实是否反复拆户。"))
    return found


class _Member:
    """A member as the cautions see him: name, generation from the head, age where it is known."""

    def __init__(self, row: Membership, day: datetime.date) -> None:
        self.key, self.name = row.person_id, row.person.name
        self.generation = GENERATIONS.get(row.relation)
        self.age = age_on(row.person.birth_date, day) if row.person.birth_date else None

    @property
    def elder(self) -> bool:
        return self.age is not None and self.age >= ELDER

    def parent_of(self, other: "_Member") -> bool:
        return None not in (self.generation, other.generation) and self.generation == (other.generation or 0) + 1


def _able(people: Iterable[_Member], day: datetime.date) -> set[int]:
    """Adults under 60 who can work, or of whom nobody has said that they cannot."""
    adults = {one.key for one in people if one.age is not None and ADULT <= one.age < ELDER}
    rows = PersonCondition.objects.known().filter(person__in=adults, true_from__lte=day).order_by("true_from", "pk")
    labour = dict(rows.values_list("person_id", "labour"))
    return {key for key in adults if labour.get(key) not in UNABLE}


def _side(here: list[_Member], there: list[_Member], able: set[int]) -> list[str]:
    """What is wrong with one of the two houses that would come of it."""
    elders, found = [one for one in here if one.elder], []
    children = [one for one in there if one.key in able and any(elder.parent_of(one) for elder in elders)]
    if children and not any(one.key in able for one in here):
        told = {"elders": _names(elders), "children": _names(children)}
        found.append(
            _("%(elders)s（60 岁以上）将与有劳动能力的子女 %(children)s 不在一户，所在户再无劳动力：请核实是否把老人单独立户、"
              "子女是否履行赡养义务。") % told
        )  # fmt: skip
    if here and all(one.age is not None and one.age < ADULT for one in here):
        found.append(_("%s 都未满 16 岁，将单独成户，请核实由谁监护。") % _names(here))
    return found


def _names(people: Iterable[_Member]) -> str:
    return _("、").join(one.name for one in people)


def _of_merge(household: Household, other: int | None, day: datetime.date) -> list[str]:
    joining = Household.objects.filter(pk=other).first()
    rows = [base_row(HouseholdStatus, home, day) for home in (household, joining) if home is not None]
    words = [row.get_poverty_status_display() if row else "--" for row in rows]
    if len(words) == 2 and words[0] != words[1]:
        told = {"own": words[0], "other": words[1]}
        return [_("两户脱贫属性不同：本户 %(own)s，并入的户 %(other)s，并入后按本户计，请核实。") % told]
    return []
