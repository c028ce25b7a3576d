"""What the village does with its task: fills in part by part with photos, reports, or says that it is not its own."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fangpin.accounts.guards import needs
from fangpin.audit.trail import record
from fangpin.divisions.rights import Right
from fangpin.transitions import NotAllowed, Stale
from fangpin.web import conflict
from households.showing import members_of
from screening.forms.finding import FORMS
from screening.forms.rounds import WhyForm
from screening.models import Photo
from screening.rounds.findings import Part, missing
from screening.rounds.photos import MOST, content_of
from screening.rounds.verification import (
    Lacking,
    Seen,
    about,
    dispute,
    finding_of,
    last_result,
    report,
    save_draft,
    why_not_report,
)
from screening.views.checking import ask
from screening.views.photographs import keep_photos
from screening.views.tasks import evidence, overview, part_or_404, readers, task_or_404

writers = needs(Right.REPORT_OFFLINE)
page = require_http_methods(["GET", "HEAD", "POST"])


@writers
@page
def task_part(request, pk, part: str):
    """One part: shown, or saved as a draft. What was typed stays on the page whatever speaks against it."""
    task, part = task_or_404(request, pk, Right.REPORT_OFFLINE), part_or_404(part)
    if why := why_not_report(request.user, task) if request.method != "POST" else "":
        messages.error(request, why)
        return redirect("task_detail", pk)
    form, status = _form(request, task, part), 200
    if request.method == "POST" and form.is_valid():
        try:
            return _save(request, task, part, form)
        except Lacking as lacking:
            form.complain(lacking.lacks)
        except NotAllowed as refusal:
            form.add_error(None, f"没有保存：{refusal}")
            status = 409 if isinstance(refusal, Stale) else 200
    return render(request, "screening/rounds/visit.html", _page(request, task, part, form), status=status)


def _form(request, task, part):
    """With ?check: shown with what is still missing at its fields, as after a report that was refused."""
    result = last_result(task)
    finding, held = finding_of(result), about(task)
    given = {"finding": finding, "about": held, "seen": Seen(task.version, result.version if result else 0)}
    form = FORMS[part](request.POST if request.method == "POST" else None, **given)
    if "check" in request.GET and request.method != "POST":
        form = FORMS[part](form.initial, **given)
        form.complain(lack for lack in missing(finding, held) if lack.part == part)
    return form


def _save(request, task, part, form):
    """Keep the part, then the photos that came with it; a photo that cannot be kept does not undo what was typed."""
    found = form.cleaned_data
    save_draft(task, finding=form.given(), by=request.user, seen=Seen(found["seen"], found["draft"]))
    own = Photo.objects.reachable_by(request.user, Right.REPORT_OFFLINE).filter(result__task=task)
    if keep_photos(request, task, own.select_related("result__task", "entry")):
        return redirect("task_part", task.pk, part)
    return redirect(_following(task, part))


def _page(request, task, part, form) -> dict:
    order, result = list(Part), last_result(task)
    at = order.index(part)
    lacking = {lack.part for lack in missing(finding_of(result), about(task))}
    return {
        **evidence(request, task),
        "part": part,
        "form": form,
        "members": members_of(task.household)[0] if task.household_id else (),
        "states": [{"part": one, "is_done": bool(result) and one not in lacking, "is_now": one == part} for one in order],
        "former": order[at - 1] if at else None,
        "is_last": part == order[-1],
        "photos": result.photos.all() if result and part == Part.LIVING else (),
        "most": MOST,
    }  # fmt: skip


def _following(task, part) -> str:
    order = list(Part)
    at = order.index(part) + 1
    return (
        reverse("task_part", args=[task.pk, order[at]]) if at < len(order) else reverse("task_detail", args=[task.pk])
    )


@writers
@require_POST
def task_report(request, pk):
    task = task_or_404(request, pk, Right.REPORT_OFFLINE)
    versions = [request.POST.get(name, "") for name in ("seen", "draft")]
    seen = Seen(*(int(one) if one.isdecimal() and len(one) < 9 else 0 for one in versions))
    try:
        report(task, by=request.user, seen=seen)
    except Lacking as lacking:
        return overview(request, task, lacking.lacks)
    except Stale as stale:
        return conflict(request, str(stale))
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
        return redirect("task_detail", pk)
    messages.success(request, "已报送，等待乡镇审核")
    return redirect("task_list")


@writers
@page
def task_dispute(request, pk):
    task = task_or_404(request, pk, Right.REPORT_OFFLINE)
    form = WhyForm(request.POST or None, initial={"seen": task.version})
    return ask(
        request,
        task,
        form,
        lambda seen, reason: dispute(task, reason=reason, by=request.user, seen_version=seen),
        told="已反映给县办，等待改派",
        title="不属于本村",
        consequence="任务交回县办改派，已填写的内容保留。",
        verb="反映不属于本村",
        icon="corner-up-left",
    )


@readers
@require_safe
def photo_detail(request, pk):
    """The picture itself; what is kept of it anywhere else is nothing (no-store)."""
    reported = Photo.objects.reachable_by(request.user, Right.VIEW_CLUES).reported()
    photo = get_object_or_404(reported | Photo.objects.reachable_by(request.user, Right.REPORT_OFFLINE), pk=pk)
    record(request.user, "photo.viewed", photo)
    return HttpResponse(content_of(photo).getvalue(), content_type="image/jpeg", headers={"Cache-Control": "no-store"})
