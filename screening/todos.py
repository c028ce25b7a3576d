"""What waits for whom in screening."""

from django.urls import reverse

from fangpin.accounts.scope import departments_of, holds_anywhere
from fangpin.approvals.routes import Stage
from fangpin.desk.contributions import Todo, contribute_todos
from fangpin.divisions.rights import Right
from fangpin.periods import this_day
from screening.choices import ExtractState, Grade, TaskState
from screening.extracts.formats import FORMATS
from screening.models import Clue, DepartmentMonth, Extract, OfflineList, Round, RowMatch, VerificationTask


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


@contribute_todos
def offline_lists_to_do(user):
    """One line a round: what the own villages have still to hand in, and what waits for the own signature."""
    for opened in Round.objects.around(user, Right.VIEW_CLUES).open():
        url, due = reverse("round_offline", args=[opened.pk]), opened.offline_due
        lists = OfflineList.objects.filter(round=opened)
        if holds_anywhere(user, Right.REPORT_OFFLINE):
            own = lists.reachable_by(user, Right.REPORT_OFFLINE).with_village()
            tone = "red" if due < this_day() else "amber"
            note = f"{due:%m-%d} 截止"
            yield Todo(
                f"{opened}线下名单待上报", own.count(), f"{url}?state=todo", "clipboard-list", "个村", note, tone
            )
        for right, stage in ((Right.SIGN_TOWNSHIP, Stage.TOWNSHIP), (Right.SIGN_COUNTY, Stage.COUNTY)):
            if holds_anywhere(user, right):
                waiting = lists.reachable_by(user, right).filter(approval__stage=stage).count()
                title = f"{opened}线下名单{stage.label}"
                yield Todo(title, waiting, f"{url}?state={stage.value}", "stamp", "个村", tone="purple")


@contribute_todos
def lists_of_the_round_to_send(user):
    """What the own department owes an open round."""
    departments = departments_of(user)
    if not departments:
        return
    for opened in Round.objects.around(user, Right.UPLOAD_EXTRACT).open():
        own = [code for code in opened.lists if FORMATS[code].department in departments]
        here = Extract.objects.for_user(user).filter(
            period=opened.period, list_code__in=own, state=ExtractState.CONFIRMED
        )
        owed = len(own) - here.values("list_code").distinct().count()
        late = opened.uploads_due < this_day()
        note = f"{opened.uploads_due:%m-%d} 截止"
        yield Todo(
            f"{opened}名单待报送", owed, reverse("extract_list"), "file-up", "份", note, "red" if late else "amber"
        )


@contribute_todos
def tasks_to_do(user):
    """What the village has to look at, the township to check, the county to close or to send elsewhere."""
    url = reverse("task_list")
    waiting = (
        (Right.REPORT_OFFLINE, TaskState.SENT, "核查任务待核实", "clipboard-check", "amber"),
        (Right.CHECK_RESULT, TaskState.REPORTED, "核实结果待乡镇审核", "stamp", "purple"),
        (Right.RUN_ROUND, TaskState.CHECKED, "核实结果待办结", "check-check", "purple"),
        (Right.RUN_ROUND, TaskState.DISPUTED, "核查任务待改派", "corner-up-right", "amber"),
    )
    for right, state, title, icon, tone in waiting:
        if holds_anywhere(user, right):
            count = VerificationTask.objects.reachable_by(user, right).filter(state=state).count()
            yield Todo(title, count, f"{url}?state={state.value}", icon, tone=tone)
    if holds_anywhere(user, Right.REPORT_OFFLINE):
        late = VerificationTask.objects.reachable_by(user, Right.REPORT_OFFLINE).overdue(this_day())
        yield Todo("核查任务已超期", late.count(), f"{url}?late=on", "clock-alert", tone="red")


@contribute_todos
def returns_to_sign_for(user):
    """What the county told the own department and its clerk has not yet signed for."""
    own = departments_of(user)
    if not own:
        return
    months = DepartmentMonth.objects.for_user(user).filter(department__in=own, given_on__isnull=False)
    note = "看过每条线索的结果后签收"
    yield Todo(
        "县办反馈的结果待签收",
        months.filter(received_at=None).count(),
        f"{reverse('month_ledger')}?given=unsigned",
        "message-square-reply",
        unit="个月",
        note=note,
    )
