"""Forms of the household list: a full number to find a household by, and a hand-over."""

import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from households.models import Cadre
from households.queries import handover
from povertycase.models import Account
from povertycase.secrets import identity
from povertycase.secrets.identity import IdentityError


class SecretSearchForm(forms.Form):
    """A full ID or phone number to find a household by; it is sent by POST and kept as a blind index only."""

    number = forms.CharField(
        label=_("证件号或电话"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "text"}),
        error_messages={"required": _("请填写完整的证件号或电话。")},
    )

    def clean(self) -> dict[str, str]:
        """Adds `kind` (id | phone) and the tidied `clear` number."""
        data = super().clean() or {}
        typed = data.get("number", "")
        digits = "".join(character for character in typed if character.isalnum()).upper()
        if typed and len(digits) < 15 and digits.isdigit() and len(digits) >= 7:
            return {**data, "kind": "phone", "clear": digits}
        if typed:
            try:
                found = identity.read(typed)
            except IdentityError as error:
                raise ValidationError({"number": error.sentence}) from error
            return {**data, "kind": "id", "clear": found.number}
        return data


class HandOverForm(forms.Form):
    """Who takes the chosen households over, and from which day."""

    to = forms.CharField(
        label=_("新的帮扶责任人"),
        help_text=_("填干部编号或姓名；有同名的会请您选择。"),
        max_length=50,
        error_messages={"required": _("请填写新的帮扶责任人的干部编号或姓名。")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    day = forms.DateField(
        label=_("自哪一天起"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": _("请填写日期，例如 2018-11-30。"),
            "invalid": _("日期写法不对，例如 2018-11-30。"),
        },
    )
    which = forms.CharField(required=False)  # the number of the one meant among several of a name

    def __init__(self, *args: Any, account: Account, today: datetime.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account, self.today = account, today
        self.several: list[Cadre] = []
        self.fields["day"].initial = today

    def clean(self) -> dict[str, Any]:
        """Adds `cadre`; several of one name are offered as `several`."""
        data = super().clean() or {}
        words = " ".join(data.get("to", "").split())
        found: list[Cadre] = handover.cadres(self.account, words) if words else []
        if data.get("which"):
            found = [cadre for cadre in found if cadre.cadre_no == data["which"]]
        if words and not found:
            self.add_error("to", _("没有找到这位干部，请核对编号或姓名；新调入的干部须先登记。"))
        elif len(found) > 1:
            self.several = found
            self.add_error("to", _("有几位同名的干部，请选择其中一位。"))
        elif found:
            data["cadre"] = found[0]
        if data.get("day") and data["day"] > self.today:
            self.add_error("day", _("日期晚于业务日期，请在当天办理。"))
        return data
