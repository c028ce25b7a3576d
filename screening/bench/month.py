"""bench month: the whole monthly run beside the floor and beside a clerk's script, in turn, in one call (performance.md 7)."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import psutil
from django.conf import settings

from screening.bench import data

SCALES = (30_000, 300_000, 3_000_000)
GROWTH = {(30_000, 300_000): (10, 7), (300_000, 3_000_000): (13, 11)}  # must, aim (issue 3)
FLOOR, CLERK, SPLINK, PEAK = (4.0, 2.2), (0.3, 0.12), (0.1, 0.03), (2 << 30, 1.2 * (1 << 30))
PAUSE = 0.1


@dataclass(frozen=True)
class Timed:
    """One run of one variant as a process of its own: seconds of wall and CPU, bytes of the largest process, what it printed."""

    wall: float
    cpu: float
    peak: int
    told: dict


def add_arguments(parser) -> None:
    parser.add_argument("--persons", type=int, default=300_000)
    parser.add_argument("--rows", type=int, help="data rows of all files together (default: all that the month has)")
    parser.add_argument("--pairs", type=int, default=2, help="how often run and floor alternate")
    parser.add_argument(
        "--scale",
        nargs="*",
        type=int,
        metavar="PERSONS",
        help="print how time grows over so many persons instead (default: 30,000, 300,000 and 3,000,000)",
    )


def run(say, *, persons: int, rows: int | None, pairs: int, scale: list[int] | None, **options) -> None:
    if scale is not None:
        _scale(say, scale or SCALES)
        return
    directory, told = data_of(say, persons, rows)
    say(f"{told['persons']:,} persons, {told['rows']:,} data rows in {len(told['lists'])} files")
    wholes, floors = [], []
    for pair in range(pairs):
        wholes.append(_whole(directory))
        say(_line(f"whole run {pair + 1}", wholes[-1]))
        floors.append(_script("floor", directory))
        say(_line(f"floor {pair + 1}", floors[-1]))
    clerk = _script("clerk", directory)
    say(_line("clerk's script", clerk))
    best, floor = min(wholes, key=lambda one: one.wall), min(floors, key=lambda one: one.wall)
    for stage, seconds in best.told["stages"].items():
        say(f"  {stage:<18}{seconds:8.1f} s {seconds / floor.wall:6.2f} × floor")
    say(f"rows {best.told['rows']:,}, open clues {best.told['clues']:,}, {best.told['rows'] / best.wall:,.0f} rows/s")
    say(_judged("whole run / floor", best.wall / floor.wall, *FLOOR))
    say(_judged("whole run / clerk's script", best.wall / clerk.wall, *CLERK))
    say(_judged("peak of the largest process, MiB", best.peak / (1 << 20), *(limit / (1 << 20) for limit in PEAK)))
    _beside_splink(say, directory)
    same = len({one.told["digest"] for one in wholes}) == 1
    say(f"{'same decisions in every run':<40}{'yes' if same else 'NO'}")


def _beside_splink(say, directory: Path) -> None:
    if find_spec("splink") is None:
        say('matching / Splink: Splink is not installed; pip install "fangpin[bench]" into an environment of its own')
        return
    told = child("splink", directory, servers_of(directory)).told
    say(
        f"matching {told['ours']:.1f} s ({told['decided']:,} rows), Splink {told['splink']:.1f} s ({told['linked']:,})"
    )
    say(_judged("matching / Splink predict", told["ours"] / told["splink"], *SPLINK))


def _scale(say, scales: Sequence[int]) -> None:
    walls = {}
    for persons in scales:
        directory, told = data_of(say, persons, None)
        walls[persons] = _whole(directory)
        say(_line(f"{persons:,} persons, {told['rows']:,} rows", walls[persons]))
    for (small, large), (must, aim) in GROWTH.items():
        if {small, large} <= walls.keys():
            say(_judged(f"{small:,} → {large:,}", walls[large].wall / walls[small].wall, must, aim))


def data_of(say, persons: int, rows: int | None) -> tuple[Path, dict]:
    directory = settings.VAR_DIR / "bench" / (f"{persons}" if rows is None else f"{persons}-{rows}")
    if not (directory / "data.json").exists():
        say(f"writing the files of {persons:,} persons into {directory}, once")
    return directory, data.make(directory, persons, rows)


def _whole(directory: Path) -> Timed:
    told = child("whole", directory, servers_of(directory)).told
    return Timed(told["wall"], told["cpu"], told["peak"], told)


def servers_of(directory: Path) -> dict[str, str]:
    """The environment of a process with servers of its own: the county's data is not touched."""
    var = directory / "servers"
    var.mkdir(mode=0o711, exist_ok=True)
    environment = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    return environment | {"FANGPIN_VAR": str(var), "FANGPIN_UPLOADS": str(var / "uploads")}


def _script(name: str, directory: Path) -> Timed:
    return child(name, directory, dict(os.environ))


def child(name: str, directory: Path, environment: dict[str, str], *arguments: str) -> Timed:
    """Run a module of this package on the data and watch it. Raises RuntimeError with its last words."""
    begun, peak = time.perf_counter(), 0
    with subprocess.Popen(
        [sys.executable, "-m", f"screening.bench.{name}", str(directory), *arguments],
        cwd=settings.BASE_DIR, env=environment, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL,
    ) as process:  # fmt: skip
        seen = psutil.Process(process.pid)
        while process.poll() is None:
            peak = max(peak, _resident(seen))
            time.sleep(PAUSE)
        wall, printed = time.perf_counter() - begun, process.stdout.read().decode()
    if process.returncode:
        raise RuntimeError(f"screening.bench.{name} ended with {process.returncode}")
    return Timed(wall, _cpu_of_children(), peak, json.loads(printed.strip().splitlines()[-1]))


def _resident(process: psutil.Process) -> int:
    try:
        return process.memory_info().rss
    except psutil.Error:
        return 0


_spent = 0.0


def _cpu_of_children() -> float:
    """CPU seconds of the child that ended last."""
    global _spent
    times = os.times()
    before, _spent = _spent, times.children_user + times.children_system
    return _spent - before


def _line(name: str, timed: Timed) -> str:
    return f"{name:<40}{timed.wall:8.1f} s wall {timed.cpu:8.1f} s CPU {timed.peak / (1 << 20):8.0f} MiB"


def _judged(name: str, value: float, must: float, aim: float) -> str:
    verdict = "aim" if value <= aim else "must" if value <= must else "MISSED"
    return f"{name:<40}{value:8.2f}   must ≤ {must:g}, aim ≤ {aim:g}   {verdict}"
