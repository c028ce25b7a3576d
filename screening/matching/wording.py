"""Words for what matching says: why a row is whose it is, and on which evidence."""

from screening.matching.elimination import NOTES
from screening.matching.tiers import TIERS

# What a list and a filter call the case; the row's own note says more. Tiers without a name of their own go by their note.
_METHODS = {
    "T1": "号码和姓名一致",
    "T1x": "出生日期是同户另一人的",
    "T1hr": "填了同户他人的号码",
    "conflict": "号码和姓名不是同一人",
    "tie": "有几个人同样符合",
    "R92": "户主同名，村内不止一户",
    "R75": "姓名、村和另一项相符",
    "R68": "只有姓名和村相符",
    "R60": "号码相近，姓名或地点不符",
    "R50": "姓名相近，另有一项相符",
    "R20": "只有姓名相符",
    "decided": "按以往人工判定",
    "outsider": "号码有效，名册中没有",
    "left": "这个人已离户",
    "unknown": "名册中没有找到",
    "place": "按村或工程填报，不对应到人",
    "refused": "校验未通过，没有入库",
    "unmatched": "还没有匹配",
}
METHODS = {tier.slug: tier.note for tier in TIERS} | {slug: note for slug, (_, note) in NOTES.items()} | _METHODS

EVIDENCE = {
    "number": "号码",
    "name": "姓名",
    "birthday": "出生日期",
    "sex": "性别",
    "age": "年龄",
    "village": "村",
    "hamlet": "自然村",
    "phone": "电话",
    "kin": "户主或监护人",
    "size": "人口数",
}


def method_label(method: str) -> str:
    return METHODS.get(method, method)


def evidence_lines(evidence: dict[str, str]) -> list[tuple[str, str]]:
    """(what was compared, how it came out), in the order of EVIDENCE."""
    return [(label, evidence[name]) for name, label in EVIDENCE.items() if name in evidence]


NO_GROUND = "没有足够的依据认定为此人"
_CONFLICT = {"same": "号码是此人的，姓名不符", "differs": "姓名相符，号码是别人的"}
WRONG_NUMBER = ("只差一处", "差两处")  # what EVIDENCE says of a number that is almost somebody's
_MARKS = {"same": ("相同", "与曾用名相同"), "differs": ("不同", "他人的号码"), "": ("", "缺")}


def mark_of(verdict: str) -> str:
    """How a page marks a verdict: same, differs, "" where one side says nothing, near for everything between."""
    return next((mark for mark, verdicts in _MARKS.items() if verdict in verdicts), "near")


def ground_of(slug: str, note: str, verdicts: dict[str, str]) -> str:
    """Why a row may be a person: the note of the tier, of number against name which of the two speaks for this one."""
    return _CONFLICT.get(mark_of(verdicts.get("number", "")), note) if slug == "conflict" else note


# Kinds of defect as tabs of the queue show them; a method that stands in none is 其他情形.
KINDS = {
    "conflict": ("身份存疑", ("conflict",)),
    "tie": ("几人同样符合", ("tie",)),
    "home": ("同户之内", ("T1x", "T1hr")),
    "place": ("姓名和村相符", ("R92", "R75", "R68")),
    "near": ("号码相近", ("R60",)),
    "name": ("姓名相近或只有姓名", ("R50", "R20")),
}
OTHER_KIND = ("other", "其他情形")
_KIND_OF = {method: kind for kind, (_, methods) in KINDS.items() for method in methods}


def kind_of(method: str) -> str:
    return _KIND_OF.get(method, OTHER_KIND[0])
