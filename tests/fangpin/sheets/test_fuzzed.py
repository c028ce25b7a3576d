"""Twenty thousand inputs that nobody wrote: none crashes a parser, none takes long, and no row or cell is lost on the way.

Damaged workbooks, which need a process each, are in test_hostile.py.
"""

import time
from dataclasses import asdict

import numpy as np
import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fangpin.sheets import (
    EMPTY,
    NUMBER,
    TEXT,
    Limits,
    RawSheet,
    Unreadable,
    child,
    clean_cell,
    clean_text,
    parse_amounts,
    parse_dates,
    parse_integers,
    table_of,
)
from fangpin.sheets.headers import normalise_header
from tests.fangpin.sheets.books import HEADER, PEOPLE, WORDS
from tests.fangpin.sheets.hostile import HOSTILE
from tests.fangpin.sheets.odd import ODD

FILES, GRIDS, CELLS = 2_500, 1_000, 17_000
SECONDS = 10  # for one input
KNOWN = frozenset(map(normalise_header, WORDS))

pieces = st.sampled_from(
    [
        "姓名",
        "合计",
        ",",
        '"',
        "\r",
        "\n",
        ";",
        "\t",
        "\0",
        "450399196911052340",
        "2021年5月",
        "1.5万",
        "\ufeff",
        "=1+1",
        "e9",
    ]
)
words = st.lists(pieces | st.text(max_size=6), max_size=5).map("".join)
written = words | st.sampled_from(
    ["", " ", "无", "合计", "填表人：", *HEADER, *PEOPLE[0], "2021-5-6", "44267", "-1,234.5", "1e400", "９９万元"]
)


def fuzzed(strategy, count: int, read) -> int:
    """Give ``read`` so many values; how many it had. Each within SECONDS."""
    had = []

    @settings(max_examples=count, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(strategy)
    def each(value):
        started = time.monotonic()
        read(value)
        assert time.monotonic() - started < SECONDS
        had.append(len(value) if isinstance(value[0], str) else 1)  # a list of cells is so many inputs

    each()
    return sum(had)


def test_there_are_as_many_workbooks_and_inputs_as_promised():
    assert len({name + str(what) for name, _, what in (*HOSTILE, *ODD)}) == len(HOSTILE) + len(ODD) >= 100
    assert FILES + GRIDS + CELLS >= 20_000


def test_any_text_file_is_read_whole_or_refused_by_name():
    limits = asdict(Limits())

    def read(data):
        try:
            head, *batches = child.read_csv(data, limits)
        except child.Refused as refused:
            Unreadable(refused.code, **refused.facts)  # fails where there is no sentence for it
            return
        assert head[0] == b"S"
        assert all(tag == b"B" for tag, _ in batches)

    lines = st.lists(words, min_size=1, max_size=6).map("\n".join)
    encoded = st.tuples(lines, st.sampled_from(["utf-8", "gb18030", "utf-16", "utf-8-sig"])).map(
        lambda told: f"{told[0]}\n".encode(told[1], "replace")
    )
    assert fuzzed(encoded | st.binary(min_size=1, max_size=60), FILES, read) >= FILES


def test_every_row_of_any_grid_is_data_or_passed_over():
    def read(rows):
        width = max(map(len, rows))
        text = pd.DataFrame([row + [""] * (width - len(row)) for row in rows], range(1, len(rows) + 1), dtype="str")
        kind = pd.DataFrame(np.where(text != "", TEXT, EMPTY).astype("uint8"), text.index)
        found = table_of(RawSheet("名单", text, kind), KNOWN)
        if found is not None:
            told = [*found.text.index, *(skipped.row for skipped in found.skipped)]
            assert sorted(told) == list(range(found.header_row + 1, len(rows) + 1))

    row = st.lists(written, min_size=1, max_size=4)
    grids = st.lists(row | st.just(HEADER) | st.sampled_from(PEOPLE), min_size=2, max_size=8)
    assert fuzzed(grids, GRIDS, read) >= GRIDS


def test_any_cell_has_a_value_or_is_no_such_value():
    def read(texts):
        cells = pd.Series(texts, dtype="str")
        for kind in (TEXT, NUMBER):
            kinds = pd.Series(kind, cells.index, dtype="uint8")
            for parse in (parse_dates, parse_amounts, parse_integers):
                found = parse(cells, kinds)
                assert found.values.notna().tolist() == found.ok.tolist()
        assert clean_text(cells).tolist() == [clean_cell(text) for text in texts]

    assert fuzzed(st.lists(written, min_size=40, max_size=48), CELLS // 40, read) >= CELLS
