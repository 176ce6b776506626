"""Forms of shortfalls: who makes up for them, how and until when; what the review found."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from households.models import Cadre

OWN = "own"  # each household's own helper


class PlanForm(forms.Form):
    """Measure, responsible cadre and date of the chosen shortfalls."""

    measure = forms.CharField(
        label=_("补短措施"),
        help_text=_("写清做什么，例如：纳入危房改造，年底前入住。"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("请填写补短措施。")},
    )
    owner = forms.ChoiceField(label=_("责任人"))
    due_on = forms.DateField(
        label=_("完成时限"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("请填写完成时限。"), "invalid": _("日期写法不对，例如 2018-11-30。")},
    )

    def __init__(self, *args: Any, owners: Sequence[Cadre], households: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.owners = {cadre.cadre_no: cadre for cadre in owners}
        if not owners and not households:
            self.fields["owner"].help_text = _("没有可选的责任人：请先派驻干部，或给乡镇、部门的干部开通账号和岗位。")
        own = [(OWN, _("各户的帮扶责任人"))] if households else []
        field = self.fields["owner"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [*own, *((number, f"{cadre.name}（{cadre.unit}）") for number, cadre in self.owners.items())]

    def cadre(self) -> Cadre | None:
        """The cadre chosen; None = each household's own helper."""
        return self.owners.get(self.cleaned_data["owner"])


class ReviewForm(forms.Form):
    """What the township found in the house."""

    words = forms.CharField(
        label=_("复核情况"),
        help_text=_("写明谁在哪天入户、看到什么。"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("请写明复核情况，例如谁在哪天入户看了什么。")},
    )
    version = forms.IntegerField(widget=forms.HiddenInput)
