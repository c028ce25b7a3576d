"""Problems of rows: their kinds, and how they are collected while a file is checked."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

ERROR, WARN = "error", "warn"
WHOLE_ROW = "整行"

# Kind of problem -> the group the result page counts it under.
CODES = {
    "id_wrong": "证件号",
    "id_lost": "证件号",
    "id_blank": "证件号",
    "id_placeholder": "证件号",
    "name_blank": "姓名",
    "name_odd": "姓名",
    "date_unreadable": "日期",
    "date_differs": "日期",
    "amount_unreadable": "金额",
    "amount_negative": "金额",
    "amount_balance": "金额",
    "number_unreadable": "数值",
    "duplicate": "重复",
    "id_shared": "重复",
    "missing": "缺项",
    "nobody": "缺项",
    "choice": "取值",
    "sex_differs": "取值",
    "phone": "取值",
    "account": "取值",
    "place": "地名",
}
PROBLEM_COLUMNS = (
    "sheet", "row", "column_key", "column_label", "letter", "code", "severity", "content", "message", "suggestion",
)  # fmt: skip


@dataclass
class Problems:
    """Collects problems by row position; ``frame`` puts them in file order."""

    parts: list[pd.DataFrame] = field(default_factory=list)

    def add(self, at, key: str, code: str, message, *, suggestion="", severity=WARN, content=None) -> None:
        """``at``: positions of the rows (bool array or integers); message, suggestion and content one for all or one each."""
        at = np.asarray(at)
        at = np.flatnonzero(at) if at.dtype == bool else at
        if len(at):
            lines = {
                "at": at,
                "key": key,
                "code": code,
                "severity": severity,
                "message": message,
                "suggestion": suggestion,
            }
            self.parts.append(pd.DataFrame({**lines, "content": content}))

    def severities(self, count: int) -> tuple[np.ndarray, np.ndarray]:
        """(has an error, has a warning) per row position."""
        wrong, odd = np.zeros(count, dtype=bool), np.zeros(count, dtype=bool)
        for part in self.parts:
            marks = wrong if part["severity"].iat[0] == ERROR else odd
            marks[part["at"].to_numpy()] = True
        return wrong, odd

    def all(self) -> pd.DataFrame:
        """at, key, code, severity, content, message, suggestion; errors of a row before its warnings."""
        empty = pd.DataFrame(columns=["at", "key", "code", "severity", "message", "suggestion", "content"])
        frame = pd.concat(self.parts, ignore_index=True) if self.parts else empty
        frame = frame.sort_values(["at", "severity"], kind="stable", ignore_index=True)
        # What was odd at first sight and wrong at the second is said once.
        return frame.drop_duplicates(["at", "key", "message"], ignore_index=True)
