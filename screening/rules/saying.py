"""What a finding of a rule says, as a clue keeps it: plain values for JSON, no number of a person."""

import math

from fangpin.masking import scrub

LENGTH = 300  # of a sentence


def said_by(finding) -> dict:
    """``values`` and ``sentence`` of a line of FOUND_COLUMNS with ``own``, the grade by the finding alone."""
    values = {
        "value": _plain(finding.value),
        "limit": _plain(finding.limit),
        "unit": finding.unit,
        "window": finding.window,
        "fact": scrub(finding.fact),
        "own_grade": finding.own,
    }
    return {"values": values, "sentence": scrub(finding.sentence)[:LENGTH]}


def _plain(value):
    """A value that JSON can hold: None for NaN, whole numbers without a decimal point, numbers of persons masked."""
    if isinstance(value, str):
        return scrub(value)  # a text cell may hold a number that somebody wrote into it
    if value is None or isinstance(value, bool):
        return value
    number = float(value)
    if math.isnan(number):
        return None
    return int(number) if number.is_integer() else round(number, 2)
