"""`bench month` from end to end on a tiny county, with servers, worker and files of its own."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from django.conf import settings

RATIOS = ("whole run / floor", "whole run / clerk's script", "peak of the largest process, MiB")
SERVERS = ("DATABASE_URL", "REDIS_URL", "KEYRING_FILE")


@pytest.fixture
def environment():
    """Of a process with a data directory of its own."""
    with tempfile.TemporaryDirectory(prefix="fangpin-bench-") as var:
        Path(var).chmod(0o711)  # as root: PostgreSQL's own user passes through
        yield {name: value for name, value in os.environ.items() if name not in SERVERS} | {"FANGPIN_VAR": var}


def test_the_ratios_are_printed(environment):
    done = subprocess.run(
        [sys.executable, "manage.py", "bench", "month", "--persons", "2000", "--pairs", "1"],
        cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    lines = done.stdout.splitlines()
    assert lines[1].startswith("2,000 persons, ")
    for ratio in RATIOS:
        (told,) = (line for line in lines if line.startswith(ratio))
        assert float(told.removeprefix(ratio).split()[0]) > 0
    assert lines[-1].split()[-1] == "yes"
