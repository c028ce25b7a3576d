"""The invented county fits together: numbers, households, ages, categories; and the same seed gives the same county."""

import pytest

from fangpin.demo import county, families, identity

WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
YEAR = families.YEAR


def check_digit(number: str) -> str:
    return "10X98765432"[sum(int(digit) * weight for digit, weight in zip(number, WEIGHTS, strict=False)) % 11]


def numbers(made) -> list[str]:
    return [number for number in made.people["证件号码"] if number]


def test_there_are_exactly_as_many_people_as_asked_for(small):
    assert len(small.people) == len(small.members) == 1_500


def test_numbers_are_valid_and_nobody_shares_one(small):
    found = numbers(small)
    assert all(len(number) == 18 and check_digit(number[:17]) == number[17] for number in found)
    assert len(set(found)) == len(found)


def test_numbers_begin_with_prefixes_that_were_never_given_out(small):
    prefixes = {number[:6] for number in [*numbers(small), *small.strangers["id"]]}
    assert prefixes <= {identity.HOME_PREFIX, *identity.AWAY_PREFIXES}
    assert not any(prefix.startswith("45032") for prefix in prefixes)


def test_number_agrees_with_birthday_and_sex(small):
    people = small.people[small.people["证件号码"] != ""]
    assert (people["证件号码"].str[6:14] == people["出生日期"]).all()
    assert ((people["证件号码"].str[16].astype(int) % 2 == 1) == (people["性别"] == "男")).all()


def test_only_small_children_have_no_number(small):
    without = small.people[small.people["证件号码"] == ""]
    assert len(without) > 0
    assert (without["出生日期"] > "20140501").all()
    assert (without["证件类型"] == "").all()


def test_each_household_has_one_head_who_comes_first(small):
    first = small.people.drop_duplicates("户编号")
    assert (first["与户主关系"] == "户主").all()
    assert (small.people["与户主关系"] == "户主").sum() == small.people["户编号"].nunique() == len(small.households)


def test_household_size_is_the_number_of_its_members(small):
    sizes = small.people.groupby("户编号")["姓名"].transform("size")
    assert (sizes.astype(str) == small.people["人数"]).all()
    assert sizes.max() <= 8


@pytest.mark.parametrize(
    ("relations", "younger", "older"),
    [
        (("之子", "之女"), 15, 60),
        (("之孙子", "之孙女"), 33, 80),
        (("之父", "之母"), -40, -15),
        (("配偶",), -6, 6),
        (("之祖父", "之祖母"), -65, -33),
    ],
)
def test_ages_fit_the_relation_to_the_head(small, relations, younger, older):
    members = small.members
    heads = members.iloc[small.households["head"].to_numpy()[members["home"].to_numpy()]]
    gap = (members["birth"].to_numpy() - heads["birth"].to_numpy()).astype("timedelta64[D]").astype(float) / YEAR
    of_kind = members["relation"].isin(relations).to_numpy()
    assert of_kind.any()
    assert ((gap[of_kind] >= younger) & (gap[of_kind] <= older)).all()


def test_relations_and_sex_agree(small):
    words = small.people.groupby("性别")["与户主关系"].agg(set)
    assert not {"之子", "之父", "之女婿", "之孙子"} & words["女"]
    assert not {"之女", "之母", "之儿媳", "之孙女"} & words["男"]


def test_a_pupil_has_a_stage_and_no_level_of_education(small):
    assert ((small.people["文化程度"] == "") != (small.people["在校生状况"] == "")).all()


def test_categories_fit_the_kind_of_household(small):
    kinds = small.households.groupby("category")["kind"].agg(set)
    assert kinds["脱贫不稳定户"] == {"脱贫户"}
    assert kinds["边缘易致贫户"] == {"一般农户"}
    assert 0.15 < (small.households["kind"] == "脱贫户").mean() < 0.26
    assert 11 <= (small.households["category"] != "").sum() <= 14  # 240 at 30,000, and the stories


def test_children_carry_the_surname_of_their_father(small):
    members = small.members
    heads = members.iloc[small.households["head"].to_numpy()[members["home"].to_numpy()]]
    sons = (members["relation"] == "之子").to_numpy() & heads["male"].to_numpy()
    assert (members["姓"].to_numpy()[sons] == heads["姓"].to_numpy()[sons]).all()


def test_there_are_namesakes_within_a_village_but_not_within_a_household(small):
    people = small.people
    assert people.duplicated(["行政村", "姓名"]).sum() >= 5
    assert not people.duplicated(["户编号", "姓名"]).any()


def test_former_names_differ_from_the_present_one(small):
    known = small.people[small.people["曾用名"] != ""]
    assert 5 <= len(known) <= 40
    assert (known["曾用名"] != known["姓名"]).all()


def test_everybody_lives_in_a_village_of_the_divisions(small, divisions):
    places = {
        (township, village) for township, village in zip(small.people["乡(镇)"], small.people["行政村"], strict=True)
    }
    names = {code: name for code, name, *_ in divisions}
    assert places == {(names[parent], name) for _, name, level, parent in divisions if level == "village"}


def test_same_seed_same_county_and_another_seed_another(small, divisions):
    again = county.make(persons=1_500, seed=20210506, divisions=divisions)
    other = county.make(persons=1_500, seed=7, divisions=divisions)
    assert again.people.equals(small.people)
    assert again.stories == small.stories
    assert not other.people["姓名"].equals(small.people["姓名"])


def test_incomes_add_up_to_what_each_has_per_head(small):
    people = small.people[small.people["年度"] == "2020"]
    amounts = {
        heading: people[heading].astype(int) for heading in people if heading.endswith(("收入", "支出", "人数"))
    }
    gross = sum(amounts[kind] for kind in ("工资性收入", "生产经营性收入", "财产性收入", "转移性收入"))
    net = gross - amounts["生产经营性支出"]
    assert len(people) > 200
    assert all((figures >= 0).all() for figures in amounts.values())
    assert (net == amounts["家庭纯收入"]).all()
    assert (net == amounts["人均纯收入"] * amounts["人数"]).all()


def test_stories_name_real_households(small):
    assert set(small.stories) == set(county.STORIES)
    people = small.people.set_index("人编号")
    for story in small.stories.values():
        if story.person:
            assert people.loc[story.person, "户编号"] == story.household
            assert people.loc[story.person, "姓名"] == story.name
    assert people.loc[small.stories["T1"].person, ["乡(镇)", "户类型"]].tolist() == ["葡萄镇", "一般农户"]
    assert people.loc[small.stories["T7"].person, ["监测对象类别", "风险识别时间"]].tolist() == [
        "脱贫不稳定户",
        "202012",
    ]


def test_divisions_without_a_village_are_refused():
    with pytest.raises(ValueError, match="no village"):
        county.make(persons=10, divisions=[("450321", "阳朔县", "county", "")])
