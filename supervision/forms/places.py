"""The form that starts an exit check of villages or of the county: standard, day, division."""

import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from povertycase.models import Account, Division
from povertycase.rules import versions
from supervision.actions import exit_runs
from supervision.queries import places


class PlacesForm(forms.Form):
    """What to check. Divisions are those within the account's reach, the county and its towns."""

    standard = forms.ChoiceField(label=_("标准"), help_text=_("本地区的标准在前，其他地区的结果只供参照"))
    as_of = forms.DateField(
        label=_("截止日期"),
        help_text=_("按这一天的情况判断，以后的变化不影响结果"),
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    division = forms.ModelChoiceField(
        label=_("区划"),
        queryset=Division.objects.none(),
        empty_label=None,
        help_text=_("村的标准检查区划内的贫困村，县的标准只能选县"),
    )

    def __init__(self, *args: Any, account: Account, today: datetime.date, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"as_of": today.isoformat()})
        super().__init__(*args, **kwargs)
        levels = (Division.Level.COUNTY, Division.Level.TOWN)
        found = Division.objects.filter(level__in=levels, valid_to=None).order_by("code")
        within = [place for place in found if exit_runs.may_check(account, place)]
        division, standard = self.fields["division"], self.fields["standard"]
        assert isinstance(division, forms.ModelChoiceField) and isinstance(standard, forms.ChoiceField)
        division.queryset = found.filter(pk__in=[place.pk for place in within])
        county = within[0].code if within else ""
        standard.choices = [
            (version.code, f"{_(version.body['name'])}（{versions.span(version)}）")
            for version in places.offered(county, today)
        ]
