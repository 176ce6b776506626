"""The forms of suspicious data: send down, answer, send back."""

import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from povertycase.models import Account, Division
from supervision.models import CheckBatch, CheckItem
from supervision.queries import check_items


def _day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"})


class SendForm(forms.Form):
    """What to send down: rules that find something now, towns or villages, until when."""

    title = forms.CharField(label=gettext_lazy("批次名称"), max_length=80)
    deadline = forms.DateField(label=gettext_lazy("回收期限"), widget=_day_input())
    checks = forms.MultipleChoiceField(
        label=gettext_lazy("疑点规则"),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("括号内是现有疑点户数，只列出有疑点的规则"),
        error_messages={"required": gettext_lazy("请至少选择一条疑点规则。")},
    )
    places = forms.MultipleChoiceField(
        label=gettext_lazy("乡镇"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("请至少选择一个乡镇或村。")},
    )

    def __init__(self, *args: Any, account: Account, day: datetime.date, **kwargs: Any) -> None:
        due = day + datetime.timedelta(days=15)
        title = _("{year}年{month}月疑点核实").format(year=day.year, month=day.month)
        kwargs.setdefault("initial", {"title": title, "deadline": due.isoformat()})
        super().__init__(*args, **kwargs)
        rules = [row for row in check_items.by_rule(account, day) if row["present"]]
        named = [(row["check"].code, f"{row['name']}（{row['present']}）") for row in rules]
        self.fields["checks"].choices = named  # type: ignore[attr-defined]
        towns = Division.objects.filter(level=Division.Level.TOWN, valid_to=None).order_by("code")
        self.fields["places"].choices = [(town.code, str(town)) for town in towns]  # type: ignore[attr-defined]


class AnswerForm(forms.Form):
    """What the village found out."""

    answer = forms.ChoiceField(label=gettext_lazy("核实结果"), choices=CheckItem.Answer.choices)
    words = forms.CharField(
        label=gettext_lazy("情况说明"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )
    expires_on = forms.DateField(
        label=gettext_lazy("说明有效期至"),
        required=False,
        widget=_day_input(),
        help_text=gettext_lazy("特殊情况填写，到期后重新核实"),
    )
    proof = forms.FileField(
        label=gettext_lazy("依据"), required=False, help_text=gettext_lazy("照片（JPG、PNG）或 PDF，不超过 5 MB")
    )


class ReturnForm(forms.Form):
    """Why an answer is not enough."""

    words = forms.CharField(label=gettext_lazy("退回原因"), max_length=200)


class SheetForm(forms.Form):
    """A filled-in 核实表."""

    file = forms.FileField(
        label=gettext_lazy("核实表"), help_text=gettext_lazy("系统下载、填好的 Excel 文件，一村一个")
    )


class ListForm(forms.Form):
    """A superior's list."""

    source = forms.ChoiceField(
        label=gettext_lazy("来源"),
        choices=[one for one in CheckBatch.Source.choices if one[0] != CheckBatch.Source.OWN],
    )
    title = forms.CharField(label=gettext_lazy("批次名称"), max_length=80)
    document = forms.CharField(label=gettext_lazy("文件"), max_length=120, required=False)
    deadline = forms.DateField(label=gettext_lazy("回收期限"), widget=_day_input())
    file = forms.FileField(
        label=gettext_lazy("疑点清单"), help_text=gettext_lazy("Excel 文件，表头：户编号、疑点规则、疑点内容")
    )
