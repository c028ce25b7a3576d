"""Forms of the register."""

from django import forms
from django.utils import timezone

from fangpin.divisions.models import Division


class UploadForm(forms.Form):
    county = forms.ModelChoiceField(label="县", queryset=Division.objects.none())
    file = forms.FileField(
        label="名册文件",
        help_text="全国系统导出的户成员信息，.xlsx、.xls 或 .csv；表头在前几行均可，列的先后不限",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.csv"}),
        error_messages={"required": "请选择名册文件", "empty": "文件是空的（0 字节）。请重新导出，确认能打开后再上传"},
    )

    def __init__(self, *arguments, counties, **options):
        super().__init__(*arguments, **options)
        self.fields["county"].queryset = counties
        only = list(counties[:2])
        if len(only) == 1:
            self.fields["county"].widget = forms.HiddenInput()
            self.fields["county"].initial = only[0].pk


class PartialForm(forms.Form):
    """Asked before an import that would take many people out of the register."""

    whole = forms.BooleanField(
        label="我已确认：这个文件包含所涉及各村的全部人员，不是其中一部分",
        error_messages={"required": "请先确认文件包含所涉及各村的全部人员"},
    )


class RevealForm(forms.Form):
    reason = forms.CharField(
        label="查看原因",
        min_length=4,
        max_length=100,
        help_text="例如：电话核对参保信息。原因和查看人、时间一并留痕",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "请填写查看原因", "min_length": "查看原因至少写 4 个字"},
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label="说明",
        min_length=4,
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "请写明情况", "min_length": "至少写 4 个字"},
    )


class ExemptionForm(ReasonForm):
    until = forms.DateField(
        label="豁免至",
        help_text="到期自动恢复，最长一年",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "请选择到期日", "invalid": "日期写成 2021-12-31"},
    )


class SearchForm(forms.Form):
    q = forms.CharField(
        label="姓名、拼音首字母、证件号码（或末六位）、电话、户编号、行政村",
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "请输入要查找的内容"},
    )


class DayForm(forms.Form):
    """Which past day the household's page is to show."""

    on = forms.DateField(
        label="查看某一天的情况",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "请选择日期", "invalid": "日期写法不对，请写成 2021-06-03 这样的年-月-日"},
    )

    def clean_on(self):
        day = self.cleaned_data["on"]
        if day > timezone.localdate():
            raise forms.ValidationError("只能查看今天以前的情况")
        return day
