"""What comes back hidden with each row of a 核实包: which task, as it stood when the pack was made, and a signature over all of it. Pure."""

import json
from dataclasses import astuple, dataclass, replace

from django.core.signing import Signer
from django.utils.crypto import constant_time_compare, salted_hmac

from fangpin.sheets import clean_cell
from screening.rounds.findings import NEEDS, Finding

_SIGNER = Signer(salt="screening.pack")
_TEXTS = ("checkers", "absent", "interviewee", "relation", "reason", "next_step")


@dataclass(frozen=True)
class Key:
    """``round`` is 0 without one, ``draft`` the version of the draft (0: none), ``given`` the print of what the cells held."""

    village: str
    round: str
    task: str
    version: str
    draft: str
    given: str

    @property
    def signature(self) -> str:
        return _SIGNER.signature(":".join(astuple(self)))

    def is_signed(self, signature: str) -> bool:
        return constant_time_compare(self.signature, signature)


LABELS = (
    "村代码",
    "轮次",
    "任务编号",
    "任务版本",
    "草稿版本",
    "内容印记",
    "校验码",
)  # the fields of a Key and its signature


def tidied(finding: Finding) -> Finding:
    """As a cell gives it back: no space around or doubled, amounts in 分, nothing said where there is no answer."""
    texts = {name: clean_cell(getattr(finding, name)) for name in _TEXTS}
    amounts = {name: _cents(getattr(finding, name)) for name in ("income", "spending")}
    living = {need.value: met for need in NEEDS if (met := finding.living.get(need)) is not None}
    remarks = {need.value: text for need in NEEDS if (text := clean_cell(finding.remarks.get(need, "")))}
    return replace(finding, living=living, remarks=remarks, **texts, **amounts)


def print_of(finding: Finding) -> str:
    """The same for findings that say the same; nothing can be told from it."""
    told = json.dumps(astuple(tidied(finding)), default=str, ensure_ascii=False)
    return salted_hmac("screening.pack.given", told, algorithm="sha256").hexdigest()[:32]


def _cents(amount):
    return None if amount is None else amount.quantize(type(amount)("0.01"))
