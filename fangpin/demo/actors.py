"""One account per role, with a password made for this demo and printed on the console."""

from dataclasses import dataclass

from fangpin.accounts.models import Department, Posting, User
from fangpin.accounts.postings import create_account, new_password, open_posting
from fangpin.accounts.roles import Role
from fangpin.demo.stories import VILLAGE
from fangpin.divisions.models import Division

# Invented people in the real places: 金宝乡大利村 is the village of the pictures.
TOWNSHIP = "金宝乡"


@dataclass(frozen=True)
class Part:
    username: str
    name: str
    role: Role
    department: str = ""


CAST = (
    Part("admin", "覃志平", Role.ADMIN),
    Part("county", "莫海燕", Role.COUNTY),
    Part("leader", "黎建国", Role.COUNTY_LEADER),
    Part("head", "徐立新", Role.COUNTY_HEAD),
    Part("town", "黄志明", Role.TOWNSHIP),
    Part("townlead", "廖春生", Role.TOWNSHIP_LEADER),
    Part("village", "韦志强", Role.VILLAGE),
    Part("inspect", "周敏", Role.INSPECTOR),
    Part("edu", "刘燕", Role.DEPARTMENT, "EDU"),
    Part("mi", "陶丽萍", Role.DEPARTMENT, "MI"),
    Part("hlt", "谢春梅", Role.DEPARTMENT, "HLT"),
    Part("hou", "唐国强", Role.DEPARTMENT, "HOU"),
    Part("wat", "秦水生", Role.DEPARTMENT, "WAT"),
    Part("civ", "毛秀珍", Role.DEPARTMENT, "CIV"),
    Part("dis", "陈永康", Role.DEPARTMENT, "DIS"),
    Part("hr", "李文斌", Role.DEPARTMENT, "HR"),
    Part("fpb", "黎小芳", Role.DEPARTMENT, "FPB"),
)


def engage(county: Division) -> dict[str, tuple[User, str]]:
    """Every part's account, made or found again, with a fresh password: username -> (user, password)."""
    return {part.username: _engage(part, county) for part in CAST}


def _engage(part: Part, county: Division) -> tuple[User, str]:
    user = User.objects.filter(username=part.username).first()
    if user is None:
        user, password = create_account(username=part.username, name=part.name, by=None)
        department = Department.objects.get(code=part.department) if part.department else None
        open_posting(user, role=part.role, division=_place(part.role, county), department=department, by=None)
    else:
        password = new_password()
        user.set_password(password)
    user.must_change_password = False  # the visitor tries every role: one forced change each would be a nuisance
    user.save(update_fields=["password", "must_change_password"])
    return user, password


def _place(role: Role, county: Division) -> Division:
    township = Division.objects.under(county.code).get(name=TOWNSHIP)
    if role in {Role.TOWNSHIP, Role.TOWNSHIP_LEADER, Role.INSPECTOR}:
        return township
    if role == Role.VILLAGE:
        return Division.objects.under(township.code).get(name=VILLAGE)
    return county


def field_team(county: Division) -> tuple[User, User]:
    """(who visits, who checks) in all villages and townships but those of the cast: nobody is told their passwords."""
    villages = Division.objects.villages().filter(code__startswith=county.code[:6]).exclude(name=VILLAGE)
    townships = Division.objects.filter(parent=county).exclude(name=TOWNSHIP)
    return _posted("team", "覃桂芳", Role.VILLAGE, villages), _posted(
        "teamlead", "秦永福", Role.TOWNSHIP_LEADER, townships
    )


def _posted(username: str, name: str, role: Role, divisions) -> User:
    user = User.objects.filter(username=username).first()
    if user is None:
        user, _ = create_account(username=username, name=name, by=None)
    posted = Posting.objects.open().filter(user=user).values("division")
    for division in divisions.exclude(pk__in=posted):
        open_posting(user, role=role, division=division, by=None)
    return user


def posting_line(user: User) -> str:
    posting = Posting.objects.open().filter(user=user).select_related("division", "department").first()
    place = posting.department or posting.division
    return f"{posting.get_role_display()}（{place}）"
