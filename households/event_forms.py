"""Forms of the life events: each asks what its verb needs and calls it by ``enter(by=…)``."""

from uuid import UUID

from django import forms

from fangpin import idcard
from fangpin.divisions.models import Division
from fangpin.divisions.rights import Right
from households.choices import Event, Sex
from households.dictionaries import ETHNICITY, HEAD, RELATION
from households.events.arriving import RETURNS, Newcomer, arrive, come_back
from households.events.leaving import leave
from households.events.moving import change_head, join, move_household, move_people, split
from households.field_forms import EventForm
from households.filters import divisions_within
from households.models import Household, LifeEvent, Person
from households.relations import RELATION_CHOICES, likely_heir, suggested

_TEXT = {"autocomplete": "off"}
STAYS, GOES = "stays", "goes"


class MembersForm(EventForm):
    """With a choice of 与户主关系 for members. ``person`` is whom the event is about, ``other`` the other household, if it has one."""

    most_heads = 1

    def __init__(
        self,
        *arguments,
        kind: Event,
        members: list[Person],
        left: list[Person] = (),
        person: Person | None = None,
        other: Household | None = None,
        **options,
    ):
        super().__init__(*arguments, **options)
        self.kind, self.members, self.left, self.person, self.other = kind, members, left, person, other
        self.ask()

    def ask(self) -> None:
        """Add what this event asks beside day and reason."""

    def ask_relations(self, people: list[Person], label: str, initial: dict[UUID, str], *, head: bool = True) -> None:
        choices = [choice for choice in RELATION_CHOICES if head or choice[0] != HEAD]
        for person in people:
            name = f"relation_{person.pk}"
            self.fields[name] = forms.ChoiceField(label=f"{person.name}{label}", choices=choices)
            self.fields[name].initial = initial.get(person.pk, "")

    def relations(self) -> dict[UUID, str]:
        found = {name: value for name, value in self.cleaned_data.items() if name.startswith("relation_")}
        return {UUID(name.removeprefix("relation_")): relation for name, relation in found.items()}

    def ask_heirs(self) -> None:
        """Whom the head leaves behind says who is head now, and what the others are to him."""
        if not self.person.is_head:
            return
        stay = [member for member in self.members if member != self.person]
        heir = likely_heir(stay)
        self.ask_relations(stay, "与新户主的关系", suggested(self.members, heir) if heir else {})

    def clean(self):
        super().clean()
        heads = [name for name in self.fields if name.startswith("relation_") and self.cleaned_data.get(name) == HEAD]
        for name in heads[self.most_heads :]:
            self.add_error(name, "只能有一个户主")
        return self.cleaned_data


class ArrivalForm(MembersForm):
    def ask(self) -> None:
        backs = [person for person in self.left if person.left_why in RETURNS.get(self.kind, ())]
        if backs:
            choices = [("", "新登记一人"), *((str(person.pk), f"{person.name}（原成员）") for person in backs)]
            self.fields["back"] = forms.ChoiceField(
                label="谁",
                choices=choices,
                required=False,
                help_text="原来是本户成员的，选他的名字，不必再填下面的内容",
            )
        text = forms.TextInput(attrs=_TEXT)
        self.fields["name"] = forms.CharField(label="姓名", max_length=60, required=False, widget=text)
        self.fields["relation"] = forms.ChoiceField(label="与户主关系", choices=RELATION_CHOICES)
        self.fields["id_number"] = forms.CharField(
            label="证件号码",
            max_length=30,
            required=False,
            widget=text,
            help_text="还没有的不填；填了就不用再填性别和出生日期",
        )
        self.fields["sex"] = forms.ChoiceField(
            label="性别", choices=Sex.choices, required=False, widget=forms.RadioSelect
        )
        day = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        self.fields["birthday"] = forms.DateField(label="出生日期", required=False, widget=day)
        peoples = [("", "未填写"), *((label, label) for label in ETHNICITY.labels.values())]
        self.fields["ethnicity"] = forms.ChoiceField(label="民族", choices=peoples, required=False)
        phone = forms.TextInput(attrs=_TEXT | {"inputmode": "tel"})
        self.fields["phone"] = forms.RegexField(
            r"^1[3-9]\d{9}$",
            label="联系电话",
            required=False,
            widget=phone,
            error_messages={"invalid": "电话应为 11 位手机号码"},
        )
        self.to_the_end("on", "reason", "seen")
        if self.kind == Event.BIRTH:
            del self.fields["birthday"]
            self.fields["on"].label = "出生日期"
            self.order_fields(["name", "on"])

    def clean(self):
        super().clean()
        if not self.cleaned_data.get("back"):
            self._clean_newcomer()
        return self.cleaned_data

    def _clean_newcomer(self) -> None:
        given = self.cleaned_data
        if not given.get("name"):
            self.add_error("name", "请填写姓名")
        number = idcard.clean(given.get("id_number", "")).number if given.get("id_number") else ""
        if number:
            if not idcard.is_valid(number):
                self.add_error("id_number", "证件号码不对，请核对；没有的可以不填")
            return
        if not given.get("sex"):
            self.add_error("sex", "请选择性别")
        if self.kind != Event.BIRTH and not given.get("birthday") and "birthday" not in self.errors:
            self.add_error("birthday", "请填写出生日期")

    def enter(self, *, by) -> LifeEvent:
        given = self.cleaned_data
        if given.get("back"):
            person = next(person for person in self.left if str(person.pk) == given["back"])
            return come_back(self.kind, person=person, relation=given["relation"], by=by, **self.common())
        birthday = given["on"] if self.kind == Event.BIRTH else given["birthday"]
        texts = {name: given[name] for name in ("name", "relation", "id_number", "sex", "ethnicity", "phone")}
        who = Newcomer(**texts, birthday=birthday)
        return arrive(self.kind, household=self.household, who=who, by=by, **self.common())


class LeavingForm(MembersForm):
    def ask(self) -> None:
        self.ask_heirs()
        self.to_the_end("on", "reason", "seen")

    def enter(self, *, by) -> LifeEvent:
        return leave(self.kind, person=self.person, relations=self.relations(), by=by, **self.common())


class OtherForm(forms.Form):
    """Which other household: by its number, among those in which the user may register."""

    number = forms.CharField(
        label="另一户的户编号",
        max_length=32,
        widget=forms.TextInput(attrs=_TEXT),
        help_text="在您负责范围内；跨乡镇的由县办登记",
    )

    def __init__(self, *arguments, user, household: Household, **options):
        super().__init__(*arguments, **options)
        self.user, self.household = user, household

    def clean_number(self):
        number = self.cleaned_data["number"].strip()
        reachable = Household.objects.reachable_by(self.user, Right.EDIT_REGISTER)
        self.other = reachable.filter(number=number).exclude(pk=self.household.pk).first()
        if self.other is None:
            raise forms.ValidationError("您负责范围内没有这个户编号，请核对")
        return number


class MovePersonForm(MembersForm):
    def ask(self) -> None:
        self.ask_relations(
            [self.person], f"与{self.other.head_name or '新户'}（户主）的关系", {}, head=not self.other.size
        )
        self.ask_heirs()
        self.to_the_end("on", "reason", "seen")

    def enter(self, *, by) -> LifeEvent:
        return move_people(people=[self.person], to=self.other, relations=self.relations(), by=by, **self.common())


class JoinForm(MembersForm):
    def ask(self) -> None:
        joining = list(self.other.members.present().order_by("-is_head", "number"))
        self.ask_relations(joining, f"与{self.household.head_name}（户主）的关系", {}, head=not self.household.size)
        self.to_the_end("on", "reason", "seen")

    def enter(self, *, by) -> LifeEvent:
        relations = self.relations()
        return join(household=self.household, other=self.other, relations=relations, by=by, **self.common())


class MoveHouseholdForm(MembersForm):
    village = forms.ModelChoiceField(label="迁到", queryset=Division.objects.none(), empty_label="请选择行政村")
    hamlet = forms.CharField(label="自然村（屯）", max_length=50, required=False, widget=forms.TextInput(attrs=_TEXT))

    def __init__(self, *arguments, user, **options):
        self.user = user
        super().__init__(*arguments, **options)

    def ask(self) -> None:
        within = divisions_within(self.user, Right.EDIT_REGISTER).villages().under(self.household.village_id[:6])
        self.fields["village"].queryset = within.select_related("parent")
        self.fields["village"].label_from_instance = lambda village: f"{village.parent.name} {village.name}"
        self.to_the_end("on", "reason", "seen")

    def enter(self, *, by) -> LifeEvent:
        where = {name: self.cleaned_data[name] for name in ("village", "hamlet")}
        return move_household(household=self.household, by=by, **where, **self.common())


class SplitForm(MembersForm):
    """Every member stays or goes; 户主 once on each side."""

    most_heads = 2

    def ask(self) -> None:
        for member in self.members:
            name = f"goes_{member.pk}"
            choices = [(STAYS, "留在本户"), (GOES, "分到新户")]
            side = forms.ChoiceField(
                label=f"{member.name}去留", choices=choices, initial=STAYS, widget=forms.RadioSelect
            )
            self.fields[name] = side
            self.ask_relations(
                [member], "与所在户户主的关系", {member.pk: RELATION.label_of(RELATION.slug_of(member.relation))}
            )
        self.to_the_end("on", "reason", "seen")

    def goes(self, member: Person) -> bool:
        return self.cleaned_data.get(f"goes_{member.pk}") == GOES

    def clean(self):
        super().clean()
        sides = {side: [m for m in self.members if self.goes(m) == side] for side in (False, True)}
        for side, title in ((False, "本户"), (True, "新户")):
            heads = [m for m in sides[side] if self.cleaned_data.get(f"relation_{m.pk}") == HEAD]
            if not sides[side]:
                self.add_error(None, "分户须有人分出，也须有人留在本户")
            elif len(heads) != 1:
                self.add_error(None, f"{title}须有且只有一个户主，请在“与所在户户主的关系”里指定")
        return self.cleaned_data

    def enter(self, *, by) -> LifeEvent:
        people = [member for member in self.members if self.goes(member)]
        relations = self.relations()
        return split(household=self.household, people=people, relations=relations, by=by, **self.common())


class HeadForm(MembersForm):
    """``person`` is the new head."""

    def ask(self) -> None:
        self.ask_relations(self.members, "与新户主的关系", suggested(self.members, self.person))
        self.to_the_end("on", "reason", "seen")

    def enter(self, *, by) -> LifeEvent:
        return change_head(household=self.household, relations=self.relations(), by=by, **self.common())
