"""What a clerk is told about a row: where, which column, what stood there (masked), and why in Chinese."""

from dataclasses import asdict, dataclass, field

import pandas as pd

from fangpin.masking import mask_id, mask_phone, scrub
from households.importing.columns import BY_KEY

KEPT = 5_000  # of each sort, in the database and on the page; the counts are always exact
_MASKS = {"id_number": mask_id, "phone": mask_phone, "household_phone": mask_phone}


@dataclass(frozen=True)
class Problem:
    """``refused``: the row is not taken in; otherwise it is, and this is only to be looked at."""

    sheet: str
    row: int
    column: str
    content: str
    message: str
    refused: bool

    def as_json(self) -> dict:
        return asdict(self)


@dataclass
class Problems:
    """Problems found so far in ``source``, a frame with the columns ``sheet`` and ``row`` beside the texts as given."""

    source: pd.DataFrame
    found: list[Problem] = field(default_factory=list)  # every refused row, and the first notes
    noted: int = 0

    def refuse(self, rows: pd.Index, key: str, message: str | pd.Series) -> None:
        """Rows (labels of ``source``) that cannot be taken in, because of the column ``key``."""
        self._add(rows, key, message, refused=True)

    def note(self, rows: pd.Index, key: str, message: str | pd.Series) -> None:
        """Rows that are taken in but need a look. All are counted; a column that is wrong throughout would fill the memory."""
        left = max(0, KEPT - self.noted)
        self.noted += len(rows)
        self._add(rows[:left], key, message, refused=False)

    def _add(self, rows, key, message, *, refused):
        if not len(rows):
            return
        part = self.source.loc[rows]
        contents = part[key] if key in part else [""] * len(part)
        messages = message.loc[rows] if isinstance(message, pd.Series) else [message] * len(part)
        label = BY_KEY[key].label
        for sheet, row, content, text in zip(part["sheet"], part["row"], contents, messages, strict=True):
            self.found.append(Problem(sheet, int(row), label, shown(key, content), text, refused))

    def kept(self) -> list[dict]:
        """As stored: refused rows first, each sort in the order of the sheet, at most ``KEPT`` of each."""
        ordered = sorted(self.found, key=lambda problem: (not problem.refused, problem.sheet, problem.row))
        refused = [problem.as_json() for problem in ordered if problem.refused][:KEPT]
        return refused + [problem.as_json() for problem in ordered if not problem.refused][:KEPT]


def shown(key: str, content: str) -> str:
    """A cell as a page may show it."""
    mask = _MASKS.get(key, scrub)
    return mask(str(content))[:60]
