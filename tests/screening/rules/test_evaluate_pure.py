"""One list through all its rules, the way the verb calls it."""

from screening.extracts.formats import FORMATS
from screening.rules.evaluate_pure import evaluate
from tests.screening.rules.frames import VILLAGE, Figures, context_of, people_of, rows_of

STAY = {
    "care": "住院",
    "admitted_on": "2021-05-03",
    "settled_on": "2021-05-20",
    "settlement": "A2",
    "self_pay": "9000",
}
POOR = people_of({"household_kind": "脱贫户"})


def found(code, *rows, people=POOR, figures=None, **context):
    return evaluate(rows_of(FORMATS[code], *rows), people, figures or Figures(), context_of(code, **context))


def test_a_finding_says_whose_where_and_how_much():
    finding = found("MI-S", STAY).iloc[0]
    assert tuple(finding[["rule", "version", "risk"]]) == ("medical.inpatient_year", 1, "illness")
    assert tuple(finding[["household", "person", "village", "sheet", "row"]]) == ("h1", "p1", VILLAGE, "表1", 2)
    assert tuple(finding[["value", "limit", "unit", "multiple"]]) == (9000.0, 5000.0, "元", 1.8)
    assert finding["window"] == "2021-05..2021-05"


def test_the_same_fact_has_the_same_fingerprint_next_month():
    may, june = found("MI-S", STAY), found("MI-S", {**STAY, "self_pay": "9500"}, period="2021-06")
    assert list(may["fingerprint"]) == list(june["fingerprint"])


def test_twice_the_threshold_is_a_new_fact():
    once, twice = found("MI-S", STAY), found("MI-S", {**STAY, "self_pay": "10000"})
    assert set(once["fingerprint"]).isdisjoint(twice["fingerprint"])


def test_two_lists_that_tell_the_same_fact_raise_it_once():
    stay = {key: value for key, value in STAY.items() if key != "care"}
    assert list(found("MI-S", STAY)["fingerprint"]) == list(found("MI-1", stay)["fingerprint"])


def test_months_delivered_one_by_one_are_added_up():
    march = rows_of(
        FORMATS["MI-S"], {**STAY, "admitted_on": "2021-03-01", "settled_on": "2021-03-09", "settlement": "A1"}
    )
    finding = found("MI-S", STAY, earlier=march).iloc[0]
    assert finding["sentence"] == "2021年3–5月住院自付累计 18,000.00 元，达到 5,000 元"
    assert found("MI-S", earlier=march).empty


def test_the_figures_of_the_standard_decide():
    assert found("MI-S", STAY, figures=Figures(MEDICAL_SELF_PAY_PRIORITY=9001)).empty


def test_running_twice_gives_the_same():
    assert found("MI-S", STAY, STAY).equals(found("MI-S", STAY, STAY))


def test_a_stoppage_is_the_villages_not_a_households():
    stop = {
        "scheme": "上坪水厂",
        "village_code": VILLAGE,
        "stop_days": "4",
        "household": None,
        "person": None,
        "state": "none",
    }
    finding = found("WAT-1", stop, stop).iloc[0]
    assert (finding["household"], finding["village"], finding["subject"]) == (None, VILLAGE, VILLAGE)
    assert len(found("WAT-1", stop, stop)) == 1


def test_temporary_aid_takes_its_risk_from_the_reason():
    grant = {"granted": "6000", "granted_on": "2021-05-10"}
    risks = [found("CIV-4", {**grant, "reason": reason})["risk"].iloc[0] for reason in ("因病住院", "洪灾", "")]
    assert risks == ["illness", "disaster", "other"]
