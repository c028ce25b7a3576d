"""Asks everything of everybody and reads every answer for what it must not hold (security.md 2.1)."""

import contextlib
import logging
import re
import time
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from urllib.parse import unquote

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection, transaction
from django.http import Http404, HttpResponseNotFound
from django.test import Client
from django.views.defaults import page_not_found

from fangpin.sheets import read_raw
from tests.builders import unchecked
from tests.security.actors import Actor
from tests.security.routes import ROUTES, Route, Target
from tests.security.world import World

READS, WRITES = ("GET", "HEAD", "OPTIONS"), ("POST", "PUT", "PATCH", "DELETE")
FORMATS = {"html": ({}, ""), "htmx": ({"HTTP_HX_REQUEST": "true"}, ""), "xlsx": ({}, "export=xlsx")}
_CANARY = re.compile(r"雀\d{4}|\d{6}\*{8}[\dX]{4}|1\d\d\*{4}\d{4}")
_FULL = re.compile(r"(?<![0-9A-Za-z])(?:\d{17}[\dXx]|1[3-9]\d{9})(?![0-9A-Za-z])")
_ONCE = re.compile(r'(csrfmiddlewaretoken" value=|X-CSRFToken": )"[^"]*"')
_WRITE = re.compile(r"\s*(?:INSERT INTO|UPDATE|DELETE FROM|COPY) \"?(\w+)")
# Not before a month was run; for those of its readers alone who send the file.
_SOMETIMES = {"month_progress", "extract_withdraw", "extract_annotated", "round_marked", "pack_marked"}
_UNIMPORTANT = {"django_session", "axes_accesslog"}  # that somebody came and went


@dataclass
class Answer:
    """A response with everything that went out: status, headers, body, unzipped workbook; and what was written meanwhile."""

    status: int
    location: str
    text: str
    written: set[str]
    reason: str  # of a 404 that was not drawn


@dataclass
class Report:
    attempts: int = 0
    denied_writes: int = 0
    findings: list[str] = field(default_factory=list)
    wrote: set[str] = field(default_factory=set)  # routes through which somebody who may did write

    def add(self, where: str, what: str) -> None:
        self.findings.append(f"{where}: {what}")


def ask_all(
    world: World,
    *,
    actors: Iterable[str] | None = None,
    routes: Iterable[str] | None = None,
    methods: Iterable[str] = READS + WRITES,
    formats: Iterable[str] = tuple(FORMATS),
    enough: Callable[[Report], bool] = lambda report: False,
) -> Report:
    """The matrix, or the part of it that the arguments name. Every attempt that may write is rolled back."""
    report, routes = Report(), list(routes or ROUTES)
    addresses = {name: ROUTES[name].targets(world) for name in routes}
    bodies = {name: ROUTES[name].posts(world) for name in routes}
    with cheap_pages():
        for actor in world.actors:
            if actors is not None and actor.label not in actors:
                continue
            asker = Asker(world, actor, report)
            for name in routes:
                closed = not any(asker.may(ROUTES[name], target) for target in addresses[name])
                for method, shape, body, targets in _ways(
                    methods, formats, bodies[name], addresses[name], closed=closed
                ):
                    asker.ask(name, targets, method, shape, body)
                if enough(report):
                    return report
    return report


def _ways(methods, formats, bodies, targets, *, closed) -> Iterator[tuple[str, str, dict, list[Target]]]:
    """How a route is asked: GET in every format and POST with every body for all addresses, other methods for some. Somebody for whom
    nothing of the route is (``closed``) is refused at the door: some addresses show that."""
    sound = [target for target in targets if target.kind != "malformed"]
    there = [target for target in sound if target.kind != "random"]
    some = [
        *there[:2],
        *there[2:][-1:],
        *sound[len(there) :],
    ]  # the own, a sibling's, the farthest, one that does not exist
    for method in methods:
        if method == "GET":
            for shape in formats:
                yield method, shape, {}, targets if shape == "html" and not closed else some[-3:]
        elif method == "POST":
            yield method, "htmx", bodies[0], some[-2:]
            for body in bodies:
                yield method, "html", body, some[-2:] if closed else sound
        else:
            yield method, "html", {}, some[:-3:-1]  # what does not exist first: see Asker.ask


@contextlib.contextmanager
def cheap_pages():
    """What costs more than the request and cannot differ: a file read again by a child process, the checks of the register after each
    change that is rolled back at once, and the 404 page for each way of asking.

    That page depends on the request alone, so it is drawn once for each route and actor; test_reach compares whole pages.
    """
    drawn, sheets = set(), {}

    def read_once(source, filename, **options):
        key = (source.getvalue(), filename, *options.items())
        if key not in sheets:
            sheets[key] = read_raw(source, filename, **options)
        return sheets[key]

    def not_found(request, exception):
        reason = f"nothing {exception}" if type(exception) is Http404 else type(exception).__name__
        match = request.resolver_match
        page = (request.user.pk, match and match.view_name)
        response = HttpResponseNotFound() if page in drawn else page_not_found(request, exception)
        drawn.add(page)
        response["X-Reason"] = reason
        return response

    with pytest.MonkeyPatch.context() as patch, unchecked():
        patch.setattr("fangpin.urls.handler404", not_found, raising=False)
        patch.setattr("screening.extracts.heads.read_raw", read_once)
        logging.disable(logging.ERROR)
        try:
            yield
        finally:
            logging.disable(logging.NOTSET)


class PlainClient(Client):
    """Django's client without copies of every template's context, which cost as much as the request."""

    def request(self, **request):
        response = self.handler(self._base_environ(**request))
        self.cookies.update(response.cookies)
        return response


class Asker:
    """One actor at work."""

    def __init__(self, world: World, actor: Actor, report: Report):
        self.world, self.actor, self.report = world, actor, report
        self.client = PlainClient()
        if actor.user:
            self.client.cookies[settings.SESSION_COOKIE_NAME] = _session_of(actor.user)
        self.cookies = dict(self.client.cookies)

    def ask(self, name: str, targets: list[Target], method: str, shape: str, body: dict) -> None:
        """One way of asking for every address of a route; refusals are held against the one for what does not exist.

        Where a method is not allowed even on what does not exist, it is refused before anything is looked up: enough was asked.
        """
        route, refusals = ROUTES[name], {}
        for target in targets:
            where = f"{self.actor.label} {method} {shape} {name} [{target.label}] {body or ''}"
            answer = self.send(method, target.path + (route.query if method != "OPTIONS" else ""), shape, body)
            may = self.may(route, target)
            self._read(where, route, target, method, answer, body)
            self._judge(where, name, method, answer, body, may=may)
            if not may and target.kind in ("object", "random"):
                refusals[target.label] = comparable(answer, target)
            if target.kind == "random" and method not in ("GET", "POST") and answer.status == 405:
                break
        nothing = refusals.get("random")
        for label, refusal in refusals.items():
            if refusal != nothing:
                where = f"{self.actor.label} {method} {shape} {name} [{label}]"
                self.report.add(where, f"refused otherwise than what does not exist: {refusal[0]} and {nothing[0]}")

    def send(self, method: str, path: str, shape: str, body: dict) -> Answer:
        extra, query = FORMATS[shape]
        path += ("&" if "?" in path else "?") + query if query else ""
        written: set[str] = set()

        def note(execute, sql, params, many, context):
            found = _WRITE.match(sql if isinstance(sql, str) else sql.as_string(connection.connection))
            if found and found[1] not in _UNIMPORTANT:
                written.add(found[1])
            return execute(sql, params, many, context)

        keep = method in READS
        mark = None if keep else transaction.savepoint()
        with connection.execute_wrapper(note):
            for file in body.values():
                if hasattr(file, "seek"):
                    file.seek(0)
            ask = getattr(self.client, method.lower())
            response = ask(path, body, **extra) if method == "POST" else ask(path, **extra)
            text = text_of(response)
        if mark:
            transaction.savepoint_rollback(mark)
            self.client.cookies.clear()
            self.client.cookies.update(self.cookies)
        self.report.attempts += 1
        return Answer(
            response.status_code, unquote(response.get("Location", "")), text, written, response.get("X-Reason", "")
        )

    def may(self, route: Route, target: Target) -> bool:
        if route.public:
            return True
        if target.seen_by is None:
            return self.actor.user is not None and self.actor.label != "disabled"
        return self.actor.may(target.seen_by)

    def _read(self, where, route, target, method, answer, body):
        """Nothing in the answer that this actor may not read."""
        said = "".join(str(value) for value in body.values())
        for canary in set(_CANARY.findall(answer.text)):
            seen_by = self.world.canaries.get(canary)
            if seen_by is not None and canary not in said and not self.actor.may(seen_by):
                self.report.add(where, f"{answer.status} shows {canary} ({self.world.what[canary]})")
        for number in set(_FULL.findall(answer.text)) & self.world.full.keys():
            sights = [
                (sight, place, department)
                for sight, place, department in target.seen_by or ()
                if sight in route.full_numbers
            ]
            if number not in said and not self.actor.may(tuple(sights)):
                self.report.add(where, f"{answer.status} shows the full {self.world.full[number]}")

    def _judge(self, where, name, method, answer, body, *, may):
        """The status fits the right, and nothing was written that may not be."""
        route, status = ROUTES[name], answer.status
        if status >= 500:
            self.report.add(where, f"{status}")
        known = self.actor.user is not None and self.actor.label != "disabled"
        if not may and not known and status in (301, 302):
            if not answer.location.startswith("/login/"):
                self.report.add(where, f"sent to {answer.location}")
        elif may and " GET html " in where and status == 404 and name not in _SOMETIMES:
            self.report.add(where, "is not there for whom it is")
        elif not may and status not in (403, 404, 405):
            self.report.add(where, f"{status} although nothing of this is the actor's")
        may_write = may and self._may_write(route, method, body)
        if answer.written and not may_write:
            self.report.add(where, f"{status} wrote {sorted(answer.written)}")
        if answer.written and may_write and method == "POST":
            self.report.wrote.add(name)
        if method in WRITES and not may_write:
            self.report.denied_writes += 1

    def _may_write(self, route, method, body):
        if route.public:
            return method == "POST"
        if method in ("GET", "HEAD"):
            return route.records
        if method != "POST" or ("foreign" in body and not self.actor.at_home(body["foreign"])):
            return False
        return self.actor.may(
            tuple((sight, "", department) for sight in route.writers for _, _, department in self.actor.posts)
        )


def _session_of(user) -> str:
    """The key of a session in which ``user`` is logged in, without the log-in being noted anywhere."""
    session = SessionStore()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
    session[BACKEND_SESSION_KEY], session["seen"] = "django.contrib.auth.backends.ModelBackend", int(time.time())
    session.create()
    return session.session_key


def comparable(answer: Answer, target: Target) -> tuple:
    """What of a refusal must be the same for something foreign and for nothing."""
    text, location = (said.replace(target.path, "ADDRESS") for said in (answer.text, answer.location))
    if answer.reason:
        return answer.status, answer.reason
    return answer.status, location, _ONCE.sub(r"\1", text)


def text_of(response) -> str:
    """Headers and body as text; a workbook is unpacked."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    if body[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(BytesIO(body)) as book:
            body = b"\n".join(book.read(name) for name in book.namelist())
    headers = "\n".join(f"{name}: {unquote(value)}" for name, value in response.items() if name != "Content-Length")
    return f"{headers}\n{body.decode('utf-8', 'replace')}"
