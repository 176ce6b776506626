"""Forms of the pages on which changes are decided, and of the collection window."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from households.actions.windows import DAYS
from households.forms.fields import day_field
from households.models import CollectionWindow


class OpinionForm(forms.Form):
    """An opinion on a request: what is said, and the version of the request it was said of."""

    words = forms.CharField(
        label=_("意见"),
        required=False,
        max_length=300,
        help_text=_("同意可不填；退回和不同意须写明理由。请不要写证件号码。"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class WindowForm(forms.Form):
    """The dates of one year's collection window."""

    year = forms.IntegerField(label=_("年度"), min_value=2014, max_value=2100)
    document = forms.CharField(label=_("文件"), max_length=120, help_text=_("文号，如：镇扶组发〔2018〕30号"))

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        for name in DAYS:
            label = CollectionWindow._meta.get_field(name).verbose_name  # type: ignore[union-attr]
            self.fields[name] = day_field(label)
