"""Builders for tests: a small invented county and the people in it. Plain functions; every trait has a default.

What a test is about it names (``a_person(name="李四", birthday=date(1950, 1, 2))``); everything else is made up,
unique and valid. Nobody alive owns a number of prefix 450399 (GB/T 2260 never gave it out) or a phone 19900xxxxxx.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from importlib import import_module
from itertools import count
from unittest.mock import patch

from django.db import connection

from fangpin import idcard
from fangpin.accounts.grants import sync_grants
from fangpin.accounts.models import Department, Posting, User
from fangpin.accounts.roles import LEVELS, Role
from fangpin.audit import trail
from fangpin.divisions.models import Division, Level
from fangpin.policy.keys import DEFAULTS, Key
from fangpin.policy.models import Standard, Threshold
from households.choices import PeriodKind, Sex
from households.models import Household, Income, Person

COUNTY = "450399"
TOWNSHIPS = ("450399101", "450399102")
VILLAGES = ("450399101201", "450399101202", "450399102201")
FIRST_OF = {Level.COUNTY: COUNTY, Level.TOWNSHIP: TOWNSHIPS[0], Level.VILLAGE: VILLAGES[0]}
PASSWORD = "Right-horse-7-battery"

_DIVISIONS = (
    (COUNTY, "试点县", Level.COUNTY, None),
    (TOWNSHIPS[0], "青山镇", Level.TOWNSHIP, COUNTY),
    (TOWNSHIPS[1], "绿水乡", Level.TOWNSHIP, COUNTY),
    (VILLAGES[0], "上坪村", Level.VILLAGE, TOWNSHIPS[0]),
    (VILLAGES[1], "下坪村", Level.VILLAGE, TOWNSHIPS[0]),
    (VILLAGES[2], "河口村", Level.VILLAGE, TOWNSHIPS[1]),
)
_next = count(1)


def a_county() -> Division:
    """试点县 with two townships and three villages: COUNTY, TOWNSHIPS, VILLAGES. Calling it again changes nothing."""
    for code, name, level, parent in _DIVISIONS:
        Division.objects.get_or_create(code=code, defaults={"name": name, "level": level, "parent_id": parent})
    return Division.objects.get(code=COUNTY)


def a_department(code: str = "MI") -> Department:
    """A department that the migrations made, made again where a test that commits has emptied the tables."""
    names = import_module("fangpin.accounts.migrations.0002_departments").DEPARTMENTS
    return Department.objects.get_or_create(code=code, defaults={"name": names[code]})[0]


def a_user(*, username: str = "", name: str = "", password: str | None = None, **fields) -> User:
    """An account without postings that may work at once; no ``password`` (hashing is slow) means ``force_login``."""
    number = next(_next)
    fields = {"must_change_password": False, **fields}
    user = User(username=username or f"user{number}", name=name or f"职工{number}", **fields)
    user.set_password(password)
    user.save()
    return user


def a_posting(user: User, role: Role | str, division=None, department=None, **dates) -> Posting:
    """Post ``user``; the division is the first of the role's level unless named (row or code). Rights hold at once."""
    a_county()
    role = Role(role)
    code = getattr(division, "code", division) or FIRST_OF[LEVELS[role]]
    if role == Role.DEPARTMENT:
        department = a_department(getattr(department, "pk", department) or "MI")
    posting = Posting.objects.create(user=user, role=role, division_id=code, department=department, **dates)
    sync_grants(user)
    return posting


def an_officer(role: Role | str, division=None, department=None, **fields) -> User:
    """An account with one open posting: ``an_officer(Role.DEPARTMENT, department="EDU")``."""
    user = a_user(**fields)
    a_posting(user, role, division, department)
    return user


def an_id(birthday: date = date(1970, 1, 1), sex: str = Sex.MALE, serial: int | None = None) -> str:
    """An 18-digit number of the invented county with a right check digit; ``serial`` 0..499 fixes it."""
    nth = (next(_next) if serial is None else serial) % 500
    body = f"{COUNTY}{birthday:%Y%m%d}{nth * 2 + (sex == Sex.MALE):03d}"
    return body + idcard.check_digit(body)


def a_phone() -> str:
    return f"19900{next(_next) % 1_000_000:06d}"


def a_household(village: Division | str | None = None, people: int = 3, **fields) -> Household:
    """A household of ``people`` members, the head first; ``head_name`` names the head, ``phone`` is sealed."""
    a_county()
    number = fields.pop("number", "") or f"{COUNTY}{next(_next):010d}"
    head = fields.pop("head_name", "") or f"赵大{next(_next)}"
    phone = fields.pop("phone", "")
    code = getattr(village, "code", village) or VILLAGES[0]
    household = Household(number=number, village_id=code, **fields)
    household.phone = phone
    household.save()
    for nth in range(people):
        a_person(household, **({"name": head, "is_head": True, "relation": "户主"} if nth == 0 else {}))
    return household


def a_person(household: Household | None = None, **fields) -> Person:
    """A member; without a household the head of a new one. ``id_number=""`` is a person without a number."""
    if household is None:
        household = a_household(people=0)
        fields = {"is_head": True, "relation": "户主", **fields}
    number = next(_next)
    fields = {
        "number": f"{COUNTY}P{number:09d}",
        "name": f"赵小{number}",
        "birthday": date(1970, 1, 1),
        "sex": Sex.MALE,
        "relation": "其他",
        **fields,
    }
    id_number = fields.pop("id_number", None)
    phone = fields.pop("phone", "")
    person = Person(household=household, **fields)
    person.id_number = an_id(person.birthday, person.sex) if id_number is None else id_number
    person.phone = phone
    person.save()
    _keep_in_step(household, person)
    return person


def an_income(household: Household, year: int = 2020, kind: str = PeriodKind.YEAR, month: int = 1, **fields) -> Income:
    """The income of twelve months from that month, yuan by group (``wages=12000``), for as many as live there."""
    fields = {"persons": household.size, **fields}
    return Income.objects.create(household=household, kind=kind, start=date(year, month, 1), **fields)


def a_standard(
    effective_from: date = date(2021, 1, 1), amounts: Mapping[Key, Decimal | int | str] | None = None
) -> Standard:
    """The standard of that day with the default figures but for ``amounts``; one that is there already is refilled."""
    name = f"{effective_from.year}年标准"
    standard, _ = Standard.objects.get_or_create(effective_from=effective_from, defaults={"name": name})
    figures = {**DEFAULTS, **(amounts or {})}
    standard.thresholds.all().delete()
    Threshold.objects.bulk_create(
        Threshold(standard=standard, key=key, amount=Decimal(amount)) for key, amount in figures.items()
    )
    return standard


def unchecked():
    """A context in which no event has the data of its households checked: that costs nine tenths of it and changes nothing else."""
    return patch("households.quality.checking._check", lambda *arguments, **options: None)


def seal_all() -> int:
    """Seal the trail of a test that commits; how many entries. Other pytest workers have databases on the same server, and hold
    transactions open for minutes that would be waited for: here only this database's count."""
    with patch.object(trail, "_ended", _ended_here):
        return trail.seal_trail()


def _ended_here() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT least(pg_snapshot_xmax(pg_current_snapshot())::text::bigint, min(backend_xid::text::bigint))"
            " FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return cursor.fetchone()[0]


def _keep_in_step(household: Household, person: Person) -> None:
    """What the verbs of the register derive from the members."""
    household.size = household.members.present().count()
    if person.is_head:
        household.head_name = person.name
    household.save(update_fields=["size", "head_name"])
