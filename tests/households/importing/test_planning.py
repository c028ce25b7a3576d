"""The difference between a file and the register, without a database: the register here is what another file said."""

import pandas as pd
import pytest

from households.importing.planning import make_plan
from households.importing.reading import read_rows
from tests.builders import COUNTY, VILLAGES, a_county
from tests.households.tables import a_household_of, a_row, a_table, tables

pytestmark = pytest.mark.django_db  # for the names of the villages only


def read(rows):
    a_county()
    reading = read_rows(tables(a_table(rows)), COUNTY)
    reading.people["id_index"], reading.people["phone_index"] = reading.people["id_number"], reading.people["phone"]
    reading.households["phone_index"] = reading.households["phone"]
    return reading


def register(rows):
    """(households, people) as ``households.importing.present`` would give them after an import of ``rows``."""
    reading = read(rows)
    homes, people = reading.households.copy(), reading.people.copy()
    homes["id"], homes["head_name"] = "id of " + homes["number"], ""
    people["id"] = "id of " + people["number"]
    people["village"] = people["household"].map(homes.set_index("number")["village"])
    people["left"] = False
    return homes, people.reset_index(drop=True)


def plan(before, after, county=COUNTY):
    return make_plan(read(after), *register(before), county)


def changed(rows, **cells):
    return [rows[0] | cells, *rows[1:]]


FIRST = a_household_of("H1", 3)
SECOND = a_household_of("H2", 2)


def test_the_same_file_changes_nothing():
    found = plan(FIRST + SECOND, FIRST + SECOND)
    assert found.is_empty
    assert (found.same, found.changes, found.touched) == (5, {}, [])


def test_an_empty_register_takes_everybody():
    homes, people = register(FIRST)
    found = make_plan(read(FIRST), homes.iloc[:0], people.iloc[:0], COUNTY)
    assert (len(found.new_people), len(found.new_households), found.same) == (3, 1, 0)
    home = found.new_households.iloc[0]
    assert (home["size"], home["head_name"]) == (3, FIRST[0]["姓名"])
    assert found.new_people["household_id"].tolist() == [home["id"]] * 3
    assert found.touched == []


def test_new_changed_same_and_gone():
    after = [*changed(FIRST, 姓名="李新名"), a_row("H2-0", "H2", **SECOND[0]), a_row("H3-0", "H3")]
    found = plan(FIRST + SECOND, after)
    assert found.new_people["number"].tolist() == ["H3-0"]
    assert found.changed_people[["number", "id"]].to_numpy().tolist() == [["H1-0", "id of H1-0"]]
    assert found.gone["id"].tolist() == ["id of H2-1"]
    assert found.same == 3
    assert found.changes == {"姓名": 1, "拼音": 1}
    assert found.townships == {VILLAGES[0][:9]: {"households": 3, "gone": 1, "new": 1, "changed": 1, "same": 3}}


def test_a_village_that_the_file_does_not_cover_is_left_alone():
    elsewhere = a_household_of("H9", 2, 行政村="下坪村")
    assert plan(FIRST + elsewhere, FIRST).is_empty


def test_a_refused_row_leaves_its_person_as_he_is():
    assert plan(FIRST, [*FIRST[:2], FIRST[2] | {"姓名": ""}]).gone.empty


def test_a_row_without_person_number_may_be_anybody_of_the_household():
    assert plan(FIRST, [*FIRST[:2], FIRST[2] | {"人编号": ""}]).gone.empty


def test_a_column_that_the_file_lacks_changes_nothing():
    with_ethnicity = [row | {"民族": "壮族", "政治面貌": "群众"} for row in FIRST]
    assert plan(with_ethnicity, FIRST).is_empty


def test_a_column_that_is_there_and_blank_empties():
    found = plan([row | {"民族": "壮族"} for row in FIRST], [row | {"民族": ""} for row in FIRST])
    assert found.changes == {"民族": 3}


def test_other_values_are_merged():
    before = [row | {"政治面貌": "群众", "就读学校": "一小"} for row in FIRST]
    found = plan(before, [row | {"政治面貌": "中共党员"} for row in FIRST])
    assert found.changed_people["other"].tolist()[0] == '{"school": "一小", "political": "member"}'
    assert found.changes == {"政治面貌": 3}


def test_birthday_and_sex_are_never_emptied():
    before = [a_row("P1", 证件号码="", 性别="女", 出生日期="19730208")]
    assert plan(before, [before[0] | {"性别": "", "出生日期": ""}]).is_empty


def test_moving_to_another_household_touches_both():
    first = [row | {"户联系电话": ""} for row in FIRST]
    found = plan(first + SECOND, [*first[:2], first[2] | {"户编号": "H2"}, *SECOND])
    assert found.changes == {"所属户": 1}
    assert found.touched == ["id of H1", "id of H2"]


def test_a_change_of_head_unseats_the_old_one():
    after = [FIRST[0] | {"与户主关系": "之父"}, FIRST[1] | {"与户主关系": "户主"}, FIRST[2]]
    found = plan(FIRST, after)
    assert found.unseated == ["id of H1-0"]
    assert found.changed_people["number"].tolist() == ["H1-0", "H1-1"]


def test_a_head_whose_row_was_refused_makes_way_for_the_new_one():
    found = plan(FIRST, [FIRST[0] | {"姓名": ""}, FIRST[1] | {"与户主关系": "户主"}, FIRST[2]])
    assert found.unseated == ["id of H1-0"]
    assert found.stood_down["id"].tolist() == ["id of H1-0"]
    assert found.changed == 2


def test_two_heads_that_change_places_both_stand_up_first():
    after = [FIRST[0] | {"户编号": "H2"}, *FIRST[1:], SECOND[0] | {"户编号": "H1"}, SECOND[1]]
    assert sorted(plan(FIRST + SECOND, after).unseated) == ["id of H1-0", "id of H2-0"]


def test_kind_and_category_stay_consistent_when_the_file_has_only_one():
    before = [a_row("P1", 户类型="一般农户", 监测对象类别="边缘易致贫户")]
    after = [{key: value for key, value in before[0].items() if key != "监测对象类别"} | {"户类型": "脱贫户"}]
    found = plan(before, after)
    assert found.changed_households[["kind", "category"]].to_numpy().tolist() == [["lifted", ""]]
    assert found.misfits == 1


def test_a_category_brings_its_kind():
    before = [a_row("P1", 户类型="脱贫户")]
    after = [{key: value for key, value in before[0].items() if key != "户类型"} | {"监测对象类别": "边缘易致贫户"}]
    found = plan(before, after)
    assert found.changed_households[["kind", "category"]].to_numpy().tolist() == [["general", "marginal"]]


def test_numbers_of_another_county_are_not_taken():
    homes, people = register(FIRST)
    homes["village"] = people["village"] = "459999101201"
    found = make_plan(read(FIRST + SECOND), homes, people, COUNTY)
    assert len(found.foreign) == 3
    assert found.new_people["household"].unique().tolist() == ["H2"]
    assert found.gone.empty


def test_who_left_is_back_when_the_file_names_him():
    homes, people = register(FIRST)
    people.loc[2, "left"] = True
    found = make_plan(read(FIRST), homes, people, COUNTY)
    assert found.changed_people["number"].tolist() == ["H1-2"]
    assert found.changes == {"重新列入名册": 1}
    assert isinstance(found.changed_people, pd.DataFrame)
