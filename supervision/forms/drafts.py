"""Forms of drafts: a check, a line from its document, a standard from its document, the decision, the sheet to compare on."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assistance.choices import MEASURE_KINDS
from assistance.queries import frequencies
from povertycase.models import Division
from povertycase.rules import versions
from povertycase.rules.policy import MEASURES
from supervision.queries import draft_bodies, own_rules, rule_words

SHOWN = 6  # facts kept with a household found


def _day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class RuleForm(forms.Form):
    """A rule of the county's own but for its condition."""

    name = forms.CharField(label=gettext_lazy("规则名称"), max_length=60)
    valid_from = forms.DateField(label=gettext_lazy("施行日期"), widget=_day_input())
    document = forms.CharField(
        label=gettext_lazy("依据"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("有文件的写文号，没有的可不填"),
    )
    rows: tuple[tuple[str, ...], ...] = ()  # the fields beside name and document, as they stand side by side
    own: tuple[str, ...] = ()  # fields that go into the rule as they are

    def body(self, test: dict[str, Any], shows: Iterable[str], before: Mapping[str, Any]) -> dict[str, Any]:
        """The rule's table without its code; before: of the draft or the rule it takes the place of."""
        told = self.cleaned_data
        return {
            **{name: told[name] for name in ("name", *self.own)},
            "valid_from": told["valid_from"].isoformat(),
            "sources": list(before.get("sources", ())),
            "shows": list(shows),
            "test": test,
        }


class CheckForm(RuleForm):
    """A check: how grave it is, what the village is asked."""

    level = forms.ChoiceField(label=gettext_lazy("级别"), choices=rule_words.SEVERITIES.items(), initial="warn")
    family = forms.ChoiceField(label=gettext_lazy("类别"))
    question = forms.CharField(
        label=gettext_lazy("请村里核实"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("写明核对什么、怎么改"),
    )
    rows = (("level", "family", "valid_from"), ("question",))
    own = ("level", "family", "question")
    kind = "check"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].help_text = gettext_lazy("说清什么值得怀疑，例如“户均住房面积过大”")
        families = dict.fromkeys(body["family"] for body in versions.shipped(self.kind))
        self.fields["family"].choices = [(name, _(name)) for name in families]  # type: ignore[attr-defined]


class WarningForm(CheckForm):
    """A warning: how urgent it is, what is to be done."""

    kind = "warning"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].help_text = gettext_lazy("说清提醒什么，例如“收入接近扶贫标准”")
        self.fields["level"].choices = own_rules.URGENCIES.items()  # type: ignore[attr-defined]
        self.fields["question"].label = gettext_lazy("怎么办")
        self.fields["question"].help_text = gettext_lazy("写明去看什么、做什么")


class FrequencyForm(RuleForm):
    """A visit frequency: how many visits in which span."""

    visits = forms.IntegerField(
        label=gettext_lazy("入户走访次数"),
        min_value=1,
        max_value=frequencies.MOST,
        initial=1,
        error_messages={"invalid": gettext_lazy("请填写整数，例如 1。")},
    )
    span = forms.ChoiceField(
        label=gettext_lazy("周期"),
        choices=frequencies.SPANS.items(),
        help_text=gettext_lazy("按季度的在季末月统计"),
    )
    rows = (("span", "visits", "valid_from"),)
    own = ("visits", "span")


class PolicyForm(RuleForm):
    """A policy: which bureau, which measures answer it, what is to be done."""

    department = forms.ChoiceField(label=gettext_lazy("主管部门"))
    measures = forms.MultipleChoiceField(
        label=gettext_lazy("登记了哪类帮扶措施算已享受"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("本年有其中一类措施的，算已享受"),
    )
    question = forms.CharField(
        label=gettext_lazy("怎么办"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("写明核实什么、由谁办理"),
    )
    rows = (("department", "valid_from"), ("measures",), ("question",))
    own = ("department", "measures", "question")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = MEASURE_KINDS.values()
        named = {kind.department: kind.department_words for kind in kinds}
        named |= {one["department"]: own_rules.department(one["department"]) for one in versions.shipped("policy")}
        self.fields["department"].choices = named.items()  # type: ignore[attr-defined]
        self.fields["measures"].choices = [(kind.code, kind.words) for kind in kinds]  # type: ignore[attr-defined]

    def body(self, test: dict[str, Any], shows: Iterable[str], before: Mapping[str, Any]) -> dict[str, Any]:
        """A condition that the rule before answers by stays: it is not asked in the form."""
        told = super().body(test, shows, before)
        counted = [f"{MEASURES}{kind}" for kind in told["measures"]]
        told["shows"] = list(dict.fromkeys([*shows, *counted]))[:SHOWN]
        if not before.get("answered") and not told["measures"]:
            raise ValidationError({"measures": _("请至少选一类帮扶措施，否则看不出谁已享受。")})
        return {**told, **({"answered": before["answered"]} if before.get("answered") else {})}


class LineForm(forms.Form):
    """A line from its document: which, for where, which year, how much."""

    line = forms.ChoiceField(label=gettext_lazy("标准线"))
    division = forms.ChoiceField(label=gettext_lazy("文件适用区划"), required=False)
    year = forms.IntegerField(
        label=gettext_lazy("年度"),
        min_value=2010,
        max_value=2100,
        error_messages={"invalid": gettext_lazy("年度应为四位数字，例如 2019。")},
    )
    value = forms.DecimalField(
        label=gettext_lazy("值"),
        max_digits=12,
        decimal_places=2,
        min_value=Decimal(0),
        error_messages={"invalid": gettext_lazy("请填写数字，例如 3747。")},
    )
    document = forms.CharField(
        label=gettext_lazy("文件名称和文号"),
        max_length=200,
        help_text=gettext_lazy("照文件录入；审批人对照原文核对"),
        error_messages={"required": gettext_lazy("请填写文件名称和文号。")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        prefixes = [settings.COUNTY[:digits] for digits in (2, 4, 6)]
        names = dict(
            Division.objects.filter(code__in=[one.ljust(12, "0") for one in prefixes]).values_list("code", "name")
        )
        places = [(one, names.get(one.ljust(12, "0"), one)) for one in prefixes]
        line, division = self.fields["line"], self.fields["division"]
        assert isinstance(line, forms.ChoiceField) and isinstance(division, forms.ChoiceField)
        line.choices = [
            (body["code"], f"{_(body['name'])}（{_(body['unit'])}）") for body in versions.shipped("threshold")
        ]
        division.choices = [("", _("全国")), *places]

    def body(self) -> dict[str, Any]:
        """The line as a rule's table."""
        told = self.cleaned_data
        shipped = next(one for one in versions.shipped("threshold") if one["code"] == told["line"])
        kept = {name: shipped[name] for name in ("code", "name", "unit", "watched_from") if name in shipped}
        value = told["value"]
        number = int(value) if value == value.to_integral_value() else float(value)
        year = f"{told['year']:04}"
        line = {"division": told["division"], "from": f"{year}-01-01", "to": f"{year}-12-31", "value": number}
        return {**kept, "line": line}


class StandardForm(forms.Form):
    """A standard from its document: the text of its table, pasted or as a file."""

    text = forms.CharField(
        label=gettext_lazy("标准文本（TOML）"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 18, "spellcheck": "false", "class": "code"}),
        help_text=gettext_lazy("写法同“规则 › 退出标准”中随系统提供的标准；每项指标以 [[criteria]] 开头"),
    )
    file = forms.FileField(label=gettext_lazy("或者上传文本文件"), required=False)
    document = forms.CharField(
        label=gettext_lazy("文件名称和文号"),
        max_length=200,
        help_text=gettext_lazy("照文件录入；审批人对照原文核对"),
        error_messages={"required": gettext_lazy("请填写文件名称和文号。")},
    )

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        text, file = told.get("text", ""), told.get("file")
        if file is not None and file.size <= draft_bodies.LONGEST * 4:
            try:
                text = file.read().decode("utf-8-sig")
            except UnicodeDecodeError:
                self.add_error("file", _("文件不是 UTF-8 编码的文本，请另存后再传。"))
                return told
        if not text.strip():
            self.add_error("text", _("请粘贴标准文本，或上传文件。"))
            return told
        try:
            # The text is kept with the draft, so that its author may mend what he wrote.
            told["body"] = {**draft_bodies.standard_of(text), "text": text}
        except ValidationError as error:
            self.add_error("text", error)
        return told


class DecideForm(forms.Form):
    """What the second person says."""

    words = forms.CharField(
        label=gettext_lazy("审批意见"),
        max_length=200,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("不同意的，写明原因"),
    )


class CompareForm(forms.Form):
    """On which sheet to compare."""

    sheet = forms.ChoiceField(label=gettext_lazy("事实表"))

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sheet"].choices = choices  # type: ignore[attr-defined]
