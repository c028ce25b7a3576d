"""The canary counties: every village, household, person, clue, file, row, match, import, run and account carries a text of its own.

A canary is "雀" and four digits, or a masked number; ``Canary.seen_by`` says who may read it, as (sight, place, department):
an actor may when its role has the sight (actors.SIGHTS), the place lies under the actor's division and the department is its own
("" is anybody's).
"""

from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from itertools import count

import pandas as pd
import xlsxwriter

from fangpin.accounts.models import User
from fangpin.accounts.roles import Role
from fangpin.audit.trail import record
from fangpin.desk.models import ExportRequest
from fangpin.divisions.models import Division, Level
from fangpin.masking import mask_id, mask_phone
from fangpin.policy.models import Standard
from fangpin.runs.models import Run
from fangpin.sealing import seal_stream
from households.events.correcting import correct
from households.models import Household, Income, LifeEvent, Person, QualityProblem, RegisterImport
from households.quality.checking import recheck
from screening.choices import ExtractState, Grade, MatchState, Risk, RowStatus, Severity
from screening.extracts.intake import sealed_path
from screening.extracts.storing import store_rows
from screening.models import ClosedMonth, Clue, Extract, Layout, RowMatch, RowProblem, Ruling, Spelling
from tests.builders import a_department, a_phone, a_posting, a_standard, a_user, an_id, unchecked
from tests.security.actors import COUNTIES, Actor, Sight
from tests.security.problems import some_problems
from tests.security.runs import a_run, an_import, applied_import, everybody, exports

LISTS = {"MI": "MI-1", "EDU": "EDU-1", "CIV": "CIV-1"}
PERIOD, CLOSED = date(2021, 5, 1), date(2021, 3, 1)


@dataclass
class World:
    canaries: dict[str, tuple[Sight, ...]] = field(default_factory=dict)
    what: dict[str, str] = field(default_factory=dict)
    full: dict[str, str] = field(default_factory=dict)  # ID numbers and phones as they are: nobody's
    actors: list[Actor] = field(default_factory=list)
    households: dict[str, Household] = field(default_factory=dict)  # by village
    people: dict[str, Person] = field(default_factory=dict)  # the heads, by village
    events: dict[str, LifeEvent] = field(default_factory=dict)  # by village, each about the member beside the head
    clues: dict[str, Clue] = field(default_factory=dict)  # by village
    problems: dict[tuple[str, str], QualityProblem] = field(default_factory=dict)  # by kind and village, or "shared"
    extracts: dict[tuple[str, str], Extract] = field(default_factory=dict)  # by county and department
    layouts: dict[tuple[str, str], Layout] = field(default_factory=dict)  # by county and department
    incomes: dict[str, Income] = field(default_factory=dict)  # by village
    exports: dict[str, ExportRequest] = field(default_factory=dict)  # by the division of who asked
    imports: dict[str, RegisterImport] = field(default_factory=dict)  # by county, checked
    rulings: dict[str, Ruling] = field(default_factory=dict)  # by county
    spellings: dict[str, Spelling] = field(default_factory=dict)  # by county
    unplaced: dict[str, str] = field(default_factory=dict)  # spellings that nobody settled, by county
    runs: dict[str, Run] = field(default_factory=dict)  # by county, or county:department
    accounts: dict[str, User] = field(default_factory=dict)  # one officer by division
    _numbers: count = field(default_factory=lambda: count(1))
    _serials: count = field(default_factory=lambda: count(1))  # of ID numbers: 500 have a masked form of their own

    def text(self, what: str, *seen_by: Sight) -> str:
        """A new canary."""
        canary = f"雀{next(self._numbers):04d}"
        self.canaries[canary], self.what[canary] = seen_by, what
        return canary

    def number(self, what: str, *seen_by: Sight) -> str:
        """A new ID number: its masked form is a canary, the full one is nobody's."""
        return self._hidden(an_id(date(1961, 7, 1), serial=next(self._serials)), mask_id, what, seen_by)

    def phone(self, what: str, *seen_by: Sight) -> str:
        return self._hidden(a_phone(), mask_phone, what, seen_by)

    def _hidden(self, value, mask, what, seen_by):
        self.full[value] = what
        self.canaries[mask(value)], self.what[mask(value)] = seen_by, what
        return value

    @property
    def villages(self) -> list[str]:
        return list(self.households)

    def actor(self, label: str) -> Actor:
        return next(actor for actor in self.actors if actor.label == label)


def villages_of(county: str) -> list[str]:
    return [f"{county}10{town}20{village}" for town in (1, 2) for village in (1, 2, 3)]


def a_world() -> World:
    """Two counties with two townships of three villages each, and seventeen kinds of people who ask. Inside a transaction."""
    world = World()
    a_standard(date(2021, 1, 1))
    for county in COUNTIES:
        _divisions(world, county)
        _officers(world, county)
    for county in COUNTIES:
        with unchecked():
            for village in villages_of(county):
                _household(world, village)
        _files(world, county)
        _remembered(world, county)
        an_import(world, county)
        applied_import(world, county)
        exports(world, county)
    _moved_household(world)
    for village in world.villages:
        some_problems(world, village)
    _others(world)
    clerk = world.actor("county").user
    ClosedMonth.objects.create(month=CLOSED)
    record(clerk, "household.viewed", world.households[villages_of(COUNTIES[0])[0]])
    return world


def _divisions(world, county):
    Division.objects.create(code=county, name=f"{world.text('county', ('public', '', ''))}县", level=Level.COUNTY)
    for town in (f"{county}101", f"{county}102"):
        own = [("register", village, "") for village in villages_of(county) if village.startswith(town)]
        name = world.text("township", *own, *_staff(town), ("own", county, ""))
        Division.objects.create(code=town, name=f"{name}镇", level=Level.TOWNSHIP, parent_id=county)
        for village in (f"{town}201", f"{town}202", f"{town}203"):
            name = world.text("village", ("register", village, ""), *_staff(village), ("own", county, ""))
            Division.objects.create(code=village, name=f"{name}村", level=Level.VILLAGE, parent_id=town)


def _staff(place):
    return ("accounts", place, ""), ("imports", place, ""), ("consent", place, "")


def _lookers(county):
    """Who sees who looked at a household: the township's leader and the county office."""
    return ("access", f"{county}101", ""), ("access", f"{county}102", "")


def _officers(world, county):
    """One account per posting; those of the first county ask, those of the second are what must not be seen."""
    home = county == COUNTIES[0]
    first, second = villages_of(county)[:2]
    posts = {
        "village": (Role.VILLAGE, first, ""),
        "village 2": (Role.VILLAGE, second, ""),
        "township": (Role.TOWNSHIP, f"{county}101", ""),
        "township 2": (Role.TOWNSHIP_LEADER, f"{county}102", ""),
        "county": (Role.COUNTY, county, ""),
        "county leader": (Role.COUNTY_LEADER, county, ""),
        "county head": (Role.COUNTY_HEAD, county, ""),
        "inspector": (Role.INSPECTOR, f"{county}101", ""),
        "MI": (Role.DEPARTMENT, county, "MI"),
        "EDU": (Role.DEPARTMENT, county, "EDU"),
        "CIV": (Role.DEPARTMENT, county, "CIV"),
        "admin": (Role.ADMIN, county, ""),
    }
    for label, (role, place, department) in posts.items():
        username = f"{county}-{label}".replace(" ", "-")
        seen = [("accounts", place, ""), ("self", username, ""), ("consent", place, ""), *_lookers(county)]
        if department:  # who sent a file stands beside it
            seen += [("own", county, department), ("extracts", county, ""), ("runs", county, "")]
        if label == "county":  # who imported, ran and decided
            seen += [("imports", county, ""), ("runs", county, ""), ("extracts", county, ""), ("clues", "", "")]
        user = a_user(username=username, name=world.text(f"name of {label}", *seen))
        a_posting(user, role, place, department or None)
        world.accounts.setdefault(place, user)
        label = label if home else f"{label} of the other county"
        world.actors.append(Actor(label, user, ((role, place, department),)))
    world.actors = [
        actor
        for actor in world.actors
        if not actor.label.endswith("other county") or actor.label.startswith(("county of", "MI"))
    ]


def _others(world):
    world.actors.append(Actor("anonymous", None))
    disabled = a_user(username="disabled", name=world.text("name of the disabled", ("accounts", COUNTIES[0], "")))
    a_posting(disabled, Role.COUNTY, COUNTIES[0])  # rights are left behind on purpose: nobody cleaned them up
    User.objects.filter(pk=disabled.pk).update(is_active=False)
    world.actors.append(Actor("disabled", disabled))
    _two_hats(world)
    name = world.text("name of the superuser", ("self", "superuser", ""), ("accounts", "", ""))
    world.actors.append(Actor("superuser", a_user(username="superuser", name=name, is_superuser=True, is_staff=True)))


def _two_hats(world):
    """Village cadre here, data clerk of the county's 民政局 as well: each right counts where it was given, and nowhere else."""
    village = villages_of(COUNTIES[0])[0]
    seen = ("self", "two-hats", ""), ("accounts", COUNTIES[0], ""), *_lookers(COUNTIES[0])
    user = a_user(username="two-hats", name=world.text("name of the one with two posts", *seen))
    posts = ((Role.VILLAGE, village, ""), (Role.DEPARTMENT, COUNTIES[0], "CIV"))
    for role, place, department in posts:
        a_posting(user, role, place, department or None)
    world.actors.append(Actor("two posts", user, posts))


def _household(world, village):
    here = ("register", village, "")
    household = Household(
        number=world.text("户编号", here),
        village_id=village,
        hamlet=world.text("hamlet", here),
        head_name=world.text("head", here),
        size=2,
        other={"栏目": world.text("other column of a household", here)},
    )
    household.phone = world.phone("household phone", here)
    household.save()
    world.households[village] = household
    world.incomes[village] = Income.objects.create(
        household=household, kind="year", start=date(2020, 1, 1), persons=2, wages=12_000
    )
    for nth in range(2):
        person = Person(
            household=household,
            number=world.text("人编号", here),
            name=household.head_name if nth == 0 else world.text("member", here),
            former_name=world.text("former name", here),
            birthday=date(1961, 7, 1),
            is_head=nth == 0,
            health=world.text("health", here),
            other={"栏目": world.text("other column of a person", here)},
        )
        person.id_number = world.number("ID number", here)
        person.phone = world.phone("phone", here)
        person.save()
        if nth == 0:
            world.people[village] = person
    reason, name = (world.text(what, here) for what in ("reason of a life event", "new former name"))
    world.events[village] = correct(person, values={"former_name": name}, on=date(2021, 5, 2), reason=reason, by=None)


def _files(world, county):
    """A confirmed file per department with a row for each village; MI's rows raised clues, the others' wait for a decision."""
    office = (("extracts", county, ""), ("matches", county, ""))
    month = a_run(world, "month.run", f"{county}:2021-05", county, ("runs", county, ""), over=True)
    for department, list_code in LISTS.items():
        own, raised = ("own", county, department), department == "MI"
        seen = [own, *office, *((("clues", village, "") for village in villages_of(county)) if raised else ())]
        extract = Extract.objects.create(
            county_id=county,
            department=a_department(department),
            list_code=list_code,
            period=PERIOD,
            filename=f"{world.text('file name', *seen)}.xlsx",
            digest=world.text("digest"),
            bytes=2048,
            state=ExtractState.CONFIRMED,
            sheets=[{"name": world.text("sheet", *seen), "header_row": 1, "columns": {}, "rows": 6, "skipped": []}],
            rows_ok=6,
            uploaded_by=next(user for user, own in everybody(county) if own == department),
            ended_why="",
        )
        world.extracts[county, department] = extract
        world.layouts[county, department] = Layout.objects.create(
            county_id=county,
            department=extract.department,
            list_code=list_code,
            fingerprint=world.text("fingerprint of a layout"),
            columns={world.text("heading", own, ("extracts", county, "")): "name"},
            decided_by=extract.uploaded_by,
        )
        cells = []
        for nth, village in enumerate(villages_of(county), start=2):
            cells.append(_row(world, extract, nth, village, own, raised=raised))
        _stored(extract, cells)
        _sealed_upload(extract, cells)
        _waiting_and_refused(world, county, department, own)
        a_run(world, "month.extract", str(extract.pk), county, ("runs", county, ""), parent=month, over=True)
        mine = (("runs", county, ""), own)
        run = a_run(world, "extract.check", str(extract.pk), county, *mine, by=extract.uploaded_by)
        world.runs[f"{county}:{department}"] = run
    world.runs[county] = month


def _row(world, extract, nth, village, own, *, raised):
    county = extract.county_id
    seen = (own, ("extracts", county, ""), ("matches", county, ""), *((("clues", village, ""),) if raised else ()))
    cells = {"name": world.text("name in a row", *seen), "remark": world.text("remark in a row", *seen)}
    secret = {"id_number": world.number("ID number in a row", *seen), "phone": world.phone("phone in a row", *seen)}
    RowProblem.objects.create(
        extract=extract, sheet_no=0, row=nth, name=cells["name"], column="备注", letter="C", code="格式", severity=Severity.WARN,
        content=world.text("content of a problem", own, ("extracts", county, "")),
        message=world.text("message of a problem", own, ("extracts", county, "")),
    )  # fmt: skip
    person = world.people[village]
    judged = [("matches", county, ""), *((("clues", village, ""),) if raised else ())]
    agrees = {"name": "相同", "village": "相同"}
    outcome = {"state": MatchState.AMBIGUOUS, "candidates": [str(person.pk)], "evidence": agrees}
    if raised:
        outcome = {"state": MatchState.CERTAIN, "person": person, "household": person.household}
    note = world.text("note of a match", *judged)
    RowMatch.objects.create(extract=extract, sheet_no=0, row=nth, method="T2", confidence=0.9, note=note, **outcome)
    if raised:
        world.clues[village] = _clue(world, extract, village, person, nth)
    return [cells["name"], cells["remark"], secret["id_number"], secret["phone"]]


def _clue(world, extract, village, person, row=None):
    return Clue.objects.create(
        fingerprint=world.text("fingerprint"),
        rule="MI-1-cost",
        rule_version=1,
        standard=Standard.objects.first(),
        risk=Risk.ILLNESS,
        grade=Grade.RED,
        period=PERIOD,
        village_id=village,
        household=person.household,
        person=person,
        extract=extract,
        sheet_no=None if row is None else 0,
        row=row,
        values={"value": world.text("figure of a clue", ("clues", village, "")), "limit": "5000", "unit": "元"},
        sentence=world.text("sentence", ("clues", village, "")),
    )


def _remembered(world, county):
    """What the county office decided: a person, a spelling; and a spelling that waits."""
    extract, person = world.extracts[county, "EDU"], world.people[villages_of(county)[0]]
    clerk, seen = (
        next(user for user, _ in everybody(county) if user.username.endswith("-county")),
        ("matches", county, ""),
    )
    world.rulings[county] = Ruling.objects.create(
        county_id=county, row_index=county.encode(), person=person, same=True, extract=extract, sheet_no=0, row=99,
        name=world.text("name in a ruling", seen), decided_by=clerk,
    )  # fmt: skip
    world.spellings[county] = Spelling.objects.create(
        county_id=county,
        text=world.text("settled spelling", seen),
        division=person.household.village,
        decided_by=clerk,
    )
    town, village, why = (
        world.text(f"{what} of an open spelling", seen) for what in ("township", "village", "reason")
    )
    extract.sheets[0]["unplaced"] = [[town, village, why, 3]]
    extract.save()
    world.unplaced[county] = f"{town}|{village}"


def _waiting_and_refused(world, county, department, own):
    """A file that waits for its department, and one that could not be read."""
    seen = (own, ("extracts", county, ""))
    common = {"county_id": county, "department": a_department(department), "list_code": LISTS[department], "bytes": 1}
    waiting = Extract.objects.create(
        **common, period=date(2021, 4, 1), filename=f"{world.text('waiting file', *seen)}.xlsx", digest=world.text("digest"),
        state=ExtractState.CHECKED, rows_ok=1, sheets=[{"name": "户", "header_row": 1, "columns": {}, "rows": 1, "skipped": []}],
    )  # fmt: skip
    _sealed_upload(waiting, [])
    world.extracts[county, f"{department} waiting"] = waiting
    Extract.objects.create(
        **common, period=date(2021, 2, 1), filename=f"{world.text('refused file', *seen)}.xlsx", digest=world.text("digest"),
        state=ExtractState.REFUSED, refusal=world.text("refusal", *seen),
    )  # fmt: skip


def _stored(extract, rows):
    stored = pd.DataFrame(rows, columns=["name", "remark", "id_number", "phone"], dtype="str")
    places = {"sheet": "", "sheet_no": 0, "row": range(2, 2 + len(rows)), "status": RowStatus.OK.value}
    store_rows(extract, pd.DataFrame(places).join(stored))


def _sealed_upload(extract, rows):
    book = BytesIO()
    with xlsxwriter.Workbook(book, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet(extract.sheets[0]["name"])
        for nth, row in enumerate([["姓名", "备注", "身份证号", "联系电话"], *rows]):
            sheet.write_row(nth, 0, row)
    book.seek(0)
    seal_stream(book, sealed_path(extract), extract.place)


def _moved_household(world):
    """A household went from the first township to the second: its old clue stays where it was, a new one came up there.

    The old clue still names household and person to the old village; the household's page shows the old clue's sentence.
    """
    old, new = villages_of(COUNTIES[0])[2:4]
    person = world.people[old]
    world.clues["moved"] = _clue(world, world.extracts[COUNTIES[0], "MI"], new, person)
    Household.objects.filter(pk=person.household_id).update(village_id=new)
    recheck([person.household_id])
    here, there = ("register", old, ""), ("register", new, "")
    for canary, seen_by in world.canaries.items():
        if here in seen_by and world.what[canary] != "village" and world.what[canary] != "township":
            stays = world.what[canary] in {"户编号", "head", "hamlet"}
            world.canaries[canary] = (there, *seen_by) if stays else (there, *set(seen_by) - {here})
    sentence = world.clues[old].sentence
    world.canaries[sentence] = (*world.canaries[sentence], ("clues", new, ""))
