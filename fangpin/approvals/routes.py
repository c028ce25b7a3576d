"""Which levels sign what, in which order (architecture.md 5). Data only: ``engine`` walks it."""

from dataclasses import dataclass

from django.db.models import TextChoices

from fangpin.divisions.models import CODE_LENGTH, Level
from fangpin.divisions.rights import Right


class Kind(TextChoices):
    OFFLINE_LIST = "offline_list", "线下名单"
    ENTRY = "entry", "监测对象认定"
    EXIT = "exit", "风险消除"


class Stage(TextChoices):
    """Who holds the pen; a level's stage is also how its sign-offs are filed."""

    VILLAGE = "village", "待村级评定"
    TOWNSHIP = "township", "待乡镇审核"
    COUNTY = "county", "待县级审定"
    RECALLED = "recalled", "已收回"
    PASSED = "passed", "已通过"
    REFUSED = "refused", "未通过"
    WITHDRAWN = "withdrawn", "已撤销"


class Verdict(TextChoices):
    AGREE = "agree", "同意"
    RETURN = "return", "退回"
    REFUSE = "refuse", "不同意"


# Back with those who wrote the case: nobody signs until it is submitted again.
WITH_OPENER = (Stage.RECALLED, Stage.WITHDRAWN)
FINISHED = (Stage.PASSED, Stage.REFUSED)


@dataclass(frozen=True)
class Step:
    stage: Stage
    level: Level  # on whose division the right is asked
    right: Right

    def division_code(self, village_code: str) -> str:
        """The division of the step's level in which the village lies."""
        return village_code[: CODE_LENGTH[self.level]]


VILLAGE = Step(Stage.VILLAGE, Level.VILLAGE, Right.SIGN_VILLAGE)
TOWNSHIP = Step(Stage.TOWNSHIP, Level.TOWNSHIP, Right.SIGN_TOWNSHIP)
COUNTY = Step(Stage.COUNTY, Level.COUNTY, Right.SIGN_COUNTY)

ROUTES: dict[Kind, tuple[Step, ...]] = {
    Kind.OFFLINE_LIST: (VILLAGE, TOWNSHIP, COUNTY),
    Kind.ENTRY: (VILLAGE, TOWNSHIP, COUNTY),
    Kind.EXIT: (VILLAGE, TOWNSHIP, COUNTY),
}
