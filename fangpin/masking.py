"""Masking: how personal data looks on a page, in an export and in a log (security.md 2.4, domain.md 2.7).

A model with personal fields declares ``PERSONAL = {"id_number": mask_id, …}``; lists, exports and audit entries mask through it.
"""

import logging
import re
from pathlib import PureWindowsPath

_NUMBER = re.compile(r"(?<!\d)(\d{6})\d{8}(\d{3}[0-9Xx])(\d{2}|\d{4})?(?!\d)")
_OLD_NUMBER = re.compile(r"(?<!\d)(\d{6})\d{6}(\d{3})(?!\d)")
_PHONE = re.compile(r"(?<!\d)(1[3-9]\d)\d{4}(\d{4})(?!\d)")


def mask_id(number: str) -> str:
    """450321197303184195 -> 450321********4195; shorter and broken numbers keep at most six and four characters."""
    number = str(number or "")
    if len(number) <= 6:
        return "*" * len(number)
    keep = min(4, max(0, len(number) - 10))
    return number[:6] + "*" * (len(number) - 6 - keep) + (number[-keep:] if keep else "")


def mask_phone(phone: str) -> str:
    """13812345678 -> 138****5678."""
    phone = str(phone or "")
    return phone[:3] + "*" * max(0, len(phone) - 7) + phone[-4:] if len(phone) >= 8 else "*" * len(phone)


def mask_account(account: str) -> str:
    """Bank accounts show their last four digits only."""
    account = str(account or "")
    return "*" * max(0, len(account) - 4) + account[-4:] if len(account) > 4 else "*" * len(account)


def scrub(text: str) -> str:
    """Mask every ID number and phone inside a text, and break line ends so that nobody forges a log line."""
    text = _NUMBER.sub(r"\1********\2", text)
    text = _OLD_NUMBER.sub(r"\1******\2", text)
    return _PHONE.sub(r"\1****\2", text)


def mask_filename(filename: str) -> str:
    """The name alone, as it may be stored and shown: numbers of persons masked, a long one cut in front of its extension."""
    name = PureWindowsPath("".join(filter(str.isprintable, filename)))  # takes both kinds of slash
    return scrub(name.stem)[:180] + name.suffix[:10]


class ScrubFilter(logging.Filter):
    """Masks the message of every record; arguments are merged first."""

    def filter(self, record):
        record.msg, record.args = scrub(record.getMessage()).replace("\r", "\\r").replace("\n", "\\n"), ()
        return True


class ScrubFormatter(logging.Formatter):
    """Masks tracebacks too: an exception's text may quote a value."""

    def formatException(self, ei):
        return scrub(super().formatException(ei))
