"""bench pages: server time and number of queries of every page that matters, for village, township and county, at several sizes of county.

The county is that of ``bench month``: made once by the generators of the demo, imported and run once through the real verbs.
"""

from pathlib import Path

from screening.bench.month import child, data_of, servers_of

LIMIT = 200.0  # ms of server time (product.md: what it must feel like)
SEARCH_LIMIT = 100.0


def add_arguments(parser) -> None:
    parser.add_argument("--persons", type=int, nargs="+", default=[30_000, 300_000])
    parser.add_argument("--times", type=int, default=20, help="how often each page is asked for")


def run(say, *, persons: list[int], times: int, **options) -> None:
    for size in persons:
        directory, told = data_of(say, size, None)
        _prepare(say, directory)
        visits = child("visits", directory, servers_of(directory), str(times)).told["visits"]
        say(f"{told['persons']:,} persons: ms of server time at p50 and p95, queries, KiB")
        for visit in visits:
            say(_line(visit))


def _prepare(say, directory: Path) -> None:
    """The month run once, so that there are clues and rows to review."""
    marker = directory / "servers" / "month.done"
    if not marker.exists():
        say("importing the register and running a month, once")
        child("whole", directory, servers_of(directory))
        marker.touch()


def _line(visit: dict) -> str:
    limit = SEARCH_LIMIT if visit["page"].startswith("search") else LIMIT
    verdict = "" if visit["p95"] <= limit else f"  MISSED (≤ {limit:g} ms)"
    return f"  {visit['role']:<9}{visit['page']:<34}{visit['p50']:8.1f}{visit['p95']:8.1f}{visit['queries']:5}{visit['size'] / 1024:8.1f}{verdict}"
