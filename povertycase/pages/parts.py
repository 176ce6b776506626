"""The page that shows every shared part once (demo only): what to copy, and what to look at after a change of style."""

import datetime
from types import SimpleNamespace
from typing import Any

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from povertycase.access.guards import page
from povertycase.access.permissions import Permission
from povertycase.models import JobRun


class SampleForm(forms.Form):
    """Every kind of field, bound with mistakes, so that the page shows labels, hints and error words."""

    head = forms.CharField(label=_("户主姓名"), max_length=50, help_text=_("与户口簿一致，少数民族姓名写全称"))
    checked_on = forms.DateField(label=_("核算日期"), widget=forms.DateInput(attrs={"type": "date"}))
    cause = forms.ChoiceField(label=_("主要致贫原因"), choices=[("", "--"), ("1", _("因病")), ("2", _("缺劳力"))])
    away = forms.ChoiceField(
        label=_("居住状况"), widget=forms.RadioSelect, choices=[("home", _("在家")), ("away", _("整户外出"))]
    )
    seen = forms.MultipleChoiceField(
        label=_("了解情况"),
        widget=forms.CheckboxSelectMultiple,
        choices=[("work", _("务工")), ("school", _("教育")), ("house", _("住房")), ("water", _("饮水"))],
        required=False,
    )
    note = forms.CharField(label=_("发现问题和诉求"), widget=forms.Textarea, required=False)
    sure = forms.BooleanField(label=_("以上内容已与户主核对"), required=False)


ROWS = (
    ("B0001", "刘某", "东胜社", 2, "met", 4120.5, datetime.date(2018, 11, 2)),
    ("B0002", "王某某", "西胜社", 1, "unknown", None, datetime.date(2018, 10, 28)),
    ("B0003", "包某某", "前屯", 3, "unmet", 3310, datetime.date(2018, 11, 19)),
    ("B0004", "赵某", "后屯", 2, "met", 5876.25, None),
)
VERDICTS = {"met": (_("达标"), "good"), "unknown": (_("待核实"), "warn"), "unmet": (_("未达标"), "bad")}


def _sample(state: str) -> Any:
    """A job that is not asked for again: the page must stand still."""
    return SimpleNamespace(
        pk=state, kind=_("导入登记表"), state=state, get_state_display=JobRun.State(state).label, is_open=False,
        error=_("第 17 行“村”查无此村，请核对村名。"),
    )  # fmt: skip


@require_safe
@page(Permission.WORKBENCH)
def parts(request: HttpRequest) -> HttpResponse:
    """Every part with sample content. Raises Http404 outside the demo."""
    if not settings.DEMO:
        raise Http404
    rows = [
        SimpleNamespace(
            number=number, head=head, group=group, members=members, income=income, visited=visited,
            verdict=VERDICTS[verdict][0], tone=VERDICTS[verdict][1],
        )
        for number, head, group, members, verdict, income, visited in ROWS
    ]  # fmt: skip
    context = {
        "form": SampleForm({"head": "刘某", "checked_on": "2018-13-01", "away": "home"}),
        "rows": rows,
        "listing": Paginator(range(18_884), 50).get_page(3),
        "chips": [
            {"name": "village", "label": _("村"), "value": "东方红村"},
            {"name": "cause", "label": _("致贫原因"), "value": _("因病")},
        ],
        "steps": [_("下载模板"), _("选择文件"), _("核对各列"), _("核对内容"), _("确认导入")],
        "done": _sample("done"),
        "failed": _sample("failed"),
    }
    return render(request, "parts_page.html", context)
