"""Forms of the desk."""

from django import forms

_REASON = {"min_length": 4, "max_length": 200, "widget": forms.TextInput(attrs={"autocomplete": "off"})}


class ExportReasonForm(forms.Form):
    """``token`` holds what is asked for, signed (fangpin.desk.exports)."""

    token = forms.CharField(widget=forms.HiddenInput, max_length=4000)
    reason = forms.CharField(
        label="用途",
        help_text="例如：报送县里季度核查名单。用途、行数和筛选条件会给审批人看，并留痕",
        error_messages={"required": "请填写用途", "min_length": "用途至少写 4 个字"},
        **_REASON,
    )


class ConsentForm(forms.Form):
    opinion = forms.CharField(label="意见", max_length=200, required=False, widget=_REASON["widget"])


class RefusalForm(forms.Form):
    opinion = forms.CharField(
        label="不同意的原因",
        error_messages={"required": "请写明不同意的原因", "min_length": "原因至少写 4 个字"},
        **_REASON,
    )
