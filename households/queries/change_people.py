"""An item that says something of several members at once: what each is to the head of a household."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from households.choices import Relation
from households.models import Person
from households.queries.change_items import Item
from povertycase.access.typed import whole

HEAD = Relation.HEAD.value


class People(Item):
    """{person: relation}, kept with text keys as JSON has them. An empty relation: this member stays where he is."""

    def read(self, raw: Any) -> dict[str, str] | None:
        """What was chosen for each member. Raises ValidationError under the item's name."""
        if not raw:
            return None
        if not isinstance(raw, Mapping):
            raise ValidationError({self.name: _("请逐人选择与户主的关系。")})
        found = {str(person): str(relation or "") for person, relation in raw.items()}
        if any(whole(person) is None or (code and code not in Relation.values) for person, code in found.items()):
            raise ValidationError({self.name: _("与户主关系不在代码表中，请从列表选择。")})
        if list(found.values()).count(Relation.SPOUSE.value) > 1:
            raise ValidationError({self.name: _("户主的配偶只能有一人，请核对。")})
        return dict(sorted(found.items(), key=lambda pair: int(pair[0])))

    def value(self, kept: Any) -> dict[int, str]:
        """Person → relation as the register's actions take it."""
        return {int(person): relation for person, relation in (kept or {}).items()}

    def words(self, kept: Any) -> str | None:
        """单强（户主）、李红（配偶）; who stays comes after: 留在原户：单小明、张春燕."""
        if not kept:
            return None
        names = dict(Person.objects.filter(pk__in=[int(person) for person in kept]).values_list("pk", "name"))
        labels = dict(Relation.choices)
        order = sorted(kept.items(), key=lambda pair: (pair[1] != HEAD, int(pair[0])))
        of = {person: names.get(int(person), "--") for person in kept}
        gone = [_("%(name)s（%(relation)s）") % {"name": of[p], "relation": labels[c]} for p, c in order if c]
        stay = [of[person] for person, code in order if not code]
        told = _("、").join(gone)
        return _("%(gone)s；留在原户：%(stay)s") % {"gone": told, "stay": _("、").join(stay)} if stay else told


class Persons(Item):
    """Several members, kept as a list of their keys."""

    def read(self, raw: Any) -> list[int]:
        """The chosen members. Raises ValidationError under the item's name."""
        try:
            return sorted({int(person) for person in raw or ()})
        except (TypeError, ValueError) as error:
            raise ValidationError({self.name: _("“%s”不在登记簿中，请从列表选择。") % self.label}) from error

    def words(self, kept: Any) -> str | None:
        """李红、单小宝."""
        if not kept:
            return None
        return _("、").join(Person.objects.filter(pk__in=kept).order_by("pk").values_list("name", flat=True))
