"""What is asked of every URL: sample arguments, who may open it, who may write through it, and bodies that would do harm.

A URL name that is missing here fails tests/security/test_reach.py: whoever adds a page says who may see it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern

from fangpin.accounts.models import Posting
from fangpin.desk.exports import SALT
from tests.security.actors import COUNTIES, Sight
from tests.security.world import CLOSED, LISTS, PERIOD, World, villages_of

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


@dataclass(frozen=True)
class Route:
    """``targets`` gives the addresses, ``writers`` who may change something by POST, ``posts`` the bodies.

    The key "foreign" of a body says where what it names in a field belongs: only who is at home there may write by it.
    """

    targets: Callable[[World], list[Target]]
    posts: Callable[[World], list[dict]] = lambda world: [{}]
    writers: tuple[str, ...] = ()
    public: bool = False
    query: str = ""
    full_numbers: tuple[str, ...] = ()  # sights that legitimately get unmasked numbers from this route
    records: bool = False  # a GET by who may leaves an audit entry


def names_of_all_routes() -> list[str]:
    """The name of every pattern; a pattern without a name shows as its expression, and so fails."""

    def walk(resolver):
        for pattern in resolver.url_patterns:
            if isinstance(pattern, URLPattern):
                yield pattern.name or str(pattern.pattern)
            else:
                yield from walk(pattern)

    return list(walk(get_resolver()))


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


def households(name, sight="register"):
    def targets(world):
        chosen = (0, 1, 2, 3, 6)  # own, sibling, moved, next township, other county
        places = [(f"household {nth}", world.villages[nth]) for nth in chosen]
        now = dict.fromkeys(world.villages) | {world.villages[2]: world.villages[3]}
        rows = [(label, world.households[place].pk, ((sight, now[place] or place, ""),)) for label, place in places]
        return _objects(name, rows, RANDOM)

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


def imports(name):
    def targets(world):
        rows = [(f"import {county}", found.pk, (("imports", county, ""),)) for county, found in world.imports.items()]
        return _objects(name, rows, RANDOM)

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


def _file(name="名单.csv"):
    return SimpleUploadedFile(name, "身份证号,姓名\n1,2\n".encode(), "text/csv")


def _uploads(world):
    common = {"list_code": "MI-1", "period": "2021-06"}
    return [{**common, "file": _file()}, {**common, "list_code": "EDU-1", "file": _file()}, {}]


def _register(world):
    return [
        {"county": COUNTIES[0], "file": _file("名册.csv")},
        {"county": COUNTIES[1], "file": _file("名册.csv"), "foreign": COUNTIES[1]},
    ]


def _decisions(world):
    first, far = villages_of(COUNTIES[0])[0], villages_of(COUNTIES[1])[0]
    foreign = {"person": str(world.people[far].pk), "foreign": COUNTIES[1]}
    return [{"person": str(world.people[first].pk)}, {"person": "nobody"}, foreign, {"person": "zz"}]


def _account(world):
    return [
        {"name": "新人", "username": "xinren"},
        {"name": "新人", "username": "a", "is_superuser": "1"},
    ]


def _posting(world):
    own = {"division": COUNTIES[0], "department": "MI", "since": "2021-01-01"}
    return [
        own,
        {**own, "division": COUNTIES[1], "foreign": COUNTIES[1]},
        {**own, "division": f"{COUNTIES[0]}101", "foreign": "nobody's"},
    ]


def _ask_export(world):
    """The page that asks for the reason was opened by the county's leader: to everybody else its token is worth nothing."""
    asked = {"title": "农户名册", "path": "/households/", "query": "", "filters": "", "rows": 900, "unit": "户"}
    token = signing.dumps({**asked, "user": world.actor("county leader").user.pk}, salt=SALT)
    return [{"token": token, "reason": "报送季度名单"}, {"token": "x", "reason": "报送季度名单"}, {}]


_INCOME = lambda world: [{"kind": "year", "year": "2021", "persons": "2", "wages": "77", "step": "save"}, {}]  # noqa: E731
_REASON = lambda world: [{"reason": "电话核对参保信息"}, {}]  # noqa: E731
_CONFIRM = lambda world: [{"whole": "on", "replace": "on"}, {}]  # noqa: E731
_SENDERS = ("own", "run")
_LISTS_OF_PEOPLE = ("register", "clues", "extracts", "consent")

ROUTES: dict[str, Route] = {
    "home": Route(page("home")),
    "large_print": Route(page("large_print"), public=True),
    "health": Route(page("health"), public=True),
    "audit_list": Route(page("audit_list", "accounts"), records=True),
    "export_list": Route(page("export_list", *_LISTS_OF_PEOPLE), records=True),
    "export_ask": Route(page("export_ask", *_LISTS_OF_PEOPLE), _ask_export, ("consent",)),
    "export_detail": Route(exports("export_detail")),
    "export_approve": Route(exports("export_approve", decide=True), writers=("consent",)),
    "export_refuse": Route(
        exports("export_refuse", decide=True), lambda world: [{"opinion": "名单范围太大"}, {}], ("consent",)
    ),
    "login": Route(page("login"), public=True, posts=lambda world: [{"username": "450399-county", "password": "x"}]),
    "logout": Route(page("logout"), writers=("self",)),
    "password_change": Route(
        page("password_change"),
        posts=lambda world: [{"old_password": "x", "new_password1": "y", "new_password2": "y"}],
    ),
    "account_list": Route(page("account_list", "accounts"), records=True),
    "account_new": Route(page("account_new", "accounts"), _account, ("accounts",)),
    "account_detail": Route(accounts("account_detail")),
    "posting_open": Route(accounts("posting_open"), _posting, ("accounts",), query="?role=department"),
    "account_active": Route(accounts("account_active"), writers=("accounts",)),
    "account_password": Route(accounts("account_password"), writers=("accounts",)),
    "posting_close": Route(postings("posting_close"), writers=("accounts",)),
    "run_status": Route(runs("run_status")),
    "standard_list": Route(page("standard_list", "clues", "policy")),
    "standard_new": Route(page("standard_new", "policy"), lambda world: [{"step": "publish"}, {"step": "check"}]),
    "standard_detail": Route(standards("standard_detail")),
    "household_list": Route(page("household_list", "register"), records=True),
    "household_search": Route(
        page("household_search", "register"), lambda world: [{"q": "雀0"}, {"q": "雀"}, {"q": "\0"}], ("register",)
    ),
    "household_detail": Route(households("household_detail"), records=True),
    "person_reveal": Route(people("person_reveal"), _REASON, ("register",), full_numbers=("register",)),
    "person_phone": Route(people("person_phone"), _REASON, ("register",), full_numbers=("register",)),
    "household_phone": Route(households("household_phone"), _REASON, ("register",), full_numbers=("register",)),
    "household_access": Route(households("household_access", "access"), records=True),
    "income_detail": Route(incomes("income_detail", "register"), records=True),
    "income_new": Route(households("income_new", "edit"), _INCOME, ("edit",)),
    "income_edit": Route(incomes("income_edit", "edit"), _INCOME, ("edit",)),
    "import_list": Route(page("import_list", "imports"), records=True),
    "import_new": Route(page("import_new", "imports"), _register, ("imports",)),
    "import_detail": Route(imports("import_detail")),
    "import_confirm": Route(imports("import_confirm"), _CONFIRM, ("imports",)),
    "import_withdraw": Route(imports("import_withdraw"), writers=("imports",)),
    "import_problems": Route(imports("import_problems"), records=True),
    "extract_list": Route(page("extract_list", "own", "extracts"), records=True),
    "extract_new": Route(page("extract_new", "own", "run"), _uploads, _SENDERS),
    "format_list": Route(page("format_list", "own", "extracts")),
    "format_template": Route(formats("format_template")),
    "extract_detail": Route(extracts("extract_detail"), records=True),
    "extract_find": Route(
        extracts("extract_find"), lambda world: [{"find": "雀"}, {"find": "²"}, {"find": "\0"}], _SENDERS
    ),
    "extract_confirm": Route(extracts("extract_confirm"), _CONFIRM, _SENDERS),
    "extract_withdraw": Route(extracts("extract_withdraw"), _REASON, _SENDERS),
    "extract_annotated": Route(extracts("extract_annotated"), full_numbers=("own", "run"), records=True),
    "month_now": Route(page("month_now", "extracts")),
    "month_detail": Route(months("month_detail", "extracts")),
    "month_progress": Route(months("month_progress", "extracts")),
    "month_run": Route(months("month_run", "extracts"), writers=("run",)),
    "month_close": Route(months("month_close", "extracts"), writers=("run",)),
    "month_reopen": Route(months("month_reopen", "extracts"), _REASON, ("run",)),
    "clue_list": Route(page("clue_list", "clues"), records=True),
    "clue_detail": Route(clues("clue_detail"), records=True),
    "review_list": Route(page("review_list", "matches"), records=True),
    "review_detail": Route(matches("review_detail")),
    "review_decide": Route(matches("review_decide"), _decisions, ("matches",)),
    "review_undo": Route(matches("review_undo"), writers=("matches",)),
}
