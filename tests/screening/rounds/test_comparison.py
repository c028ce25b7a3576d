"""Every class with its neighbours: one thing changed in the input, and the household lands in the other class (domain.md 4.1)."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

import pytest

from screening.choices import ComparisonClass, Grade, Risk
from screening.rounds.comparison import Item, compare, sums
from screening.rounds.judging import OUTLIVE, TESTS
from screening.rounds.sides import Departure, Doubt
from screening.rules.catalogue import BY_CODE
from tests.screening.rounds.lists import (
    DAY,
    LIMITS,
    OTHER_VILLAGE,
    VILLAGE,
    a_case,
    a_check,
    a_clue,
    a_standing,
    compared,
)

CLUE, CASE, HOME, CHECK = a_clue(), a_case(), a_standing(), a_check()
CHILD = a_clue(id="k2", person="p2", risk=Risk.DISABILITY, rule="disability.new", fingerprint="f2", grade=Grade.RED)
ACTIVE = a_standing(active=True, risks=frozenset({Risk.ILLNESS}))
ENDED = a_standing(ended_on=date(2021, 3, 31))
DIED = {"p1": Departure("死亡", date(2021, 5, 2), died=True)}
MARRIED = {"p1": Departure("婚嫁迁出", date(2021, 5, 2))}
DOUBT = Doubt("x1", 0, 7, "残疾证号与名册差一位", VILLAGE, "p1", "h1")


@dataclass(frozen=True)
class World:
    online: tuple = (CLUE,)
    offline: tuple = ()
    standing: tuple = (HOME,)
    history: tuple = ()
    doubts: tuple = ()

    def items(self) -> list[Item]:
        return compared(self.online, self.offline, self.standing, self.history, self.doubts)

    def item(self) -> Item:
        (item,) = self.items()
        return item


BOTH = World(offline=(CASE,))
ONLINE = World()
OFFLINE = World(online=(), offline=(CASE,))
SEVERAL = World(online=(CLUE, CHILD))
MONITORED = World(standing=(ACTIVE,))
EXITED = World(standing=(ENDED,))
CHECKED = World(history=(CHECK,))
LEFT = World(online=(a_clue(rule="disability.new"),), standing=(a_standing(left=DIED),))


@pytest.mark.parametrize(
    ("base", "cls", "change", "neighbour"),
    [
        (BOTH, "C1", {"offline": ()}, "C2"),
        (BOTH, "C1", {"online": ()}, "C3"),
        (BOTH, "C1", {"offline": (a_case(risks=frozenset({Risk.DISABILITY})),)}, "C4"),
        (BOTH, "C1", {"offline": (a_case(risks=frozenset({Risk.ILLNESS, Risk.LABOUR})),)}, "C4"),
        (BOTH, "C1", {"offline": (a_case(persons=frozenset({"p2"})),)}, "C4"),
        (BOTH, "C1", {"offline": (a_case(village=OTHER_VILLAGE),)}, "C4"),
        (BOTH, "C1", {"offline": (a_case(persons=frozenset()),)}, "C1"),
        (BOTH, "C1", {"online": (a_clue(person=None),)}, "C1"),
        (BOTH, "C1", {"online": (CLUE, CHILD)}, "C4"),
        (BOTH, "C1", {"history": (CHECK,)}, "C1"),
        (BOTH, "C1", {"standing": (ACTIVE,)}, "C5"),
        (BOTH, "C1", {"standing": (ENDED,)}, "C7"),
        (BOTH, "C1", {"standing": ()}, "C9"),
        (ONLINE, "C2", {"offline": (CASE,)}, "C1"),
        (ONLINE, "C2", {"online": (CLUE, CHILD)}, "C10"),
        (ONLINE, "C2", {"history": (CHECK,)}, "C8"),
        (ONLINE, "C2", {"standing": (a_standing(gone="整户外迁"),)}, "C9"),
        (ONLINE, "C2", {"online": (a_clue(household=None),)}, "village"),
        (OFFLINE, "C3", {"online": (CLUE,)}, "C1"),
        (OFFLINE, "C3", {"history": (CHECK,)}, "C3"),
        (OFFLINE, "C3", {"standing": (a_standing(left=DIED),)}, "C9"),
        (OFFLINE, "C3", {"offline": (a_case(persons=frozenset()),), "standing": (a_standing(left=DIED),)}, "C3"),
        (
            OFFLINE,
            "C3",
            {"offline": (a_case(persons=frozenset({"p1", "p2"})),), "standing": (a_standing(left=DIED),)},
            "C3",
        ),
        (MONITORED, "C5", {"standing": (HOME,)}, "C2"),
        (MONITORED, "C5", {"online": (CLUE, CHILD)}, "C6"),
        (MONITORED, "C5", {"offline": (a_case(risks=frozenset({Risk.LABOUR})),)}, "C6"),
        (MONITORED, "C5", {"standing": (replace(ACTIVE, risks=frozenset({Risk.LABOUR})),)}, "C6"),
        (MONITORED, "C5", {"standing": (replace(ACTIVE, gone="整户外迁"),)}, "C9"),
        (MONITORED, "C5", {"standing": (replace(ACTIVE, ended_on=date(2019, 6, 1)),)}, "C5"),
        (EXITED, "C7", {"standing": (replace(ENDED, active=True, risks=frozenset({Risk.ILLNESS})),)}, "C5"),
        (EXITED, "C7", {"history": (CHECK,)}, "C8"),
        (EXITED, "C7", {"history": (replace(CHECK, checked_on=date(2021, 3, 31)),)}, "C7"),
        (CHECKED, "C8", {"history": ()}, "C2"),
        (CHECKED, "C8", {"offline": (CASE,)}, "C1"),
        (CHECKED, "C8", {"online": (a_clue(value=Decimal(13000)),)}, "C2"),
        (CHECKED, "C8", {"online": (CLUE, CHILD)}, "C2"),
        (CHECKED, "C8", {"history": (replace(CHECK, checked_on=date(2021, 3, 9)),)}, "C2"),
        (CHECKED, "C8", {"history": (replace(CHECK, household="h2"),)}, "C2"),
        (LEFT, "C9", {"standing": (HOME,)}, "C2"),
        (LEFT, "C9", {"online": (CLUE,)}, "C2"),
        (LEFT, "C9", {"online": (CLUE,), "standing": (a_standing(left=MARRIED),)}, "C9"),
        (LEFT, "C9", {"online": (a_clue(rule="disability.new", event_on=date(2021, 5, 2)),)}, "C2"),
        (LEFT, "C9", {"online": (a_clue(rule="disability.new", event_on=date(2021, 5, 3)),)}, "C9"),
        (LEFT, "C9", {"offline": (a_case(persons=frozenset({"p2"})),)}, "C3"),
        (LEFT, "C9", {"online": (a_clue(rule="disability.new"), CHILD)}, "C2"),
        (SEVERAL, "C10", {"online": (CLUE,)}, "C2"),
        (SEVERAL, "C10", {"history": (CHECK,)}, "C2"),
        (
            SEVERAL,
            "C10",
            {"history": (CHECK, a_check(id="v2", risk=Risk.DISABILITY, fingerprint="f2", grade=Grade.RED))},
            "C8",
        ),
        (SEVERAL, "C10", {"standing": (ENDED,)}, "C7"),
    ],
)
def test_a_class_and_its_neighbour(base, cls, change, neighbour):
    assert base.item().cls == cls
    assert replace(base, **change).item().cls == neighbour


def test_a_class_is_asked_in_the_order_of_the_paper():
    assert [test.__doc__[:3].rstrip(",: ") for test in TESTS] == ["C9", "C5", "C7", "C8", "C1", "C3", "C10"]


def test_facts_that_outlive_a_person_are_rules_of_the_house():
    assert BY_CODE.keys() >= OUTLIVE


# -- what an item tells ---------------------------------------------------------------------------------------------------
def test_what_differs_is_named_with_both_sides():
    case = a_case(risks=frozenset({Risk.DISABILITY}), persons=frozenset({"p2"}), village=OTHER_VILLAGE)
    item = World(offline=(case,)).item()
    assert item.differs == ("risks", "members", "village")
    assert item.why == "线上、线下都有，风险类型（线上：因病；线下：因残）、涉及成员、所在村不一致"
    assert (item.village, item.offline, item.risks) == (VILLAGE, "e1", {Risk.ILLNESS, Risk.DISABILITY})


def test_several_clues_become_one_task_of_the_worst_grade():
    item = SEVERAL.item()
    assert (item.clues, item.merged, item.grade) == (("k1", "k2"), 2, Grade.RED)
    assert item.why == "2 条线索（因病、因残）合并为一项，线下没有排查到"


def test_a_new_risk_of_a_monitored_household_is_named():
    item = replace(MONITORED, online=(CLUE, CHILD)).item()
    assert item.new_risks == {Risk.DISABILITY}
    assert item.why == "正在监测（因病），新出现：因残"


def test_a_monitored_household_is_not_visited_again_for_a_new_risk_that_was_checked():
    check = a_check(risk=Risk.DISABILITY, fingerprint="f2", grade=Grade.RED, persons=frozenset({"p2"}))
    item = replace(MONITORED, online=(CLUE, CHILD), history=(check,)).item()
    assert (item.cls, item.new_risks) == (ComparisonClass.C5, frozenset())
    assert [left.clue for left in item.left_out] == ["k2"]


def test_a_suppressed_clue_stays_visible_with_its_check_and_reason():
    item = CHECKED.item()
    assert (item.clues, item.merged, item.grade, item.risks) == (("k1",), 0, Grade.ORANGE, {Risk.ILLNESS})
    (left,) = item.left_out
    assert (left.clue, left.check) == ("k1", "v1")
    assert left.reason == item.why == "2021-05-18 已核实：不符合；同一事实未变化，至 2021-08-16 不再派发"


def test_two_suppressed_clues_are_counted_in_the_reason():
    twice = replace(CHECKED, online=(CLUE, a_clue(id="k2")))
    assert twice.item().why == "2 条线索，2021-05-18 已核实：不符合；同一事实未变化，至 2021-08-16 不再派发"


def test_of_several_clues_those_checked_are_left_out_and_the_rest_goes_on():
    item = replace(SEVERAL, history=(CHECK,)).item()
    assert (item.cls, item.clues, item.merged, item.risks) == (ComparisonClass.C2, ("k1", "k2"), 1, {Risk.DISABILITY})
    assert [left.clue for left in item.left_out] == ["k1"]
    assert item.why == "线上发现：因残，线下没有排查到；此前核实过，新的风险类型：因残"


def test_a_clue_about_somebody_who_left_says_why_it_is_left_out():
    item = LEFT.item()
    assert item.why == "线索所指人员已不在本户：死亡（2021-05-02）"
    (left,) = item.left_out
    assert (left.clue, left.check, left.reason) == ("k1", None, item.why)


def test_an_entry_about_people_who_all_left_is_in_doubt():
    item = replace(OFFLINE, standing=(a_standing(left=MARRIED),)).item()
    assert item.why == "线下填报的人员都已不在本户"


@pytest.mark.parametrize(
    ("world", "why"),
    [
        (ONLINE, "线上发现：因病，线下没有排查到"),
        (OFFLINE, "线下排查发现：因病，没有可用的线上线索"),
        (BOTH, "线上、线下都有：因病"),
        (MONITORED, "正在监测，已有风险：因病"),
        (EXITED, "2021-03-31 已消除风险，又发现：因病"),
        (World(standing=()), "名册中没有这一户"),
        (World(standing=(a_standing(gone="整户外迁"),)), "这一户已不在名册：整户外迁"),
    ],
)
def test_every_item_says_why(world, why):
    assert world.item().why == why


def test_a_household_is_the_villages_where_it_lives_now():
    assert World(standing=(a_standing(village=OTHER_VILLAGE),)).item().village == OTHER_VILLAGE
    assert World(standing=()).item().village == VILLAGE
    assert replace(OFFLINE, standing=()).item().village == VILLAGE


# -- villages and rows in doubt -------------------------------------------------------------------------------------------
def test_facts_about_a_village_become_one_item_per_village_and_rule():
    stop = {"household": None, "person": None, "risk": Risk.WATER, "rule": "water.scheme_stopped", "sentence": "停水"}
    online = [
        a_clue(**{**stop, "id": "a", "grade": Grade.ORANGE}),
        a_clue(**{**stop, "id": "b", "grade": Grade.RED, "sentence": "停水 8 天"}),
        a_clue(**{**stop, "id": "c", "rule": "water.hard_to_fetch"}),
        a_clue(**{**stop, "id": "d", "village": OTHER_VILLAGE}),
    ]
    items = compared(online)
    assert [(item.village, item.rule, item.clues) for item in items] == [
        (VILLAGE, "water.hard_to_fetch", ("c",)),
        (VILLAGE, "water.scheme_stopped", ("a", "b")),
        (OTHER_VILLAGE, "water.scheme_stopped", ("d",)),
    ]
    assert (items[1].grade, items[1].why, items[1].merged) == (Grade.RED, "村级问题：停水 8 天（共 2 条）", 2)
    assert (sums(items).villages, sums(items).households) == (3, 0)


@pytest.mark.parametrize(
    ("changes", "households"),
    [
        ({}, 0),
        ({"village": OTHER_VILLAGE}, 1),  # its scheme runs
        ({"value": None}, 1),  # 未通水, 水质不达标: its own trouble
        ({"rule": "water.hard_to_fetch"}, 1),
    ],
)
def test_days_without_water_are_part_of_the_problem_of_the_villages_scheme(changes, households):
    water = {"risk": Risk.WATER, "grade": Grade.ORANGE, "sentence": "停水 4 天", "value": Decimal(4)}
    stopped = a_clue(**water, id="a", household=None, person=None, rule="water.scheme_stopped")
    dry = a_clue(**{**water, "id": "b", "person": None, "rule": "water.household_supply", **changes})
    items = compared([stopped, dry], standing=[a_standing()])
    assert sums(items).households == households
    problem = next(item for item in items if item.household is None)
    assert (problem.clues, problem.merged) == ((("a", "b"), 2) if not households else (("a",), 1))
    assert ("；另有 1 户报了同样的问题，随这一项处理" in problem.why) is (not households)


def test_a_row_in_doubt_is_an_item_of_its_own():
    (item,) = World(online=(), standing=(), doubts=(DOUBT,)).items()
    assert (item.cls, item.household, item.village, item.doubts) == (ComparisonClass.C9, None, VILLAGE, (DOUBT,))
    assert item.why == "残疾证号与名册差一位"
    counted = sums([item])
    assert (counted.rows, counted.households, counted.classes[ComparisonClass.C9]) == (1, 0, 0)


def test_a_row_in_doubt_joins_its_household_where_that_is_listed():
    item = replace(ONLINE, doubts=(DOUBT,)).item()
    assert (item.cls, item.doubts) == (ComparisonClass.C2, (DOUBT,))


def test_rows_in_doubt_without_a_suggestion_stay_apart():
    nobody = replace(DOUBT, household=None, person=None)
    assert len(World(online=(), doubts=(nobody, replace(nobody, row=8))).items()) == 2


def test_a_household_twice_in_the_offline_list_is_refused():
    with pytest.raises(ValueError, match="h1 stands twice"):
        compare([], [CASE, a_case(id="e2")], [HOME], [], [], day=DAY, limits=LIMITS)


def test_sums_tell_when_a_household_stands_twice_or_in_neither_list():
    items = compared([CLUE], [a_case(household="h2")])
    assert sums(items).adds_up
    assert not sums([*items, items[0]]).adds_up
    assert not sums([*items, replace(items[0], household="h3", clues=())]).adds_up


def test_sums_by_list_and_class():
    counted = sums(compared([CLUE, a_clue(id="k3", household="h3")], [CASE, a_case(id="e2", household="h2")]))
    assert (counted.online, counted.offline, counted.both, counted.households) == (2, 2, 1, 3)
    assert {cls: n for cls, n in counted.classes.items() if n} == {"C1": 1, "C2": 1, "C3": 1}
