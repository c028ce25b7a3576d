"""Nobody is visited twice for the same fact; each material change alone breaks the cool-down (domain.md 4.2)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from screening.choices import Conclusion, Grade, Risk
from screening.rounds.repetition import checked_again, limits_of, suppressed
from screening.rounds.sides import event_of
from tests.screening.rounds.lists import LIMITS, VISIT, a_check, a_clue
from tests.screening.rules.frames import Figures

UNTIL = date(2021, 8, 16)  # 90 days after the visit of 2021-05-18
JUNE = date(2021, 6, 8)
GROWTH = {"growth_share": LIMITS["growth_share"], "growth_amount": LIMITS["growth_amount"]}


def answer(clue=None, *checks, day=JUNE, **limits):
    return suppressed(clue or a_clue(), checks or [a_check()], day=day, **{**LIMITS, **limits})


def test_the_same_fact_is_not_sent_again_and_says_why():
    found = answer()
    assert (found.check, found.until) == ("v1", UNTIL)
    assert found.reason == "2021-05-18 已核实：不符合；同一事实未变化，至 2021-08-16 不再派发"


def test_another_fact_of_the_same_risk_and_person_is_answered_too():
    found = answer(a_clue(fingerprint="f9"))
    assert found.reason == "2021-05-18 已核实：不符合；同一风险无重大变化，至 2021-08-16 不再派发"


@pytest.mark.parametrize(
    ("conclusion", "days"),
    [(one, 30 if one == Conclusion.WATCH else 90) for one in Conclusion],
)
def test_each_conclusion_holds_for_its_days(conclusion, days):
    check, last = a_check(conclusion=conclusion), VISIT + timedelta(days)
    assert answer(None, check, day=last).until == last
    assert answer(None, check, day=last + timedelta(1)) is None


def test_a_visit_counts_from_its_own_day_on():
    assert answer(day=VISIT).check == "v1"
    assert answer(day=VISIT - timedelta(1)) is None


@pytest.mark.parametrize(
    ("change", "news"),
    [
        ({"person": "p2", "fingerprint": "f2"}, "涉及上次未核实的人员"),
        ({"risk": Risk.DISABILITY, "fingerprint": "f2"}, "新的风险类型：因残"),
        ({"fingerprint": "f2", "event_on": date(2021, 5, 19)}, "上次核实之后（2021-05-19）发生"),
        ({"value": Decimal(13000)}, "数额由 10,000 增至 13,000"),
        ({"grade": Grade.RED}, "级别由橙升为红"),
        ({"applied": True}, "农户自主申报"),
        ({"ordered": True}, "上级交办"),
    ],
)
def test_each_material_change_alone_breaks_the_cool_down(change, news):
    clue = a_clue(**change)
    assert answer(clue) is None
    assert checked_again(clue, [a_check()], day=JUNE, **GROWTH) == news


@pytest.mark.parametrize("risk", [Risk.EDUCATION, Risk.INSURANCE, Risk.HOUSING, Risk.WATER])
def test_a_new_fact_of_a_guarantee_is_checked_the_same_one_is_not(risk):
    check = a_check(risk=risk)
    assert answer(a_clue(risk=risk), check) is not None
    appeared = a_clue(risk=risk, fingerprint="f2")
    assert answer(appeared, check) is None
    assert checked_again(appeared, [check], day=JUNE, **GROWTH) == f"出现新的{risk.label}问题"


@pytest.mark.parametrize(
    ("rule", "fact", "suppresses"),
    [("medical.outpatient_settled", "2021-06门诊自付", True), ("medical.serious_new", "大病|肺癌", False)],
)
def test_costs_that_go_on_are_no_news_an_illness_found_after_the_visit_is(rule, fact, suppresses):
    clue = a_clue(rule=rule, fingerprint="f2", event_on=event_of(rule, fact, date(2021, 6, 1)))
    assert (answer(clue) is not None) == suppresses


def test_a_fact_of_a_guarantee_that_any_visit_saw_is_not_new():
    checks = [a_check(risk=Risk.HOUSING, fingerprint="f2", checked_on=date(2021, 5, 1)), a_check(risk=Risk.HOUSING)]
    assert answer(a_clue(risk=Risk.HOUSING, fingerprint="f2"), *checks).check == "v1"


@pytest.mark.parametrize(
    "change",
    [
        {"person": None},  # the household's fact, whoever was visited
        {"grade": Grade.YELLOW},
        {"value": None},
        {"value": Decimal(12999)},  # 30 % of 10,000, but for one yuan
        {"value": Decimal(5000)},
        {"fingerprint": "f2", "event_on": VISIT},
        {"event_on": date(2021, 6, 1)},  # the very fact that was checked is no later event
        {"person": "p2"},  # same fingerprint: the same fact
    ],
)
def test_what_is_not_material_breaks_nothing(change):
    clue = a_clue(**change)
    assert answer(clue).check == "v1"
    assert checked_again(clue, [a_check()], day=JUNE, **GROWTH) == ""


@pytest.mark.parametrize(
    ("before", "now", "suppresses"),
    [
        ("10000", "13000", False),
        ("10000", "12999.99", True),
        ("8000", "10999.99", True),  # 37 %, but not 3,000 yuan
        ("8000", "11000", False),
        ("20000", "25000", True),  # 5,000 yuan, but only 25 %
        ("0", "3000", False),
    ],
)
def test_an_amount_has_grown_by_both_share_and_sum(before, now, suppresses):
    found = answer(a_clue(value=Decimal(now)), a_check(value=Decimal(before)))
    assert (found is not None) == suppresses


def test_a_check_without_amount_or_grade_cannot_tell_growth():
    assert answer(None, a_check(value=None, grade=None)).check == "v1"


@pytest.mark.parametrize("other", [{"household": "h2"}, {"risk": Risk.LABOUR}, {"checked_on": date(2021, 6, 9)}])
def test_checks_of_other_households_risks_or_later_days_answer_nothing(other):
    assert answer(None, a_check(**other)) is None


def test_never_checked_is_no_news():
    assert checked_again(a_clue(), [a_check(household="h2")], day=JUNE, **GROWTH) == ""
    assert checked_again(a_clue(), [], day=JUNE, **GROWTH) == ""


def test_the_last_check_holds():
    later = a_check(id="v2", checked_on=date(2021, 6, 1), conclusion=Conclusion.WATCH, value=Decimal(14000))
    for checks in ([a_check(), later], [later, a_check()]):
        assert answer(a_clue(value=Decimal(14500)), *checks).check == "v2"
        assert answer(a_clue(value=Decimal(14500)), *checks, day=date(2021, 7, 2)) is None


def test_of_two_checks_on_one_day_the_one_of_the_same_fact_holds():
    other = a_check(id="v9", fingerprint="f9", value=Decimal(100))
    for checks in ([a_check(), other], [other, a_check()]):
        assert answer(None, *checks).check == "v1"


def test_a_visit_about_somebody_else_does_not_wipe_out_an_earlier_one():
    other = a_check(id="v2", fingerprint="f2", persons=frozenset({"p2"}), checked_on=date(2021, 6, 1))
    assert answer(None, a_check(), other).check == "v1"


def test_the_figures_of_the_standard_decide():
    limits = limits_of(Figures(COOLDOWN_DAYS=Decimal(10), WATCH_COOLDOWN_DAYS=Decimal(5), GROWTH_AMOUNT=Decimal(1)))
    assert limits == {"cooldown_days": 10, "watch_days": 5, "growth_share": Decimal("0.30"), "growth_amount": 1}
    assert answer(**limits) is None
    assert answer(day=VISIT + timedelta(10), **limits).until == VISIT + timedelta(10)
