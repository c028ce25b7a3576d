"""The demo's files, written by a process of its own while the months before are being worked on."""

from collections.abc import Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from functools import lru_cache
from multiprocessing import get_context
from pathlib import Path

from fangpin.demo import county, files

SEED = 20210506


@lru_cache(maxsize=1)
def _county(persons: int, divisions: tuple) -> county.County:
    return county.make(persons=persons, seed=SEED, divisions=divisions)


def write(what: str, directory: Path, persons: int, divisions: tuple) -> Path:
    """Write the register, or the files of a month ("2021-05"; "2021-08 pending" for those that wait for a clerk)."""
    invented = _county(persons, divisions)
    if what == "register":
        path = directory / "农户名册.xlsx"
        return path if path.exists() else files.write_register(invented, path)
    month, _, pending = what.partition(" ")
    folder = directory / month
    if not folder.exists():
        staged = directory / f".{month}"
        staged.mkdir(exist_ok=True)
        (files.write_pending if pending else files.write_month)(invented, county.month(invented, month), staged)
        staged.rename(folder)  # a folder that is there is whole
    return folder


def tell_stories(persons: int, divisions: tuple) -> list[tuple[str, str, str]]:
    """(code, 户编号, text) of the stories planted in the county."""
    stories = _county(persons, divisions).stories.values()
    return [(story.code, story.household, story.text) for story in stories]


class Writer:
    """Writes everything in order of need; ``wait(what)`` gives the path once it stands. Use as a context manager."""

    def __init__(self, directory: Path, persons: int, divisions: Sequence, wanted: Sequence[str]):
        directory.mkdir(parents=True, exist_ok=True)
        self._arguments = (persons, tuple(divisions))
        # Spawned, not forked: the child must share neither database connections nor the servers' lock.
        self._pool = ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn"))
        self._stories = self._pool.submit(tell_stories, *self._arguments)
        self._paths: dict[str, Future] = {
            what: self._pool.submit(write, what, directory, *self._arguments) for what in wanted
        }

    def wait(self, what: str) -> Path:
        return self._paths[what].result()

    def stories(self) -> list[tuple[str, str, str]]:
        return self._stories.result()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self._pool.shutdown(cancel_futures=True)
