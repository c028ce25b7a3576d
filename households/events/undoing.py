"""撤销变动: the rows become what they were, as long as nothing was built on the event since."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from fangpin.audit.trail import record
from fangpin.transitions import NotAllowed
from households.changes import MODELS, pointing_at, put_back, standing
from households.events.writing import require_on
from households.models import Change, Household, LifeEvent, Person
from households.quality.checking import recheck


def what_blocks(event: LifeEvent) -> list[str]:
    """Why the event cannot be undone, a line for each thing that was built on it; empty when it can."""
    if event.undone_at:
        return ["这次变动已经撤销"]
    changes = list(event.changes.all())
    return [*_later_changes(event, changes), *_references(event, changes)]


def _later_changes(event: LifeEvent, changes: list[Change]) -> list[str]:
    newest = max((change.pk for change in changes), default=0)
    objects = [change.object_id for change in changes]
    later = standing().filter(object_id__in=objects, pk__gt=newest).exclude(event=event)
    causes = later.select_related("event", "batch").order_by("pk")
    lines = [f"之后登记了：{change.event}" if change.event else f"之后导入了名册：{change.batch}" for change in causes]
    return list(dict.fromkeys(lines))


def _references(event: LifeEvent, changes: list[Change]) -> list[str]:
    """What points at the people and households that the event brought into being, and would be left without them."""
    lines = []
    for table, model in MODELS.items():
        new = [change.object_id for change in changes if change.table == table and change.before is None]
        for rows in pointing_at(table, new) if new else ():
            count = 0 if rows.model in (Person, LifeEvent) else rows.count()
            if count:
                lines.append(f"已有 {count} 条{rows.model._meta.verbose_name}与新登记的{model._meta.verbose_name}有关")
    return lines


@transaction.atomic
def undo_event(event: LifeEvent, *, by) -> None:
    """Put everything back as it was before the event, which stays in the timeline as undone. Raises NotAllowed with what blocks."""
    event = LifeEvent.objects.select_for_update(of=("self",)).get(pk=event.pk)
    homes = [pk for pk in (event.household_id, event.other_household_id) if pk]
    households = list(Household.objects.select_for_update().filter(pk__in=homes).order_by("pk"))
    for household in households:
        require_on(by, household.village_id)
    list(Person.objects.select_for_update().filter(household__in=homes).order_by("pk"))
    changes = list(event.changes.all())
    for before in (change.before for change in changes if change.table == Change.Table.HOUSEHOLD and change.before):
        require_on(by, before["village_id"])
    if blocks := what_blocks(event):
        raise NotAllowed("不能撤销：" + "；".join(blocks))
    _forget_new(event, changes)
    try:
        with transaction.atomic():
            put_back(changes)
    except IntegrityError as clash:
        raise NotAllowed("不能撤销：恢复后本户会有两个户主，请先登记户主变更") from clash
    _count(homes)
    event.refresh_from_db(fields=["person", "other_household"])
    event.undone_at, event.undone_by = timezone.now(), by
    event.save(update_fields=["undone_at", "undone_by"])
    record(by, "event.undone", event.household, event=event.get_kind_display(), on=event.on.isoformat())
    recheck(homes)


def _forget_new(event: LifeEvent, changes: list[Change]) -> None:
    """Undone events keep no pointer to rows that go with them; those of a household that goes are told where it came from."""
    for field, table in (("person", Change.Table.PERSON), ("other_household", Change.Table.HOUSEHOLD)):
        new = [change.object_id for change in changes if change.table == table and change.before is None]
        LifeEvent.objects.filter(**{f"{field}__in": new}).update(**{field: None})
    LifeEvent.objects.filter(household__in=new).update(household=event.household_id)


def _count(homes: list) -> None:
    """Size and head's name again: an import may have added members meanwhile."""
    for household in Household.objects.filter(pk__in=homes):
        members = list(household.members.present())
        heads = [person.name for person in members if person.is_head]
        household.size, household.head_name = len(members), heads[0] if heads else ""
        household.save(update_fields=["size", "head_name", "updated_at"])
