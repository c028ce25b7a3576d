"""Which list a file is, by its name: "MI-1-医保大额.xlsx" is MI-1."""

from pathlib import Path

from screening.extracts.formats import FORMATS


def list_code_of(filename: str) -> str:
    """The longest known code that the name begins with, followed by "-", "_", a space or the extension; '' when there is none."""
    name = Path(filename).name
    for code in sorted(FORMATS, key=len, reverse=True):
        if name.upper().startswith(code) and name[len(code) : len(code) + 1] in {"-", "_", ".", " ", "（", "("}:
            return code
    return ""
