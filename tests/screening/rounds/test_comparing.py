"""The verb that compares a round: what counts as input, what is frozen, when it answers with the comparison before."""

from datetime import date

import pytest
from django.utils import timezone

from fangpin.accounts.roles import Role
from fangpin.approvals.routes import Stage
from fangpin.audit.models import Entry
from fangpin.runs.queue import enqueue
from fangpin.transitions import NotAllowed
from households.choices import Category
from screening.choices import ClueState, Conclusion, MatchState, Risk, TaskState
from screening.extracts.monthly import MONTH, month_key
from screening.models import Comparison, ComparisonItem, RowMatch
from screening.rounds.comparing import compare_round, items_of
from tests.builders import TOWNSHIPS, VILLAGES, a_person, an_officer
from tests.screening.rounds.frozen import DAY, a_file, checked, compared, home, offline, online, the_county
from tests.screening.rounds.made import MAY, a_round

pytestmark = pytest.mark.django_db
JUNE = date(2021, 6, 1)


def classes(items) -> list[str]:
    return [item.cls for item in items]


def test_every_household_of_either_list_stands_in_one_class_and_the_sums_hold():
    round, both, alone, found = a_round(), home(), home(), home(VILLAGES[2])
    online(both), online(alone), offline(round, both), offline(round, found)
    items = compared(round)
    counts = items[0].comparison.counts
    assert classes(items) == ["C1", "C2", "C3"]
    assert {name: counts[name] for name in ("online", "offline", "both", "households", "adds_up")} == {
        "online": 2, "offline": 2, "both": 1, "households": 3, "adds_up": True,
    }  # fmt: skip
    assert counts["classes"]["C2"] == 1


def test_an_item_keeps_both_sides():
    round, household = a_round(), home()
    clue, entry = online(household), offline(round, household, risks=[Risk.DISABILITY])
    (item,) = compared(round)
    assert (item.cls, item.clues, item.offline, item.differs) == ("C4", [str(clue.pk)], entry, ["risks"])
    assert (item.risks, item.grade, item.village_id) == (["illness", "disability"], "yellow", VILLAGES[0])


@pytest.mark.parametrize(
    ("stage", "submitted", "counts"),
    [(Stage.PASSED, False, True), (Stage.TOWNSHIP, False, False), (Stage.TOWNSHIP, True, True),
     (Stage.RECALLED, True, False), (Stage.REFUSED, True, False)],
)  # fmt: skip
def test_offline_lists_count_when_passed_or_when_the_officer_says_so(stage, submitted, counts):
    round, household = a_round(), home()
    online(home()), offline(round, household, stage)
    items = compared(round, submitted=submitted)
    assert ("C3" in classes(items)) is counts


def test_drafts_and_households_without_risk_are_no_suspects():
    round = a_round()
    online(home()), offline(round, home(), is_draft=True), offline(round, home(), judgement="clear")
    assert classes(compared(round)) == ["C2"]


def test_only_open_clues_of_the_month_in_the_round_s_townships_count():
    round = a_round()
    round.townships.set(TOWNSHIPS[:1])
    online(home()), online(home(VILLAGES[2])), online(home(), state=ClueState.WITHDRAWN), online(home(), period=JUNE)
    (item,) = compared(round)
    assert item.village_id == VILLAGES[0]


def test_the_register_says_who_is_monitored_and_whose_risk_was_cleared():
    new = {"category": Category.MARGINAL, "other": {"risk_1": "disability"}}
    past = {"category": Category.MARGINAL, "risk_cleared": True, "other": {"monitored_until": "2021-02"}}
    for household in (home(**new), home(**past)):
        online(household)
    items = compared(a_round())
    assert [(item.cls, item.why) for item in items] == [
        ("C6", "正在监测（因残），新出现：因病"),
        ("C7", "2021-02-28 已消除风险，又发现：因病"),
    ]


def test_clues_about_somebody_who_left_are_not_gone_after():
    household = home()
    someone = a_person(household, left_on=date(2021, 3, 1), left_why="married_out")
    online(household, person=someone, rule="insurance.missing")
    (item,) = compared(a_round())
    assert (item.cls, item.why) == ("C9", "线索所指人员已不在本户：婚嫁迁出（2021-03-01）")


def test_a_fact_checked_lately_is_not_sent_and_names_the_finding():
    clue = online(home())
    result = checked(clue)
    (item,) = compared(a_round())
    assert (item.cls, item.suppressed_by, item.until) == ("C8", result, date(2021, 7, 19))
    assert item.why == "2021-04-20 已核实：不符合；同一事实未变化，至 2021-07-19 不再派发"
    assert item.left_out[0]["check"] == str(result.pk)


def test_what_was_sent_back_for_another_look_is_no_finding():
    result = checked(online(home()))
    result.task.state, result.task.closed_on = TaskState.SENT, None
    result.task.save()
    assert classes(compared(a_round())) == ["C2"]


def test_watched_households_come_back_sooner():
    checked(online(home()), Conclusion.WATCH, on=date(2021, 4, 6))
    assert classes(compared(a_round(), on=DAY)) == ["C2"]


def test_a_row_in_doubt_goes_to_its_sender_where_its_candidate_lives():
    person, file = home(VILLAGES[2]).members.first(), a_file()
    row = {"extract": file, "sheet_no": 0, "state": MatchState.AMBIGUOUS, "method": "tie", "confidence": 0.5}
    RowMatch.objects.create(**row, row=7, candidates=[str(person.pk)], would_change=True)
    RowMatch.objects.create(**row, row=8, candidates=[str(person.pk)])
    (item,) = compared(a_round())
    assert (item.cls, item.household, item.village_id) == ("C9", None, VILLAGES[2])
    assert (item.extract, item.sheet_no, item.row, item.why) == (file, 0, 7, "身份存疑：有几个人同样符合")
    assert item.comparison.counts["rows"] == 1


def test_a_village_s_problem_is_one_item():
    online(village=VILLAGES[0], risk=Risk.WATER, rule="water.scheme_stopped", sentence="水厂停水 4 天")
    (item,) = compared(a_round())
    assert (item.cls, item.household, item.why) == ("village", None, "村级问题：水厂停水 4 天")


def test_the_same_inputs_give_the_same_comparison_back():
    round, officer = a_round(), the_county()
    online(home())
    first = compare_round(round, by=officer, on=DAY)
    second = compare_round(round, by=the_county(), on=date(2021, 5, 9))
    assert (first.new, second.new, second.comparison) == (True, False, first.comparison)
    assert (Comparison.objects.count(), ComparisonItem.objects.count()) == (1, 1)
    assert Entry.objects.filter(action="round.compared").count() == 1


def test_a_new_run_tells_what_moved_and_why():
    round, household, gone = a_round(), home(), home()
    online(household)
    passing = online(gone)
    first = compared(round)[0].comparison
    passing.state = ClueState.WITHDRAWN
    passing.save()
    offline(round, household)
    (item,) = compared(round)
    assert (item.comparison.number, item.cls, item.came_from, item.moved_why) == (2, "C1", "C2", "线下新增填报")
    assert item.comparison.counts["gone"] == [
        {"household": str(gone.pk), "village": VILLAGES[0], "before": "C2", "why": "撤销线索 1 条"}
    ]
    assert len(items_of(first)) == 2


def test_a_cool_down_that_ran_out_makes_a_new_comparison():
    round = a_round()
    checked(online(home()))
    assert classes(compared(round)) == ["C8"]
    (item,) = compared(round, on=date(2021, 7, 20))
    assert (item.cls, item.came_from, item.moved_why) == ("C2", "C8", "核实已过有效期或有重大变化")


@pytest.mark.parametrize("role", [Role.TOWNSHIP, Role.TOWNSHIP_LEADER, Role.VILLAGE, Role.INSPECTOR, Role.COUNTY_HEAD])
def test_only_the_county_office_compares(role):
    online(home())
    with pytest.raises(NotAllowed, match="只有县办可以开展线上线下比对"):
        compare_round(a_round(), by=an_officer(role))
    assert not Comparison.objects.exists()


def test_a_closed_round_is_not_compared():
    officer = the_county()
    round = a_round(closed_at=timezone.now(), closed_by=officer)
    online(home())
    with pytest.raises(NotAllowed, match="2021年5月月度排查已经结束"):
        compare_round(round, by=officer)
    assert not Comparison.objects.exists()


def test_nothing_to_compare_is_said():
    with pytest.raises(NotAllowed, match="没有可以比对的内容"):
        compare_round(a_round(), by=the_county())
    assert not Comparison.objects.exists()


def test_the_month_s_run_comes_first():
    round = a_round()
    online(home())
    enqueue(kind=MONTH, key=month_key(round.county, MAY), task="screening.month_run", by=None)
    with pytest.raises(NotAllowed, match="2021年5月正在运行"):
        compare_round(round, by=the_county())
    assert not Comparison.objects.exists()
