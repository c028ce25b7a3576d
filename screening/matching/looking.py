"""A row looked at by a person: what it says, whom it could mean, and field by field how each of them compares.

The comparison is the machine's own (``evidence``, ``tiers``) over a register of these few households, so that a page never says
otherwise than the run did.
"""

from dataclasses import dataclass
from uuid import UUID

import numpy as np
import pandas as pd

from fangpin import idcard
from fangpin.masking import mask_id, mask_phone, scrub
from fangpin.sealing import blind
from households.frames import frame_of
from households.models import Person
from screening.extracts.formats import FORMATS
from screening.extracts.layout import ListFormat
from screening.extracts.storing import row_at
from screening.matching import evidence
from screening.matching.decisions import Decisions
from screening.matching.matching import identity_columns
from screening.matching.register import Register
from screening.matching.remembered import row_indexes
from screening.matching.tiers import TIERS, View, assign
from screening.matching.wording import EVIDENCE, NO_GROUND, ground_of, mark_of
from screening.models import RowMatch

SHOWN = 8  # people on an evidence page


@dataclass(frozen=True)
class Told:
    """What a row says: its cells by column name, and the same as matching reads it (one line)."""

    cells: dict[str, str]
    identity: pd.DataFrame
    row_index: bytes | None

    @property
    def name(self) -> str:
        return self.identity["name"].iat[0] if "name" in self.identity else ""


@dataclass(frozen=True)
class Cell:
    """What the register says of one person, the verdict in words and its mark (same, near, differs, "")."""

    known: str
    verdict: str
    mark: str


@dataclass(frozen=True)
class Compared:
    """A person beside the row: a cell for each kind of evidence, and the strongest reason to take the row for this person, in words.

    No cells for somebody who has left the register.
    """

    person: Person
    cells: dict[str, Cell]
    ground: str


@dataclass(frozen=True)
class Line:
    """One thing compared: what the row says of it, and a cell for each person."""

    label: str
    told: str
    cells: list[Cell]


def told_by(match: RowMatch) -> Told:
    fmt = FORMATS[match.extract.list_code]
    cells = row_at(match.extract, match.sheet_no, match.row)
    identity = identity_columns(pd.DataFrame([cells]), fmt).fillna("")
    return Told(cells, identity, row_indexes(identity, fmt.code).iat[0])


def people_of(ids: list[str]) -> list[Person]:
    """The persons with these ids (a row's candidates), in their order."""
    found = Person.objects.select_related("household__village__parent").in_bulk(ids)
    return [found[UUID(pk)] for pk in ids if UUID(pk) in found]


def considered(match: RowMatch, told: Told) -> list[Person]:
    """Whom the row was or could have been taken for: the decision, the candidates, the number's holder, namesakes of the village."""
    ids = [str(match.person_id)] if match.person_id else []
    ids += match.candidates
    number = idcard.clean(told.identity["id_text"].iat[0]).number
    county = Person.objects.filter(household__village__code__startswith=match.extract.county_id)
    if number:
        ids += [str(pk) for pk in county.filter(id_index=blind("id", number)).values_list("pk", flat=True)[:SHOWN]]
    village = told.identity["village"].iat[0]
    if told.name and village:
        namesakes = county.present().filter(name=told.name, household__village=village).order_by("number")
        ids += [str(pk) for pk in namesakes.values_list("pk", flat=True)[:SHOWN]]
    return people_of(list(dict.fromkeys(ids))[:SHOWN])


def compare(told: Told, people: list[Person], fmt: ListFormat) -> list[Compared]:
    """Each of ``people`` beside the row, in their order."""
    if not people:
        return []
    homes = {person.household_id for person in people}
    members = frame_of(Person.objects.present().filter(household__in=homes))
    lines = {pk: line for line, pk in enumerate(members["person"])}
    present = [person for person in people if str(person.pk) in lines]
    said = {}
    if present:
        words, grounds = _weighed(told, members, [lines[str(person.pk)] for person in present], fmt)
        said = {
            person.pk: Compared(person, _cells(person, verdicts), ground)
            for person, verdicts, ground in zip(present, words, grounds, strict=True)
        }
    return [said.get(person.pk) or Compared(person, {}, NO_GROUND) for person in people]


def lines_of(told: Told, compared: list[Compared], fmt: ListFormat) -> list[Line]:
    """The comparison as a table: a line for everything that the row or the register says."""
    said, nothing = _said(told, fmt), Cell("", "", "")
    lines = [
        Line(label, said[name], [one.cells.get(name, nothing) for one in compared]) for name, label in EVIDENCE.items()
    ]
    return [line for line in lines if line.told or any(cell.known for cell in line.cells)]


def _weighed(told, members, lines, fmt) -> tuple[list[dict[str, str]], list[str]]:
    """(evidence in words, ground) of the row against each line of ``members``."""
    register = Register.build(members)
    cleaned = idcard.clean_arrays(told.identity["id_text"])
    only, born = np.zeros((2, 1), dtype=np.int64)  # one row does not tell when its file counted the ages
    residue = evidence.take(told.identity, only, cleaned, register.holder(cleaned.key), born, register)
    line = np.array(lines, dtype=np.int32)
    pairs = np.arange(len(line))
    proof = evidence.weigh(residue, register, np.zeros(len(line), dtype=np.int64), line)
    answer = Decisions(pd.RangeIndex(len(line)), register)
    answer.explain(pairs, proof, pairs)
    tiers = assign(View(proof, 1, fmt.household_level))
    words = answer.evidence.tolist()
    grounds = [
        ground_of(TIERS[tier].slug, TIERS[tier].note, said) if tier >= 0 else NO_GROUND
        for tier, said in zip(tiers, words, strict=True)
    ]
    return words, grounds


def _cells(person: Person, verdicts: dict[str, str]) -> dict[str, Cell]:
    known = _known(person)
    return {name: Cell(known[name], verdicts.get(name, ""), mark_of(verdicts.get(name, ""))) for name in EVIDENCE}


def _said(told: Told, fmt: ListFormat) -> dict[str, str]:
    """What the row says to each kind of evidence, masked."""
    cell = {role: scrub(told.cells.get(key, "")) for role, key in fmt.roles.items()}
    number = told.identity["id_text"].iat[0] or told.identity.get("certificate", pd.Series([""])).iat[0]
    phones = (told.cells.get(fmt.roles[role], "") for role in ("phone", "guardian_phone") if role in fmt.roles)
    return {
        "number": mask_id(number),
        "name": cell.get("name", ""),
        "birthday": cell.get("birthday", ""),
        "sex": cell.get("sex", ""),
        "age": cell.get("age", ""),
        "village": f"{cell.get('township', '')}{cell.get('village', '')}" or cell.get("address", ""),
        "hamlet": cell.get("hamlet", ""),
        "phone": "、".join(mask_phone(phone) for phone in phones if phone),
        "kin": "、".join(filter(None, (cell.get("head_name"), cell.get("guardian")))),
        "size": cell.get("size", ""),
    }


def _known(person: Person) -> dict[str, str]:
    """The same of a person of the register."""
    home = person.household
    return {
        "number": mask_id(person.id_number),
        "name": f"{person.name}（曾用名 {person.former_name}）" if person.former_name else person.name,
        "birthday": person.birthday.isoformat() if person.birthday else "",
        "sex": person.get_sex_display(),
        "age": f"{person.birthday.year} 年生" if person.birthday else "",
        "village": f"{home.village.parent.name}{home.village.name}",
        "hamlet": home.hamlet,
        "phone": mask_phone(person.phone or home.phone),
        "kin": home.head_name,
        "size": str(home.size),
    }
