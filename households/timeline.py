"""What the register knows of a household's history: life events with what they changed, imports, incomes, and who had a number shown to him."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone

from fangpin.accounts.scope import holds
from fangpin.audit.models import Entry
from fangpin.desk.contributions import TimelineEntry, contribute_timeline
from fangpin.divisions.rights import Right
from households.access import what
from households.changes import standing
from households.choices import Event, Origin
from households.fields import BY_COLUMN, BY_KEY
from households.models import Change, Household, Income, LifeEvent, Person
from households.past import altered, present_rows
from households.revealing import REVEALS
from households.values import NotReadable, read, show

ICONS = {
    Event.BIRTH: ("baby", "green"), Event.ADOPTION: ("baby", "green"), Event.MARRIAGE_IN: ("heart", "green"),
    Event.MOVING_IN: ("user-plus", "green"), Event.RELEASE: ("user-plus", "green"), Event.MISSED: ("user-plus", "green"),
    Event.DEATH: ("user-x", "red"), Event.MARRIAGE_OUT: ("user-minus", "amber"), Event.MOVING_OUT: ("user-minus", "amber"),
    Event.IMPRISONMENT: ("user-minus", "amber"), Event.MISSING: ("user-minus", "amber"), Event.MOVE: ("truck", ""),
    Event.SPLIT: ("split", ""), Event.JOIN: ("merge", ""), Event.HEAD: ("users-round", ""), Event.CORRECTION: ("pen-line", ""),
}  # fmt: skip
# Derived, technical, or told otherwise; a change of these alone is nothing to tell.
_SILENT = {
    "id", "updated_at", "initials", "size", "head_name", "is_head", "household_id", "left_on", "left_why", "id_index", "id_tail_index",
    "phone_index",
}  # fmt: skip
_SEALED = {"id_sealed": "证件号码", "phone_sealed": "联系电话"}


@contribute_timeline
def life_events(user, household) -> Iterator[TimelineEntry]:
    events = LifeEvent.objects.of(household).select_related(
        "person", "by", "undone_by", "household", "other_household"
    )
    found = list(events.prefetch_related("changes"))
    told = _alterations(
        [change for event in found if event.kind == Event.CORRECTION for change in event.changes.all()]
    )
    may = holds(user, Right.EDIT_REGISTER, household.village_id)
    for event in found:
        icon, tone = ICONS[event.kind]
        yield TimelineEntry(
            event.on,
            event.get_kind_display() + (f"：{event.person.name}" if event.person else ""),
            "；".join(filter(None, (*_where(event, household), *told.get(event.pk, ()), event.reason))),
            str(event.by or "系统"),
            icon,
            tone,
            event.at,
            undo_url=reverse("event_undo", args=[event.pk]) if may and not event.undone_at else "",
            undone=event.undone_at is not None,
        )


def _where(event: LifeEvent, household: Household) -> Iterator[str]:
    """The other household of an event that has two."""
    other = event.household if event.household_id != household.pk else event.other_household
    if other:
        yield f"{'来自' if other == event.household else '去往'}户编号 {other.number}"


@contribute_timeline
def imports(user, household) -> Iterator[TimelineEntry]:
    people = Person.objects.filter(household=household).values("pk")
    changes = standing().filter(batch__isnull=False)
    changes = changes.filter(object_id__in=people) | changes.filter(object_id=household.pk)
    batches: dict = {}
    for change in changes.select_related("batch__applied_by").order_by("pk"):
        batches.setdefault(change.batch, []).append(change)
    told = _alterations([change for found in batches.values() for change in found], by="batch_id")
    for batch, found in batches.items():
        new = sum(change.before is None for change in found)
        text = "；".join([*([f"新列入 {new} 条"] if new else []), *told.get(batch.pk, ())])
        yield TimelineEntry(
            found[0].effective_on, "名册导入", text, str(batch.applied_by or "系统"), "database", at=batch.applied_at
        )


def _alterations(changes: list[Change], by: str = "event_id") -> dict:
    """cause -> "住房面积 60 平方米 改为 82.5 平方米" for every field that its changes altered."""
    said: dict = {}
    for change, names in altered(changes, present_rows(changes)):
        lines = [_line(change, *name) for name in names if change.before and name[0] not in _SILENT]
        said.setdefault(getattr(change, by), []).extend(dict.fromkeys(lines))
    return said


def _line(change: Change, name: str, before, after) -> str:
    if name in _SEALED:
        return f"{_SEALED[name]}已更改"
    field = BY_COLUMN.get((change.table, name)) or BY_KEY.get(name)
    if field is None:
        return f"{name}已更改"
    old, new = (show(field, _canonical(field, value)) or "空" for value in (before, after))
    return f"{field.label} {old} 改为 {new}"


def _canonical(field, value) -> str:
    """What stands in the row as the field writes it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    try:
        return read(field, str(value)) if value and field.column and field.codes else str(value or "")
    except NotReadable:
        return str(value)


@contribute_timeline
def incomes(user, household) -> Iterator[TimelineEntry]:
    """What people entered; what an export brought stands with its import."""
    entered = Income.objects.reachable_by(user, Right.VIEW_REGISTER).filter(household=household, origin=Origin.ENTERED)
    for income in entered.select_related("entered_by"):
        yield TimelineEntry(
            timezone.localdate(income.entered_at),
            f"{'更正' if income.version > 1 else '登记'}收支：{income.period_label}",
            "已被更正" if income.replaced_at else "",
            str(income.entered_by or "系统"),
            "wallet",
            at=income.entered_at,
            url=reverse("income_detail", args=[income.pk]),
        )


@contribute_timeline
def reveals(user, household) -> Iterator[TimelineEntry]:
    people = {str(person.pk): person.name for person in Person.objects.filter(household=household)}
    shown = Entry.objects.filter(action__in=REVEALS, target_id__in=[*people, str(household.pk)])
    for entry in shown.select_related("by").order_by("-at")[:50]:
        yield TimelineEntry(
            timezone.localdate(entry.at),
            f"查看完整号码：{what(entry, people) or '户联系电话'}",
            entry.detail.get("reason", ""),
            str(entry.by),
            "eye",
            at=entry.at,
        )
