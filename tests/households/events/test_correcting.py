"""信息更正 of households and members, field by field."""

from datetime import date

import pytest

from fangpin.accounts.roles import Role
from fangpin.transitions import NotAllowed
from households.choices import Event, Sex
from households.events.correcting import correct
from households.fields import BY_KEY
from households.models import LifeEvent
from households.values import value_of
from tests.builders import VILLAGES, an_id, an_officer
from tests.households.events.families import DAY, a_family, digest, in_step

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk():
    return an_officer(Role.TOWNSHIP)


def test_fields_of_a_household_are_corrected(clerk):
    home, *_ = a_family(hamlet="大屯", other={"road": "earth", "备注": "旧"})
    values = {"house_grade": "b", "house_area": "82.5", "road": "", "hamlet": "小屯", "household_phone": "19900001111"}
    event = correct(home, values=values, on=DAY, reason="入户核对", by=clerk)
    home.refresh_from_db()
    assert home.other == {"备注": "旧", "house_grade": "b", "house_area": "82.5"}
    assert (home.hamlet, home.phone) == ("小屯", "19900001111")
    assert (event.kind, event.person, event.reason) == (Event.CORRECTION, None, "入户核对")


def test_fields_of_a_person_are_corrected_and_what_follows_from_them(clerk):
    home, head, *_ = a_family()
    number = an_id(date(1969, 12, 31), Sex.MALE)
    values = {"name": "覃大山", "id_number": number, "health": "chronic,disabled", "insured_resident": "yes"}
    correct(head, values=values, on=DAY, reason="户口簿核对", by=clerk)
    head.refresh_from_db()
    assert (head.name, head.initials, head.birthday, head.id_number) == ("覃大山", "qds", date(1969, 12, 31), number)
    assert (head.health, value_of(head, BY_KEY["health"])) == ("长期慢性病,残疾", "chronic,disabled")
    assert head.other == {"insured_resident": "yes"}
    assert in_step(home)
    assert home.head_name == "覃大山"


@pytest.mark.parametrize(
    ("of", "values", "sentence"),
    [
        (0, {"house_area": "99999"}, "住房面积应在 0 到 1000 平方米之间"),
        (0, {"category": "sudden"}, "不能在这里更正"),
        (0, {"kind": "lifted"}, "不能在这里更正"),
        (0, {"health": "healthy"}, "不能在这里更正"),
        (1, {"relation": "户主"}, "不能在这里更正"),
        (1, {"house_area": "80"}, "不能在这里更正"),
        (1, {"id_number": "450399197001010011"}, "证件号码不对"),
        (1, {"school": "中心小学 19900001234"}, "不要写证件号码或电话"),
        (0, {"hamlet": ""}, "没有改动任何内容"),
        (0, {}, "没有改动任何内容"),
    ],
)
def test_what_cannot_be_corrected_here(clerk, of, values, sentence):
    target = a_family()[of]
    before = digest()
    with pytest.raises(NotAllowed, match=sentence):
        correct(target, values=values, on=DAY, reason="核对", by=clerk)
    assert digest() == before
    assert not LifeEvent.objects.exists()


def test_a_correction_says_why(clerk):
    home, *_ = a_family()
    with pytest.raises(NotAllowed, match="原因"):
        correct(home, values={"hamlet": "小屯"}, on=DAY, reason=" ", by=clerk)
    assert not LifeEvent.objects.exists()


def test_the_village_does_not_correct(clerk):
    home, *_ = a_family()
    with pytest.raises(NotAllowed, match="没有登记该村农户变动的岗位"):
        correct(home, values={"hamlet": "小屯"}, on=DAY, reason="核对", by=an_officer(Role.VILLAGE, VILLAGES[0]))
    home.refresh_from_db()
    assert home.hamlet == ""


def test_a_head_whom_the_file_calls_otherwise_stays_head(clerk):
    home, head, *_ = a_family()
    head.relation = "本人"
    head.save()
    correct(head, values={"political": "member"}, on=DAY, reason="核对", by=clerk)
    head.refresh_from_db()
    assert (head.is_head, head.relation) == (True, "本人")
    assert in_step(home)


def test_a_birthday_that_nobody_knows_stops_nothing(clerk):
    _, head, *_ = a_family()
    correct(head, values={"birthday": "", "political": "member"}, on=DAY, reason="核对", by=clerk)
    head.refresh_from_db()
    assert (head.birthday, head.other) == (None, {"political": "member"})
