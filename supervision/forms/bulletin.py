"""The forms of the bulletin: which month to draft, and the 文号 it is issued under."""

import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from povertycase.periods import Month

OFFERED = 12


class DraftForm(forms.Form):
    """The month to draft: the last twelve whose cut-off has passed."""

    month = forms.ChoiceField(label=_("月份"))

    def __init__(self, *args: Any, today: datetime.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        month = Month.of(today)
        if month.window(settings.BULLETIN_CUTOFF_DAY)[1] >= today:
            month = month.previous()
        months = [month]
        while len(months) < OFFERED:
            months.append(months[-1].previous())
        self.fields["month"] = forms.ChoiceField(label=_("月份"), choices=[(str(one), one.words()) for one in months])


class IssueForm(forms.Form):
    """The number that the signing office gave."""

    number = forms.CharField(
        label=_("文号"),
        max_length=60,
        help_text=_("按发文机关给的文号填写，例如“镇脱贫组发〔2018〕21号”"),
        error_messages={"required": _("文号没有填写，请按发文机关给的文号填写。")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
