"""The form of a change: the values that stand, the date, and what is typed instead."""

import datetime
from collections.abc import Iterator
from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from households.forms import people
from households.forms.fields import EMPTY, day_field, field_of
from households.forms.layouts import DAYS, Group, alone, shown
from households.models import Cadre, Membership
from households.queries import handover
from households.queries.change_items import Item
from households.queries.change_parts import PARTS
from households.queries.change_people import People
from households.queries.edited import Edited
from povertycase.secrets import identity
from povertycase.secrets.identity import IdentityError

SALT = "households.change"
HIDDEN = {"income": ("period_start", "period_end")}


class ChangeForm(forms.Form):
    """One page of a change. `opened` carries the values the page showed, signed, so that a second editor is noticed.

    Sealed numbers are never shown: an empty one stays as it is.
    """

    opened = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, edited: Edited, data: Any = None, *, group: str = "", **options: Any) -> None:
        self.edited, self.kind, self.part = edited, edited.kind, PARTS[edited.kind]
        self.now = edited.current()
        super().__init__(data, initial=self._ready(), **options)
        self.layout = shown(self.kind, group or self._group_asked())
        self.group = self.layout[0].code if alone(self.kind) else ""
        for item in self._items():
            several = isinstance(item, People)
            self.fields.update(people.fields_of(item.name, edited) if several else {item.name: self._field(item)})
        label = DAYS.get(self.kind, later("生效日期"))
        self.fields["true_from"] = day_field(
            label, edited.today, initial=edited.again.true_from if edited.again else edited.today
        )
        self.initial["opened"] = signing.dumps(self._plain_now(), salt=SALT, compress=True)

    def moved(self) -> bool:
        """Has somebody changed what this page showed since it was opened?"""
        seen = self.seen()
        return any(seen.get(item.name) != self.now.get(item.name) for item in self._watched() if item.name in seen)

    # --- what is read of it ---------------------------------------------------------------------------------

    def values(self) -> dict[str, Any]:
        """What the action takes: the items of this page; a number left empty is not among them."""
        typed = {item.name: self._typed(item) for item in self._items() if item.name != "village"}
        if "village" in self.fields and not self.edited.is_new:
            typed["village"] = self.cleaned_data.get("village")
        if typed.get("new_head") in (typed.get("also") or ()):
            # Who stood ready as the heir leaves as well.
            typed["new_head"] = None
        if "cadre" in typed:
            typed["cadre"] = self.cleaned_data.get("cadre_key")
        replaces = not self.part.event or self.edited.again is not None
        kept = {name for name, item in self.part.items.items() if item.secret and replaces}
        return {name: value for name, value in typed.items() if name not in kept or value}

    def seen(self) -> dict[str, Any]:
        """The values the page showed when it was opened; those of now where it does not say."""
        try:
            found = signing.loads(self.data.get(self.add_prefix("opened"), ""), salt=SALT)
        except signing.BadSignature:
            return self._plain_now()
        return {name: value for name, value in found.items() if name in self.part.items}

    def seen_on(self, day: datetime.date) -> dict[str, Any] | None:
        """What the page showed, where it is what stood on that day as well; None for a day before what is in force."""
        return self.seen() if self.edited.current(day) == self.now else None

    def differences(self) -> list[dict[str, Any]]:
        """For who came second: what stood at opening, what stands now, and what he typed, of each item that differs."""
        seen, found = self.seen(), []
        asked = {item.name for item in self._items()}
        for item in self._watched():
            before, now = seen.get(item.name), self.now.get(item.name)
            typed = self._kept(item) if item.name in asked else now
            if item.secret or (before == now and typed == now):
                continue
            yours = _("（未改）") if self._untouched(item) else item.words(typed)
            words = {"before": item.words(before), "now": item.words(now), "yours": yours}
            found.append({"label": item.label, **words})
        return found

    def merged(self) -> Iterator[tuple[str, Any]]:
        """What the page is sent with again: what was typed, and what now stands where nothing was."""
        items = {item.name: item for item in self._items()}
        for bound in self:
            item = items.get(bound.name)
            if bound.name == "opened":
                continue
            untouched = item is not None and not item.secret and self._untouched(item)
            value = self.initial.get(bound.name, "") if untouched else bound.value()
            yield from ((bound.name, one) for one in (value if isinstance(value, list) else [value]))

    def changes(self) -> list[dict[str, Any]]:
        """What is proposed: label, present and new value in words, of each item that changes."""
        found = []
        for item in self._items():
            now, typed = self.now.get(item.name), self._kept(item)
            if item.secret and not typed:
                continue
            if item.words(now) != item.words(typed) and item.name not in HIDDEN.get(self.kind, ()):
                found.append({"label": item.label, "before": item.words(now), "after": item.words(typed)})
        return found

    def groups(self) -> Iterator[dict[str, Any]]:
        """The page's groups with their bound fields, for the template."""
        for group in self.layout:
            names = [one for name in group.names for one in self._names(name)]
            fields = [self[name] for name in names if not self[name].is_hidden]
            if fields:
                yield {"code": group.code, "label": group.label, "fields": fields}

    def has_groups(self) -> bool:
        """Are there several groups on this page, so that each needs its heading?"""
        return sum(1 for _group in self.groups()) > 1

    def tabs(self) -> list[Group]:
        """The pages of this kind, where it has several."""
        return list(alone(self.kind))

    # --- checks ----------------------------------------------------------------------------------------------

    def clean(self) -> dict[str, Any]:
        """Nobody without a relation to the new head."""
        cleaned = super().clean() or self.cleaned_data
        for item in self._items():
            if isinstance(item, People):
                for name, words in people.wrong(item.name, self.edited, cleaned).items():
                    self.add_error(name, words)
        return cleaned

    def clean_id_number(self) -> str:
        """The tidied number; what the register knows of it is the action's affair."""
        typed = self.cleaned_data.get("id_number", "")
        if not typed:
            return ""
        try:
            return identity.read(typed, self.edited.today).number
        except IdentityError as error:
            raise ValidationError(error.sentence) from error

    def clean_phone(self) -> str:
        """Digits only; a mobile number has 11."""
        return clean_phone(self.cleaned_data.get("phone", ""))

    def clean_cadre(self) -> str:
        """Adds `cadre_key`. An empty field ends the pairing."""
        typed = " ".join(self.cleaned_data.get("cadre", "").split())
        self.cleaned_data["cadre_key"] = _cadre(self.edited, typed).pk if typed else None
        return typed

    # --- made of ----------------------------------------------------------------------------------------------

    def _items(self) -> list[Item]:
        names = [*(name for group in self.layout for name in group.names), *HIDDEN.get(self.kind, ())]
        known = self.edited.items()
        return [known[name] for name in names if name in known]

    def _watched(self) -> list[Item]:
        """The items of this page, and those that say which row is meant."""
        items, known = self._items(), self.edited.items()
        return [*items, *(known[name] for name in self.part.key if name in known and known[name] not in items)]

    def _names(self, item: str) -> list[str]:
        """The fields of an item: one, or one a member."""
        if isinstance(self.part.items.get(item), People):
            return [name for name in self.fields if name.startswith(f"{item}_")]
        return [item] if item in self.fields else []

    def _typed(self, item: Item) -> Any:
        """What the fields of an item say."""
        if isinstance(item, People):
            return people.typed(item.name, self.edited, self.cleaned_data)
        return self.cleaned_data.get(item.name)

    def _field(self, item: Item) -> forms.Field:
        present = self.now.get(item.name)
        if item.name in HIDDEN.get(self.kind, ()):
            return forms.DateField(widget=forms.HiddenInput)
        if item.names == "cadre":
            return forms.CharField(
                label=item.label,
                required=False,
                max_length=50,
                help_text=later("填干部编号或姓名；留空表示解除结对。"),
                widget=forms.TextInput(attrs={"autocomplete": "off"}),
            )
        if item.names == "persons":
            rows = [
                (str(row.person_id), f"{row.person.name}（{row.get_relation_display()}）")
                for row in self.edited.along()
            ]
            return forms.MultipleChoiceField(
                label=item.label, required=False, choices=rows, widget=forms.CheckboxSelectMultiple
            )
        if item.names == "person":
            listed = [(str(row.person_id), row.person.name) for row in self.edited.members() if not self._stays(row)]
            return forms.ChoiceField(label=item.label, required=not item.field.null, choices=[EMPTY, *listed])
        if item.names == "division":
            places = self.edited.villages()
            return forms.ChoiceField(label=item.label, required=not item.field.null, choices=[EMPTY, *places])
        field = field_of(item, self.edited.today, present=present)
        if item.secret:
            field.help_text = self._number_hint(item)
        elif item.name == "household_no":
            field.help_text = later("留空由系统编号。")
        return field

    def _number_hint(self, item: Item) -> Any:
        if asked := item.words(self.edited.before.get(item.name)):
            return _("上次填的是 %s；不改请留空。") % asked
        masked = item.words(self.now.get(item.name))
        if masked and not self.part.event:
            return _("现登记 %s；不改请留空。") % masked
        if item.secret == "id":
            return later("填写后性别和出生日期以号码为准；新生儿没有号码可留空。")
        return ""

    def _ready(self) -> dict[str, Any]:
        """What stands in the fields at first; sealed numbers do not."""
        asked = {**self.now, **self.edited.before}
        plain = (name for name, item in self.part.items.items() if not item.secret and not isinstance(item, People))
        ready = {name: asked[name] for name in plain if name in asked}
        if self.edited.again and self.edited.is_new:
            ready["village"] = self.edited.again.village_id
        if ready.get("cadre"):
            ready["cadre"] = Cadre.objects.filter(pk=ready["cadre"]).values_list("cadre_no", flat=True).first()
        if "new_head" in self.part.items:
            ready["new_head"] = self.edited.before.get("new_head") or self._only_head()
        known = {name: _shown(value) for name, value in ready.items() if value not in (None, "")}
        for item in self.part.items.values():
            if isinstance(item, People):
                known.update(people.ready(item.name, self.edited, ready.get("new_head")))
        return {**self.edited.suggested(), **known}

    def _only_head(self) -> int | None:
        """The one member who can be the new head, where there is only one."""
        rows = [row for row in self.edited.people if not self._stays(row)]
        return rows[0].person_id if len(rows) == 1 else None

    def _stays(self, row: Membership) -> bool:
        """The head of now cannot be chosen as the new one."""
        return self.kind == "head" and row.relation == "head"

    def _group_asked(self) -> str:
        """The page that holds what a request sent back asked for."""
        return next((one.code for one in alone(self.kind) if set(one.names) & set(self.edited.before)), "")

    def _plain_now(self) -> dict[str, Any]:
        return {name: value for name, value in self.now.items() if not self.part.items[name].secret}

    def _untouched(self, item: Item) -> bool:
        """Was the item left as the page showed it?"""
        seen = self.seen()
        return item.name in seen and self._kept(item) == seen[item.name]

    def _kept(self, item: Item) -> Any:
        """What was typed, as it would be kept."""
        try:
            return item.read(self.values().get(item.name))
        except ValidationError:
            return None


def _shown(value: Any) -> Any:
    """A value as the field's options write it."""
    return str(value).lower() if isinstance(value, bool) else value


def clean_phone(typed: str) -> str:
    """A phone number without spaces and hyphens. Raises ValidationError for what cannot be one."""
    digits = "".join(character for character in typed if character.isdigit())
    if typed and not 7 <= len(digits) <= 12:
        raise ValidationError(_("电话号码位数不对，手机为 11 位，座机请带区号。"))
    if len(digits) == 11 and not digits.startswith(("0", "1")):
        raise ValidationError(_("手机号码应以 1 开头，请核对。"))
    return digits


def _cadre(edited: Edited, typed: str) -> Cadre:
    found = handover.cadres(edited.account, typed)
    if not found:
        raise ValidationError(_("没有找到这位干部，请核对编号或姓名；新调入的干部须先登记。"))
    if len(found) > 1:
        listed = "；".join(f"{one.cadre_no} {one.name}（{one.unit.name}）" for one in found)
        raise ValidationError(_("有几位同名的干部，请改填编号：%s") % listed)
    return found[0]


class ProposalForm(forms.Form):
    """Why, and by which paper: asked for beside the consequences."""

    prefix = "ask"
    reason = forms.CharField(
        label=later("理由"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
    proof = forms.FileField(label=later("依据"), required=False)

    def __init__(self, *args: Any, locked: str | None = None, has_proof: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        self.locked, self.has_proof = locked, has_proof
        self.fields["reason"].required = bool(locked)
        self.fields["proof"].required = bool(locked) and not has_proof
        self.fields["reason"].error_messages["required"] = _("请写明修改理由。")
        self.fields["proof"].error_messages["required"] = _("请上传依据（照片或 PDF）。")
        self.fields["proof"].error_messages["empty"] = _("文件是空的（0 字节），请重新选择。")


class PhoneForm(forms.Form):
    """The household's phone: reported by whoever calls it, nobody verifies it."""

    phone = forms.CharField(
        label=later("联系电话"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}),
        help_text=later("留空表示没有电话。"),
    )

    def clean_phone(self) -> str:
        """Digits only."""
        return clean_phone(self.cleaned_data.get("phone", ""))


class WhichForm(forms.Form):
    """Which household of the village joins this one."""

    which = forms.CharField(
        label=later("要并入的户"),
        max_length=50,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=later("填户编号或户主姓名；只能是本村在册的户。"),
        error_messages={"required": later("请填写户编号或户主姓名。")},
    )
