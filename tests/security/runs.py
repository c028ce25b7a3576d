"""Runs, imports and exports of the world whose reach is tried."""

from uuid import UUID

from django.utils import timezone

from fangpin.accounts.models import User
from fangpin.desk.models import ExportRequest
from fangpin.runs.models import Run, State
from households.models import ImportState, RegisterImport

DIFFERING = UUID("00000000-0000-4000-8000-00000000d1ff")  # the household of the differences of every import


def everybody(county):
    for user in User.objects.filter(username__startswith=county).prefetch_related("postings"):
        yield user, user.postings.first().department_id or ""


def an_import(world, county):
    seen = (("imports", county, ""),)
    clerk = next(user for user, _ in everybody(county) if user.username.endswith("-county"))
    problem = {"sheet": "户", "row": 9, "column": "姓名", "refused": True}
    counts = dict.fromkeys(("rows", "new", "changed", "same", "gone", "refused", "noted"), 1)
    counts |= dict.fromkeys(("households", "households_new", "households_changed", "misfits", "villages"), 1)
    found = RegisterImport.objects.create(
        county_id=county,
        filename=f"{world.text('register file', *seen)}.xlsx",
        digest=world.text("digest"),
        state=ImportState.CHECKED,
        counts=counts | {"changes": {}, "townships": {}, "unknown_columns": [], "passed_over": []},
        problems=[
            problem | {"content": world.text("content of a row", *seen), "message": world.text("message", *seen)}
        ],
        uploaded_by=clerk,
    )
    _difference(world, found, seen)
    world.imports[county] = found
    world.runs[f"{county}:import"] = a_run(world, "register.check", str(found.pk), county, ("runs", county, ""))


def _difference(world, found, seen):
    found.differences.create(
        table="person",
        kind="changed",
        village_id=f"{found.county_id}101201",
        household=DIFFERING,
        household_number=world.text("household of a difference", *seen),
        number=world.text("person of a difference", *seen),
        name=world.text("name in a difference", *seen),
        about=world.text("about a difference", *seen),
        fields=[["健康状况", world.text("old value", *seen), world.text("new value", *seen)]],
    )


def applied_import(world, county):
    """One that can be undone: nothing was built on it."""
    found = world.imports[county]
    applied = RegisterImport.objects.create(
        county_id=county,
        filename=f"{world.text('applied register file', ('imports', county, ''))}.xlsx",
        digest=world.text("digest"),
        state=ImportState.APPLIED,
        counts=found.counts,
        uploaded_by=found.uploaded_by,
        applied_by=found.uploaded_by,
        applied_at=timezone.now(),
    )
    _difference(world, applied, (("imports", county, ""),))
    world.imports[f"{county} applied"] = applied


def exports(world, county):
    """A township's clerk and the county's wait for somebody to agree to a large export."""
    for place, label in ((f"{county}101", "township"), (county, "county")):
        asker = User.objects.get(username=f"{county}-{label}")
        seen = ("consent", place, ""), ("self", asker.username, "")
        world.exports[place] = ExportRequest.objects.create(
            division_id=place, asked_by=asker, title="农户名册", path="/households/", rows=900, unit="户",
            query=f"kind={world.text('query of an export', *seen)}", filters=world.text("filters of an export", *seen),
            reason=world.text("reason of an export", *seen),
        )  # fmt: skip


def a_run(world, kind, key, county, *seen_by, parent=None, by=None, over=False):
    """One that is under way, or one that failed."""
    clerk = by or next(user for user, _ in everybody(county) if user.username.endswith("-county"))
    state = {"state": State.FAILED, "finished_at": timezone.now()} if over else {"state": State.RUNNING}
    error, note = (world.text(f"{what} of a run of {kind}", *seen_by) for what in ("error", "note"))
    return Run.objects.create(
        kind=kind, key=key, task="runs.none", note=note, error=error, created_by=clerk, parent=parent, **state
    )
