"""The form on which somebody says whether two entries are one person."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class DuplicateForm(forms.Form):
    """The decision, its reason, and the version of the pair it is about. `titles`: the two households in words."""

    decision = forms.ChoiceField(label=gettext_lazy("判定结果"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=gettext_lazy("判定依据"),
        max_length=300,
        help_text=gettext_lazy("核对了什么、问了谁。请不要写证件号码。"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, titles: list[str], **options: Any) -> None:
        super().__init__(*args, **options)
        kept = [
            (f"same-{at}", _("同一人：保留在 {household}").format(household=title))
            for at, title in enumerate(titles, 1)
        ]
        self.fields["decision"].choices = [*kept, ("different", _("不是同一人")), ("pending", _("待查"))]  # type: ignore[attr-defined]

    def decided(self) -> dict[str, Any]:
        """What the action wants to know."""
        state, _mark, kept = self.cleaned_data["decision"].partition("-")
        return {
            "state": state,
            "kept": int(kept) if kept else None,
            "reason": self.cleaned_data["reason"],
            "version": self.cleaned_data["version"],
        }
