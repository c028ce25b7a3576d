"""Masking on pages and in logs."""

import logging

import pytest

from fangpin.masking import ScrubFilter, ScrubFormatter, mask_account, mask_id, mask_phone, scrub


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("450399197303184195", "450399********4195"),
        ("45039919730318419X", "450399********419X"),
        ("450399730318419", "450399*****8419"),
        ("45039919730", "450399****0"),
        ("4503991973", "450399****"),
        ("123456", "******"),
        ("", ""),
        (None, ""),
    ],
)
def test_mask_id(number, masked):
    assert mask_id(number) == masked


@pytest.mark.parametrize(
    ("phone", "masked"), [("19900001234", "199****1234"), ("12345678", "123*5678"), ("1234567", "*******"), (None, "")]
)
def test_mask_phone(phone, masked):
    assert mask_phone(phone) == masked


@pytest.mark.parametrize(
    ("account", "masked"), [("6217990000000001234", "***************1234"), ("1234", "****"), ("", "")]
)
def test_mask_account(account, masked):
    assert mask_account(account) == masked


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("身份证450399197303184195重复", "身份证450399********4195重复"),
        ("证 45039919730318419x。", "证 450399********419x。"),
        ("残疾证45039919730318419542", "残疾证450399********4195"),
        ("旧证450399730318419", "旧证450399******419"),
        ("电话19900001234", "电话199****1234"),
        ("户编号 45039900000000000123456 不动", "户编号 45039900000000000123456 不动"),
        ("uuid 0e37df36-f698-11e6-8dd4-cb9ced3df976", "uuid 0e37df36-f698-11e6-8dd4-cb9ced3df976"),
    ],
)
def test_scrub(text, clean):
    assert scrub(text) == clean


def _record(message, *args):
    return logging.LogRecord("x", logging.WARNING, "x.py", 1, message, args, None)


def test_log_arguments_are_masked_and_line_ends_shown():
    record = _record("row %s\nforged", "450399197303184195")
    ScrubFilter().filter(record)

    assert record.getMessage() == "row 450399********4195\\nforged"


def test_tracebacks_are_masked():
    try:
        raise ValueError("Key (id)=(450399197303184195) already exists")
    except ValueError as error:
        text = ScrubFormatter().formatException((type(error), error, error.__traceback__))

    assert "450399********4195" in text
    assert "450399197303184195" not in text


def test_a_number_behind_letters_is_masked_too():
    assert scrub("学籍号G450399200909105604") == "学籍号G450399********5604"
