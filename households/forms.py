"""Forms of the register's pages."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

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
                raise ValidationError({"number": f"{error}。"}) from error
            return {**data, "kind": "id", "clear": found.number}
        return data
