"""核查任务: the list, by what is due first, and one task with its evidence, what was found and every step."""

from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from fangpin.accounts.guards import needs
from fangpin.accounts.scope import holds, holds_anywhere, reach_of
from fangpin.audit.trail import record
from fangpin.divisions.rights import Right
from fangpin.masking import mask_phone
from fangpin.periods import this_day
from fangpin.web import Action, Bulk, ListColumn, list_page
from fangpin.web.values import address_with
from screening.choices import TASK_TONES, CheckWay, Conclusion, Grade, Risk, TaskState, Truth
from screening.forms.verification import TaskFilter
from screening.models import Clue, VerificationTask
from screening.rounds.findings import NEEDS, Finding, Lack, Part, missing
from screening.rounds.looking import offline_words
from screening.rounds.recalling import UNANSWERED
from screening.rounds.verification import (
    about,
    county_of,
    finding_of,
    last_result,
    why_not_check,
    why_not_close,
    why_not_report,
    why_not_return,
)

readers = needs(Right.VIEW_CLUES)
GRADE_TONES = {Grade.RED: "red", Grade.ORANGE: "amber", Grade.YELLOW: "blue"}
_RELATED = ("household__village__parent", "village__parent", "item__offline", "sent_by")


def task_or_404(request, pk, *rights: str) -> VerificationTask:
    """A task on which the user holds one of ``rights``."""
    found = VerificationTask.objects.reachable_by(request.user, rights[0])
    for right in rights[1:]:
        found |= VerificationTask.objects.reachable_by(request.user, right)
    return get_object_or_404(found.select_related(*_RELATED), pk=pk)


def subject(task: VerificationTask) -> str:
    return str(task.household) if task.household_id else f"{task.village.name}（村）"


def is_late(task: VerificationTask) -> bool:
    return task.state in (TaskState.SENT, TaskState.DISPUTED) and task.due_on < this_day()


def due_words(task: VerificationTask) -> str:
    days = (this_day() - task.due_on).days
    if is_late(task):
        return f"{task.due_on} 逾期 {days} 天"
    return f"{task.due_on} 今天到期" if days == 0 and task.state == TaskState.SENT else f"{task.due_on}"


def _due_tone(task) -> str:
    return "red" if is_late(task) else ""


def _place(task) -> str:
    return f"{task.village.parent.name}{task.village.name}"


def _risks(task) -> str:
    return "、".join(Risk(risk).label for risk in task.risks)


COLUMNS = (
    ListColumn("who", "户", subject, sort="household__head_name"),
    ListColumn("due", "核实期限", due_words, sort=("is_over", "due_on"), tone=_due_tone, export_value="due_on"),
    ListColumn("place", "乡镇 · 村", "village.parent.name", sort="village_id", sub="village.name", export_value=_place),
    ListColumn("why", "核查事由", "why", wide=True, sub=_risks),
    ListColumn("grade", "级别", "get_grade_display", tone=lambda task: GRADE_TONES[task.grade]),
    ListColumn("state", "状态", "get_state_display", sort="state", tone=lambda task: TASK_TONES[task.state]),
    ListColumn("conclusion", "核实结论", "get_conclusion_display"),
    ListColumn("risks", "风险类型", _risks, page=False),
    ListColumn("sent", "派发日期", "sent_on", sort="sent_on", page=False),
    ListColumn("reported", "报送日期", "reported_on", page=False),
    ListColumn("closed", "办结日期", "closed_on", page=False),
)  # fmt: skip


def task_rows(request):
    """With ``is_over``: what is still to be done stands before what is closed."""
    tasks = VerificationTask.objects.reachable_by(request.user, Right.VIEW_CLUES)
    return tasks.annotate(is_over=Q(closed_on__isnull=False)).select_related("household", "village__parent")


def _in_state(tasks, state: str):
    """Those of a tab; 全部 is without what was recalled."""
    return tasks.filter(state=state) if state in TaskState.values else tasks.exclude(state=TaskState.RECALLED)


def _tabs(request, tasks, chosen: str) -> list[dict]:
    """One per step of the way, each counting what the list shows when it is opened: the other filters hold."""
    filters = TaskFilter(request.GET, queryset=tasks, request=request)
    found = filters.qs if filters.is_valid() else tasks.none()
    counts = dict(found.order_by().values_list("state").annotate(n=Count("*")))
    total = sum(count for state, count in counts.items() if state != TaskState.RECALLED)
    every = {"label": "全部", "url": address_with(request, state=None, page=None), "count": total}
    tabs = [every | {"current": chosen not in TaskState.values}]
    for value, label in TaskState.choices:
        url = address_with(request, state=value, page=None)
        tabs.append({"label": label, "url": url, "count": counts.get(value, 0), "current": chosen == value})
    return tabs


def _head_actions(request) -> list[Action]:
    if not holds_anywhere(request.user, Right.REPORT_OFFLINE):
        return []
    return [Action("核实包", reverse("pack_list"), icon="file-down")]


@readers
@require_safe
def task_list(request):
    tasks, state = task_rows(request), request.GET.get("state", "")
    closing = holds_anywhere(request.user, Right.RUN_ROUND) and state == TaskState.CHECKED
    action = f"{reverse('task_close_many')}?{request.GET.urlencode()}"
    bulk = Bulk(action, "screening/rounds/_close.html", lambda task: (task.village.parent.name, task.village.name))
    return list_page(
        request,
        "screening/rounds/ledger.html",
        {
            "title": "核查任务",
            "actions": _head_actions(request),
            "tabs": _tabs(request, tasks, state),
            "tabs_label": "办理进度",
        },
        title="核查任务",
        queryset=_in_state(tasks, state),
        columns=COLUMNS,
        filterset=TaskFilter,
        default_sort="due",
        unit="件",
        export_name="核查任务",
        on_export=lambda rows, **why: record(
            request.user, "tasks.exported", VerificationTask(pk=None), rows=rows, **why
        ),
        row_url=lambda task: reverse("task_detail", args=[task.pk]),
        bulk=bulk if closing else None,
        empty="还没有派发核查任务",
    )


@readers
@require_safe
def task_detail(request, pk):
    task = task_or_404(request, pk, Right.VIEW_CLUES)
    record(request.user, "task.viewed", task, household=str(task.household_id or ""))
    return overview(request, task)


def overview(request, task: VerificationTask, lacks: list[Lack] | None = None):
    """The page of a task; ``lacks`` after a refused report, else what a draft still lacks is said quietly."""
    last, why_not = last_result(task), why_not_report(request.user, task)
    hidden = last is not None and last.is_draft and not _types(request.user, task)
    result = None if hidden else last
    finding, mine = finding_of(result), holds(request.user, Right.REPORT_OFFLINE, task.village_id)
    context = {
        **evidence(request, task),
        "result": last,
        "hidden": hidden,
        "refused": lacks is not None,
        "lacks": lacks or ([] if why_not or hidden else missing(finding, about(task))),
        "parts": [{"part": part, "facts": facts_of_part(part, finding, task)} for part in Part],
        "photos": result.photos.all() if result else (),
        "why_not": why_not if mine and task.state == TaskState.SENT else "",
        "history": task.results.filter(is_last=False, is_draft=False).order_by("-number"),
        "steps": task.steps.select_related("by"),
        "may": _acts(request.user, task, mine, why_not),
    }
    return render(request, "screening/rounds/task.html", context)


def _types(user, task: VerificationTask) -> bool:
    """Whether the task is the user's own village's: what is not reported yet is read by nobody above it."""
    return task.village_id in reach_of(user, Right.REPORT_OFFLINE)


def _acts(user, task, mine: bool, why_not: str) -> dict[str, bool]:
    return {
        "fill": not why_not,
        "dispute": mine and task.state == TaskState.SENT,
        "check": not why_not_check(user, task),
        "return": not why_not_return(user, task),
        "close": not why_not_close(user, task),
        "take_back": holds(user, Right.RUN_ROUND, county_of(task)) and task.state in UNANSWERED,
    }


def evidence(request, task: VerificationTask) -> dict:
    """What a page about a task shows of why it was sent."""
    clues = Clue.objects.reachable_by(request.user, Right.VIEW_CLUES).filter(tasks=task).graded().with_again()
    home = task.household
    return {
        "task": task,
        "subject": subject(task),
        "place": f"{task.village.parent}{task.village}{home.hamlet if home else ''}",
        "phone": mask_phone(home.phone) if home else "",
        "risks": _risks(task),
        "due": due_words(task),
        "late": is_late(task),
        "tone": TASK_TONES[task.state],
        "grade_tone": GRADE_TONES[task.grade],
        "clues": clues.select_related("extract__department", "person").order_by("grade_order", "pk"),
        "offline_words": offline_words(task.item) if task.item_id else "",
    }


def facts_of_part(part: Part, finding: Finding, task: VerificationTask) -> list[tuple[str, object]]:
    """(label, value) of one part, for reading."""
    return {
        Part.VISIT: lambda: _visit(finding),
        Part.LIVING: lambda: [(label, _met(finding, need)) for need, label in NEEDS.items() if task.household_id],
        Part.MONEY: lambda: [("家庭年收入估算", _yuan(finding.income)), ("大额支出", _yuan(finding.spending))],
        Part.OUTCOME: lambda: _outcome(finding),
    }[part]()


def facts_in_words(task: VerificationTask, *findings: Finding) -> list[tuple]:
    """(label, what each of ``findings`` says) where they do not say the same."""
    sides = [[fact for part in Part for fact in facts_of_part(part, finding, task)] for finding in findings]
    rows = [(facts[0][0], *(value for _, value in facts)) for facts in zip(*sides, strict=True)]
    return [row for row in rows if len(set(row[1:])) > 1]


def _visit(finding):
    return [
        ("核实日期", finding.checked_on),
        ("核实人", finding.checkers),
        ("核实方式", CheckWay(finding.way).label if finding.way else ""),
        ("外出地点", finding.absent),
        ("受访人", "，".join(filter(None, [finding.interviewee, finding.relation]))),
        ("情况是否属实", Truth(finding.truth).label if finding.truth else ""),
    ]


def _outcome(finding):
    return [
        ("结论", Conclusion(finding.conclusion).label if finding.conclusion else ""),
        ("理由", finding.reason),
        ("下一步", finding.next_step),
        ("下次核查日期", finding.next_check_on),
        ("农户签字", "已签字" if finding.signed else ""),
    ]


def _yuan(amount) -> str:
    return "" if amount is None else f"{amount:,.2f} 元"


def _met(finding, need) -> str:
    words = {True: "有保障", False: "没有保障", None: ""}[finding.living.get(need)]
    return "，".join(filter(None, [words, finding.remarks.get(need, "")]))


def part_or_404(part: str) -> Part:
    if part not in Part.values:
        raise Http404
    return Part(part)
