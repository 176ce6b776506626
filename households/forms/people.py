"""Rows of a change that asks the same of several members: what each is to the head of a household."""

import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from households.choices import Relation
from households.forms.fields import EMPTY
from households.models import Membership
from households.queries import kinship
from households.queries.change_people import HEAD
from households.queries.edited import Edited
from povertycase.periods import age_on

OTHERS = [pair for pair in Relation.choices if pair[0] != HEAD]


def name_of(item: str, person: int) -> str:
    """The field of one member: relations_12."""
    return f"{item}_{person}"


def fields_of(item: str, edited: Edited) -> dict[str, forms.Field]:
    """One list of relations a member. Who splits off may be the new head; an empty one stays."""
    rows = edited.people
    hints = _proposed(edited) if edited.kind in ("head", "leave") else {}
    listed = [("", _("留在原户")), *Relation.choices] if edited.kind == "split" else [EMPTY, *OTHERS]
    found: dict[str, forms.Field] = {}
    for row in rows:
        attrs: dict[str, Any] = {"data-person": row.person_id}
        if hints:
            by_head = {head: others[row.person_id] for head, others in hints.items() if row.person_id in others}
            attrs["data-proposed"] = json.dumps(by_head)
        field = forms.ChoiceField(label=row.person.name, required=edited.kind == "merge", choices=listed)
        field.widget.attrs.update(attrs)
        field.help_text = _told(row, edited)
        field.error_messages["required"] = _("请选择与户主的关系。")
        found[name_of(item, row.person_id)] = field
    return found


def ready(item: str, edited: Edited, head: Any) -> dict[str, str]:
    """What stands in the lists at first: what a request sent back asked for, or what follows from the only new head."""
    asked: dict[str, str] = edited.before.get(item) or {}
    if not asked and head and edited.kind in ("head", "leave"):
        asked = {str(person): code for person, code in _proposed(edited).get(int(head), {}).items()}
    return {name_of(item, int(person)): code for person, code in asked.items()}


def typed(item: str, edited: Edited, cleaned: Mapping[str, Any]) -> dict[str, str]:
    """What was chosen, member by member; the new head of a change of head is among them."""
    rows = edited.members() if edited.kind == "split" else edited.people
    found = {str(row.person_id): cleaned.get(name_of(item, row.person_id)) or "" for row in rows}
    head = str(cleaned.get("new_head") or "")
    if edited.kind in ("head", "leave"):
        for person in (head, *(cleaned.get("also") or ())):
            found.pop(person, None)
    return {**found, head: HEAD} if edited.kind == "head" and head else found


def wrong(item: str, edited: Edited, cleaned: Mapping[str, Any]) -> dict[str | None, str]:
    """What is missing, by field."""
    chosen = typed(item, edited, cleaned)
    if edited.kind == "split":
        one = list(chosen.values()).count(HEAD) == 1
        return {} if one else {None: _("请在分出的成员中选定一位户主，只能有一位。")}
    if edited.kind == "merge" or not cleaned.get("new_head"):
        return {}
    empty = [person for person, relation in chosen.items() if not relation]
    return {name_of(item, int(person)): _("请选择与新户主的关系。") for person in empty}


def _proposed(edited: Edited) -> dict[int, dict[int, str]]:
    """For each member as the new head what the others are to him, where it follows from the relations of now."""
    rows = [*edited.members(), *([edited.member] if edited.member else [])]
    head = next((row for row in rows if row.relation == HEAD), None)
    return kinship.proposed(rows, head) if head else {}


def _told(row: Membership, edited: Edited) -> str:
    """现为配偶，48 岁."""
    told = {"relation": row.get_relation_display()}
    if not row.person.birth_date:
        return _("现为%(relation)s") % told
    return _("现为%(relation)s，%(age)s 岁") % {**told, "age": age_on(row.person.birth_date, edited.today)}
