"""Forms of rounds and of a village's list."""

from datetime import date

import django_filters
from django import forms

from fangpin.approvals.routes import Stage, Verdict
from fangpin.divisions.models import Division
from households.filters import PlaceFilter
from screening.choices import RoundKind
from screening.extracts.formats import DEPARTMENTS, FORMATS
from screening.models import OfflineList, Round

DATE_LABELS = {name: Round._meta.get_field(name).verbose_name for name in (
    "starts_on", "uploads_due", "offline_due", "compare_on", "dispatch_on", "verify_due", "ends_on",
)}  # fmt: skip
TODO = "todo"
STATES = {TODO: "待村上报", Stage.TOWNSHIP: "待乡镇审核", Stage.COUNTY: "待县级审定", Stage.PASSED: "已审定"}


def day_field(label: str, **options) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    errors = {"required": f"请填写{label}", "invalid": "日期写成 2021-05-06"}
    return forms.DateField(label=label, widget=widget, error_messages=errors, **options)


class MonthForm(forms.Form):
    """Which month the round is of: from it the dates are filled in."""

    period = forms.DateField(
        label="月份",
        input_formats=["%Y-%m"],
        widget=forms.DateInput(attrs={"type": "month"}, format="%Y-%m"),
        help_text="比对哪个月的部门数据",
        error_messages={"required": "请选择月份", "invalid": "月份请写成 2021-05 这样的年-月"},
    )


class OpenForm(MonthForm):
    kind = forms.ChoiceField(label="类别", choices=RoundKind.choices, widget=forms.RadioSelect)
    townships = forms.ModelMultipleChoiceField(
        label="范围",
        queryset=Division.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请至少选择一个乡镇"},
    )
    lists = forms.MultipleChoiceField(
        label="应报部门名单", required=False, choices=(), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *arguments, county: Division, **options):
        super().__init__(*arguments, **options)
        self.fields["townships"].queryset = county.children.townships().order_by("code")
        self.fields["lists"].choices = [
            (fmt.code, f"{DEPARTMENTS[fmt.department]} {fmt.name}") for fmt in FORMATS.values()
        ]
        for name, label in DATE_LABELS.items():
            self.fields[name] = day_field(label)

    def dates(self) -> dict[str, date]:
        return {name: self.cleaned_data[name] for name in DATE_LABELS}

    @property
    def date_fields(self):
        return [self[name] for name in DATE_LABELS]


class CloseForm(forms.Form):
    reason = forms.CharField(
        label="结束说明",
        required=False,
        max_length=200,
        help_text="还有没做完的事项时必须写明原因",
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class CountsForm(forms.Form):
    seen = forms.IntegerField(widget=forms.HiddenInput)
    due = forms.IntegerField(label="应排查户数", min_value=0, max_value=99_999)
    looked_at = forms.IntegerField(label="已排查户数", min_value=0, max_value=99_999)
    clear = forms.IntegerField(label="无风险户数", min_value=0, max_value=99_999)
    checkers = forms.CharField(
        label="排查人", required=False, max_length=200, help_text="第一书记、驻村工作队员、村“两委”，用顿号分开"
    )

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        for name in ("due", "looked_at", "clear"):
            field = self.fields[name]
            field.widget.attrs["inputmode"] = "numeric"
            field.error_messages |= {"required": f"请填写{field.label}，没有的填 0", "invalid": "请填写整数"}

    def clean(self):
        given = super().clean()
        due, looked_at, clear = (given.get(name) for name in ("due", "looked_at", "clear"))
        if None not in (due, looked_at) and looked_at > due:
            self.add_error("looked_at", f"已排查户数不能超过应排查的 {due} 户")
        if None not in (looked_at, clear) and clear > looked_at:
            self.add_error("clear", f"无风险户数不能超过已排查的 {looked_at} 户")
        return given


class SeenForm(forms.Form):
    """``seen``: the version that the page showed."""

    seen = forms.IntegerField(widget=forms.HiddenInput)


class SubmitForm(SeenForm):
    zero = forms.BooleanField(
        label="零报告：本村本轮排查没有发现疑似户",
        error_messages={"required": "本村没有疑似户，请勾选“零报告”后上报"},
    )

    def __init__(self, *arguments, ask_zero: bool, **options):
        super().__init__(*arguments, **options)
        if not ask_zero:
            del self.fields["zero"]


class WhyForm(SeenForm):
    reason = forms.CharField(
        label="原因",
        min_length=4,
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "请写明原因", "min_length": "至少写 4 个字"},
    )


class SignForm(SeenForm):
    """同意, or 退回 to one of the levels below with the reason."""

    verdict = forms.ChoiceField(
        label="意见", choices=(), widget=forms.RadioSelect, error_messages={"required": "请选择同意或退回"}
    )
    opinion = forms.CharField(
        label="说明",
        required=False,
        max_length=300,
        help_text="退回时必须写明原因",
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *arguments, lower: tuple[Stage, ...], **options):
        super().__init__(*arguments, **options)
        names = {Stage.VILLAGE: "退回村", Stage.TOWNSHIP: "退回乡镇"}
        self.fields["verdict"].choices = [
            (Verdict.AGREE.value, "同意"),
            *((f"{Verdict.RETURN.value}:{stage.value}", names[stage]) for stage in reversed(lower)),
        ]

    def clean(self):
        given = super().clean()
        if given.get("verdict", Verdict.AGREE) != Verdict.AGREE and not given.get("opinion"):
            self.add_error("opinion", "退回须写明原因")
        return given

    def signature(self) -> dict[str, str]:
        verdict, _, back_to = self.cleaned_data["verdict"].partition(":")
        return {"verdict": Verdict(verdict), "back_to": back_to, "opinion": self.cleaned_data["opinion"]}


class OfflineFilter(PlaceFilter):
    state = django_filters.ChoiceFilter(label="上报状态", method="in_state", choices=list(STATES.items()))
    nothing = django_filters.BooleanFilter(label="只看零报告", method="nothing_found", widget=forms.CheckboxInput)

    class Meta:
        model = OfflineList
        fields = ()

    def in_state(self, lists, name, value):
        return lists.with_village() if value == TODO else lists.filter(approval__stage=value)

    def nothing_found(self, lists, name, value):
        return lists.handed_in().filter(suspected=0) if value else lists


class SheetForm(forms.Form):
    file = forms.FileField(
        label="线下排查表",
        help_text="用本页的模板填写；一户一行，证件号码列保持文本格式",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.csv"}),
        error_messages={"required": "请选择文件", "empty": "文件是空的（0 字节）。请重新保存后再上传"},
    )


class PackForm(SheetForm):
    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.fields["file"].label = "填好的核实包"
        self.fields["file"].help_text = "从本页下载的核实包；没有核实的户空着，自动跳过"
