"""Forms of comparisons with other systems: the export that is brought, and the decision about a difference."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class ReconcileForm(forms.Form):
    """The export, whose it is, and whether everybody of ours should stand in it."""

    file = forms.FileField(label=_("导出的名单"), allow_empty_file=True)
    source = forms.CharField(
        label=_("来源系统或单位"),
        max_length=60,
        help_text=_("每次用同一个名称，如“全国扶贫信息系统”“县残联”：已核实的差异按来源记住"),
    )
    whole = forms.BooleanField(
        label=_("对方应有本范围全部在册人口"),
        required=False,
        help_text=_("勾选后，登记册有而对方没有的也列入差异；部门的部分名单请不要勾选"),
    )

    def __init__(self, *args: Any, sources: list[str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.sources = sources
        self.fields["source"].widget.attrs["list"] = "sources"


class AcceptForm(forms.Form):
    """属实 or 排除, with its grounds; the paper that a locked change asks for."""

    reason = forms.CharField(
        label=_("依据"),
        max_length=300,
        help_text=_("核对了什么、看了哪份材料。请不要写证件号码。"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    proof = forms.FileField(
        label=_("依据材料"), required=False, help_text=_("照片或 PDF；资料已锁定或由部门确认时必须上传")
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class ExcludeForm(forms.Form):
    """One reason for the chosen differences."""

    reason = forms.CharField(label=_("排除的依据"), max_length=300)
