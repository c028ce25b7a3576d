"""户编号 and 人编号 of who is not in the national system yet: ours until its export brings the real one."""

from uuid import uuid4

PREFIX = "LS"  # 临时


def temporary_number() -> str:
    """ "LS" and twelve characters; no number of the national system begins with letters."""
    return PREFIX + uuid4().hex[:12].upper()


def is_temporary(number: str) -> bool:
    return number.startswith(PREFIX)
