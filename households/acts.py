"""The life events as the page offers them: in three groups, each with its form and what has to be chosen before it."""

from dataclasses import dataclass

from households import event_forms as asked
from households.choices import Event


@dataclass(frozen=True)
class Act:
    """``about``: "" for the household, "member" when a member has to be chosen first; ``other``: another household has to be named first."""

    slug: str
    event: Event
    label: str
    hint: str
    icon: str
    form: type[asked.MembersForm]
    about: str = ""
    other: bool = False


ARRIVALS = (
    Act("birth", Event.BIRTH, "出生", "新生儿登记", "baby", asked.ArrivalForm),
    Act("adoption", Event.ADOPTION, "收养", "办了收养登记的", "baby", asked.ArrivalForm),
    Act("marriage-in", Event.MARRIAGE_IN, "婚入", "儿媳、女婿迁入", "heart", asked.ArrivalForm),
    Act("moving-in", Event.MOVING_IN, "户口迁入", "从县外迁入", "user-plus", asked.ArrivalForm),
    Act("release", Event.RELEASE, "刑满释放", "回到本户", "user-plus", asked.ArrivalForm),
    Act("missed", Event.MISSED, "漏登补录", "一直在本户，名册漏了", "user-plus", asked.ArrivalForm),
)
DEPARTURES = (
    Act("death", Event.DEATH, "死亡", "户主死亡的同时指定新户主", "user-x", asked.LeavingForm, "member"),
    Act("marriage-out", Event.MARRIAGE_OUT, "婚嫁迁出", "嫁到县外", "user-minus", asked.LeavingForm, "member"),
    Act("moving-out", Event.MOVING_OUT, "户口迁出", "迁到县外", "user-minus", asked.LeavingForm, "member"),
    Act("imprisonment", Event.IMPRISONMENT, "服刑收监", "刑满后可登记回来", "user-minus", asked.LeavingForm, "member"),
    Act("missing", Event.MISSING, "失联失踪", "有失踪证明的", "user-minus", asked.LeavingForm, "member"),
)
WHOLE = (
    Act("move", Event.MOVE, "县内迁移（个人）", "成员迁到县内另一户", "truck", asked.MovePersonForm, "member", True),
    Act("move-all", Event.MOVE, "县内迁移（整户）", "整户迁到县内另一个村、屯", "truck", asked.MoveHouseholdForm),
    Act("split", Event.SPLIT, "分户", "部分成员另立一户", "split", asked.SplitForm),
    Act("join", Event.JOIN, "并户", "另一户的全部成员并入本户", "merge", asked.JoinForm, other=True),
    Act("head", Event.HEAD, "户主变更", "选新户主，重定各人关系", "users-round", asked.HeadForm, "member"),
)
GROUPS = (("增加成员", ARRIVALS), ("减少成员", DEPARTURES), ("户的变动", WHOLE))
ACTS = {act.slug: act for _, acts in GROUPS for act in acts}
