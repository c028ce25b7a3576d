"""COPY writes what an insert would have written."""

import uuid

import numpy as np
import pandas as pd
import pytest
from django.db import IntegrityError, connection, transaction

from fangpin import copying
from fangpin.copying import (
    bytea_texts,
    bytes_of,
    copy_columns,
    copy_pieces,
    copy_rows,
    csv_pieces,
    filled_bare,
    read_rows,
)
from fangpin.policy.models import Threshold
from fangpin.sealing import place_of, seal
from households.models import Household, Person
from tests.builders import VILLAGES, a_county, a_household, a_standard

pytestmark = pytest.mark.django_db

NASTY = "制表\t换行\n回车\r反斜杠\\N 引号'\"，空字节\0 😀"


def _copy_household(**changes):
    a_county()
    row = {
        "id": uuid.uuid4(),
        "number": "4503990000000001",
        "village": VILLAGES[0],
        "hamlet": "",
        "kind": "general",
        "category": "",
        "risk_cleared": False,
        "phone_sealed": b"",
        "phone_index": None,
        "head_name": "",
        "size": 0,
        "other": {},
        "updated_at": "2021-05-01T08:00:00+08:00",
        **changes,
    }
    copy_rows(Household, list(row), [list(row.values())])
    return Household.objects.get(pk=row["id"])


def test_every_kind_of_value_comes_back():
    household = _copy_household(
        hamlet=NASTY, phone_sealed=bytes(range(256)), other={"备注": NASTY.replace("\0", ""), "n": [1, None]}, size=3
    )

    assert household.hamlet == NASTY.replace("\0", "")
    assert bytes(household.phone_sealed) == bytes(range(256))
    assert household.phone_index is None
    assert household.other == {"备注": NASTY.replace("\0", ""), "n": [1, None]}
    assert (household.size, household.risk_cleared) == (3, False)


def test_a_text_that_looks_like_null_stays_text():
    assert _copy_household(hamlet="\\N").hamlet == "\\N"


def test_a_sealed_value_opens_after_copy():
    pk = uuid.uuid4()
    copied = _copy_household(id=pk, phone_sealed=seal("19900001234", place_of(Household, "phone_sealed", pk)))

    assert copied.phone == "19900001234"


def test_chunks_are_sent_one_after_another(monkeypatch):
    monkeypatch.setattr(copying, "CHUNK", 2)
    standard = a_standard()
    standard.thresholds.all().delete()

    assert copy_rows(Threshold, ["standard", "key", "amount"], ([standard.pk, f"k{n}", n] for n in range(5))) == 5
    assert standard.thresholds.count() == 5


def test_nothing_is_written_for_no_rows():
    assert copy_rows(Threshold, ["standard", "key", "amount"], []) == 0


def test_constraints_hold():
    with pytest.raises(IntegrityError, match="category_fits_kind"), transaction.atomic():
        _copy_household(category="unstable")

    assert not Household.objects.exists()


def test_a_row_of_the_wrong_length_is_refused():
    with pytest.raises(ValueError, match="zip"):
        copy_rows(Threshold, ["standard", "key", "amount"], [[1, "k"]])


def test_a_value_without_text_form_is_refused():
    with pytest.raises(TypeError, match="set"):
        copy_rows(Threshold, ["standard", "key", "amount"], [[1, {"k"}, 1]])


def test_columns_come_back_with_null_and_blank_apart():
    a_county()
    pks = [uuid.uuid4(), uuid.uuid4()]
    texts = np.array([NASTY, ""], dtype=object)
    columns = {
        "id": np.array([str(pk) for pk in pks], dtype=object), "number": pd.Series(["45039900001", "45039900002"]), "village": VILLAGES[0],
        "hamlet": texts, "kind": "general", "category": "", "risk_cleared": False, "phone_sealed": bytea_texts([bytes(range(256)), b""]),
        "phone_index": bytea_texts([None, b"\0\1"]), "head_name": texts, "size": np.array([3, 0]), "other": "{}",
        "updated_at": "2021-05-01T08:00:00+08:00",
    }  # fmt: skip
    assert copy_columns(Household, columns) == 2
    first, second = Household.objects.order_by("number")
    assert (first.pk, second.pk) == tuple(pks)
    assert (first.hamlet, second.hamlet) == (NASTY.replace("\0", ""), "")
    assert (bytes(first.phone_sealed), first.phone_index) == (bytes(range(256)), None)
    assert (bytes(second.phone_sealed), bytes(second.phone_index), second.size) == (b"", b"\0\1", 0)


def test_columns_are_written_in_pieces_that_are_the_same_twice(monkeypatch):
    monkeypatch.setattr(copying, "COLUMN_CHUNK", 2)
    standard = a_standard()
    standard.thresholds.all().delete()
    columns = {"standard": standard.pk, "key": [f"k{n}" for n in range(5)], "amount": np.arange(5)}
    pieces = list(csv_pieces(columns))
    assert (len(pieces), pieces) == (3, list(csv_pieces(columns)))
    copy_pieces(Threshold, columns, pieces)
    assert list(standard.thresholds.order_by("key").values_list("key", "amount")) == [(f"k{n}", n) for n in range(5)]


def test_columns_of_no_rows_write_nothing():
    assert copy_columns(Threshold, {"standard": 1, "key": [], "amount": 0.0}) == 0


def test_what_is_read_by_copy_is_text():
    household = _copy_household(hamlet=NASTY, size=3, risk_cleared=False, phone_sealed=b"\x01\xff")
    query = Household.objects.values_list("id", "hamlet", "size", "phone_index", "risk_cleared", "phone_sealed")
    names = ["pk", "hamlet", "size", "index", "cleared", "sealed"]
    read = read_rows(query, names=names, flags=["cleared"])
    assert list(read.columns) == names
    (row,) = read.itertuples(index=False)
    assert tuple(row)[:4] == (str(household.pk), NASTY.replace("\0", ""), "3", "")
    assert (bool(row.cleared), bytes_of([row.sealed])) == (False, [b"\x01\xff"])


# -- tables filled bare -------------------------------------------------------------------------------------------------
def _indexes():
    """Name -> definition of all indexes and foreign keys of the register's tables."""
    tables = ["households_household", "households_person"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s)", [tables])
        found = cursor.fetchall()
        cursor.execute(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid::regclass::text = ANY(%s)",
            [tables],
        )
        return dict([*found, *cursor.fetchall()])


@pytest.mark.django_db(transaction=True)
def test_empty_tables_are_filled_without_indexes_and_have_all_of_them_afterwards():
    before = _indexes()
    with transaction.atomic(), filled_bare(Household, Person):
        bare = _indexes()
        _copy_household()
    assert {"one_head", "person_name", "household_by_village"} <= before.keys() - bare.keys()
    assert {"households_person_number_key", "households_person_pkey", "left_pair"} <= bare.keys()
    assert not any("REFERENCES households" in definition for definition in bare.values())
    assert _indexes() == before
    assert Household.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_table_with_rows_keeps_its_indexes():
    _copy_household()
    before = _indexes()
    with transaction.atomic(), filled_bare(Household):
        assert _indexes() == before


def _two_heads():
    a_household(people=2)
    Person.objects.update(is_head=True)


@pytest.mark.django_db(transaction=True)
def test_what_an_index_refuses_is_refused_at_the_end_and_nothing_is_written():
    before = _indexes()
    with pytest.raises(IntegrityError, match="one_head"), transaction.atomic(), filled_bare(Household, Person):
        _two_heads()
    assert (_indexes(), Person.objects.count()) == (before, 0)


@pytest.mark.django_db(transaction=True)
def test_a_foreign_key_without_its_row_is_refused_at_the_end():
    before = _indexes()
    with pytest.raises(IntegrityError, match="village_id"), transaction.atomic(), filled_bare(Household, Person):
        _copy_household(village="450399999999")
    assert (_indexes(), Household.objects.count()) == (before, 0)
