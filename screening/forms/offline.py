"""The offline form part by part: every part may be left unfinished, only what cannot be read or cannot be right is refused."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from django import forms

from households.choices import IncomeGroup
from households.income_form import ERRORS, FIGURES
from households.models import Person
from screening.choices import CheckWay, Judgement, Risk
from screening.forms.rounds import day_field
from screening.rounds.answers import EXTRAS, MOST_RISKS, About, Answers, Flag, Lack, Need, Part, judgements_for
from screening.rounds.sketch import COMPONENTS

YES, NO = "yes", "no"
AMOUNTS = (*COMPONENTS, *EXTRAS)
AMOUNT_HINTS = {
    IncomeGroup.COSTS: "种苗、饲料、农资等投入",
    IncomeGroup.SELF_PAY: "看病、上学、灾后修复等，报销和补助后自家承担的",
    IncomeGroup.CLAIMS: "保险、意外等理赔到手的钱",
}


class PartForm(forms.Form):
    """One part; ``answers`` are what the entry holds, ``given`` the same with what this part says. ``seen``: the version the page showed."""

    def __init__(self, data=None, *, answers: Answers, about: About, members: Iterable[Person], seen: int):
        self.answers, self.about, self.members = answers, about, list(members)
        super().__init__(data, initial={**self.kept(), "seen": seen})
        self.fields["seen"] = forms.IntegerField(widget=forms.HiddenInput)
        self.ask()

    def ask(self) -> None:
        """Add the fields that depend on the household."""

    def kept(self) -> dict:
        """The initial values, from the answers."""
        raise NotImplementedError

    def given(self) -> Answers:
        raise NotImplementedError

    def complain(self, lacks: Iterable[Lack]) -> None:
        for lack in lacks:
            self.add_error(lack.key if lack.key in self.fields else None, lack.text)


class WhereForm(PartForm):
    checked_on = day_field("排查日期", required=False)
    checkers = forms.CharField(
        label="排查人",
        required=False,
        max_length=200,
        help_text="第一书记、驻村工作队员、村“两委”，至少一人，用顿号分开",
    )
    way = forms.ChoiceField(label="排查方式", required=False, choices=CheckWay.choices, widget=forms.RadioSelect)

    def kept(self):
        answers = self.answers
        return {"checked_on": answers.checked_on, "checkers": answers.checkers, "way": answers.way}

    def given(self):
        found = self.cleaned_data
        return replace(self.answers, checked_on=found["checked_on"], checkers=found["checkers"], way=found["way"])


class HouseholdForm(PartForm):
    flags = forms.MultipleChoiceField(
        label="家庭情形",
        required=False,
        choices=Flag.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text="已按名册勾选，请核对",
    )
    chosen = forms.MultipleChoiceField(
        label="涉及的成员",
        required=False,
        choices=(),
        widget=forms.CheckboxSelectMultiple,
        help_text="生病、残疾、上学等与个人有关的，选出是谁",
    )

    def ask(self):
        self.fields["chosen"].choices = [(str(person.pk), _told(person)) for person in self.members]

    def kept(self):
        return {"flags": self.answers.flags, "chosen": self.answers.members}

    def given(self):
        found = self.cleaned_data
        return replace(self.answers, flags=tuple(found["flags"]), members=tuple(found["chosen"]))

    def complain(self, lacks):
        super().complain(replace(lack, key="chosen") if lack.key == "members" else lack for lack in lacks)


def _told(person: Person) -> str:
    about = [person.relation, person.health, person.disability_level and f"残疾{person.disability_level}"]
    return f"{person.name}（{'，'.join(filter(None, [*about, person.student_status]))}）"


class IncomeForm(PartForm):
    persons = forms.IntegerField(label="计算人数", required=False, min_value=0, max_value=99)

    def ask(self):
        self.fields["persons"].widget.attrs["inputmode"] = "numeric"
        for group in AMOUNTS:
            label = "大额刚性支出" if group == IncomeGroup.SELF_PAY else group.label
            widget = forms.NumberInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
            hint = AMOUNT_HINTS.get(group, "")
            self.fields[group.value] = forms.DecimalField(
                label=label, help_text=hint, widget=widget, error_messages=ERRORS, **FIGURES
            )

    def kept(self):
        return {"persons": self.answers.persons, **self.answers.amounts}

    def given(self):
        found = self.cleaned_data
        amounts = {group.value: found.get(group.value) for group in AMOUNTS}
        return replace(self.answers, persons=found.get("persons"), amounts=amounts)


class LivingForm(PartForm):
    def ask(self):
        for need in Need:
            answer = forms.ChoiceField(
                label=need.label, required=False, choices=[(YES, "有保障"), (NO, "没有保障")], widget=forms.RadioSelect
            )
            self.fields[need.value] = answer
            self.fields[f"{need.value}_note"] = forms.CharField(
                label=f"{need.label}说明", required=False, max_length=100
            )

    def kept(self):
        words = {True: YES, False: NO, None: ""}
        kept = {need.value: words[self.answers.living.get(need)] for need in Need}
        return kept | {f"{need.value}_note": self.answers.remarks.get(need, "") for need in Need}

    def given(self):
        words = {YES: True, NO: False, "": None}
        found = self.cleaned_data
        living = {need.value: words[found[need.value]] for need in Need}
        return replace(self.answers, living=living, remarks={need.value: found[f"{need.value}_note"] for need in Need})


class RisksForm(PartForm):
    def ask(self):
        for nth in range(1, MOST_RISKS + 1):
            self.fields[f"risk_{nth}"] = forms.ChoiceField(
                label=f"风险 {nth}", required=False, choices=[("", "没有"), *Risk.choices]
            )
            self.fields[f"evidence_{nth}"] = forms.CharField(
                label=f"风险 {nth} 的依据",
                required=False,
                max_length=200,
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    def kept(self):
        kept = {}
        for nth, risk in enumerate(self.answers.risks, 1):
            kept |= {f"risk_{nth}": risk, f"evidence_{nth}": self.answers.evidence.get(risk, "")}
        return kept

    def clean(self):
        found = super().clean()
        for nth in range(1, MOST_RISKS + 1):
            if found.get(f"evidence_{nth}") and not found.get(f"risk_{nth}"):
                self.add_error(f"risk_{nth}", "写了依据，请选择是哪项风险")
        return found

    def _pairs(self) -> Iterator[tuple[str, str]]:
        for nth in range(1, MOST_RISKS + 1):
            if risk := self.cleaned_data[f"risk_{nth}"]:
                yield risk, self.cleaned_data[f"evidence_{nth}"]

    def given(self):
        pairs = list(self._pairs())
        return replace(self.answers, risks=tuple(risk for risk, _ in pairs), evidence=dict(pairs))


class JudgementForm(PartForm):
    judgement = forms.ChoiceField(label="判断", required=False, choices=(), widget=forms.RadioSelect)
    reason = forms.CharField(
        label="理由",
        required=False,
        max_length=500,
        help_text="主要困难是什么、自己能解决多少",
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def ask(self):
        fitting = judgements_for(self.about)
        self.fields["judgement"].choices = [choice for choice in Judgement.choices if choice[0] in fitting]

    def kept(self):
        return {"judgement": self.answers.judgement, "reason": self.answers.reason}

    def given(self):
        found = self.cleaned_data
        return replace(self.answers, judgement=found["judgement"], reason=found["reason"])


FORMS: dict[Part, type[PartForm]] = {
    Part.WHERE: WhereForm,
    Part.HOUSEHOLD: HouseholdForm,
    Part.INCOME: IncomeForm,
    Part.LIVING: LivingForm,
    Part.RISKS: RisksForm,
    Part.JUDGEMENT: JudgementForm,
}
