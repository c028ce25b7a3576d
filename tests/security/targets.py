"""The addresses of every route: objects of the world, one that does not exist, one that cannot; and who may open each."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.urls import reverse

from fangpin.accounts.models import Posting
from screening.matching.groups import groups_of
from screening.models import RowMatch
from screening.views.places import key_of
from tests.security.actors import COUNTIES, Sight
from tests.security.world import CLOSED, LISTS, PERIOD, villages_of

RANDOM = UUID("00000000-0000-4000-8000-000000000000")
NOWHERE = 987_654_321
MALFORMED = ("zz'--", "0", "9" * 30)


@dataclass(frozen=True)
class Target:
    """One address of a route, open to ``seen_by``; None means whoever has an account."""

    label: str
    path: str
    seen_by: tuple[Sight, ...] | None = ()
    kind: str = "page"  # "object"; "random", which does not exist; "malformed", which cannot


def _everywhere(*sights: str) -> tuple[Sight, ...]:
    return tuple((sight, "", "") for sight in sights)


def page(name: str, *sights: str, query: str = "", label: str = "page"):
    """A page without an object: for whoever has one of the sights anywhere; without sights for every account."""
    return lambda world: [Target(label, reverse(name) + query, _everywhere(*sights) if sights else None)]


def _objects(name, found, random, **fixed):
    """``found`` are (label, argument, seen_by); beside them a random one and malformed ones."""
    (key,) = {"pk"} if "key" not in fixed else {fixed.pop("key")}
    targets = [Target(label, reverse(name, kwargs={key: pk, **fixed}), seen, "object") for label, pk, seen in found]
    known = reverse(name, kwargs={key: random, **fixed})
    targets.append(Target("random", known, (), "random"))
    bad = [Target(f"malformed {value}", known.replace(str(random), value), (), "malformed") for value in MALFORMED]
    return targets + bad


def households(name, sight="register", **fixed):
    def targets(world):
        chosen = (0, 1, 2, 3, 6)  # own, sibling, moved, next township, other county
        places = [(f"household {nth}", world.villages[nth]) for nth in chosen]
        now = dict.fromkeys(world.villages) | {world.villages[2]: world.villages[3]}
        rows = [(label, world.households[place].pk, ((sight, now[place] or place, ""),)) for label, place in places]
        return _objects(name, rows, RANDOM, **fixed)

    return targets


def editable(name, found=None, **fixed):
    """Households, or what ``found`` gives by village: open to who may register changes there."""

    def targets(world):
        now = dict.fromkeys(world.villages) | {world.villages[2]: world.villages[3]}
        rows = []
        for nth in (0, 1, 2, 3, 6):
            place = world.villages[nth]
            pk = (found or (lambda world, place: world.households[place].pk))(world, place)
            rows.append((f"{name} {nth}", pk, (("edits", now[place] or place, ""),)))
        return _objects(name, rows, RANDOM, **fixed)

    return targets


def incomes(name, sight):
    def targets(world):
        rows = []
        for nth in (0, 1, 3, 6):
            place = world.villages[nth]
            rows.append((f"income {nth}", world.incomes[place].pk, ((sight, place, ""),)))
        return _objects(name, rows, RANDOM)

    return targets


def exports(name, *, decide=False):
    """Requests of large exports: who asked sees the own, who may agree sees and decides."""

    def targets(world):
        rows = []
        for place, found in world.exports.items():
            own = () if decide else (("self", found.asked_by.username, ""),)
            rows.append((f"export of {place}", found.pk, (("consent", place, ""), *own)))
        return _objects(name, rows, RANDOM)

    return targets


def people(name):
    def targets(world):
        rows = []
        for nth in (0, 1, 3, 6):
            place = world.villages[nth]
            rows.append((f"person {nth}", world.people[place].pk, (("register", place, ""),)))
        return _objects(name, rows, RANDOM)

    return targets


def problems(name, sight="register", kind="open"):
    """Problems of the data by village, and one that two villages of a township share, which is the township's."""

    def targets(world):
        chosen = [*(world.villages[nth] for nth in (0, 1, 2, 3, 6)), "shared"]
        found = [(f"problem {key}", world.problems[kind, key]) for key in chosen if (kind, key) in world.problems]
        return _objects(name, [(label, one.pk, ((sight, one.division_id, ""),)) for label, one in found], RANDOM)

    return targets


def clues(name):
    def targets(world):
        keys = [*(world.villages[nth] for nth in (0, 1, 2, 3, 6)), "moved"]
        rows = [(f"clue {key}", world.clues[key].pk, (("clues", world.clues[key].village_id, ""),)) for key in keys]
        return _objects(name, rows, RANDOM)

    return targets


def extracts(name):
    def targets(world):
        rows = []
        for (county, key), extract in world.extracts.items():
            if county == COUNTIES[0] or key in ("MI", "MI waiting"):
                seen = (("own", county, extract.department_id), ("extracts", county, ""), ("run", county, ""))
                rows.append((f"extract {county} {key}", extract.pk, seen))
        return _objects(name, rows, RANDOM)

    return targets


def mappable(name):
    """Files whose headings can still be mapped, for those who send them; a confirmed one cannot."""

    def targets(world):
        keys = [(COUNTIES[0], "MI waiting"), (COUNTIES[0], "EDU waiting"), (COUNTIES[1], "MI waiting")]
        rows = []
        for key in keys:
            extract = world.extracts[key]
            seen = (("own", key[0], extract.department_id), ("run", key[0], ""))
            rows.append((f"extract {' '.join(key)}", extract.pk, seen))
        rows.append(("confirmed extract", world.extracts[COUNTIES[0], "MI"].pk, ()))
        return _objects(name, rows, RANDOM)

    return targets


def layouts(name):
    def targets(world):
        rows = []
        for (county, department), layout in world.layouts.items():
            if county == COUNTIES[0] or department == "MI":
                seen = (("own", county, department), ("run", county, ""))
                rows.append((f"layout {county} {department}", layout.pk, seen))
        return _objects(name, rows, NOWHERE)

    return targets


def matches(name):
    def targets(world):
        rows = []
        for county in COUNTIES:
            for department in ("MI", "EDU"):
                seen = (("matches", county, ""),)
                rows.append((f"match {county} {department}", world.extracts[county, department].pk, seen))
        found = _objects(name, rows, RANDOM, key="extract", sheet_no=0, row=2)
        known = reverse(name, kwargs={"extract": RANDOM, "sheet_no": 0, "row": 2})
        far = world.extracts[COUNTIES[0], "EDU"].pk
        for sheet_no, row in ((0, 9999), (7, 2), (0, 10**20)):
            found.insert(
                0, Target("no such row", reverse(name, kwargs={"extract": far, "sheet_no": sheet_no, "row": row}))
            )
        return [*found, Target("malformed row", known.replace("/0/2/", "/0/zz/"), (), "malformed")]

    return targets


def matched_files(name):
    def targets(world):
        rows = []
        for (county, key), extract in world.extracts.items():
            if county == COUNTIES[0] or key == "MI":
                rows.append((f"rows of {county} {key}", extract.pk, (("matches", county, ""),)))
        return _objects(name, rows, RANDOM)

    return targets


def groups(name):
    """Rows of one kind: the same key in every county, behind it the own county's rows."""

    def targets(world):
        keys = [group.key for group in groups_of(RowMatch.objects.all()) if group.sensible]
        return _objects(name, [("group", key, _everywhere("matches")) for key in keys], "0" * 16, key="key")

    return targets


def rulings(name):
    def targets(world):
        rows = [(f"ruling {county}", one.pk, (("matches", county, ""),)) for county, one in world.rulings.items()]
        return _objects(name, rows, NOWHERE)

    return targets


def spellings(name):
    def targets(world):
        rows = [(f"spelling {county}", one.pk, (("matches", county, ""),)) for county, one in world.spellings.items()]
        return _objects(name, rows, NOWHERE)

    return targets


def places(name):
    def targets(world):
        rows = [
            (f"place {county}", key_of(text), (("matches", county, ""),)) for county, text in world.unplaced.items()
        ]
        return _objects(name, rows, "0" * 16, key="key")

    return targets


def imports(name, **fixed):
    def targets(world):
        found = world.imports.items()
        rows = [(f"import {key}", one.pk, (("imports", one.county_id, ""),)) for key, one in found]
        return _objects(name, rows, RANDOM, **fixed)

    return targets


def runs(name):
    def targets(world):
        rows = []
        for key, run in world.runs.items():
            county, _, what = key.partition(":")
            mine = (("own", county, what),) if what in LISTS else ()
            rows.append((f"run {key}", run.pk, (("runs", county, ""), *mine)))
        return _objects(name, rows, NOWHERE)

    return targets


def accounts(name):
    def targets(world):
        rows = [(f"account of {place}", user.pk, (("accounts", place, ""),)) for place, user in world.accounts.items()]
        return _objects(name, [rows[0], rows[4], next(row for row in rows if row[0].endswith(COUNTIES[1]))], NOWHERE)

    return targets


def postings(name):
    def targets(world):
        rows = []
        for place in (villages_of(COUNTIES[0])[0], f"{COUNTIES[0]}101", COUNTIES[0], COUNTIES[1]):
            posting = Posting.objects.filter(division_id=place).order_by("pk").first()
            rows.append((f"posting at {place}", posting.pk, (("accounts", place, ""),)))
        return _objects(name, rows, NOWHERE)

    return targets


def months(name, *sights):
    def targets(world):
        seen = _everywhere(*sights)
        found = [
            Target(f"month {month}", reverse(name, args=[month]), seen) for month in (PERIOD, CLOSED, date(2099, 1, 1))
        ]
        bad = [f"/months/{month}{found[0].path.split('2021-05')[1]}" for month in ("2021-13", "0000-01", "zz")]
        return [*found, *(Target(path, path, (), "malformed") for path in bad)]

    return targets


def standards(name):
    from_world = lambda world: [("standard", world.clues["moved"].standard_id, _everywhere("clues", "policy"))]  # noqa: E731
    return lambda world: _objects(name, from_world(world), NOWHERE)


def formats(name):
    def targets(world):
        rows = [(code, code, (("extracts", "", ""), ("own", "", department))) for department, code in LISTS.items()]
        return _objects(name, rows, "XX-0", key="code")

    return targets
