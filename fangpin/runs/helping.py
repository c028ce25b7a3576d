"""Further processes for a command: while it does one child of a run, they do others, through the same task bodies.

A helper (``manage.py help_runs``) is started before there is anything to do, because Python and Django take some seconds to come up.
It reads ids of runs from its standard input and ends with it: when the command is over, and also when somebody kills it. Which run
it takes is settled by the claim, as between workers; what a helper that died leaves behind is taken up by the command.
"""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.db import connection

MOST = 3  # helpers; each needs the memory of a worker

_helpers: list[subprocess.Popen] = []


@contextlib.contextmanager
def helped() -> Iterator[None]:
    """Inside, ``tell`` reaches a helper for each further core. Nested, or inside a transaction (which no other process sees), nothing new
    happens."""
    if _helpers or connection.in_atomic_block:
        yield
        return
    environment = os.environ | places()
    try:
        for _ in range(min((os.cpu_count() or 1) - 1, MOST)):
            _helpers.append(_start(environment))
        yield
    finally:
        while _helpers:
            _end(_helpers.pop())


def tell(runs: Iterable[int]) -> bool:
    """Let the helpers take of these runs what nobody has; whether there are any helpers."""
    lines = "".join(f"{run}\n" for run in runs).encode()
    for helper in _helpers:
        with contextlib.suppress(BrokenPipeError):  # it died; whatever it held goes round again
            helper.stdin.write(lines)
    return bool(_helpers)


def places() -> dict[str, str]:
    """The environment of a process that is to work on this one's database (a test has one of its own on the same server) and files."""
    url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{quote(connection.settings_dict['NAME'])}")
    return {"DATABASE_URL": url.geturl(), "FANGPIN_UPLOADS": str(settings.UPLOAD_DIR)}


def _start(environment: dict[str, str]) -> subprocess.Popen:
    """In a session of its own: Ctrl-C is for the command, which ends its helpers."""
    command = [sys.executable, settings.BASE_DIR / "manage.py", "help_runs"]
    return subprocess.Popen(
        command,
        bufsize=0,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )


def _end(helper: subprocess.Popen) -> None:
    """It has nothing to do any more, unless the command broke off: then its work is given up, and its transaction with it."""
    helper.stdin.close()
    helper.terminate()
    helper.wait()
