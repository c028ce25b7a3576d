"""相同情形: waiting rows of one kind with one pattern of evidence, decided in one go (verb) where the only candidate speaks for itself."""

import hashlib
import json
from dataclasses import dataclass

from django.db.models import Count, F, Func, IntegerField, QuerySet

from fangpin.transitions import NotAllowed
from screening.choices import MatchState
from screening.matching.deciding import decide_match, row_of
from screening.matching.looking import people_of
from screening.matching.wording import mark_of
from screening.models import RowMatch

AT_ONCE = 100  # rows of one request
_HOW_MANY = Func(F("candidates"), function="jsonb_array_length", output_field=IntegerField())


@dataclass(frozen=True)
class Group:
    """Rows by why the machine hesitated, what agreed with the first candidate, and whether he is the only one."""

    method: str
    evidence: tuple[tuple[str, str], ...]
    alone: bool
    rows: int

    @property
    def key(self) -> str:
        said = json.dumps([self.method, self.evidence, self.alone], ensure_ascii=False)
        return hashlib.sha256(said.encode()).hexdigest()[:16]

    @property
    def sensible(self) -> bool:
        """Accepting the first candidate at sight: he is the only one, has the name and something more, and nothing speaks against him."""
        marks = {name: mark_of(verdict) for name, verdict in self.evidence}
        more = [mark for name, mark in marks.items() if name != "name" and mark == "same"]
        return self.alone and marks.get("name") == "same" and bool(more) and "differs" not in marks.values()

    def of(self, waiting: QuerySet[RowMatch]) -> QuerySet[RowMatch]:
        """Its rows among ``waiting``, in the order of the queue."""
        rows = waiting.filter(method=self.method, evidence=dict(self.evidence)).annotate(shown=_HOW_MANY)
        return rows.filter(shown=1) if self.alone else rows.exclude(shown=1)


def groups_of(waiting: QuerySet[RowMatch]) -> list[Group]:
    """All groups, those that can be decided in one go first, then the largest."""
    counted: dict[tuple, int] = {}
    found = waiting.order_by().annotate(shown=_HOW_MANY).values_list("method", "evidence", "shown")
    for method, evidence, shown, rows in found.annotate(n=Count("*")):
        kind = method, tuple(sorted(evidence.items())), shown == 1
        counted[kind] = counted.get(kind, 0) + rows
    groups = [Group(*kind, rows) for kind, rows in counted.items()]
    return sorted(groups, key=lambda group: (not group.sensible, -group.rows, group.key))


def decide_group(group: Group, waiting: QuerySet[RowMatch], *, by) -> list[tuple[RowMatch, str]]:
    """Accept the first candidate of up to AT_ONCE rows, each by ``decide_match``: (row, "" or why it was not decided).

    Raises NotAllowed for a group whose rows must be looked at one by one.
    """
    if not group.sensible:
        raise NotAllowed("这种情形须逐行判定，不能批量")
    rows = list(group.of(waiting).select_related("extract")[:AT_ONCE])
    people = {str(person.pk): person for person in people_of([row.candidates[0] for row in rows])}
    return [(row, _accept(row, people.get(row.candidates[0]), by)) for row in rows]


def _accept(row: RowMatch, person, by) -> str:
    if person is None:
        return "可能的人已不在名册中"
    if not row_of(row).filter(state=MatchState.AMBIGUOUS).exists():
        return ""  # settled with a row that says the same
    try:
        decide_match(row, person=person, by=by)
    except NotAllowed as refusal:
        return str(refusal)
    return ""
