"""导出审批: the requests that I filed or may decide, one of them, and the decision."""

import django_filters
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fangpin.accounts.guards import needs
from fangpin.accounts.scope import holds
from fangpin.audit.trail import record
from fangpin.desk.exports import ask_export, asked_in, decide_export
from fangpin.desk.forms import ConsentForm, ExportReasonForm, RefusalForm
from fangpin.desk.models import ExportRequest, ExportState
from fangpin.divisions.rights import Right
from fangpin.transitions import NotAllowed, Stale
from fangpin.web import Action, ListColumn, confirm, conflict, list_page, problem

# Whoever has lists of people may ask, and sees the own requests.
people_lists = needs(Right.VIEW_REGISTER, Right.VIEW_CLUES, Right.VIEW_EXTRACTS, Right.APPROVE_EXPORT)
deciders = needs(Right.APPROVE_EXPORT)
TONES = {ExportState.WAITING: "amber", ExportState.APPROVED: "green", ExportState.REFUSED: "red"}
COLUMNS = (
    ListColumn("title", "名单", "title", sort="title", sub="filters"),
    ListColumn("rows", "行数", lambda row: f"{row.rows:,} {row.unit}", sort="rows", right=True, export_value="rows"),
    ListColumn("by", "申请人", "asked_by", sort="asked_by__name", sub="division.name"),
    ListColumn("at", "申请时间", "asked_at", sort="asked_at"),
    ListColumn("reason", "用途", "reason", wide=True),
    ListColumn("state", "状态", lambda row: _state(row), sort="state", tone=lambda row: TONES[row.state]),
    ListColumn("decided", "审批人", "decided_by", sort="decided_at", sub="decided_at"),
    ListColumn("downloads", "下载次数", "downloads", right=True),
)


class RequestFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label="状态", choices=ExportState.choices)

    class Meta:
        model = ExportRequest
        fields = ()


def _state(found) -> str:
    return "已过期" if found.state == ExportState.APPROVED and not found.is_open else found.get_state_display()


@people_lists
@require_safe
def export_list(request):
    mine = ExportRequest.objects.for_user(request.user).select_related("asked_by", "decided_by", "division")
    return list_page(
        request,
        "desk/export_list.html",
        queryset=mine,
        columns=COLUMNS,
        title="导出审批",
        filterset=RequestFilter,
        default_sort="-at",
        unit="份",
        export_name="导出审批",
        personal=False,
        on_export=lambda count: record(request.user, "exports.exported", ExportRequest(pk=None), rows=count),
        row_url=lambda row: reverse("export_detail", args=[row.pk]),
        empty="没有大批量导出申请。超过限额的名单在点“导出 Excel”时填写用途，经第二人同意后下载",
    )


@people_lists
@require_POST
def export_ask(request):
    form = ExportReasonForm(request.POST)
    try:
        asked = asked_in(request.POST.get("token", ""), request.user)
        if not form.is_valid():
            return render(request, "desk/export_ask.html", {"form": form, "asked": asked})
        found = ask_export(asked=asked, reason=form.cleaned_data["reason"], by=request.user)
    except NotAllowed as refusal:
        return problem(request, str(refusal))
    messages.success(request, "已提交申请，审批人同意后 24 小时内可以下载")
    return redirect("export_detail", found.pk)


def _request_or_404(request, pk) -> ExportRequest:
    found = ExportRequest.objects.for_user(request.user)
    return get_object_or_404(found.select_related("asked_by", "decided_by", "division"), pk=pk)


def _may_decide(user, found) -> bool:
    return found.asked_by_id != user.pk and holds(user, Right.APPROVE_EXPORT, found.division_id)


@people_lists
@require_safe
def export_detail(request, pk):
    found = _request_or_404(request, pk)
    waiting = found.state == ExportState.WAITING and _may_decide(request.user, found)
    consent = Action("同意", reverse("export_approve", args=[pk]), icon="check", tone="pri", dialog=True)
    refusal = Action("不同意", reverse("export_refuse", args=[pk]), icon="x", dialog=True)
    context = {
        "found": found,
        "facts": _facts(found),
        "state": _state(found),
        "tone": TONES[found.state],
        "actions": [consent, refusal] if waiting else [],
        "may_download": found.asked_by_id == request.user.pk and found.is_open,
        "own": found.asked_by_id == request.user.pk,
    }
    return render(request, "desk/export_detail.html", context)


def _facts(found) -> list[tuple[str, object]]:
    return [
        ("名单", found.title),
        ("行数", f"{found.rows:,} {found.unit}"),
        ("筛选", found.filters or "全部，没有筛选"),
        ("用途", found.reason),
        ("申请人", f"{found.asked_by}（{found.division}）"),
        ("申请时间", found.asked_at),
        ("审批人", found.decided_by),
        ("审批时间", found.decided_at),
        ("审批意见", found.opinion),
        ("下载有效期至", found.expires_at),
        ("下载次数", found.downloads),
        ("最近下载", found.downloaded_at),
    ]


@deciders
@require_http_methods(["GET", "HEAD", "POST"])
def export_approve(request, pk):
    return _decide(request, pk, ConsentForm, agree=True, verb="同意导出")


@deciders
@require_http_methods(["GET", "HEAD", "POST"])
def export_refuse(request, pk):
    return _decide(request, pk, RefusalForm, agree=False, verb="不同意导出")


def _decide(request, pk, form_class, *, agree, verb):
    others = ExportRequest.objects.reachable_by(request.user, Right.APPROVE_EXPORT).exclude(asked_by=request.user)
    found = get_object_or_404(others.select_related("asked_by"), pk=pk)
    form = form_class(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            decide_export(found, agree=agree, opinion=form.cleaned_data["opinion"], by=request.user)
        except Stale as stale:
            return conflict(request, str(stale))
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{verb}：{found}")
            return redirect("export_list")
    what = f"{found.asked_by}申请导出“{found.title}”{found.rows:,} {found.unit}，用途：{found.reason}。"
    then = "同意后 24 小时内只有申请人可以下载，下载时重新核对权限。" if agree else "申请人会看到您写的原因。"
    back = reverse("export_detail", args=[pk])
    return confirm(request, title=verb, consequence=what + then, verb=verb, back=back, form=form, danger=not agree)
