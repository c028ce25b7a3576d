"""Which standard holds on a day, and adopting a new one."""

from datetime import date
from decimal import Decimal
from importlib import import_module

import pytest
from django.apps import apps

from fangpin.accounts.roles import Role
from fangpin.audit.models import Entry
from fangpin.policy.keys import DEFAULTS, META, Key
from fangpin.policy.lookup import standard_on
from fangpin.policy.models import Standard, Threshold
from fangpin.policy.sections import SECTIONS, amount_text, changed, lines
from fangpin.policy.standards import adopt, why_not
from fangpin.transitions import NotAllowed
from tests.builders import a_standard, an_officer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_standards():
    """Without what the migrations left."""
    Threshold.objects.all().delete()
    Standard.objects.all().delete()


def figures(**changes):
    return {**DEFAULTS, **{Key(name): Decimal(amount) for name, amount in changes.items()}}


def publish(by=None, day=date(2021, 5, 1), amounts=DEFAULTS, **names):
    named = {"name": "2021年标准", "document_number": "桂扶领发〔2021〕8号", **names}
    return adopt(**named, effective_from=day, amounts=amounts, by=by)


def test_the_newest_standard_that_has_begun_holds():
    old, new = a_standard(date(2020, 1, 1)), a_standard(date(2021, 5, 1), {Key.INCOME_LINE: 6000})

    assert [standard_on(day) for day in (date(2020, 1, 1), date(2021, 4, 30), date(2021, 5, 1))] == [old, old, new]
    assert standard_on(date(2022, 1, 1)).amount(Key.INCOME_LINE) == 6000


def test_before_the_first_there_is_none():
    a_standard(date(2021, 5, 1))
    with pytest.raises(NotAllowed, match="2021-04-30 还没有生效的政策标准"):
        standard_on(date(2021, 4, 30))


def test_figures_are_read_at_once(django_assert_num_queries):
    a_standard()
    with django_assert_num_queries(2):
        standard = standard_on(date(2021, 5, 1))
        assert [standard.amount(key) for key in Key] == list(DEFAULTS.values())


def test_adopting_writes_every_figure_and_an_entry():
    leader = an_officer(Role.COUNTY_LEADER)
    standard = publish(leader, amounts=figures(income_line="6500"))

    assert standard_on(date(2021, 5, 1)).amount(Key.INCOME_LINE) == Decimal(6500)
    assert set(standard.thresholds.values_list("key", flat=True)) == set(Key.values)
    assert (standard.adopted_by, Entry.objects.get().action) == (leader, "standard.adopted")


def test_an_old_standard_stays_as_it_was():
    old = a_standard(date(2021, 1, 1))
    before = list(old.thresholds.order_by("key").values())
    publish(amounts=figures(income_line="6500"))

    assert list(old.thresholds.order_by("key").values()) == before


@pytest.mark.parametrize("role", [role for role in Role if role != Role.COUNTY_LEADER])
def test_only_leaders_of_the_county_office_adopt(role):
    with pytest.raises(NotAllowed, match="只有县办领导"):
        publish(an_officer(role))

    assert not Standard.objects.exists()
    assert not Entry.objects.exists()


def test_a_day_takes_one_standard():
    publish()
    with pytest.raises(NotAllowed, match="这一天已有标准生效"):
        publish(name="另一份")

    assert Standard.objects.get().name == "2021年标准"


def test_a_standard_has_a_name():
    with pytest.raises(NotAllowed):
        publish(name="  ")

    assert not Standard.objects.exists()


@pytest.mark.parametrize(
    ("key", "amount", "reason"),
    [
        (Key.INCOME_LINE, None, "没有填写"),
        (Key.INCOME_LINE, "-1", "须在 0 元 至 1,000,000 元 之间"),
        (Key.INCOME_LINE, "1000001", "须在 0 元 至 1,000,000 元 之间"),
        (Key.INCOME_LINE, "6000.005", "最多两位小数"),
        (Key.INCOME_LINE, "NaN", "最多两位小数"),
        (Key.INCOME_LINE, "Infinity", "最多两位小数"),
        (Key.NEWBORN_DAYS, "90.5", "须为整数"),
        (Key.WORK_AGE_MIN, "13", "须在 14 周岁 至 20 周岁 之间"),
        (Key.LABOUR_SHARE_MAX, "1.01", "须在 0% 至 100% 之间"),
        (Key.CATEGORY_3_FROM, "20210631", "须为日期"),
        (Key.CATEGORY_3_FROM, "6", "须为日期"),
        (Key.FREEZE_DAY, "28.5", "须为整数"),
        (Key.FREEZE_DAY, "32", "须在 1 日 至 31 日 之间"),
    ],
)
def test_a_figure_that_cannot_be_is_refused(key, amount, reason):
    amounts = {**DEFAULTS, key: amount and Decimal(amount)}
    with pytest.raises(NotAllowed, match=reason):
        publish(amounts={name: figure for name, figure in amounts.items() if figure is not None})

    assert list(why_not({k: v for k, v in amounts.items() if v is not None})) == [key]
    assert not Standard.objects.exists()


@pytest.mark.parametrize(
    ("low", "amount", "high"),
    [
        (Key.MEDICAL_SELF_PAY_PRIORITY, "20001", Key.MEDICAL_SELF_PAY_GENERAL),
        (Key.WATER_STOP_DAYS_ORANGE, "8", Key.WATER_STOP_DAYS_RED),
        (Key.VERIFY_DAYS_RED, "4", Key.VERIFY_DAYS_ORANGE),
        (Key.WATCH_COOLDOWN_DAYS, "91", Key.COOLDOWN_DAYS),
        (Key.WATCH_MONTHS_GENERAL, "7", Key.WATCH_MONTHS_LONG),
        (Key.OFFLINE_DUE_DAY, "8", Key.COMPARE_DAY),
        (Key.VERIFY_DAY, "29", Key.FREEZE_DAY),
    ],
)
def test_figures_out_of_order_are_refused(low, amount, high):
    wrong = why_not({**DEFAULTS, low: Decimal(amount)})

    assert wrong == {high: f"{high.label}：不能低于“{low.label}”（{amount_text(low, Decimal(amount))}）"}


def test_a_figure_that_the_system_does_not_know_is_refused():
    with pytest.raises(NotAllowed, match="不认识的项目：moon_phase"):
        publish(amounts={**DEFAULTS, "moon_phase": Decimal(1)})


def test_the_defaults_may_be_adopted():
    assert why_not(DEFAULTS) == {}


def test_every_figure_stands_in_one_section_with_its_source():
    shown = [key for _, keys in SECTIONS for key in keys]

    assert sorted(shown) == sorted(Key)
    assert all(META[key].source for key in Key)


@pytest.mark.parametrize(
    ("key", "amount", "text"),
    [
        (Key.INCOME_LINE, "6000.00", "6,000 元"),
        (Key.WATER_DISTANCE_KM, "1.50", "1.5 公里"),
        (Key.WATER_DISTANCE_KM, "100.00", "100 公里"),
        (Key.LABOUR_SHARE_MAX, "0.25", "25%"),
        (Key.CATEGORY_3_FROM, "20210601.00", "2021-06-01"),
    ],
)
def test_figures_in_words(key, amount, text):
    assert amount_text(key, Decimal(amount)) == text


def test_what_changed_against_the_standard_before():
    old = {**DEFAULTS, Key.INCOME_LINE: Decimal(5000)}
    del old[Key.ROSTER_GAP_COUNT]

    assert [(line.key, line.before, line.text) for line in changed(lines(DEFAULTS, old))] == [
        (Key.INCOME_LINE, "5,000 元", "6,000 元"),
        (Key.ROSTER_GAP_COUNT, "—", "10 人"),
    ]
    assert changed(lines(DEFAULTS)) == []


@pytest.mark.parametrize(
    ("migration", "keys"),
    [
        ("0003_register_checks", [key for key in Key if key.startswith("check_")]),
        (
            "0004_rounds",
            [key for key in Key if key.startswith(("cooldown", "growth", "watch_")) or key.endswith("_day")],
        ),
    ],
)
def test_a_standard_older_than_its_figures_gets_them_once(migration, keys):
    old, new = a_standard(date(2021, 1, 1)), a_standard(date(2021, 5, 1), dict.fromkeys(keys, 9))
    old.thresholds.filter(key__in=keys).delete()
    fill = import_module(f"fangpin.policy.migrations.{migration}").fill
    for _ in range(2):
        fill(apps, None)

        assert dict(old.thresholds.values_list("key", "amount")) == DEFAULTS
        assert set(new.thresholds.filter(key__in=keys).values_list("amount", flat=True)) == {9}
