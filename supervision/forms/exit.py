"""The form that starts an exit check: standard, day, division, population."""

import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from povertycase.models import Account, Division
from povertycase.rules import versions
from supervision.actions import exit_runs
from supervision.models import ExitRun
from supervision.queries import standards


class ExitRunForm(forms.Form):
    """What to check. Divisions are those within the account's reach, the county and its towns."""

    standard = forms.ChoiceField(label=_("标准"))
    as_of = forms.DateField(
        label=_("截止日期"),
        help_text=_("按这一天的情况判断，以后的变化不影响结果"),
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    division = forms.ModelChoiceField(label=_("区划"), queryset=Division.objects.none(), empty_label=None)
    population = forms.ChoiceField(
        label=_("范围"),
        choices=ExitRun.Population.choices,
        widget=forms.RadioSelect,
        help_text=_("各范围分别检查，数字不能相加"),
    )

    def __init__(self, *args: Any, account: Account, today: datetime.date, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"as_of": today.isoformat(), "population": ExitRun.Population.PLANNED})
        super().__init__(*args, **kwargs)
        places = [place for place in _places() if exit_runs.may_check(account, place)]
        division, standard = self.fields["division"], self.fields["standard"]
        assert isinstance(division, forms.ModelChoiceField) and isinstance(standard, forms.ChoiceField)
        division.queryset = Division.objects.filter(pk__in=[place.pk for place in places])
        county = places[0].code if places else ""
        standard.choices = [
            (version.code, f"{_(version.body['name'])}（{versions.span(version)}）")
            for version in _offered(county, today)
        ]


def _places() -> list[Division]:
    levels = (Division.Level.COUNTY, Division.Level.TOWN)
    return list(Division.objects.filter(level__in=levels, valid_to=None).order_by("code"))


def _offered(county: str, today: datetime.date) -> list[Any]:
    """Every household standard: the day judged on is chosen in the same form, so none is left out here."""
    found = [version for version in versions.all_of("standard") if version.body.get("level") == "household"]
    return sorted(found, key=lambda one: (not standards.applies_to(one, county), not versions.is_in_force(one, today)))
