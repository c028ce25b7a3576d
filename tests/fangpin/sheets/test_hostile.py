"""No office file may crash, hang or flood anything: each is refused with its own code, in time and in little memory."""

import io
import pickle
import random
import resource
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import asdict

import psutil
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fangpin.sheets import SENTENCES, Limits, Unreadable, child, read_raw, read_tables
from fangpin.sheets.limits import MEGABYTE
from fangpin.sheets.reading import CHILD, ENVIRONMENT, _fate, _refusal
from tests.fangpin.sheets.books import HEADER, PEOPLE, WORDS, a_small_book, parts_of, put_together
from tests.fangpin.sheets.hostile import HOSTILE, an_old_book
from tests.fangpin.sheets.odd import ODD

QUICK = Limits(wall_seconds=10, cpu_seconds=8)


def megabytes_used():
    """Largest resident size so far of this process; the child's is bounded by its own limit."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10


@pytest.mark.parametrize(("name", "content", "code"), HOSTILE, ids=[f"{name}-{code}" for name, _, code in HOSTILE])
def test_a_hostile_file_is_refused_with_its_own_code(name, content, code):
    data = content() if callable(content) else content
    started, before = time.monotonic(), megabytes_used()
    with pytest.raises(Unreadable) as refused:
        read_tables(io.BytesIO(data), filename=name, header_words=WORDS, limits=QUICK)
    assert refused.value.code == code
    assert time.monotonic() - started < 10
    assert megabytes_used() - before < 300
    assert "{" not in refused.value.message


@pytest.mark.parametrize(("name", "content", "rows"), ODD, ids=[name for name, *_ in ODD])
def test_an_odd_file_is_read_whole(name, content, rows):
    started, before = time.monotonic(), megabytes_used()
    tables = read_tables(io.BytesIO(content()), filename=name, header_words=WORDS, limits=QUICK)
    assert [row for table in tables for row in table.text.to_numpy().tolist()] == rows
    for table in tables:  # read + passed over = rows below the header
        told = sorted([*table.text.index, *(skipped.row for skipped in table.skipped)])
        assert told == list(range(table.header_row + 1, table.header_row + 1 + len(told)))
    assert time.monotonic() - started < 10
    assert megabytes_used() - before < 300


def test_every_sentence_says_what_to_do():
    for code, sentence in SENTENCES.items():
        assert "请" in sentence, code
        assert sentence.endswith("。"), code


def test_after_all_that_an_honest_file_is_read():
    (sheet,) = read_raw(io.BytesIO(a_small_book()), "名单.xlsx")
    assert sheet.text.to_numpy().tolist() == [HEADER, *PEOPLE]


def mutated(data: bytes, seed: int) -> bytes:
    """The book with some bytes flipped, a stretch cut out, doubled or overwritten."""
    chance, book = random.Random(seed), bytearray(data)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(book))
        match chance.randrange(4):
            case 0:
                book[at] ^= 1 << chance.randrange(8)
            case 1:
                del book[at : at + chance.randint(1, 40)]
            case 2:
                book[at:at] = book[at : at + chance.randint(1, 40)]
            case _:
                book[at : at + 4] = chance.randbytes(4)
    return bytes(book)


def read_or_refused(data: bytes, name: str):
    """The text of the first sheet, or None; nothing but Unreadable may come out."""
    with suppress(Unreadable):
        return read_raw(io.BytesIO(data), name, limits=QUICK)[0].text


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 2**32))
def test_a_damaged_workbook_is_read_or_refused(seed):
    text = read_or_refused(mutated(a_small_book(), seed), "名单.xlsx")
    assert text is None or len(text) <= 1_000


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 2**32), st.sampled_from(["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml"]))
def test_a_whole_parcel_with_a_damaged_part_is_read_or_refused(seed, name):
    parts = parts_of(a_small_book())
    text = read_or_refused(put_together(parts | {name: mutated(parts[name], seed)}), "名单.xlsx")
    assert text is None or len(text) <= 600_000


@settings(max_examples=300, deadline=None)
@given(st.binary(min_size=1, max_size=400) | st.text(min_size=1, max_size=200).map(str.encode))
def test_any_bytes_called_csv_are_read_or_refused(data):
    try:
        messages = list(child.read_csv(data, asdict(QUICK)))
    except child.Refused as refused:
        Unreadable(refused.code, **refused.facts)  # fails where there is no sentence for it
        return
    assert messages[0][0] == b"S"
    assert all(tag == b"B" for tag, _ in messages[1:])


@pytest.mark.parametrize("seed", range(8))
def test_a_damaged_old_workbook_is_read_or_refused(seed):
    read_or_refused(mutated(an_old_book(), seed), "名单.xls")


class Slow(io.BytesIO):
    """A stream that never ends once it was looked at: the child waits for it."""

    def read(self, size=-1):
        if size == MEGABYTE:
            time.sleep(0.4)
        return super().read(size)


def test_a_child_that_takes_too_long_is_stopped():
    with pytest.raises(Unreadable) as refused:
        read_raw(Slow(b"a,b\n" * 10), "名单.csv", limits=Limits(wall_seconds=0.2))
    assert refused.value.code == "too_slow"


@pytest.mark.parametrize(
    ("exit_code", "code"),
    [
        (-signal.SIGXCPU, "too_slow"),
        (-signal.SIGABRT, "too_much_memory"),
        (-signal.SIGKILL, "too_much_memory"),
        (-signal.SIGSEGV, "too_much_memory"),
        (1, "damaged"),
    ],
)
def test_the_end_of_a_child_has_a_sentence(exit_code, code):
    assert _fate(exit_code, overrun=False).code == code
    assert _fate(exit_code, overrun=True).code == "too_slow"


def test_words_of_the_child_that_nobody_knows_are_a_damaged_file():
    assert _refusal({"code": "<script>", "facts": {}}).code == "damaged"
    assert _refusal({"code": "nul", "facts": {"lines": "1" * 500}}).facts == {"lines": "1" * 80}


def test_a_caller_who_breaks_off_leaves_no_child_behind():
    def break_off(done, total):
        raise KeyboardInterrupt

    before = set(psutil.Process().children())
    with pytest.raises(KeyboardInterrupt):
        read_raw(io.BytesIO(a_small_book()), "名单.xlsx", progress=break_off)
    assert set(psutil.Process().children()) <= before


def test_the_child_sees_neither_project_nor_environment(monkeypatch):
    monkeypatch.setenv("KEYRING_FILE", "/secret")
    program = f"import runpy, sys, os; runpy.run_path({str(CHILD)!r}); print(*os.environ, 'fangpin' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-I", "-c", program], env=ENVIRONMENT, capture_output=True, text=True, check=True
    )
    assert "KEYRING_FILE" not in done.stdout
    assert done.stdout.split()[-1] == "False"


def test_a_refusal_survives_a_process_boundary():
    refused = pickle.loads(pickle.dumps(Unreadable("too_many_rows", row=9, limit=5)))  # noqa: S301 as Celery does it
    assert (refused.code, refused.facts) == ("too_many_rows", {"row": 9, "limit": 5})
    assert refused.message.startswith("表格用到了第 9 行，超过 5 行的上限。")
