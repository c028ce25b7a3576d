"""What each class of a comparison means and who acts on it (domain.md 4.1), as data for pages, tasks and ledgers."""

from dataclasses import dataclass

from screening.choices import Actor, ComparisonClass


@dataclass(frozen=True)
class ClassInfo:
    """tone: colour of its tag. back_to_village: a task goes to the village; ``first`` says that it goes before others."""

    cls: ComparisonClass
    action: str
    who: Actor
    back_to_village: bool
    tone: str
    first: bool = False

    @property
    def code(self) -> str:
        return self.cls.value

    @property
    def name(self) -> str:
        return self.cls.label


CLASSES: dict[ComparisonClass, ClassInfo] = {
    info.cls: info
    for info in (
        ClassInfo(
            ComparisonClass.C1, "直接进入认定程序，沿用线下排查的入户信息，不再核查", Actor.VILLAGE, False, "green"
        ),
        ClassInfo(ComparisonClass.C2, "反馈村级核实，说明线下为何没有排查到", Actor.VILLAGE, True, "amber"),
        ClassInfo(
            ComparisonClass.C3,
            "补充核实，并请部门提供佐证；线上没有不是不予纳入的理由",
            Actor.VILLAGE,
            True,
            "amber",
        ),
        ClassInfo(ComparisonClass.C4, "核对并更正不一致的要素", Actor.VILLAGE, True, "amber"),
        ClassInfo(ComparisonClass.C5, "不派任务，线索作为佐证归入监测档案", Actor.NOBODY, False, ""),
        ClassInfo(ComparisonClass.C6, "核实后增加风险，检查帮扶措施是否对应", Actor.VILLAGE, True, "blue"),
        ClassInfo(ComparisonClass.C7, "优先复核：回退风险消除，或者再次识别", Actor.VILLAGE, True, "red", first=True),
        ClassInfo(ComparisonClass.C8, "不重复核查，台账注明原因；县办可以改为派发", Actor.NOBODY, False, ""),
        ClassInfo(ComparisonClass.C9, "由报送部门或公安核对身份信息后重报", Actor.DEPARTMENT, False, "red"),
        ClassInfo(ComparisonClass.C10, "多条线索合并为一项任务，一次入户核实", Actor.VILLAGE, True, "amber"),
        ClassInfo(
            ComparisonClass.VILLAGE, "作为村级问题交行业部门处置销号，不逐户派发", Actor.DEPARTMENT, False, "blue"
        ),
    )
}
BACK_TO_VILLAGE = frozenset(cls for cls, info in CLASSES.items() if info.back_to_village)
