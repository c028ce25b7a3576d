"""What is asked of every URL: sample arguments, who may open it, who may write through it, and bodies that would do harm.

A URL name that is missing here fails tests/security/test_reach.py: whoever adds a page says who may see it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import get_resolver
from django.urls.resolvers import URLPattern
from django.utils import timezone

from fangpin.desk.exports import SALT
from screening.choices import TaskState
from screening.models import Comparison, ComparisonItem, Round, VerificationTask
from tests.security.actors import COUNTIES
from tests.security.comparison_world import moved, of_rounds, of_villages, sent
from tests.security.returns_world import department_months, returned
from tests.security.rounds_world import entries, lists, rounds, sheets
from tests.security.runs import DIFFERING
from tests.security.targets import (
    Target,
    accounts,
    clues,
    editable,
    exports,
    extracts,
    formats,
    groups,
    households,
    imports,
    incomes,
    layouts,
    mappable,
    matched_files,
    matches,
    months,
    page,
    people,
    places,
    postings,
    problems,
    rulings,
    runs,
    spellings,
    standards,
)
from tests.security.verification_world import closed, packs, photos, tasks
from tests.security.world import World, villages_of


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


def _struck(world):
    first, far = villages_of(COUNTIES[0])[0], villages_of(COUNTIES[1])[0]
    foreign = {"strike": str(world.people[far].pk), "foreign": COUNTIES[1]}
    return [{"strike": str(world.people[first].pk)}, foreign, {"strike": "zz"}, {}]


def _correction(world):
    far = villages_of(COUNTIES[0])[1]
    return [{"person": "nobody", "reason": "电话核实"}, {"person": str(world.people[far].pk), "reason": "核实"}, {}]


def _division(world):
    own, other = ({"division": villages_of(county)[0]} for county in COUNTIES)
    return [own, {**other, "foreign": COUNTIES[1]}, {"division": "zz"}]


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


def _mapped(world):
    own = {"row_0": "1", "column_0_0": "name", "column_0_1": "", "column_0_2": "id_number", "column_0_3": "phone"}
    return [own, {"row_0": "9" * 8, "column_0_0": "'--"}, {"row_0": "\0", "no_list_0": "on"}]


_ENTERED = {"name": "新人", "relation": "其他", "sex": "male", "birthday": "1990-01-01", "on": "2021-05-06"}
_BIRTH = lambda world: [_ENTERED, {}]  # noqa: E731
_CORRECTION = lambda world: [  # noqa: E731
    {"hamlet": "小屯", "former_name": "旧名", "name": "新名", "on": "2021-05-06", "reason": "入户核对"}, {"reason": "\0"},
]  # fmt: skip


def _exemptions(world):
    until = timezone.localdate() + timedelta(days=9)
    return [{"reason": "电话核对参保信息", "until": until}, {"reason": "电话核对参保信息", "until": "2999-01-01"}, {}]


def _ask_export(world):
    """The page that asks for the reason was opened by the county's leader: to everybody else its token is worth nothing."""
    asked = {"title": "农户名册", "path": "/households/", "query": "", "filters": "", "rows": 900, "unit": "户"}
    token = signing.dumps({**asked, "user": world.actor("county leader").user.pk}, salt=SALT)
    return [{"token": token, "reason": "报送季度名单"}, {"token": "x", "reason": "报送季度名单"}, {}]


def _opening(world):
    days = ("starts_on", "uploads_due", "offline_due", "compare_on", "dispatch_on", "verify_due", "ends_on")
    asked = {"step": "open", "period": "2021-03", "kind": "monthly", **dict.fromkeys(days, "2021-03-05")}
    return [{**asked, "townships": [f"{COUNTIES[0]}101"]}, {**asked, "townships": [f"{COUNTIES[1]}101"]}, {}]


def _counts(world):
    return [{"due": "9", "looked_at": "9", "clear": "9", "checkers": "甲", "seen": "1"}, {"seen": "\0"}]


def _started(world):
    near, far = villages_of(COUNTIES[0])[0], villages_of(COUNTIES[1])[0]
    foreign = {"household": str(world.households[far].pk), "foreign": COUNTIES[1]}
    return [{"household": str(world.households[near].pk)}, foreign, {"household": "zz"}]


_SEEN = lambda world: [{"seen": "1", "zero": "on", "verdict": "agree", "reason": "电话核对参保信息"}, {"seen": "\0"}]  # noqa: E731
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
    "household_part": Route(households("household_part", slug="people"), records=True),
    "household_print": Route(households("household_print"), records=True),
    "household_correct": Route(editable("household_correct", slug="home"), _CORRECTION, ("edits",)),
    "person_correct": Route(
        editable("person_correct", lambda world, place: world.people[place].pk, slug="self"), _CORRECTION, ("edits",)
    ),
    "event_choose": Route(editable("event_choose")),
    "event_new": Route(editable("event_new", slug="missed"), _BIRTH, ("edits",)),
    "event_undo": Route(editable("event_undo", lambda world, place: world.events[place].pk), writers=("edits",)),
    "person_reveal": Route(people("person_reveal"), _REASON, ("register",), full_numbers=("register",)),
    "person_phone": Route(people("person_phone"), _REASON, ("register",), full_numbers=("register",)),
    "household_phone": Route(households("household_phone"), _REASON, ("register",), full_numbers=("register",)),
    "household_access": Route(households("household_access", "access"), records=True),
    "income_detail": Route(incomes("income_detail", "register"), records=True),
    "income_new": Route(editable("income_new"), _INCOME, ("edits",)),
    "income_edit": Route(incomes("income_edit", "edits"), _INCOME, ("edits",)),
    "import_list": Route(page("import_list", "imports"), records=True),
    "import_new": Route(page("import_new", "imports"), _register, ("imports",)),
    "import_detail": Route(imports("import_detail")),
    "import_confirm": Route(imports("import_confirm"), _CONFIRM, ("imports",)),
    "import_withdraw": Route(imports("import_withdraw"), writers=("imports",)),
    "import_problems": Route(imports("import_problems"), records=True),
    "import_recheck": Route(imports("import_recheck"), writers=("imports",)),
    "import_undo": Route(imports("import_undo"), writers=("imports",)),
    "import_differences": Route(imports("import_differences"), records=True),
    "import_villages": Route(imports("import_villages")),
    "import_household": Route(imports("import_household", household=DIFFERING)),
    "quality_list": Route(page("quality_list", "register"), records=True),
    "quality_villages": Route(page("quality_villages", "register")),
    "quality_rules": Route(page("quality_rules", "register")),
    "quality_check": Route(page("quality_check", "imports"), writers=("imports",)),
    "quality_detail": Route(problems("quality_detail")),
    "quality_explain": Route(problems("quality_explain", "explain"), _REASON, ("explain",)),
    "quality_exempt": Route(problems("quality_exempt", "exempt"), _exemptions, ("exempt",)),
    "quality_count_again": Route(problems("quality_count_again", "exempt", "exempt"), writers=("exempt",)),
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
    "extract_layout": Route(mappable("extract_layout"), _mapped, _SENDERS),
    "layout_list": Route(page("layout_list", "own", "extracts"), records=True),
    "layout_take_back": Route(layouts("layout_take_back"), writers=_SENDERS),
    "month_now": Route(page("month_now", "extracts")),
    "month_detail": Route(months("month_detail", "extracts")),
    "month_progress": Route(months("month_progress", "extracts")),
    "month_run": Route(months("month_run", "extracts"), writers=("run",)),
    "month_close": Route(months("month_close", "extracts"), writers=("run",)),
    "month_reopen": Route(months("month_reopen", "extracts"), _REASON, ("run",)),
    "clue_list": Route(page("clue_list", "clues"), records=True),
    "clue_detail": Route(clues("clue_detail"), records=True),
    "round_list": Route(page("round_list", "clues")),
    "round_open": Route(page("round_open", "rounds"), _opening, ("rounds",)),
    "round_detail": Route(rounds("round_detail")),
    "round_close": Route(rounds("round_close", "rounds"), _REASON, ("rounds",)),
    "round_offline": Route(rounds("round_offline"), records=True),
    "round_village": Route(lists("round_village", "clues")),
    "round_counts": Route(lists("round_counts", "offline"), _counts, ("offline",)),
    "round_find": Route(lists("round_find", "offline"), lambda world: [{"q": "雀0"}, {"q": "\0"}], ("offline",)),
    "round_start": Route(lists("round_start", "offline"), _started, ("offline",)),
    "round_submit": Route(lists("round_submit", "submit"), _SEEN, ("submit",)),
    "round_recall": Route(lists("round_recall", "submit"), _SEEN, ("submit",)),
    "round_sign": Route(lists("round_sign", "sign"), _SEEN, ("sign",)),
    "round_withdraw": Route(lists("round_withdraw", "rounds"), _SEEN, ("rounds",)),
    "round_sheet": Route(sheets("round_sheet"), lambda world: [{"file": _file()}, {}], ("sheets",)),
    "round_template": Route(sheets("round_template")),
    "round_marked": Route(sheets("round_marked"), records=True),
    "round_import": Route(sheets("round_import"), writers=("sheets",)),
    "offline_entry": Route(entries("offline_entry", "clues"), records=True),
    "offline_part": Route(
        entries("offline_part", "offline", part="judgement"),
        lambda world: [{"reason": "病", "seen": "1"}, {}],
        ("offline",),
    ),
    "offline_complete": Route(entries("offline_complete", "offline"), _SEEN, ("offline",)),
    "offline_remove": Route(entries("offline_remove", "offline"), _SEEN, ("offline",)),
    "review_list": Route(page("review_list", "matches"), records=True),
    "review_detail": Route(matches("review_detail")),
    "review_decide": Route(matches("review_decide"), _decisions, ("matches",)),
    "review_strike": Route(matches("review_strike"), _struck, ("matches",)),
    "review_undo": Route(matches("review_undo"), writers=("matches",)),
    "review_evidence": Route(matches("review_evidence")),
    "review_correct": Route(matches("review_correct"), _correction, ("matches",)),
    "review_groups": Route(page("review_groups", "matches")),
    "review_group": Route(groups("review_group"), writers=("matches",)),
    "review_rulings": Route(page("review_rulings", "matches"), records=True),
    "review_take_back": Route(rulings("review_take_back"), writers=("matches",)),
    "review_places": Route(page("review_places", "matches")),
    "review_place": Route(places("review_place"), _division, ("matches",)),
    "review_unplace": Route(spellings("review_unplace"), writers=("matches",)),
    "extract_matches": Route(matched_files("extract_matches")),
    "comparison_list": Route(page("comparison_list", "run")),
    "comparison_detail": Route(of_rounds("comparison_detail", Comparison), records=True),
    "doubt_list": Route(of_rounds("doubt_list", Comparison), records=True),
    "comparison_send": Route(of_rounds("comparison_send", Comparison), sent, ("run",)),
    "round_compare": Route(of_rounds("round_compare", Round), writers=("run",)),
    "item_detail": Route(of_villages("item_detail", ComparisonItem), records=True),
    "item_override": Route(of_villages("item_override", ComparisonItem), _REASON, ("run",)),
    "task_recall": Route(of_villages("task_recall", VerificationTask), _REASON, ("run",)),
    "task_reassign": Route(of_villages("task_reassign", VerificationTask), moved, ("run",)),
    "task_list": Route(page("task_list", "clues"), records=True),
    "task_close_many": Route(page("task_close_many", "run"), closed, ("run",)),
    "task_detail": Route(tasks("task_detail", TaskState.REPORTED, "clues"), records=True),
    "task_part": Route(
        tasks("task_part", TaskState.SENT, "offline", part="visit"),
        lambda world: [{"checkers": "甲、乙", "seen": "1", "draft": "1"}, {"seen": "\0"}],
        ("offline",),
    ),
    "task_report": Route(
        tasks("task_report", TaskState.SENT, "offline"), lambda world: [{"seen": "1", "draft": "1"}, {}], ("offline",)
    ),
    "task_dispute": Route(tasks("task_dispute", TaskState.SENT, "offline"), _SEEN, ("offline",)),
    "task_check": Route(tasks("task_check", TaskState.REPORTED, "check"), _SEEN, ("check",)),
    "task_return": Route(tasks("task_return", TaskState.CHECKED, "check", "run"), _SEEN, ("check", "run")),
    "task_close": Route(tasks("task_close", TaskState.CHECKED, "run"), _SEEN, ("run",)),
    "pack_list": Route(page("pack_list", "offline")),
    "pack_detail": Route(packs("pack_detail"), lambda world: [{"file": _file()}, {}], ("offline",)),
    "pack_download": Route(packs("pack_download"), records=True),
    "pack_confirm": Route(packs("pack_confirm"), writers=("offline",)),
    "pack_marked": Route(packs("pack_marked"), records=True),
    "photo_detail": Route(photos("photo_detail"), records=True),
    "watch_list": Route(page("watch_list", "clues"), records=True),
    "online_ledger": Route(page("online_ledger", "run"), records=True),
    "difference_ledger": Route(page("difference_ledger", "run"), records=True),
    "offline_ledger": Route(page("offline_ledger", "clues"), records=True),
    "month_ledger": Route(page("month_ledger", "own", "extracts"), records=True),
    "ledger_index": Route(page("ledger_index", "clues", "own", "extracts")),
    "return_list": Route(page("return_list", "own", "extracts"), records=True),
    "return_doubts": Route(page("return_doubts", "own", "extracts"), records=True),
    "return_detail": Route(returned("return_detail"), records=True),
    "return_give": Route(
        department_months("return_give", own=False), lambda world: [{"note": "请核对"}, {}], ("run",)
    ),
    "return_receive": Route(department_months("return_receive", own=True), writers=("own",)),
}
