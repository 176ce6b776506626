"""Forms of visits and measures."""

import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assistance import choices
from assistance.choices import MEASURE_KINDS, VisitKind, VisitTopic
from households.choices import CauseCode
from households.models import Cadre, Household, Membership, Pairing, Unit
from povertycase.models import Account

OTHER = "other"
# What a plain visit leaves as it stands: folded away on the page until it is wanted.
FOLDED = ("visitor", "visitor_name", "met", "minutes", "policies", "income_change", "income_note")


def _day(label: Any, required: bool = True, **options: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("日期写法不对，请按“2018-10-31”填写。"), "required": _("请填写日期。")},
        **options,
    )


def _text(label: Any, rows: int = 3, **options: Any) -> forms.CharField:
    return forms.CharField(label=label, required=False, widget=forms.Textarea(attrs={"rows": rows}), **options)


class VisitForm(forms.Form):
    """One visit as form F-3 asks for it."""

    kind = forms.ChoiceField(label=_("走访方式"), choices=VisitKind.choices, widget=forms.RadioSelect)
    visited_on = _day(_("走访日期"))
    visited_at = forms.TimeField(
        label=_("走访时间"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    minutes = forms.IntegerField(label=_("时长(分钟)"), required=False, min_value=1, max_value=600)
    visitor = forms.ChoiceField(label=_("走访人"), help_text=_("代录时选实际走访的人"))
    visitor_name = forms.CharField(label=_("其他走访人姓名"), required=False, max_length=50)
    met = forms.CharField(
        label=_("见到谁"),
        required=False,
        max_length=40,
        help_text=_("与户主的关系，如：户主、配偶"),
        widget=forms.TextInput(attrs={"list": "met-choices", "autocomplete": "off"}),
    )
    topics = forms.MultipleChoiceField(
        label=_("了解情况"), choices=VisitTopic.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    findings = _text(_("了解到的情况"), rows=4, max_length=2000, help_text=_("除未遇外须填写"))
    policies = forms.CharField(label=_("宣讲政策"), required=False, max_length=200)
    need = _text(_("发现问题或诉求"), max_length=1000)
    solved_on_site = forms.NullBooleanField(
        label=_("能否当场解决"),
        required=False,
        widget=forms.Select(choices=[("", "--"), ("true", _("能")), ("false", _("不能"))]),
    )
    follow_up = _text(_("上次诉求办理结果"), rows=2, max_length=1000)
    income_change = forms.ChoiceField(
        label=_("收入变化"), required=False, choices=[("", "--"), *choices.IncomeChange.choices]
    )
    income_note = forms.CharField(label=_("收入变化说明"), required=False, max_length=80)

    def __init__(
        self, household: Household, account: Account, today: datetime.date, *args: Any, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.own, self.cadres = _visitors(household, account, today)
        members = Membership.objects.known().true_on(today).filter(household=household).order_by("pk")
        self.kin = list(dict.fromkeys(member.get_relation_display() for member in members))
        named = [(str(cadre.pk), f"{cadre.name}（{cadre.unit.name}）") for cadre in self.cadres.values()]
        self.fields["visitor"].choices = [*named, (OTHER, _("其他人"))]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Adds `cadre`; a name is needed where the visitor is none of the listed."""
        data = super().clean() or {}
        cadre = self.cadres.get(data.get("visitor", ""))
        if cadre is None and data.get("visitor") == OTHER and not data.get("visitor_name"):
            self.add_error("visitor_name", _("请填写走访人姓名。"))
        if data.get("kind") and data["kind"] != VisitKind.ABSENT and not data.get("findings", "").strip():
            self.add_error("findings", _("请写下了解到的情况。"))
        data["cadre"] = cadre
        return data

    def values(self) -> dict[str, Any]:
        """What the action takes."""
        return {name: value for name, value in self.cleaned_data.items() if name != "visitor"}

    @property
    def unfolded(self) -> bool:
        """Must what is folded away stand open? When a mistake is in it."""
        return any(name in self.errors for name in FOLDED)


def _visitors(household: Household, account: Account, today: datetime.date) -> tuple[bool, dict[str, Cadre]]:
    """Does the account itself visit? And who may have been there: its own cadre first, then the household's helpers."""
    own = list(Cadre.objects.filter(account=account).select_related("unit"))
    pairings = Pairing.objects.known().true_on(today).filter(household=household).select_related("cadre__unit")
    found = [*own, *(pairing.cadre for pairing in pairings.order_by("place"))]
    return bool(own), {str(cadre.pk): cadre for cadre in found}


class MeasureForm(forms.Form):
    """One measure of the catalogue."""

    kind = forms.ChoiceField(label=_("措施类别"))
    content = forms.CharField(label=_("项目内容"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))
    cause = forms.ChoiceField(label=_("针对原因"), required=False, choices=[("", "--"), *CauseCode.choices])
    person = forms.ChoiceField(label=_("受益人"), required=False)
    unit = forms.ChoiceField(label=_("帮扶单位"), required=False)
    funder = forms.CharField(label=_("投资或实施单位"), required=False, max_length=80)
    amount = forms.DecimalField(label=_("金额(元)"), required=False, min_value=0, max_digits=12, decimal_places=2)
    quantity = forms.CharField(label=_("数量"), required=False, max_length=40)
    year = forms.IntegerField(label=_("年度"), min_value=2014, max_value=2050)
    planned_on = _day(_("计划完成日期"), required=False)
    state = forms.ChoiceField(label=_("进展"), choices=choices.MeasureState.choices)
    done_on = _day(_("完成日期"), required=False)
    effect = forms.CharField(label=_("帮扶成效"), required=False, max_length=200)
    signed_by_household = forms.NullBooleanField(
        label=_("户主签字"),
        required=False,
        widget=forms.Select(choices=[("", "--"), ("true", _("已签字")), ("false", _("未签字"))]),
    )

    def __init__(self, household: Household, today: datetime.date, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        members = Membership.objects.known().true_on(today).filter(household=household).select_related("person")
        self.people = {str(row.person_id): row.person for row in members}
        helping = Unit.objects.filter(cadre__pairing__household=household, cadre__pairing__superseded_at__isnull=True)
        self.units = {str(unit.pk): unit for unit in helping.distinct()}
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            (
                kind.code,
                gettext("%(kind)s（%(department)s）") % {"kind": kind.words, "department": kind.department_words},
            )
            for kind in MEASURE_KINDS.values()
        ]
        people = [(key, person.name) for key, person in self.people.items()]
        self.fields["person"].choices = [("", _("全户")), *people]  # type: ignore[attr-defined]
        units = [(key, unit.name) for key, unit in self.units.items()]
        self.fields["unit"].choices = [("", "--"), *units]  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """What the action takes."""
        data = dict(self.cleaned_data)
        return {**data, "person": self.people.get(data["person"]), "unit": self.units.get(data["unit"])}
