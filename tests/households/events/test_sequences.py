"""Random sequences of events: whatever is entered or refused, the register stays whole, and undoing backwards leads back to the start."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from fangpin.divisions.models import Division
from fangpin.transitions import NotAllowed
from households.choices import Event, Leave, Sex
from households.dictionaries import RELATION
from households.events.arriving import KINDS, Newcomer, arrive, come_back
from households.events.correcting import correct
from households.events.leaving import WHY, leave
from households.events.moving import change_head, join, move_household, move_people, split
from households.events.undoing import undo_event
from households.models import Household, Person
from households.past import household_as_of
from tests.builders import VILLAGES, a_household, unchecked
from tests.households.events.families import digest, in_step

pytestmark = pytest.mark.django_db
FIRST = date(2021, 1, 1)
WORDS = st.sampled_from(["户主", "配偶", "之子", "其他"])


class Play:
    """One sequence; draws who and what from ``data``, always in the order in which people and households came."""

    def __init__(self, data, households):
        self.data, self.day, self.done = data, FIRST, []
        self.homes = [household.pk for household in households]
        self.people = [
            person.pk for household in households for person in household.members.order_by("-is_head", "number")
        ]

    def in_order(self, people):
        return sorted(people, key=lambda person: self.people.index(person.pk))

    def present(self, household):
        return self.in_order(household.members.present())

    def one(self, rows):
        rows = list(rows)
        return self.data.draw(st.sampled_from(rows)) if rows else None

    def home(self):
        return Household.objects.get(pk=self.data.draw(st.sampled_from(self.homes)))

    def member(self, household):
        return self.one(self.present(household))

    def relations(self, *households):
        """Mostly sensible: one of each household is head, the others something else."""
        found = {}
        for household in households:
            members = self.present(household)
            head = self.one(members)
            found |= {p.pk: "户主" if p == head else self.data.draw(WORDS.filter("户主".__ne__)) for p in members}
        return found

    def step(self):
        self.day += timedelta(days=self.data.draw(st.integers(0, 3)))
        act = self.data.draw(
            st.sampled_from(
                [
                    self.arrive,
                    self.leave,
                    self.back,
                    self.move,
                    self.all,
                    self.split,
                    self.join,
                    self.head,
                    self.correct,
                ]
            )
        )
        try:
            event = act()
        except NotAllowed:
            return
        if event:
            self.done.append((event, self.before))
            self.people += [event.person_id] if event.person_id and event.person_id not in self.people else []
            self.homes += [event.other_household_id] if event.kind == Event.SPLIT else []

    def common(self):
        self.before = digest()
        return {"on": self.day, "by": None}

    def arrive(self):
        who = Newcomer(f"莫{len(self.done)}", self.data.draw(WORDS), sex=Sex.MALE, birthday=self.day)
        return arrive(self.data.draw(st.sampled_from(KINDS)), household=self.home(), who=who, **self.common())

    def leave(self):
        home = self.home()
        person = self.member(home)
        relations = {pk: word for pk, word in self.relations(home).items() if person and pk != person.pk}
        if not self.data.draw(st.booleans()):
            relations = None
        return person and leave(
            self.data.draw(st.sampled_from(list(WHY))), person=person, relations=relations, **self.common()
        )

    def back(self):
        person = self.one(self.in_order(Person.objects.exclude(left_on=None)))
        kind = Event.RELEASE if person and person.left_why == Leave.IMPRISONED else Event.MOVING_IN
        return person and come_back(kind, person=person, relation=self.data.draw(WORDS), **self.common())

    def move(self):
        home, to = self.home(), self.home()
        person = self.member(home)
        relations = self.relations(to) | ({person.pk: self.data.draw(WORDS)} if person else {})
        return person and move_people(people=[person], to=to, relations=relations, **self.common())

    def all(self):
        village = Division.objects.get(pk=self.data.draw(st.sampled_from(VILLAGES)))
        return move_household(household=self.home(), village=village, hamlet="", **self.common())

    def split(self):
        home = self.home()
        people = [p for p in self.present(home) if self.data.draw(st.booleans())]
        relations = self.relations(home)
        if people:
            relations |= {people[0].pk: "户主"}
        return split(household=home, people=people, relations=relations, **self.common())

    def join(self):
        home, other = self.home(), self.home()
        relations = {p.pk: self.data.draw(WORDS.filter("户主".__ne__)) for p in self.present(other)}
        return join(household=home, other=other, relations=relations, **self.common())

    def head(self):
        home = self.home()
        return change_head(household=home, relations=self.relations(home), **self.common())

    def correct(self):
        person = self.member(self.home())
        values = {"political": self.data.draw(st.sampled_from(["league", "masses"]))}
        return person and correct(person, values=values, reason="核对", **self.common())


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_any_sequence_keeps_the_register_whole_and_is_undone(db, data):
    with transaction.atomic(), unchecked():
        households = [a_household(village, people=3) for village in VILLAGES[:2]]
        start, play = digest(), Play(data, households)
        for _ in range(data.draw(st.integers(1, 8))):
            play.step()
            assert all(in_step(household) for household in Household.objects.all())
        for household in Household.objects.all():
            past = household_as_of(household, play.day)
            assert {p.pk for p in past.members} == set(household.members.present().values_list("pk", flat=True))
        assert set(Person.objects.present().values_list("relation", flat=True)) <= set(RELATION.labels.values())
        event(f"entered {len(play.done)}")
        for entered, before in reversed(play.done):
            undo_event(entered, by=None)
            assert digest() == before
        assert digest() == start
        transaction.set_rollback(True)
