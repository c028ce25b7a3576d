"""The form of a visit part by part (domain.md 4.3): every part may be left unfinished, only what cannot be right is refused."""

from collections.abc import Iterable
from dataclasses import replace

from django import forms

from households.income_form import ERRORS, FIGURES
from screening.choices import CheckWay, Conclusion, Truth
from screening.forms.offline import NO, YES
from screening.forms.rounds import day_field
from screening.rounds.findings import NEEDS, OF_A_VILLAGE, About, Finding, Lack, Part

_WORDS = {True: YES, False: NO, None: ""}
_ANSWERS = {YES: True, NO: False, "": None}


class PartForm(forms.Form):
    """One part; ``finding`` is what the draft holds, ``given`` the same with what this part says.

    ``seen`` and ``draft``: the versions of the task and of its draft that the page showed.
    """

    names: tuple[str, ...] = ()  # fields that are called as in Finding
    asked: tuple[str, ...] = ()  # without which nothing is reported: a draft may lack them, but they are not 选填

    def __init__(self, data=None, *, finding: Finding, about: About, seen):
        self.finding, self.about = finding, about
        super().__init__(data, initial={**self.kept(), "seen": seen.task, "draft": seen.draft})
        for name in ("seen", "draft"):
            self.fields[name] = forms.IntegerField(widget=forms.HiddenInput)
        self.ask()
        for name in self.fields.keys() & {*self.asked}:
            self.fields[name].asked = True

    def ask(self) -> None:
        """Add or change the fields that depend on the task."""

    def kept(self) -> dict:
        return {name: getattr(self.finding, name) for name in self.names}

    def given(self) -> Finding:
        return replace(self.finding, **{name: self.cleaned_data[name] for name in self.names})

    def complain(self, lacks: Iterable[Lack]) -> None:
        for lack in lacks:
            self.add_error(lack.key if lack.key in self.fields else None, lack.text)


class VisitForm(PartForm):
    names = ("checked_on", "checkers", "way", "absent", "interviewee", "relation", "truth")
    asked = ("checked_on", "checkers", "way", "interviewee", "truth")
    checked_on = day_field("核实日期", required=False)
    checkers = forms.CharField(label="核实人", required=False, max_length=200, help_text="至少两名，用顿号分开")
    way = forms.ChoiceField(label="核实方式", required=False, choices=CheckWay.choices, widget=forms.RadioSelect)
    absent = forms.CharField(
        label="外出地点", required=False, max_length=100, help_text="全家外出、用电话或视频核实的，写明在哪里"
    )
    interviewee = forms.CharField(label="受访人", required=False, max_length=60)
    relation = forms.CharField(label="受访人与户主关系", required=False, max_length=30)
    truth = forms.ChoiceField(label="情况是否属实", required=False, choices=Truth.choices, widget=forms.RadioSelect)


class LivingForm(PartForm):
    """Asked of a household only: a village's scheme has photos here and no questions."""

    asked = tuple(need.value for need in NEEDS)

    def ask(self):
        for need, label in NEEDS.items() if self.about.is_household else ():
            self.fields[need.value] = forms.ChoiceField(
                label=label, required=False, choices=[(YES, "有保障"), (NO, "没有保障")], widget=forms.RadioSelect
            )
            self.fields[f"{need.value}_note"] = forms.CharField(label=f"{label}说明", required=False, max_length=100)

    def kept(self):
        kept = {need.value: _WORDS[self.finding.living.get(need)] for need in NEEDS}
        return kept | {f"{need.value}_note": self.finding.remarks.get(need, "") for need in NEEDS}

    def given(self):
        found = self.cleaned_data
        asked = [need.value for need in NEEDS if need.value in self.fields]
        living = {need: _ANSWERS[found[need]] for need in asked}
        return replace(self.finding, living=living, remarks={need: found[f"{need}_note"] for need in asked})


def _amount(label: str, hint: str) -> forms.DecimalField:
    widget = forms.NumberInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    return forms.DecimalField(label=label, help_text=hint, widget=widget, error_messages=ERRORS, **FIGURES)


class MoneyForm(PartForm):
    names = ("income", "spending")
    income = _amount("家庭年收入估算", "全家近 12 个月的收入，元")
    spending = _amount("大额支出", "看病、上学、灾后修复等，报销和补助后自家承担的，元")


class OutcomeForm(PartForm):
    names = ("conclusion", "reason", "next_step", "next_check_on", "signed")
    asked = ("conclusion",)
    conclusion = forms.ChoiceField(label="结论", required=False, choices=(), widget=forms.RadioSelect)
    reason = forms.CharField(
        label="理由",
        required=False,
        max_length=500,
        help_text="除拟纳入外必须写明",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    next_step = forms.CharField(
        label="下一步", required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
    next_check_on = day_field("下次核查日期", required=False, help_text="转观察的必须填写")
    signed = forms.BooleanField(label="农户已在纸质核实表上签字", required=False)

    def ask(self):
        chosen = Conclusion if self.about.is_household else OF_A_VILLAGE
        self.fields["conclusion"].choices = [(one.value, one.label) for one in chosen]


FORMS = {
    Part.VISIT: VisitForm,
    Part.LIVING: LivingForm,
    Part.MONEY: MoneyForm,
    Part.OUTCOME: OutcomeForm,
}
