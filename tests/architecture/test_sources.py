"""What holds for every source file (architecture.md 9): small, named by what it does, and rows reached through the reach."""

import ast
import io
import logging
import re

import pytest
from django.core.management import call_command

from fangpin.audit.labels import ACTIONS
from tests.architecture.sources import called, calls, files, name_of, texts, tree_of

# A page may begin with rows of these without asking for the reach, because …
FREE_STARTS = {
    "fangpin/accounts/views.py": {"Posting"},  # … the postings are of accounts that accounts_of gave
    "fangpin/desk/exports.py": {"Posting"},  # … the own postings say whose leader decides
    "fangpin/desk/health.py": {"Run"},  # … it says how old the queue is, nothing of a run
    "fangpin/desk/home.py": {"Posting"},  # … the own postings
    "fangpin/desk/navigation.py": {"Division", "Posting"},  # … the county's name, the own posting
    "fangpin/desk/trail.py": {"Entry", "Seal", "User"},  # … entries by the accounts that accounts_of gave; User.none()
    "fangpin/policy/views.py": {"Standard"},  # … standards are public to whoever has the page
    "fangpin/runs/views.py": {"Posting", "Run"},  # … runs_of is the reach of runs, which have no division
    "households/views/imports.py": {"Division", "Run"},  # … names of the townships, the run of an import in reach
    "households/views/quality.py": {
        "QualityCheck",
        "Standard",
    },  # … when the own county was last checked; standards are public
    "screening/views/rounds.py": {
        "Division",
        "Round",
    },  # … the county of the own posting; the rounds around the own divisions
    "screening/views/sheet.py": {"Round"},  # … the rounds around the own divisions
    "screening/views/packs.py": {"Division"},  # … the villages of tasks in reach, or one for which the right is held
    "screening/views/clues.py": {"RowMatch"},  # … the match of a clue in reach
    "screening/views/comparison.py": {"ComparisonItem"},  # … counts of a comparison in reach
    "screening/views/item.py": {
        "Clue",
        "ComparisonItem",
        "VerificationResult",
    },  # … what belongs to an item in reach; ComparisonItem.none()
    "screening/views/ledgers.py": {"Person"},  # … the heads of households in reach
    "screening/views/extract.py": {"RowProblem"},  # … problems of a file in reach
    "screening/views/extracts.py": {"Division"},  # … the county of the own posting
    "screening/views/month.py": {
        "ClosedMonth",
        "Clue",
        "Division",
        "Extract",
        "RowMatch",
        "Run",
    },  # … the own county's figures
}
# Programs that speak to the console.
PRINTERS = {
    "fangpin/keyring.py",
    "fangpin/embedded.py",
    "fangpin/servers.py",
    "fangpin/demo/script.py",
    "fangpin/demo/supervise.py",
    "fangpin/demo/actors.py",
    "screening/bench/clerk.py",
    "screening/bench/floor.py",
    "screening/bench/splink.py",
    "screening/bench/visits.py",
    "screening/bench/whole.py",
}
REACH = {"reachable_by", "for_user", "under"}
UNTOLD = {"utils", "common", "helpers", "services", "misc", "base_utils"}
PERSONAL = {
    "id_number",
    "id_no",
    "phone",
    "account",
    "certificate",
    "guardian_id",
    "head_id",
    "name",
    "rows",
    "row",
    "cells",
}


def test_no_file_is_longer_than_400_lines():
    sources = [
        *files("*.py"),
        *files("*.py", inside=("tests",)),
        *files("*.html", "*.css", "*.js", inside=("templates", "static")),
    ]
    assert [name_of(path) for path in sources if len(path.read_text(encoding="utf-8").splitlines()) > 400] == []


def test_nobody_imports_polars():
    """Used before a fork it hangs the worker's children (performance.md 8)."""
    assert [name_of(path) for path in files("*.py") if "import polars" in path.read_text(encoding="utf-8")] == []


def test_no_module_is_named_by_nothing():
    assert [name_of(path) for path in files("*.py") if {*path.with_suffix("").parts} & UNTOLD] == []


@pytest.mark.parametrize(
    "path", [path for path in files("*.py") if "views" in name_of(path) or "desk" in path.parts], ids=name_of
)
def test_a_view_starts_from_what_its_user_reaches(path):
    starts = set()
    for node in ast.walk(tree_of(path)):
        manager = getattr(node, "value", None) if isinstance(node, ast.Attribute) else None
        if isinstance(manager, ast.Attribute) and manager.attr == "objects" and node.attr not in REACH:
            starts.add(manager.value.id)
    assert starts == FREE_STARTS.get(name_of(path), set())


def test_rights_are_read_by_the_scope_alone():
    forbidden = {
        "get_objects_for_user",
        "has_perm",
        "has_perms",
        "get_perms",
        "ObjectPermissionChecker",
        "permission_required",
    }
    found = [name_of(path) for path in files("*.py") for call in calls(path) if called(call) in forbidden]
    readers = [
        name_of(path) for path in files("*.py") if "DivisionUserObjectPermission.objects" in path.read_text("utf-8")
    ]
    assert found == []
    assert readers == ["fangpin/accounts/checks.py", "fangpin/accounts/grants.py", "fangpin/accounts/scope.py"]


def test_a_list_of_people_keeps_why_it_was_exported():
    """``on_export`` of a list that does not say personal=False takes what the second person agreed to, and records it."""
    deaf = []
    for path in files("*.py"):
        for call in calls(path):
            given = {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
            free = isinstance(given.get("personal"), ast.Constant) and given["personal"].value is False
            if called(call) in {"list_page", "listing"} and "on_export" in given and not free:
                kept = any(isinstance(node, ast.keyword) and node.arg is None for node in ast.walk(given["on_export"]))
                if given["on_export"].args.kwarg is None or not kept:
                    deaf.append(f"{name_of(path)}:{call.lineno}")
    assert deaf == []


def test_is_superuser_decides_nothing():
    deciding = [
        name_of(path)
        for path in files("*.py")
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Attribute) and node.attr in {"is_superuser", "is_staff"}
    ]
    assert deciding == []


def test_every_recorded_action_has_a_label_and_every_label_an_action():
    recorded = {
        text for path in files("*.py") for call in calls(path) if called(call) == "record" for text in texts(call)
    }
    exports = {
        text
        for path in files("*.py")
        for node in ast.walk(tree_of(path))
        if _names_action(node)
        for text in texts(node)
    }
    assert {text for text in recorded | exports if re.fullmatch(r"[a-z_]+\.[a-z_]+", text)} == set(ACTIONS)


def _names_action(node: ast.AST) -> bool:
    """``action = "matches.exported"`` in the body of a command."""
    return isinstance(node, ast.Assign) and any(getattr(target, "id", "") == "action" for target in node.targets)


def test_logs_name_no_person():
    """Arguments of logging calls: keys and numbers, never a value that could be somebody's."""
    levels = {"debug", "info", "warning", "error", "exception", "critical", "log"}
    found = []
    for path in files("*.py"):
        for call in calls(path):
            if called(call) in levels and getattr(getattr(call.func, "value", None), "id", "") in {
                "log",
                "logger",
                "logging",
            }:
                said = {
                    n.attr if isinstance(n, ast.Attribute) else n.id
                    for n in ast.walk(call)
                    if isinstance(n, ast.Attribute | ast.Name)
                }
                found += [f"{name_of(path)}:{call.lineno}"] if said & PERSONAL or _formatted(call) else []
    assert found == []


def _formatted(call: ast.Call) -> bool:
    """An f-string as the message: the filter would still mask it, but nobody could see what goes in."""
    return bool(call.args) and isinstance(call.args[0], ast.JoinedStr)


def test_nothing_is_printed_by_pages_and_verbs():
    talkers = [
        name_of(path)
        for path in files("*.py")
        for call in calls(path)
        if isinstance(call.func, ast.Name) and call.func.id == "print"
    ]
    assert [name for name in talkers if "/management/" not in name and name not in PRINTERS] == []


@pytest.mark.django_db
def test_migrations_are_up_to_date():
    out = io.StringIO()
    logging.getLogger("django").handlers.clear()
    try:
        call_command("makemigrations", check=True, dry_run=True, stdout=out)
    except SystemExit:
        pytest.fail(out.getvalue())
