"""Random sequences of acts by officers with one post, two posts and none: the order of the levels holds whatever they try."""

from functools import partial
from typing import NamedTuple

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from fangpin.accounts.roles import Role
from fangpin.approvals.engine import open_approval, recall, resubmit, sign, waiting_for, why_not_sign, withdraw
from fangpin.approvals.models import Approval
from fangpin.approvals.routes import Kind, Stage, Verdict
from fangpin.audit.models import Entry
from fangpin.divisions.models import Division
from fangpin.transitions import NotAllowed, Stale
from tests.builders import TOWNSHIPS, VILLAGES, a_posting, a_user

pytestmark = pytest.mark.django_db

ORDER = (Stage.VILLAGE, Stage.TOWNSHIP, Stage.COUNTY)
# Who takes part, and for which level of the case's village each is posted.
POSTS = {
    "cadre": [(Role.VILLAGE, VILLAGES[0])],
    "cadre and leader": [(Role.VILLAGE, VILLAGES[0]), (Role.TOWNSHIP_LEADER, TOWNSHIPS[0])],
    "leader": [(Role.TOWNSHIP_LEADER, TOWNSHIPS[0])],
    "leader and county": [(Role.TOWNSHIP_LEADER, TOWNSHIPS[0]), (Role.COUNTY, None)],
    "county": [(Role.COUNTY_LEADER, None)],
    "clerk": [(Role.TOWNSHIP, TOWNSHIPS[0])],
    "next township": [(Role.TOWNSHIP_LEADER, TOWNSHIPS[1])],
    "superuser": [],
}
SIGNS = {Role.VILLAGE: Stage.VILLAGE, Role.TOWNSHIP_LEADER: Stage.TOWNSHIP}
SIGNS |= {Role.COUNTY: Stage.COUNTY, Role.COUNTY_LEADER: Stage.COUNTY}
LEVELS = {
    name: {SIGNS[role] for role, place in posts if role in SIGNS and place != TOWNSHIPS[1]}
    for name, posts in POSTS.items()
}
WHO = st.sampled_from(sorted(POSTS))


class Signed(NamedTuple):
    round: int
    stage: str
    who: str


class Case(RuleBasedStateMachine):
    """One case beside what the paper says should have become of it."""

    officers: dict = {}

    @initialize(who=st.sampled_from(["clerk", "cadre and leader", "leader and county"]))
    def opened(self, who):
        village = Division.objects.get(code=VILLAGES[0])
        self.approval = open_approval(kind=Kind.ENTRY, village=village, by=self.officers[who])
        self.stage, self.round, self.acts, self.looked_at = Stage.VILLAGE, 1, 1, 0
        self.opener, self.brought, self.signed = who, {who}, []

    # -- what the paper allows
    def may_sign(self, who):
        if self.stage not in LEVELS[who]:
            return False
        lower = ORDER[: ORDER.index(self.stage)]
        return not lower or not (who in self.brought or any(s.who == who and s.stage in lower for s in self.signed))

    def may_take_back(self, who):
        signed = {s.stage for s in self.signed if s.round == self.round}
        low = self.stage == Stage.VILLAGE or (self.stage == Stage.TOWNSHIP and Stage.VILLAGE in signed)
        return low and who in self.brought

    def may_bring_again(self, who):
        taken = self.stage in (Stage.RECALLED, Stage.WITHDRAWN)
        return taken and (who in self.brought or Stage.VILLAGE in LEVELS[who])

    def may_annul(self, who):
        return self.stage in (Stage.PASSED, Stage.REFUSED) and Stage.COUNTY in LEVELS[who]

    # -- what happens
    def attempt(self, allowed, verb, **said):
        """Happens exactly when the paper allows it, for the present page; never for the page before."""
        found = Approval.objects.get(pk=self.approval.pk)
        with pytest.raises(Stale), transaction.atomic():
            verb(found, seen_version=found.version - 1, **said)
        try:
            verb(found, seen_version=found.version, **said)
            done = True
        except NotAllowed:
            done = False
        assert done is allowed
        self.acts += done
        return done

    def sign(self, who, verdict, back_to=""):
        allowed = self.may_sign(who) and (not back_to or ORDER.index(back_to) < ORDER.index(self.stage))
        said = {"verdict": verdict, "back_to": back_to, "opinion": "需补充材料"}
        if self.attempt(allowed, sign, by=self.officers[who], **said):
            self.signed.append(Signed(self.round, self.stage, who))
            after = (*ORDER, Stage.PASSED)[ORDER.index(self.stage) + 1]
            self.stage = {Verdict.AGREE: after, Verdict.RETURN: back_to, Verdict.REFUSE: Stage.REFUSED}[verdict]
            self.round += verdict == Verdict.RETURN

    def take_back(self, who):
        if self.attempt(self.may_take_back(who), recall, by=self.officers[who]):
            self.stage = Stage.RECALLED

    def bring_again(self, who):
        if self.attempt(self.may_bring_again(who), resubmit, by=self.officers[who]):
            self.brought = {self.opener, who}
            self.stage, self.round = Stage.VILLAGE, self.round + 1

    def annul(self, who):
        if self.attempt(self.may_annul(who), withdraw, by=self.officers[who], reason="名单漏报"):
            self.stage = Stage.WITHDRAWN

    @rule(data=st.data())
    def somebody_moves_it(self, data):
        """An act that is allowed to somebody, by one of those."""
        ways = {
            self.agree: self.may_sign,
            self.refuse: self.may_sign,
            self.take_back: self.may_take_back,
            self.bring_again: self.may_bring_again,
            self.annul: self.may_annul,
        }
        ways |= {partial(self.give_back, to=to): self.may_sign for to in ORDER[: self.depth]}
        able = [(act, who) for act, may in ways.items() for who in sorted(POSTS) if may(who)]
        act, who = data.draw(st.sampled_from(able))
        act(who)

    @rule(who=WHO, act=st.sampled_from(["agree", "refuse", "take_back", "bring_again", "annul", *ORDER]))
    def anybody_tries(self, who, act):
        self.give_back(who, to=act) if act in ORDER else getattr(self, act)(who)

    def agree(self, who):
        self.sign(who, Verdict.AGREE)

    def refuse(self, who):
        self.sign(who, Verdict.REFUSE)

    def give_back(self, who, to):
        self.sign(who, Verdict.RETURN, to)

    @property
    def depth(self):
        """How many levels lie below the one that holds the pen."""
        return ORDER.index(self.stage) if self.stage in ORDER else 0

    # -- what always holds
    @invariant()
    def the_database_says_the_same(self):
        found = Approval.objects.get(pk=self.approval.pk)
        assert (found.stage, found.round, found.version) == (self.stage, self.round, self.acts)
        names = {officer.pk: name for name, officer in self.officers.items()}
        assert [Signed(s.round, s.stage, names[s.by_id]) for s in found.sign_offs.all()] == self.signed
        assert Entry.objects.about(found).count() == self.acts

    @invariant()
    def one_signature_per_person_and_round(self):
        pairs = [(s.round, s.who) for s in self.signed]
        assert len(set(pairs)) == len(pairs)

    @invariant()
    def three_persons_stand_behind_what_passed(self):
        if self.stage == Stage.PASSED:
            last = {s.stage: s for s in self.signed}
            assert [last[stage].round for stage in ORDER] == sorted(last[stage].round for stage in ORDER)
            assert len({last[stage].who for stage in ORDER}) == 3

    @invariant()
    def the_list_of_what_waits_agrees(self):
        if self.looked_at == self.acts:
            return
        self.looked_at, found = self.acts, Approval.objects.get(pk=self.approval.pk)
        for name, officer in self.officers.items():
            waits = waiting_for(officer).filter(pk=found.pk).exists()
            assert waits == (why_not_sign(officer, found) == "") == self.may_sign(name)


def test_the_order_holds_whatever_is_tried():
    Case.officers = {name: a_user(is_superuser=not posts) for name, posts in POSTS.items()}
    for name, posts in POSTS.items():
        for role, place in posts:
            a_posting(Case.officers[name], role, place)
    calm = settings(max_examples=10, stateful_step_count=16, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(Case, settings=calm)
