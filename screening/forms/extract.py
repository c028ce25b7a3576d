"""Forms and filters of department data."""

import re

import django_filters
from django import forms
from django.utils.html import format_html

from fangpin.accounts.scope import departments_of, holds_anywhere
from fangpin.divisions.rights import Right
from fangpin.periods import month_label, month_text, next_month, previous_month, this_month
from screening.choices import ExtractState, Severity
from screening.extracts.formats import DEPARTMENTS, FORMATS
from screening.extracts.layout import ListFormat
from screening.models import Extract

MOST_FOUND = 200  # rows that an address names
_ROW = re.compile(r"\d{1,9}", re.ASCII)


def lists_of(user) -> list[ListFormat]:
    """The lists this user may send: those of the own departments, for the county office all."""
    if holds_anywhere(user, Right.RUN_MONTH):
        return list(FORMATS.values())
    own = departments_of(user)
    return [fmt for fmt in FORMATS.values() if fmt.department in own]


class UploadForm(forms.Form):
    list_code = forms.ChoiceField(label="名单", help_text="拿不准是哪一份时，请看“名单格式和模板”")
    period = forms.DateField(
        label="月份",
        input_formats=["%Y-%m"],
        widget=forms.DateInput(attrs={"type": "month"}, format="%Y-%m"),
        help_text="这份名单是哪个月的数据",
        error_messages={"invalid": "月份请写成 2021-05 这样的年-月"},
    )
    file = forms.FileField(
        label="表格文件",
        help_text="部门系统导出的表格，标题、合计行不用删；证件号码列设为文本格式",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.csv"}),
        error_messages={"empty": "文件是空的（0 字节）。请重新导出，确认能打开后再上传。", "required": "请选择文件"},
    )

    def __init__(self, *arguments, user, **options):
        super().__init__(*arguments, **options)
        groups: dict[str, list] = {}
        for fmt in lists_of(user):
            groups.setdefault(DEPARTMENTS[fmt.department], []).append((fmt.code, f"{fmt.code} {fmt.name}"))
        self.fields["list_code"].choices = [("", "请选择名单"), *groups.items()]
        self.fields["period"].initial = previous_month(this_month())


class ConfirmForm(forms.Form):
    """The questions that the check asked about the whole file, and whether another file makes way."""

    replace = forms.BooleanField(
        label="用这个文件替换它", error_messages={"required": "要用新文件代替已入库的文件，请勾选“用这个文件替换它”"}
    )

    def __init__(self, *arguments, extract: Extract, former: Extract | None, **options):
        super().__init__(*arguments, **options)
        if former is None:
            del self.fields["replace"]
        else:
            self.fields["replace"].help_text = format_html(
                "{}的这份名单已有入库文件《{}》（{} 行）。替换后它不再参加比对，只有它支持的线索在下次月度运行时撤销。",
                month_label(former.period),
                former.filename,
                f"{former.rows_acceptable:,}",
            )
        self._codes = {}
        for place, question in enumerate(extract.questions):
            name = f"question_{place}"
            self._codes[name] = question["code"]
            self.fields[name] = forms.ChoiceField(
                label=question["message"],
                choices=question["choices"],
                initial=question.get("answer"),
                widget=forms.RadioSelect,
            )

    def answers(self) -> dict[str, str]:
        return {code: self.cleaned_data[name] for name, code in self._codes.items()}


class WithdrawForm(forms.Form):
    reason = forms.CharField(label="作废原因", max_length=200, widget=forms.Textarea(attrs={"rows": 3}))


class ExtractFilter(django_filters.FilterSet):
    period = django_filters.ChoiceFilter(label="月份", method="in_month", choices=lambda: ())
    list_code = django_filters.ChoiceFilter(label="名单", choices=lambda: ())
    state = django_filters.ChoiceFilter(label="状态", choices=ExtractState.choices)

    class Meta:
        model = Extract
        fields = ()

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        found = self.queryset.order_by()
        months = sorted(found.values_list("period", flat=True).distinct(), reverse=True)
        codes = sorted(found.values_list("list_code", flat=True).distinct())
        self.filters["period"].extra["choices"] = [(month_text(month), month_label(month)) for month in months]
        self.filters["list_code"].extra["choices"] = [(code, f"{code} {FORMATS[code].name}") for code in codes]

    def in_month(self, extracts, name, value):
        return extracts.filter(period=f"{value}-01")


class ProblemFilter(django_filters.FilterSet):
    """``rows``: spreadsheet rows, "37" or "37,112". Names are looked for by FindForm: they belong into no address."""

    severity = django_filters.ChoiceFilter(label="处理", choices=Severity.choices)
    rows = django_filters.CharFilter(label="Excel 行", method="in_rows")

    def in_rows(self, problems, name, value):
        numbers = [int(number) for number in _ROW.findall(value)]
        return problems.filter(row__in=numbers)


class FindForm(forms.Form):
    """Looks for a row by its number or by the name in it; posted, and answered with the numbers of the rows."""

    find = forms.CharField(label="按姓名、行号查找", max_length=60, required=False)

    def rows(self, problems) -> str:
        """What the filter ``rows`` of the list is to say: "" for all, "0" when nobody is called so."""
        text = self.cleaned_data["find"]
        if text.isdecimal():  # no row has so many digits: it is somebody's number, which belongs in no address
            return text if len(text) <= 7 else "0"
        if not text:
            return ""
        named = problems.filter(name__contains=text).order_by("row").values_list("row", flat=True).distinct()
        return ",".join(map(str, named[:MOST_FOUND])) or "0"


def due_day_of(fmt: ListFormat, period) -> str:
    """When the list of a month is owed: by its day of the following month (domain.md 3.5)."""
    due = next_month(period)
    return f"{due.month}月{fmt.due_day}日"
