"""Who asks, and what each role may see: written from product.md and domain.md 2.8, not from the code under test."""

from dataclasses import dataclass

from fangpin.accounts.models import User
from fangpin.accounts.roles import Role

COUNTIES = ("450399", "450398")  # neither code was ever given out
# Who asks: offices, for whom much is there; and everybody else. Two files of tests, as one would take as long as all others together.
OFFICES = (
    "county", "county leader", "county head", "inspector", "township", "township 2", "county of the other county",
)  # fmt: skip
OTHERS = (
    "village", "village 2", "two posts", "MI", "EDU", "CIV", "admin", "anonymous", "disabled", "superuser",
)  # fmt: skip
# Who holds the same rights as another, or fewer: asked for pages alone, as fragments and workbooks are the same answer in another form.
LIKE_ANOTHER = {"county": "county leader", "county of the other county": "county leader", "village 2": "village"}

_READS = frozenset({"register", "clues"})
_MENDS = frozenset({"explain", "exempt"})  # reasons and exemptions for problems of the data
_COUNTY = _READS | _MENDS | {"rounds", "sign", "edits", "access", "imports", "extracts", "matches", "runs", "run"}
SIGHTS: dict[Role, frozenset[str]] = {
    Role.VILLAGE: _READS | {"explain", "offline", "submit"},
    Role.TOWNSHIP: _READS | _MENDS | {"edits", "offline", "sheets", "check"},
    Role.TOWNSHIP_LEADER: _READS | _MENDS | {"access", "consent", "sign", "check"},
    Role.INSPECTOR: _READS,
    Role.COUNTY: _COUNTY,
    Role.COUNTY_LEADER: _COUNTY | {"policy", "consent"},
    Role.COUNTY_HEAD: _READS | {"extracts", "runs"},
    Role.DEPARTMENT: frozenset({"own"}),
    Role.ADMIN: frozenset({"accounts"}),
}

Sight = tuple[str, str, str]


@dataclass(frozen=True)
class Actor:
    """Somebody who asks. ``posts`` are (role, division, department); without any there is nothing to see."""

    label: str
    user: User | None
    posts: tuple[tuple[Role, str, str], ...] = ()

    def may(self, seen_by: tuple[Sight, ...]) -> bool:
        return any(self._has(*sight) for sight in seen_by)

    def at_home(self, place: str) -> bool:
        return any(place.startswith(division) for _, division, _ in self.posts)

    def _has(self, sight: str, place: str, department: str) -> bool:
        if sight == "public":
            return True
        if sight == "self":
            return self.user is not None and place == self.user.username
        return any(
            sight in SIGHTS[role] and (not place or place.startswith(division)) and department in ("", own)
            for role, division, own in self.posts
        )
