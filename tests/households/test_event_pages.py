"""Pages of the life events and corrections: each event entered, what is asked before, refusals, undoing."""

import pytest
from django.urls import reverse

from fangpin.accounts.roles import Role
from households.acts import ACTS
from households.choices import Event
from households.events.leaving import leave
from households.events.writing import version_of
from households.models import LifeEvent, Person
from tests.builders import VILLAGES, a_household, an_officer, unchecked
from tests.households.events.families import DAY, NEXT, a_family, digest, in_step

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(client):
    """A township's account; what it enters is not checked here, as tests/households/events show the same verbs with the check."""
    client.force_login(an_officer(Role.TOWNSHIP))
    with unchecked():
        yield client


def page_of(household, slug, **query):
    return reverse("event_new", args=[household.pk, slug], query={key: str(row.pk) for key, row in query.items()})


def shown_fields(answer) -> list[str]:
    return list(answer.context["form"].fields)


BABY = {"name": "莫新", "relation": "之孙女", "sex": "female", "on": "2021-06-03"}
# slug -> (query, body): both from the family and the other household
ENTRIES = {
    "birth": (lambda *f: {}, lambda *f: BABY),
    "adoption": (lambda *f: {}, lambda *f: BABY | {"birthday": "2018-01-01"}),
    "marriage-in": (lambda *f: {}, lambda *f: BABY | {"birthday": "1996-01-01", "relation": "之儿媳"}),
    "moving-in": (lambda *f: {}, lambda *f: BABY | {"birthday": "1996-01-01"}),
    "release": (lambda *f: {}, lambda *f: BABY | {"birthday": "1996-01-01"}),
    "missed": (lambda *f: {}, lambda *f: BABY | {"birthday": "1996-01-01"}),
    "death": (
        lambda home, head, wife, son, other: {"person": head},
        lambda home, head, wife, son, other: {f"relation_{wife.pk}": "户主", f"relation_{son.pk}": "之子"},
    ),
    "marriage-out": (lambda home, head, wife, son, other: {"person": son}, lambda *f: {}),
    "moving-out": (lambda home, head, wife, son, other: {"person": son}, lambda *f: {}),
    "imprisonment": (lambda home, head, wife, son, other: {"person": son}, lambda *f: {}),
    "missing": (lambda home, head, wife, son, other: {"person": son}, lambda *f: {}),
    "move": (
        lambda home, head, wife, son, other: {"person": son, "other": other},
        lambda home, head, wife, son, other: {f"relation_{son.pk}": "之侄儿"},
    ),
    "move-all": (lambda *f: {}, lambda *f: {"village": VILLAGES[1], "hamlet": "小屯"}),
    "split": (
        lambda *f: {},
        lambda home, head, wife, son, other: {
            f"goes_{son.pk}": "goes", f"goes_{head.pk}": "stays", f"goes_{wife.pk}": "stays",
            f"relation_{son.pk}": "户主", f"relation_{head.pk}": "户主", f"relation_{wife.pk}": "配偶",
        },
    ),
    "join": (
        lambda home, head, wife, son, other: {"other": other},
        lambda home, head, wife, son, other: {f"relation_{p.pk}": "其他" for p in other.members.all()},
    ),
    "head": (
        lambda home, head, wife, son, other: {"person": son},
        lambda home, head, wife, son, other: {
            f"relation_{son.pk}": "户主", f"relation_{head.pk}": "之父", f"relation_{wife.pk}": "之母",
        },
    ),
}  # fmt: skip


def test_the_entries_below_are_all_events():
    assert set(ENTRIES) == set(ACTS)
    assert {act.event for act in ACTS.values()} == set(Event) - {Event.CORRECTION}


@pytest.mark.parametrize("slug", ENTRIES)
def test_every_event_is_entered_and_undone_by_its_pages(clerk, slug):
    family = (*a_family(), a_household(people=2))
    home, before = family[0], digest()
    query, body = (make(*family) for make in ENTRIES[slug])
    url = page_of(home, slug, **query)
    answer = clerk.get(url)
    assert answer.status_code == 200
    answer = clerk.post(url, {"on": DAY.isoformat(), "seen": version_of(home), "reason": "核实", **body})
    assert answer.status_code == 302, answer.context["form"].errors
    event = LifeEvent.objects.get()
    assert (event.kind, event.on, event.reason) == (ACTS[slug].event, DAY, "核实")
    assert in_step(home)
    undo = reverse("event_undo", args=[event.pk])
    assert "恢复到登记之前" in clerk.get(undo).content.decode()
    clerk.post(undo)
    assert digest() == before


@pytest.mark.parametrize("slug", ["death", "marriage-out", "move", "head"])
def test_who_it_is_about_is_asked_first(clerk, slug):
    home, _, wife, _ = a_family()
    page = clerk.get(page_of(home, slug)).content.decode()
    assert f"?person={wife.pk}" in page


def test_the_other_household_is_named_by_its_number_and_only_within_reach(clerk):
    home, _, _, son = a_family()
    near, far = a_household(VILLAGES[1], people=1), a_household(VILLAGES[2], people=1)
    url = page_of(home, "move", person=son)
    for number in (far.number, "没有", home.number):
        assert "您负责范围内没有这个户编号" in clerk.post(url, {"number": number}).content.decode()
    answer = clerk.post(url, {"number": near.number})
    assert answer.url == f"{url}&other={near.pk}"
    assert "number" in shown_fields(clerk.get(page_of(home, "move", person=son, other=far)))  # asked again


def test_when_the_head_dies_the_likely_heir_is_suggested(clerk):
    home, head, wife, son = a_family()
    form = clerk.get(page_of(home, "death", person=head)).context["form"]
    assert {name: form[name].initial for name in form.fields if name.startswith("relation_")} == {
        f"relation_{wife.pk}": "户主",
        f"relation_{son.pk}": "之子",
    }


@pytest.mark.parametrize(
    ("body", "field", "sentence"),
    [
        ({"name": ""}, "name", "请填写姓名"),
        ({"sex": ""}, "sex", "请选择性别"),
        ({"relation": ""}, "relation", "请选择与户主关系"),
        ({"id_number": "450399202106030012"}, "id_number", "证件号码不对"),
        ({"phone": "12345"}, "phone", "11 位手机号码"),
        ({"on": "2999-01-01"}, "on", "不能晚于今天"),
    ],
)
def test_errors_stand_at_their_fields_and_nothing_is_written(clerk, body, field, sentence):
    home, *_ = a_family()
    answer = clerk.post(page_of(home, "birth"), BABY | body)
    assert field in answer.context["form"].errors
    page = answer.content.decode()
    assert "有 1 处需要更正" in page
    assert sentence in page
    assert not LifeEvent.objects.exists()


def test_a_refusal_of_the_verb_is_told_in_the_form(clerk):
    home, *_ = a_family()
    answer = clerk.post(page_of(home, "birth"), BABY | {"relation": "户主"})
    assert "有且只有一个户主" in answer.content.decode()
    assert Person.objects.count() == 3


def test_two_heads_are_refused_at_the_form(clerk):
    home, head, wife, son = a_family()
    body = {f"relation_{wife.pk}": "户主", f"relation_{son.pk}": "户主", "on": DAY.isoformat()}
    assert "只能有一个户主" in clerk.post(page_of(home, "death", person=head), body).content.decode()
    assert not LifeEvent.objects.exists()


def test_a_split_without_a_head_on_each_side_is_refused(clerk):
    home, head, wife, son = a_family()
    relations = {f"relation_{p.pk}": p.relation for p in (head, wife, son)}
    relations |= {f"goes_{p.pk}": "stays" for p in (head, wife, son)}
    url = page_of(home, "split")
    assert "须有人分出" in clerk.post(url, relations | {"on": DAY.isoformat()}).content.decode()
    page = clerk.post(url, relations | {"on": DAY.isoformat(), f"goes_{son.pk}": "goes"}).content.decode()
    assert "新户须有且只有一个户主" in page
    assert not LifeEvent.objects.exists()


def test_a_stale_form_answers_409(clerk):
    home, _, wife, son = a_family()
    seen = version_of(home)
    leave(Event.MARRIAGE_OUT, person=wife, on=DAY, by=None)
    answer = clerk.post(page_of(home, "death", person=son), {"on": NEXT.isoformat(), "seen": seen})
    assert answer.status_code == 409
    assert "刚刚被他人更新" in answer.content.decode()
    assert LifeEvent.objects.count() == 1


def test_a_former_member_is_offered_to_come_back(clerk):
    home, _, _, son = a_family()
    leave(Event.IMPRISONMENT, person=son, on=DAY, by=None)
    url = page_of(home, "release")
    assert "莫小山（原成员）" in clerk.get(url).content.decode()
    clerk.post(url, {"back": str(son.pk), "relation": "之子", "on": NEXT.isoformat()})
    son.refresh_from_db()
    assert son.left_on is None


def test_what_blocks_an_undoing_is_listed(clerk):
    _, _, wife, son = a_family()
    event = leave(Event.MARRIAGE_OUT, person=wife, on=DAY, by=None)
    leave(Event.DEATH, person=son, on=NEXT, by=None)
    url = reverse("event_undo", args=[event.pk])
    assert "之后登记了：2021-06-10 死亡" in clerk.get(url).content.decode()
    clerk.post(url)
    event.refresh_from_db()
    assert event.undone_at is None


# -- corrections --------------------------------------------------------------------------------------------------------
def correction(row, slug):
    return reverse("person_correct" if isinstance(row, Person) else "household_correct", args=[row.pk, slug])


def test_a_group_of_the_household_is_corrected(clerk):
    home, *_ = a_family()
    url = correction(home, "housing")
    assert shown_fields(clerk.get(url)) == ["house_area", "house_grade", "house_unsafe", "on", "reason", "seen"]
    body = {
        "house_area": "82.50",
        "house_grade": "c",
        "house_unsafe": "yes",
        "on": DAY.isoformat(),
        "reason": "入户核对",
    }
    assert clerk.post(url, body).status_code == 302
    home.refresh_from_db()
    assert home.other == {"house_area": "82.5", "house_grade": "c", "house_unsafe": "yes"}


def test_every_group_of_a_member_can_be_corrected(clerk):
    _, head, *_ = a_family()
    bodies = {
        "self": {"name": "莫大山", "political": "member", "sex": "male", "birthday": "1970-01-01"},
        "school": {"education": "primary"},
        "body": {"health": ["chronic", "disabled"], "disability_level": "level_2"},
        "work": {"work_place": "广东", "work_months": "7", "work_from": "2021-02"},
        "cover": {"insured_resident": "yes", "minimum_living": "rural"},
    }
    for slug, body in bodies.items():
        answer = clerk.post(correction(head, slug), body | {"on": DAY.isoformat(), "reason": "入户核对"})
        assert answer.status_code == 302, answer.context["form"].errors
    head.refresh_from_db()
    assert (head.education, head.health, head.disability_level, head.minimum_living) == (
        "小学",
        "长期慢性病,残疾",
        "二级",
        "农村低保",
    )
    assert head.other == {
        "political": "member", "work_place": "广东", "work_months": "7", "work_from": "2021-02", "insured_resident": "yes",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("slug", "body", "sentence"),
    [
        ("work", {"work_months": "13"}, "务工时间应在 0 到 12 月之间"),
        ("work", {"work_pay": "三千"}, "务工月收入请填数字"),
        ("work", {"work_from": "去年"}, "应为年月"),
        ("self", {"name": ""}, "请填写姓名"),
        ("self", {"name": "莫大山", "id_number": "45039919700101001"}, "证件号码不对"),
        ("cover", {"insured_resident": "yes", "reason": ""}, "请写明更正的原因"),
        ("cover", {}, "没有改动任何内容"),
    ],
)
def test_a_wrong_correction_is_told_and_not_written(clerk, slug, body, sentence):
    _, head, *_ = a_family()
    before = digest()
    answer = clerk.post(correction(head, slug), {"on": DAY.isoformat(), "reason": "核对", **body})
    assert sentence in answer.content.decode()
    assert digest() == before


def test_what_a_file_wrote_and_nobody_knows_survives_another_correction(clerk):
    _, head, *_ = a_family()
    Person.objects.filter(pk=head.pk).update(labour="半劳力（原）", health="高血压")
    page = clerk.get(correction(head, "body")).content.decode()
    assert "高血压（名册原文）" in page
    body = {"health": ["高血压"], "disability_kind": "limb", "on": DAY.isoformat(), "reason": "核对"}
    clerk.post(correction(head, "body"), body)
    head.refresh_from_db()
    assert (head.health, head.other) == ("高血压", {"disability_kind": "limb"})


def test_a_sealed_number_is_never_in_the_form(clerk):
    _, head, *_ = a_family()
    page = clerk.get(correction(head, "self")).content.decode()
    assert head.id_number not in page
    assert f"现在是 {head.id_number[:6]}********" in page


@pytest.mark.parametrize("slug", ["risks", "money", "state", "self", "zz"])
def test_decided_groups_have_no_form(clerk, slug):
    home, *_ = a_family()
    assert clerk.get(correction(home, slug)).status_code == 404


@pytest.mark.parametrize("role", [Role.VILLAGE, Role.TOWNSHIP_LEADER, Role.COUNTY_HEAD, Role.INSPECTOR, Role.ADMIN])
def test_for_others_none_of_these_pages_exists(client, role):
    home, head, wife, _ = a_family()
    event = leave(Event.MARRIAGE_OUT, person=wife, on=DAY, by=None)
    client.force_login(an_officer(role))
    urls = [reverse("event_choose", args=[home.pk]), page_of(home, "birth"), correction(home, "housing")]
    for url in (*urls, correction(head, "self"), reverse("event_undo", args=[event.pk])):
        assert client.get(url).status_code == 404, url
        assert client.post(url, BABY).status_code in (404, 405), url
    assert LifeEvent.objects.count() == 1
