"""The register's scenes of the demo: the invented county's export of the national system comes in, then life goes on in one township."""

from datetime import date

from fangpin.accounts.scope import codes_by_permission
from fangpin.demo.script import Scene, Stage, contribute_scene
from fangpin.divisions.rights import Right
from households import register
from households.choices import Event, Sex
from households.dictionaries import HEAD
from households.events.arriving import Newcomer, arrive
from households.events.correcting import correct
from households.events.leaving import leave
from households.events.moving import change_head, move_people, split
from households.events.undoing import undo_event
from households.models import Household, Income, LifeEvent, Person
from households.relations import suggested


def play(stage: Stage) -> None:
    path = stage.books.wait("register")
    if Household.objects.exists():
        return
    officer = stage.actors["county"]
    with open(path, "rb") as file:
        upload = register.upload_register(county=stage.county, file=file, filename=path.name, by=officer)
    stage.finish([register.check_run(upload)], "核对名册")
    upload.refresh_from_db()
    stage.finish([register.confirm_register(upload, by=officer)], "名册入库")
    checked = register.quality_run(upload, by=officer)
    stage.finish([checked], "检查名册数据")
    checked.refresh_from_db()
    stage.say(f"  {upload.counts['rows']:,} 人入库，不能入库 {upload.counts['refused']:,} 行")
    stage.say(f"  {Income.objects.current().count():,} 户的上年收支随名册入库")
    stage.say(f"  数据检查：必须整改 {checked.counts['errors']:,}，整改或说明 {checked.counts['warnings']:,}")


def play_life(stage: Stage) -> None:
    """Seven households of the township clerk's, each with another event: from a birth to a death of the head."""
    clerk = stage.actors["town"]
    if LifeEvent.objects.exists():
        return
    homes = iter(_families(codes_by_permission(clerk)[Right.EDIT_REGISTER]))
    for act in (_birth, _bride, _death, _split, _head, _moves, _correction):
        act(next(homes), clerk)
    count = LifeEvent.objects.count()
    stage.say(f"  {count} 次变动")
    first = LifeEvent.objects.filter(kind=Event.DEATH).first().household
    stage.look_at.append(
        f"乡镇经办（town）：打开户编号 {first.number} 的农户，看成员、时间线和“某一天的情况”；用“登记变动”办一次变动"
    )


def _families(codes: tuple[str, ...]) -> list[Household]:
    """Households of couples with a grown child, in a fixed order."""
    reach = Household.objects.filter(village__code__startswith=codes[0], category="", size__gte=4)
    couples = Person.objects.present().filter(relation="配偶").values("household")
    grown = (
        Person.objects.present()
        .filter(relation__in=("之子", "之女"), birthday__lt=date(2000, 1, 1))
        .values("household")
    )
    return list(reach.filter(pk__in=couples).filter(pk__in=grown).order_by("number")[:7])


def _member(household: Household, *relations: str) -> Person:
    return household.members.present().filter(relation__in=relations).order_by("birthday", "number").first()


def _birth(household, by):
    day = date(2021, 6, 3)
    child = Newcomer(f"{household.head_name[0]}小满", "之孙女", sex=Sex.FEMALE, birthday=day)
    arrive(Event.BIRTH, household=household, who=child, on=day, reason="出生医学证明", by=by)


def _bride(household, by):
    bride = Newcomer("黎春燕", "之儿媳", sex=Sex.FEMALE, birthday=date(1996, 2, 1), ethnicity="壮族")
    arrive(Event.MARRIAGE_IN, household=household, who=bride, on=date(2021, 5, 20), reason="结婚证", by=by)


def _death(household, by):
    head, spouse = _member(household, HEAD), _member(household, "配偶")
    members = list(household.members.present())
    relations = {pk: word or "其他" for pk, word in suggested(members, spouse).items() if pk != head.pk}
    leave(Event.DEATH, person=head, on=date(2021, 6, 18), reason="死亡证明", relations=relations, by=by)


def _split(household, by):
    child = _member(household, "之子", "之女")
    split(
        household=household, people=[child], relations={child.pk: HEAD}, on=date(2021, 7, 1), reason="成家另过", by=by
    )


def _head(household, by):
    child, members = _member(household, "之子", "之女"), list(household.members.present())
    relations = {pk: word or "其他" for pk, word in suggested(members, child).items()}
    change_head(household=household, relations=relations, on=date(2021, 6, 10), reason="原户主年老", by=by)


def _moves(household, by):
    """The child goes to an uncle's, which turns out to be a mistake and is taken back."""
    child = _member(household, "之子", "之女")
    uncle = (
        Household.objects.filter(village=household.village_id)
        .present()
        .exclude(pk=household.pk)
        .order_by("number")
        .last()
    )
    event = move_people(
        people=[child], to=uncle, relations={child.pk: "之侄儿"}, on=date(2021, 7, 3), reason="投靠亲属", by=by
    )
    undo_event(event, by=by)


def _correction(household, by):
    values = {"house_grade": "c", "house_area": "68", "water_supply": "tank", "road": "gravel"}
    correct(household, values=values, on=date(2021, 7, 6), reason="入户核对", by=by)


contribute_scene(Scene(10, "导入农户名册", play, needs=("register",)))
contribute_scene(Scene(12, "登记人口变动", play_life))
