"""地名写法 (verbs): the county office says which village or township a spelling means; the next check of a file reuses it."""

from dataclasses import dataclass, field

from django.db import IntegrityError, transaction
from django.utils import timezone

from fangpin.accounts.postings import require
from fangpin.audit.trail import record
from fangpin.divisions.models import Division, Level
from fangpin.divisions.places import spelling_key
from fangpin.divisions.rights import Right
from fangpin.transitions import NotAllowed, Stale
from screening.models import Extract, Spelling


@dataclass
class Unplaced:
    """A spelling of live files that no division explains: what was written, in how many rows, in which files, and why not."""

    text: str
    township: str
    village: str
    why: str
    rows: int = 0
    files: list[Extract] = field(default_factory=list)


def spellings_of(county_code: str) -> dict[str, str]:
    """Spelling -> code of the division it stands for, for ``checking.check``."""
    standing = Spelling.objects.standing().filter(county=county_code)
    return dict(standing.values_list("text", "division_id"))


def unplaced(extracts) -> list[Unplaced]:
    """The spellings that the files left open and nobody has settled since, most rows first."""
    found: dict[str, Unplaced] = {}
    for extract in extracts:
        for sheet in extract.sheets:
            for township, village, why, rows in sheet.get("unplaced", ()):
                text = spelling_key(township, village)
                one = found.setdefault(text, Unplaced(text, township, village, why))
                one.rows += rows
                if extract not in one.files:
                    one.files.append(extract)
    settled = set(Spelling.objects.standing().filter(text__in=found).values_list("text", flat=True))
    return sorted((one for one in found.values() if one.text not in settled), key=lambda one: (-one.rows, one.text))


@transaction.atomic
def settle_spelling(*, county: Division, text: str, division: Division, by) -> Spelling:
    """``text`` (``places.spelling_key``) means this division. Saying the same again changes nothing; another one must be taken back first."""
    require(by, Right.REVIEW_MATCHES, county.code, "只有县办可以指定地名写法")
    if not text.strip("|"):
        raise NotAllowed("没有写乡镇和村，无法指定")
    if division.level == Level.COUNTY or not division.code.startswith(county.code):
        raise NotAllowed("请选择本县的乡镇或村")
    standing = Spelling.objects.standing().filter(county=county, text=text).first()
    if standing is not None:
        if standing.division_id != division.code:
            raise Stale("这种写法刚刚由他人指定为另一个地方，请刷新后再看")
        return standing
    try:
        with transaction.atomic():
            spelling = Spelling.objects.create(county=county, text=text, division=division, decided_by=by)
    except IntegrityError:
        raise Stale("这种写法刚刚由他人指定，请刷新后再看") from None
    record(by, "spelling.settled", spelling, division=division.code)
    return spelling


@transaction.atomic
def take_back_spelling(spelling: Spelling, *, by) -> None:
    """Checks from now on work without it. Raises Stale when it was taken back before."""
    require(by, Right.REVIEW_MATCHES, spelling.county_id, "只有县办可以撤回地名写法")
    standing = Spelling.objects.standing().filter(pk=spelling.pk)
    if not standing.update(taken_back_by=by, taken_back_at=timezone.now()):
        raise Stale("这种写法刚刚已被撤回")
    record(by, "spelling.taken_back", spelling, division=spelling.division_id)
