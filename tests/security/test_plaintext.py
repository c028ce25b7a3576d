"""No ID number, phone, account or certificate lies anywhere in plaintext: tables, files, queue, logs, pages (security.md 2.4, T6)."""

import contextlib
import io
import logging
import re
from pathlib import Path

import pytest
import redis
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection

from fangpin.accounts.roles import Role
from fangpin.masking import ScrubFilter, ScrubFormatter
from fangpin.runs.models import Run
from households.models import Household
from screening.models import Clue, RowChunk, RowMatch
from tests.builders import VILLAGES, a_household, an_id, an_officer
from tests.security.matrix import text_of
from tests.security.office import Office, Secrets

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def queue():
    """Valkey of this test process; what is queued here is nobody's work."""
    client = redis.Redis.from_url(settings.REDIS_URL)
    client.flushdb()
    yield client
    client.flushdb()


def in_queue(client) -> bytes:
    """Every key with its value, as it is kept and as it is read."""
    found = []
    for key in client.scan_iter():
        read = {
            b"list": lambda k: client.lrange(k, 0, -1),
            b"hash": client.hgetall,
            b"set": client.smembers,
            b"string": client.get,
        }
        kind = client.type(key)
        found += [key, client.dump(key) or b"", repr(read[kind](key)).encode() if kind in read else b""]
    return b"\n".join(found)


def in_tables() -> dict[str, str]:
    """Every row of every table as PostgreSQL writes it."""
    tables = connection.introspection.table_names()
    with connection.cursor() as cursor:
        texts = {}
        for table in tables:
            cursor.execute(f'SELECT string_agg(t::text, chr(10)) FROM "{table}" t')  # noqa: S608
            texts[table] = cursor.fetchone()[0] or ""
    return texts | {"sessions": "".join(str(session.get_decoded()) for session in Session.objects.all())}


def spilled(places: dict[str, str | bytes], secrets: Secrets) -> list[str]:
    """Where a needle is found, also written as hexadecimal digits (the bytes of a column)."""
    found = []
    for place, text in places.items():
        text = text if isinstance(text, bytes) else text.encode("utf-8", "replace")
        for needle, what in secrets.needles.items():
            if needle.encode() in text or needle.encode().hex().encode() in text:
                found.append(f"{place}: {what}")
    return found


def in_files(secrets: Secrets) -> list[str]:
    """Uploads, logs and, where they are our own servers, the files of PostgreSQL and Valkey."""
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
    needles = re.compile(b"|".join(needle.encode() for needle in secrets.needles))
    files = [
        path for top in {settings.VAR_DIR, settings.UPLOAD_DIR} for path in Path(top).rglob("*") if path.is_file()
    ]
    found = []
    for path in files:
        with contextlib.suppress(FileNotFoundError):  # the server makes and removes files of its own
            found += [f"{path}: {secrets.needles[hit[0].decode()]}" for hit in needles.finditer(path.read_bytes())]
    return found


@pytest.fixture
def every_statement():
    """Statements with their values go into the log, as they would with DEBUG."""
    connection.force_debug_cursor = True
    yield
    connection.force_debug_cursor = False


def test_no_number_lies_about_after_a_month(queue, caplog, every_statement):
    caplog.set_level(logging.DEBUG)
    office, sent = Office(Secrets()), []
    found = office.import_register()
    sent.append(in_queue(queue))
    office.go_on()
    office.confirm_register(found)
    office.go_on()
    extract = office.upload()
    sent.append(in_queue(queue))
    office.go_on()
    office.confirm(extract)
    office.run_month()
    sent.append(in_queue(queue))
    office.go_on()
    office.look_around(extract)
    office.write_numbers_into_reasons(extract)

    assert not Run.objects.exclude(state="done").exists()
    assert (Household.objects.count() >= 5, RowChunk.objects.get().rows, Clue.objects.count() > 0) == (True, 10, True)
    assert RowMatch.objects.exclude(decided_by=None).exists()
    assert len(sent[0]) > 100
    secrets = office.secrets
    pages = {
        f"{where} #{nth}": text_of(answer) for nth, (where, answer) in enumerate(office.pages) if not asked_for(where)
    }
    logged = "\n".join(f"{record.name} {record.getMessage()} {record.exc_text}" for record in caplog.records)
    queued = {f"queue {nth}": text for nth, text in enumerate(sent)}
    found = [*spilled(queued | in_tables() | pages | {"log": logged}, secrets), *in_files(secrets)]
    assert not found, "\n".join(found[:60])
    assert [answer.status_code for _, answer in office.pages if answer.status_code >= 400] == []


def asked_for(where: str) -> bool:
    """A search echoes what was typed in, to who typed it; it is in no address and in no table."""
    return where == "post household_search"


@pytest.fixture
def console():
    """What the log handler of the settings would write."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.addFilter(ScrubFilter())
    handler.setFormatter(ScrubFormatter(fmt=settings.LOGGING["formatters"]["plain"]["format"], style="{"))
    logging.getLogger().addHandler(handler)
    yield out
    logging.getLogger().removeHandler(handler)


def twice(number):
    a_household(VILLAGES[0], people=0, number=number)
    a_household(VILLAGES[0], people=0, number=number)


def too_long(number):
    a_household(VILLAGES[0], people=0, hamlet=number * 4)


def no_json(number):
    Household.objects.filter(other={"x": float(number)}).update(other=number.encode())


@pytest.mark.parametrize("fail", [twice, too_long, no_json])
def test_an_error_tells_no_number_to_the_page_or_the_log(client, console, monkeypatch, fail):
    number = an_id()
    client.raise_request_exception = False
    client.force_login(an_officer(Role.COUNTY), backend="django.contrib.auth.backends.ModelBackend")
    monkeypatch.setattr("households.views.lists.find", lambda *arguments: fail(number))
    answer = client.post("/households/search/", {"q": number})
    assert answer.status_code == 500
    assert number not in text_of(answer)
    assert "Error" in console.getvalue()
    assert number not in console.getvalue()


def test_a_log_line_cannot_be_forged(console):
    logging.getLogger("fangpin").warning("run of %s", f"x\n2026-01-01 ERROR {an_id()}\r\n")
    assert console.getvalue().count("\n") == 1
    assert not re.search(r"\d{18}", console.getvalue())
