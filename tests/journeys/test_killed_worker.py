"""A worker killed with SIGKILL in the middle of a month's run: finished within 75 s by the next one, same result.

Two months run at once: June's match and May's publication are both under way, each held at a lock in the middle of its writing
transaction, when the whole process group of the worker is killed. A new worker and the sweep (here a beat of its own would
send it every 15 seconds) take up both. What stands then equals what a run without accident made.
"""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import date

import psycopg2
import pytest
import redis
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from fangpin.demo import county as invented
from fangpin.demo.files import write_month, write_register
from fangpin.divisions.loading import load_divisions
from fangpin.divisions.models import Division, Level
from fangpin.runs.helping import places
from fangpin.runs.models import Run, State
from fangpin.runs.queue import drain, sweep, working_here
from screening import month
from screening.extracts.formats import FORMATS
from screening.extracts.intake import check_run, confirm_extract, upload_extract
from screening.extracts.naming import list_code_of
from screening.models import Clue, Extract, RowMatch
from tests.builders import a_department, a_standard

pytestmark = pytest.mark.django_db(transaction=True)
MAY, JUNE = date(2021, 5, 1), date(2021, 6, 1)
LISTS = {MAY: ("MI-S", "HOU-R", "CIV-R"), JUNE: ("EDU-R",)}  # no list twice: the months do not look at each other
PERSONS = 1_500
TAKEN_UP_SECONDS = 75  # issue 2, "Shown when" 4
SWEEP_SECONDS = 15  # CELERY_BEAT_SCHEDULE
CELERY = [
    sys.executable,
    "-m",
    "celery",
    "-A",
    "fangpin",
    "worker",
    "-c",
    "2",
    "-l",
    "INFO",
    "--without-gossip",
    "--without-mingle",
]
TIMES = {"id", "raised_at", "sent_at"}


@pytest.fixture
def place(settings, tmp_path):
    """The county with its register, and four rosters of two months confirmed, through the verbs."""
    settings.UPLOAD_DIR = tmp_path / "uploads"
    redis.from_url(settings.REDIS_URL).flushdb()  # messages that other tests sent and nobody took
    load_divisions(settings.BASE_DIR / "fangpin" / "divisions" / "data" / "yangshuo.csv")
    a_standard()
    made = invented.make(
        persons=PERSONS, divisions=[*Division.objects.values_list("code", "name", "level", "parent_id")]
    )
    with working_here():
        call_command("import_register", write_register(made, tmp_path / "register.xlsx"), verbosity=0)
        for period, codes in LISTS.items():
            for path in write_month(made, invented.month(made, f"{period:%Y-%m}"), tmp_path / f"{period}", codes):
                _take_in(path, period)
    return Division.objects.get(level=Level.COUNTY)


def _take_in(path, period):
    code = list_code_of(path.name)
    a_department(FORMATS[code].department)
    with open(path, "rb") as file:
        extract = upload_extract(
            county=Division.objects.get(level=Level.COUNTY),
            list_code=code,
            period=period,
            file=file,
            filename=path.name,
            by=None,
        )
    drain(check_run(extract))
    extract.refresh_from_db()
    answers = {question["code"]: question["choices"][0][0] for question in extract.questions}
    confirm_extract(extract, by=None, answers=answers)


@contextmanager
def a_worker(log):
    """A worker as the demo and the image start it, on this test's database; killed with all its children at the end."""
    with open(log, "ab") as out:
        worker = subprocess.Popen(
            CELERY,
            env=os.environ | places(),
            cwd=settings.BASE_DIR,
            stdout=out,
            stderr=out,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
    try:
        yield worker
    finally:
        kill(worker)


def kill(worker):
    """The whole group at once, as a power cut or the kernel's memory killer would."""
    if worker.poll() is None:
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()


@contextmanager
def held(sql, *parameters):
    """Rows locked by somebody else: the worker's writing transaction comes as far as these and waits."""
    with (
        psycopg2.connect(**connection.get_connection_params() | {"cursor_factory": None}) as other,
        other.cursor() as cursor,
    ):
        cursor.execute(sql, parameters)
        yield
    other.close()


def until(condition, seconds, log, sweeping=False):
    """Wait for ``condition``; the seconds it took. ``sweeping``: send again what nobody holds as often as beat would."""
    begun = swept = time.monotonic()
    while not condition():
        now = time.monotonic()
        assert now - begun < seconds, (
            f"not within {seconds} s: {[*map(str, Run.objects.all())]}\n{log.read_text()[-3000:]}"
        )
        if sweeping and now - swept > SWEEP_SECONDS:
            swept = now
            sweep()
        time.sleep(0.1)
    return time.monotonic() - begun


def result():
    """Both tables without the ids and times that every run makes anew."""
    tables = []
    for model, order in ((RowMatch, ("extract_id", "sheet_no", "row")), (Clue, ("fingerprint",))):
        names = [field.attname for field in model._meta.concrete_fields if field.attname not in TIMES]
        tables.append([*model.objects.order_by(*order).values_list(*names)])
    return tables


def the_run(kind, key):
    return Run.objects.about(kind, key).first()


def test_what_a_killed_worker_left_is_finished_by_the_next_within_75_seconds(place, tmp_path):
    for period in LISTS:
        with working_here():
            drain(month.run_month(county=place, period=period, by=None))
    undisturbed = result()
    assert all(len(table) > 5 for table in undisturbed), [*map(len, undisturbed)]
    RowMatch.objects.all().delete()
    Clue.objects.all().delete()
    Extract.objects.update(matched_at=None)

    log, june = tmp_path / "worker.log", Extract.objects.get(period=JUNE)
    publishing, _ = [month.run_month(county=place, period=period, by=None) for period in LISTS]
    child = the_run(month.EXTRACT, str(june.pk))
    with (
        held("SELECT 1 FROM divisions_division WHERE code = %s FOR UPDATE", place.pk),
        held("SELECT 1 FROM screening_extract WHERE id = %s FOR UPDATE", str(june.pk)),
        a_worker(log) as first,
    ):
        until(lambda: _waits_in(publishing, "按户汇总") and _waits_in(child, "匹配"), 120, log)
        kill(first)
    assert RowMatch.objects.filter(extract__period=MAY).exists()
    assert not RowMatch.objects.filter(extract=june).exists()
    assert not Clue.objects.exists()

    with a_worker(log):
        seconds = until(lambda: not Run.objects.alive().exists(), TAKEN_UP_SECONDS, log, sweeping=True)
    assert seconds < TAKEN_UP_SECONDS
    assert set(Run.objects.values_list("state", flat=True)) == {State.DONE}
    child.refresh_from_db()
    publishing.refresh_from_db()
    assert (child.attempt, publishing.attempt) == (2, 2)
    assert result() == undisturbed


def _waits_in(run, note):
    """The run is held by the worker, in its step ``note``."""
    run.refresh_from_db()
    return run.state == State.RUNNING and note in run.note
