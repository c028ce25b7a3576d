"""What goes out with every page, and what goes out when something breaks (security.md 2.4, 2.5, T14)."""

import os
import re
import subprocess
import sys

import pytest
from django.conf import settings
from django.template import engines

from tests.builders import PASSWORD, an_id, an_officer
from tests.security.actors import COUNTIES
from tests.security.matrix import Asker, Report, cheap_pages
from tests.security.routes import ROUTES

pytestmark = pytest.mark.django_db
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def answers(world, label, method="get"):
    """(where, response) for the first, an absent and a malformed address of every route."""
    client = Asker(world, world.actor(label), Report()).client
    with cheap_pages():
        for name, route in ROUTES.items():
            targets = route.targets(world)
            for target in [targets[0], *(target for target in targets if target.kind in ("random", "malformed"))][:4]:
                if name != "logout":
                    yield f"{name} {target.label}", getattr(client, method)(target.path + route.query)


@pytest.mark.parametrize("actor", ["county leader", "MI", "admin", "anonymous"])
def test_every_answer_carries_the_headers(world, actor):
    lacking = []
    for where, answer in answers(world, actor):
        sent = {name: answer.get(name, "") for name in HEADERS}
        sent["Content-Security-Policy"] = "; ".join(sorted(sent["Content-Security-Policy"].split("; ")))
        wanted = HEADERS | {"Content-Security-Policy": "; ".join(sorted(POLICY.split("; ")))}
        if "no-store" in sent["Cache-Control"]:  # Django's never_cache says more
            sent["Cache-Control"] = "no-store"
        lacking += [f"{where}: {name} {sent[name]!r}" for name in HEADERS if sent[name] != wanted[name]]
    assert lacking == []


@pytest.mark.parametrize("actor", ["county leader", "MI", "admin"])
def test_no_page_uses_a_variable_that_nobody_set(world, actor, monkeypatch):
    monkeypatch.setattr(engines["django"].engine, "string_if_invalid", Nothing("⟪nothing⟫"))
    found = []
    for where, answer in answers(world, actor):
        text = answer.content.decode() if answer["Content-Type"].startswith("text/") else ""
        found += [
            f"{where}: …{text[max(0, hit.start() - 60) : hit.end() + 20]}" for hit in re.finditer("⟪nothing⟫", text)
        ]
    assert found == []
    assert (
        engines["django"].from_string("{{ unset }}{% if unset %}!{% endif %}{{ unset|default:1 }}").render()
        == "⟪nothing⟫1"
    )


class Nothing(str):
    """What an undefined variable becomes: visible when it is printed, empty for every filter and condition."""

    def __bool__(self):
        return False

    def __eq__(self, other):
        return other == ""

    __hash__ = str.__hash__


def test_cookies_are_for_the_server_alone(client):
    an_officer("village", username="keks", password=PASSWORD)
    client.get("/login/")
    client.post("/login/", {"username": "keks", "password": PASSWORD})
    for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME):
        cookie = client.cookies[name]
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"


def test_logging_out_clears_the_browser(client):
    client.force_login(an_officer("village"), backend="django.contrib.auth.backends.ModelBackend")
    assert client.post("/logout/")["Clear-Site-Data"] == '"storage"'


@pytest.mark.parametrize("address", ["/households/", "/clues/", "/"])
def test_a_crash_tells_nothing(world, monkeypatch, address):
    """The page of a 500 says neither what happened nor whose number was in it."""
    number = an_id()

    def crash(*arguments, **options):
        raise ValueError(f"duplicate key (id)=({number})")

    asker = Asker(world, world.actor("county leader"), Report())
    for place in ("fangpin.web.lists.Paginator", "fangpin.desk.home.todos_of"):
        monkeypatch.setattr(place, crash)
    with cheap_pages():
        answer = asker.send("GET", address, "html", {})
    assert answer.status == 500
    assert number not in answer.text
    assert "ValueError" not in answer.text
    assert "Traceback" not in answer.text


def test_an_upload_that_is_too_big_or_not_a_form_is_refused_in_words(world):
    asker = Asker(world, world.actor("MI"), Report())
    with cheap_pages():
        answer = asker.client.generic("POST", "/extracts/new/", b"x" * 100, content_type="multipart/form-data")
        many = asker.client.post("/extracts/new/", {f"f{nth}": "1" for nth in range(3000)})
    assert answer.status_code == 400
    assert many.status_code == 400


def test_strange_queries_break_nothing(world):
    """NUL, numbers beyond bounds, half characters, other people's codes in every filter of every list."""
    odd = (
        "\0",
        "²",
        "9" * 40,
        "-1",
        "zz'--",
        "％",
        "2021-05-01",
        COUNTIES[1],
        "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
    )
    names = (
        "page", "sort", "tab", "code", "rows", "find", "grade", "period", "place", "list_code", "rule", "state", "township",
        "village", "kind", "category", "size", "q", "role", "division", "department", "active", "by", "action", "first",
        "last", "method", "list", "export", "to",
    )  # fmt: skip
    broken = []
    with cheap_pages():
        for label in ("county leader", "MI", "admin"):
            asker = Asker(world, world.actor(label), Report())
            for name, route in ROUTES.items():
                target = route.targets(world)[0]
                for value in odd if target.kind == "page" or name == "extract_detail" else ():
                    client = asker.client
                    answer = client.get(target.path, dict.fromkeys(names, value))
                    each = (
                        [client.get(target.path, {key: value}) for key in names]
                        if answer.status_code >= 500
                        else [answer]
                    )
                    broken += [
                        f"{label} {name} {value!r}: {one.request['QUERY_STRING']}"
                        for one in each
                        if one.status_code >= 500
                    ]
    assert broken == []


def checked(*options, **environment):
    """``manage.py check`` in a process of its own, as on a server."""
    inherited = {name: value for name, value in os.environ.items() if name != "DJANGO_ALLOW_ASYNC_UNSAFE"}
    command = [sys.executable, "-W", "ignore", "manage.py", "check", *options]
    where = {"cwd": settings.BASE_DIR, "env": inherited | environment}
    return subprocess.run(command, **where, capture_output=True, text=True, timeout=120)


def test_the_settings_of_production_give_no_warning():
    production = {"FANGPIN_HTTPS": "1", "FANGPIN_HOSTS": "fangpin.example", "FANGPIN_BEHIND_PROXY": "1"}
    done = checked("--deploy", "--fail-level", "WARNING", **production)
    assert done.returncode == 0, done.stderr


def test_debugging_is_refused_on_a_public_host():
    done = checked(FANGPIN_DEBUG="1", FANGPIN_HOSTS="fangpin.example")
    assert done.returncode != 0
    assert "FANGPIN_DEBUG" in done.stderr
