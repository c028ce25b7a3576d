"""What the rules found in a file waits, sealed, until all files of the month are matched: rules run beside each other, clues come at once."""

import hashlib
import json
from collections.abc import Iterable

import pandas as pd

from fangpin.policy.models import Standard
from fangpin.sealing import seal_bytes_many, unseal_bytes
from screening.models import Evaluation, Extract
from screening.rules.raising import Found


def basis_of(extract: Extract, standard: Standard, state: tuple) -> str:
    """A digest of the matches, the ``register_state`` and the standard that findings rest on; "" when people decided about rows since they were matched."""
    if not extract.matches_digest:
        return ""
    said = repr((extract.matches_digest, state, standard.pk))
    return hashlib.sha256(said.encode()).hexdigest()


def keep(found: Found, basis: str) -> None:
    """Keep findings on this basis instead of those kept before."""
    told = {"findings": found.findings.to_dict("list"), "would_change": found.would_change}
    (sealed,) = seal_bytes_many([json.dumps(told, default=_plain).encode()], [_place(found.extract)])
    Evaluation.objects.update_or_create(extract=found.extract, defaults={"basis": basis, "sealed": sealed})


def kept(extract: Extract, basis: str) -> Found | None:
    """Findings kept on this basis. Values come back as Python's own."""
    evaluation = Evaluation.objects.filter(extract=extract, basis=basis).exclude(basis="").first()
    if evaluation is None:
        return None
    told = json.loads(unseal_bytes(evaluation.sealed, _place(extract)))
    return Found(extract, pd.DataFrame(told["findings"], dtype=object), [tuple(at) for at in told["would_change"]])


def forget_kept(extracts: Iterable[Extract]) -> None:
    """They were published."""
    Evaluation.objects.filter(extract__in=extracts).delete()


def _place(extract: Extract) -> str:
    return f"evaluation:{extract.pk}"


def _plain(value):
    """Numbers of numpy and of the standard as JSON's."""
    return value.item() if hasattr(value, "item") else float(value)
