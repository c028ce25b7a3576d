"""Two officers at once, each in a session of PostgreSQL: one act happens, the other is told to look again."""

from threading import Barrier, Thread

import pytest
from django.db import connection

from fangpin.accounts.roles import Role
from fangpin.approvals.engine import note_edit, recall
from fangpin.approvals.models import Approval
from fangpin.approvals.routes import Stage, Verdict
from fangpin.transitions import Stale
from tests.builders import an_officer
from tests.fangpin.approvals.cases import an_approval, give, kept

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(approval, *acts):
    """How each act ends that starts from the same state at the same time: "done" or "stale"."""
    start, outcomes = Barrier(len(acts)), []

    def run(act):
        mine = Approval.objects.get(pk=approval.pk)
        start.wait()
        try:
            act(mine)
            outcomes.append("done")
        except Stale:
            outcomes.append("stale")
        finally:
            connection.close()

    threads = [Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


def signing(officer, verdict=Verdict.AGREE, **said):
    return lambda approval: give(approval, officer, verdict, **said)


def test_of_two_county_officers_who_sign_at_once_one_passes():
    officers = [an_officer(Role.COUNTY), an_officer(Role.COUNTY_LEADER)]
    for _ in range(5):
        approval = an_approval(Stage.COUNTY)
        assert at_once(approval, *map(signing, officers)) == ["done", "stale"]
        stage, turn, version, signed, trail = kept(approval)
        assert (stage, turn, version, len(signed), trail.count("approval.agreed")) == (Stage.PASSED, 1, 4, 3, 3)


def test_one_agrees_while_the_other_returns():
    approval = an_approval(Stage.COUNTY)
    back = signing(an_officer(Role.COUNTY_LEADER), Verdict.RETURN, back_to=Stage.VILLAGE)
    assert at_once(approval, signing(an_officer(Role.COUNTY)), back) == ["done", "stale"]
    stage, turn, version, signed, _ = kept(approval)
    assert (stage, turn) in {(Stage.PASSED, 1), (Stage.VILLAGE, 2)}
    assert (version, len(signed)) == (4, 3)


def test_the_opener_takes_it_back_while_the_township_signs():
    opener = an_officer(Role.TOWNSHIP)
    approval = an_approval(Stage.TOWNSHIP, by=opener)

    def back(mine):
        recall(mine, by=opener, seen_version=mine.version)

    assert at_once(approval, signing(an_officer(Role.TOWNSHIP_LEADER)), back) == ["done", "stale"]
    stage, _, version, signed, _ = kept(approval)
    assert (stage, len(signed)) in {(Stage.COUNTY, 2), (Stage.RECALLED, 1)}
    assert version == 3


def test_many_edits_at_once_are_all_counted():
    approval = an_approval()
    assert at_once(approval, *[note_edit] * 4) == ["done"] * 4
    assert kept(approval)[:3] == (Stage.VILLAGE, 1, 5)
