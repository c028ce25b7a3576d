"""Months of the invented county: cumulative, balanced, with the stories on their days."""

import numpy as np
import pytest

from fangpin.demo import county


def row_of(made, code: str) -> int:
    return int(np.flatnonzero(made.members["number"] == made.stories[code].person)[0])


def test_june_holds_everything_that_may_held(may, june):
    assert june.settlements.iloc[: len(may.settlements)].equals(may.settlements)
    assert len(june.illness) > len(may.illness)
    assert may.settlements["day"].max() <= np.datetime64("2021-05-31")


def test_every_bill_balances_to_the_cent(may):
    bills = may.settlements
    paid = bills["pooled"] + bills["serious"] + bills["aid"] + bills["own"]
    assert (paid - bills["total"]).abs().max() < 0.001
    assert (bills[["pooled", "serious", "aid", "own"]] >= 0).all().all()


def test_father_of_story_one_has_paid_23180_in_may_and_1200_more_in_june(small, may, june):
    row = row_of(small, "T1")
    assert may.inpatient_self_pay()[row] == 23_180
    assert june.inpatient_self_pay()[row] == 24_380


def test_what_the_household_of_story_two_b_pays_grows_by_the_material_amount(small, may, june):
    row = row_of(small, "T2b")
    before, after = may.inpatient_self_pay()[row], june.inpatient_self_pay()[row]
    assert (before, after) == (22_400, 32_000)
    assert after - before >= max(3_000, before * 0.3)  # domain 4.2


def test_household_of_story_fifteen_left_monitoring_in_march(small):
    home = small.households.iloc[small.members["home"].iloc[row_of(small, "T15")]]
    assert home[["since", "eliminated", "ended"]].tolist() == ["202003", "是", "202103"]


def test_raft_worker_is_still_at_work_in_the_data_of_departments(small, june):
    work = june.work.set_index("who").loc[row_of(small, "T3")]
    assert work["employer"] == "漓江竹筏游览"
    assert work["remark"] == ""


def test_child_gets_its_certificate_in_june(small, may, june):
    row = row_of(small, "T4")
    assert row not in set(may.disability["who"])
    assert june.new(june.disability).set_index("who").loc[row, "level"] == 1


def test_dropout_is_new_in_may_and_still_on_the_roll(small, may):
    row = row_of(small, "T8")
    assert row in set(may.new(may.dropouts)["who"])
    assert may.enrolment.set_index("who").loc[row, ["grade", "status"]].tolist() == [7, "辍学"]


def test_flood_leaves_two_houses_of_grade_d_one_of_them_not_the_only_one(small, may, june):
    homes = [small.members["home"].iloc[row_of(small, code)] for code in ("T9", "T9b")]
    assert "D级" not in set(may.housing.loc[homes, "grade"])
    assert june.housing.loc[homes, "grade"].tolist() == ["D级", "D级"]
    assert june.housing.loc[homes, "only"].tolist() == [True, False]


def test_scheme_stood_still_for_four_days_for_all_it_serves(small, june):
    home = small.members["home"].iloc[row_of(small, "T10")]
    scheme = june.water.loc[home, "scheme"]
    served = june.water[(june.water["scheme"] == scheme) & (june.water["mode"] == "集中供水")]
    assert len(served) > 5
    assert set(served["stopped"]) == {4}


def test_helpless_person_has_no_carer(small, may):
    person = may.relief.set_index("who").loc[row_of(small, "T11")]
    assert person[["kind", "care", "selfcare", "carer"]].tolist() == ["特困供养", "分散", "全护理", ""]


def test_a_month_outside_the_year_is_refused(small):
    with pytest.raises(ValueError, match="2022-01"):
        county.month(small, "2022-01")
    with pytest.raises(ValueError, match="2021-13"):
        county.month(small, "2021-13")
