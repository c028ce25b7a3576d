"""What waits for whom in screening."""

from django.urls import reverse

from fangpin.accounts.scope import departments_of, holds_anywhere
from fangpin.desk.contributions import Todo, contribute_todos
from fangpin.divisions.rights import Right
from screening.choices import ExtractState, Grade
from screening.models import Clue, Extract, RowMatch


@contribute_todos
def extracts_to_confirm(user):
    if not departments_of(user):
        return
    waiting = Extract.objects.for_user(user).filter(state=ExtractState.CHECKED).count()
    url = reverse("extract_list")
    yield Todo(
        "部门数据待确认入库",
        waiting,
        f"{url}?state=checked",
        "file-check",
        unit="份",
        tone="amber",
        note="看过校验结果后确认",
    )
    refused = Extract.objects.for_user(user).filter(state=ExtractState.REFUSED).count()
    yield Todo(
        "文件无法读取，请更正", refused, f"{url}?state=refused", "file-exclamation-point", unit="份", tone="red"
    )


@contribute_todos
def rows_to_decide(user):
    if holds_anywhere(user, Right.REVIEW_MATCHES):
        waiting = RowMatch.objects.for_user(user).waiting().count()
        yield Todo("疑似匹配待判定", waiting, reverse("review_list"), "users-round", unit="行", tone="purple")


@contribute_todos
def clues_to_study(user):
    if not holds_anywhere(user, Right.VIEW_CLUES):
        return
    clues = Clue.objects.reachable_by(user, Right.VIEW_CLUES).open()
    url = f"{reverse('clue_list')}?state=open"
    red, told = clues.filter(grade=Grade.RED).count(), "三保障缺口、D 级危房、失学等，须尽快入户"
    yield Todo("红色线索", red, f"{url}&grade=red", "siren", unit="条", tone="red", note=told)
    yield Todo("全部待研判线索", clues.count(), url, "radar", unit="条", tone="blue")
