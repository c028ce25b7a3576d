"""What the township and the county do with a reported result: check, return, close, also many at once."""

from collections import Counter
from functools import partial
from uuid import UUID

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from fangpin.accounts.guards import needs
from fangpin.divisions.rights import Right
from fangpin.web import carry_out, confirm
from screening.choices import TaskState
from screening.forms.rounds import WhyForm
from screening.forms.verification import CloseManyForm, OpinionForm, TaskFilter
from screening.rounds.verification import check, close, close_many, return_
from screening.views.tasks import subject, task_or_404, task_rows

page = require_http_methods(["GET", "HEAD", "POST"])


def ask(request, task, form, act, *, told: str, **question):
    """The question, or the act with the form's fields, then back to the task. Somebody quicker is a 409 that says what happened."""
    back = reverse("task_detail", args=[task.pk])
    if request.method == "POST" and form.is_valid():
        return carry_out(request, lambda: act(**form.cleaned_data) or told, back)
    return confirm(request, back=back, form=form, **question)


@needs(Right.CHECK_RESULT)
@page
def task_check(request, pk):
    task = task_or_404(request, pk, Right.CHECK_RESULT)
    form = OpinionForm(request.POST or None, initial={"seen": task.version})
    return ask(
        request,
        task,
        form,
        lambda seen, note: check(task, note=note, by=request.user, seen_version=seen),
        told="已审核，报县办办结",
        title=f"审核通过：{subject(task)}",
        consequence=f"核实结论“{task.get_conclusion_display()}”报县办办结。",
        verb="审核通过",
    )


@needs(Right.CHECK_RESULT, Right.RUN_ROUND)
@page
def task_return(request, pk):
    task = task_or_404(request, pk, Right.CHECK_RESULT, Right.RUN_ROUND)
    form = WhyForm(request.POST or None, initial={"seen": task.version})
    return ask(
        request,
        task,
        form,
        lambda seen, reason: return_(task, reason=reason, by=request.user, seen_version=seen),
        told="已退回村里重新核实",
        title=f"退回重核：{subject(task)}",
        consequence="任务回到村里，已填写的内容保留，退回的原因村里看得到。",
        verb="退回重核",
        icon="corner-up-left",
        danger=True,
    )


@needs(Right.RUN_ROUND)
@page
def task_close(request, pk):
    task = task_or_404(request, pk, Right.RUN_ROUND)
    form = OpinionForm(request.POST or None, initial={"seen": task.version})
    return ask(
        request,
        task,
        form,
        lambda seen, note: close(task, note=note, by=request.user, seen_version=seen),
        told="已办结",
        title=f"办结：{subject(task)}",
        consequence=f"按核实结论“{task.get_conclusion_display()}”办结，以后不能再改。",
        verb="办结",
    )


# -- many ----------------------------------------------------------------------------------------------------------------
@needs(Right.RUN_ROUND)
@page
def task_close_many(request):
    """First the question which tasks, then the act for exactly these as they were."""
    back = f"{reverse('task_list')}?{request.GET.urlencode()}"
    if request.method != "POST":
        return redirect(back)
    form = CloseManyForm(request.POST if "chosen" in request.POST else None)
    if form.is_bound and form.is_valid():
        _close(request, form)
        return redirect(back)
    tasks = list(_picked(request))
    if not tasks:
        messages.error(request, "请先勾选待办结的任务")
        return redirect(back)
    return _question(request, tasks, form, back)


def _reached(request):
    """Tasks that the county may close, of those that the list shows."""
    return task_rows(request).reachable_by(request.user, Right.RUN_ROUND)


def _picked(request):
    """The rows that were ticked, or everything that waits for closing under the filters of the address."""
    tasks = _reached(request).filter(state=TaskState.CHECKED)
    if request.POST.get("whole"):
        filters = TaskFilter(request.GET, queryset=tasks, request=request)
        return filters.qs if filters.is_valid() else tasks.none()
    return tasks.filter(pk__in=filter(None, map(key_of, request.POST.getlist("pk"))))


def key_of(text: str) -> UUID | None:
    """The key that a form sent; None for what is none."""
    try:
        return UUID(text)
    except ValueError:
        return None


def _question(request, tasks, form, back):
    told = Counter(task.get_conclusion_display() for task in tasks)
    if not form.is_bound:
        form = CloseManyForm(initial={"chosen": ",".join(f"{task.pk}:{task.version}" for task in tasks)})
    words = "，".join(f"{conclusion} {many} 件" for conclusion, many in told.most_common())
    return confirm(
        request,
        title="批量办结",
        consequence=f"按各自的核实结论办结 {len(tasks):,} 件：{words}。办结以后不能再改。",
        verb=f"办结 {len(tasks):,} 件",
        back=back,
        form=form,
        items=[f"{task.village.name} {subject(task)}：{task.get_conclusion_display()}" for task in tasks[:12]],
        icon="check-check",
    )


def _close(request, form):
    """Each task by itself; what changed since the question is left and told."""
    parts = (one.partition(":") for one in form.cleaned_data["chosen"].split(","))
    seen = {key_of(key): int(version) for key, _, version in parts if version.isdecimal() and len(version) < 9}
    tasks = list(_reached(request).filter(pk__in=filter(None, seen)))
    for task in tasks:
        task.version = seen[task.pk]
    done = close_many(tasks, by=request.user, note=form.cleaned_data["note"])
    tell = partial(messages.success if done.tasks else messages.warning, request)
    left = Counter(reason for _, reason in done.skipped)
    tell(
        "；".join(
            [f"已办结 {len(done.tasks):,} 件", *(f"{many} 件没有办结：{reason}" for reason, many in left.items())]
        )
    )
