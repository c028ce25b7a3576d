"""The project's own month on servers of its own, worked by a real worker with two processes as production has it.

python -m screening.bench.whole DIR, with FANGPIN_VAR naming the servers' directory: uploads, checks, confirms and runs the month;
prints {"stages": {name: seconds}, "wall", "cpu", "peak" (bytes of the largest process), "rows", "clues", "digest"} as JSON.
The register is imported first if it is not there; that is not measured (it is not monthly work).
"""

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path

import django
import psutil

from fangpin import embedded

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fangpin.settings")
embedded.ensure(alone=True)
django.setup()

from celery import current_app  # noqa: E402 - Django first
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from fangpin.divisions.loading import load_divisions  # noqa: E402
from fangpin.divisions.models import Division, Level  # noqa: E402
from fangpin.runs.models import Run, State  # noqa: E402
from households.models import Person  # noqa: E402
from screening import month  # noqa: E402
from screening.bench.data import PERIOD, divisions  # noqa: E402
from screening.extracts.intake import confirm_extract, upload_extract  # noqa: E402
from screening.extracts.naming import list_code_of  # noqa: E402
from screening.models import Clue, Extract, RowMatch  # noqa: E402

WORKER = [sys.executable, "-m", "celery", "-A", "fangpin", "--quiet", "worker", "-c", "2", "-l", "ERROR", "--without-gossip",
          "--without-mingle"]  # fmt: skip
PAUSE = 0.05
LOOK_EVERY = 0.5


class Watch:
    """CPU seconds and peak memory of the worker and its children, and of this process."""

    def __init__(self, worker: psutil.Process):
        self.worker, self.peak, self.looked = worker, 0, 0.0
        self.before = self._cpu()

    def glance(self) -> None:
        """Look, but not so often that looking itself is measured."""
        if time.monotonic() - self.looked >= LOOK_EVERY:
            self.looked = time.monotonic()
            self.look()

    def look(self) -> None:
        for process in self._all():
            with suppress(psutil.Error, OSError, StopIteration):
                self.peak = max(self.peak, _high_water(process.pid))

    def cpu(self) -> float:
        return self._cpu() - self.before

    def _all(self):
        return [psutil.Process(), self.worker, *self.worker.children(recursive=True)]

    def _cpu(self) -> float:
        used = 0.0
        for process in self._all():
            with suppress(psutil.Error):
                times = process.cpu_times()
                used += times.user + times.system
                if process.pid != os.getpid():
                    used += times.children_user + times.children_system  # reading children that have ended
        return used


def _high_water(pid: int) -> int:
    """Most memory the process ever held, in bytes."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))


def prepare(directory: Path) -> Division:
    call_command("migrate", verbosity=0)
    if not Person.objects.exists():
        load_divisions(divisions())
        call_command("import_register", directory / "register.csv", stdout=sys.stderr)
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE screening_extract, screening_clue, runs_run CASCADE")
        cursor.execute("TRUNCATE screening_rowmatch")
        cursor.execute("ANALYZE")
    return Division.objects.get(level=Level.COUNTY)


@contextmanager
def a_worker():
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(WORKER, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        try:
            _until_ready()
            yield psutil.Process(process.pid)
        finally:
            process.terminate()
            process.wait(30)


def _until_ready() -> None:
    """The worker answers, as it does in a running system when a file comes in."""
    for _ in range(600):
        if current_app.control.ping(timeout=0.5):
            return
    raise RuntimeError("the worker did not come up")


def wait(watch: Watch) -> None:
    """Until no run is alive. Raises RuntimeError with the reason of one that failed."""
    while Run.objects.alive().exists():
        watch.glance()
        time.sleep(PAUSE)
    failed = Run.objects.filter(state=State.FAILED).first()
    if failed:
        raise RuntimeError(f"{failed.kind}: {failed.error}")


def run(directory: Path) -> dict:
    county, period, stages = prepare(directory), date.fromisoformat(f"{PERIOD}-01"), {}
    with a_worker() as worker:
        watch, begun = Watch(worker), time.perf_counter()
        extracts = [_upload(path, county, period) for path in sorted((directory / "month").iterdir(), key=_size)]
        stages["upload"] = time.perf_counter() - begun
        wait(watch)
        for extract in extracts:
            extract.refresh_from_db()
            answers = {question["code"]: question["choices"][0][0] for question in extract.questions}
            confirm_extract(extract, by=None, answers=answers)
        stages["read and check"] = time.perf_counter() - begun - stages["upload"]
        matched = time.perf_counter()
        whole = month.run_month(county=county, period=period, by=None)
        while whole.children.alive().exists():
            watch.glance()
            time.sleep(PAUSE)
        stages["match"] = time.perf_counter() - matched
        ruled = time.perf_counter()
        wait(watch)
        stages["rules and clues"] = time.perf_counter() - ruled
        wall = time.perf_counter() - begun
        watch.look()
        cpu, peak = watch.cpu(), watch.peak
    return {
        "stages": stages, "wall": wall, "cpu": cpu, "peak": peak, "rows": RowMatch.objects.count(),
        "clues": Clue.objects.open().count(), "digest": digest(),
    }  # fmt: skip


def _size(path: Path) -> int:
    return -path.stat().st_size


def _upload(path: Path, county: Division, period: date) -> Extract:
    with open(path, "rb") as file:
        return upload_extract(
            county=county, list_code=list_code_of(path.name), period=period, file=file, filename=path.name, by=None
        )


def digest() -> str:
    """What was decided about every row, in the order of the files; the same twice."""
    told = hashlib.sha256()
    rows = RowMatch.objects.order_by("extract__list_code", "sheet_no", "row")
    for row in rows.values_list("extract__list_code", "sheet_no", "row", "state", "method", "person_id").iterator(
        50_000
    ):
        told.update(repr(row).encode())
    return told.hexdigest()


if __name__ == "__main__":
    print(json.dumps(run(Path(sys.argv[1]))))
    embedded.stop()
