"""Pages of policy: the standards, one with its figures, and publishing a new one."""

from django.contrib import messages
from django.db.models import Case, Value, When
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from fangpin.accounts.guards import needs
from fangpin.accounts.scope import holds_anywhere
from fangpin.divisions.rights import Right
from fangpin.policy.forms import StandardForm
from fangpin.policy.keys import DEFAULTS, Key
from fangpin.policy.models import Standard
from fangpin.policy.sections import changed, lines
from fangpin.policy.standards import adopt
from fangpin.transitions import NotAllowed
from fangpin.web import Action, ListColumn, list_page

readers = needs(Right.VIEW_CLUES, Right.SET_POLICY)

COLUMNS = (
    ListColumn("name", "名称", "name", sort="name"),
    ListColumn("number", "文号", "document_number", sort="document_number"),
    ListColumn("from", "自何日起", "effective_from", sort="effective_from"),
    ListColumn("force", "状态", lambda row: row.force, tone=lambda row: "green" if row.force == "现行" else ""),
    ListColumn("by", "发布人", lambda row: row.adopted_by or "系统预置"),
    ListColumn("at", "发布时间", "adopted_at", sort="adopted_at"),
)


@readers
@require_safe
def standard_list(request):
    new = [Action("发布新标准", reverse("standard_new"), icon="plus", tone="pri")]
    current = Standard.objects.in_force(timezone.localdate())
    force = Case(
        When(pk=current.pk if current else None, then=Value("现行")),
        When(effective_from__gt=timezone.localdate(), then=Value("未到执行日")),
        default=Value("已被替代"),
    )
    return list_page(
        request,
        "policy/list.html",
        {"actions": new if holds_anywhere(request.user, Right.SET_POLICY) else []},
        queryset=Standard.objects.select_related("adopted_by").annotate(force=force),
        columns=COLUMNS,
        default_sort="-from",
        unit="份",
        title="政策标准",
        export_name="政策标准",
        personal=False,
        row_url=lambda row: reverse("standard_detail", args=[row.pk]),
        empty="还没有发布政策标准，预警规则无法计算",
    )


@readers
@require_safe
def standard_detail(request, pk):
    standard = get_object_or_404(Standard.objects.select_related("adopted_by"), pk=pk)
    before = Standard.objects.filter(effective_from__lt=standard.effective_from).first()
    sections = lines(amounts_of(standard), amounts_of(before) if before else None)
    context = {"standard": standard, "before": before, "sections": sections, "changes": changed(sections)}
    return render(request, "policy/detail.html", context)


@needs(Right.SET_POLICY)
@require_http_methods(["GET", "HEAD", "POST"])
def standard_new(request):
    """Fill in, check what changes, publish: ``step`` says which button was pressed; every step validates all figures again."""
    current = Standard.objects.in_force(timezone.localdate()) or Standard.objects.first()
    amounts = amounts_of(current) if current else DEFAULTS
    form = StandardForm(request.POST or None, amounts=DEFAULTS | amounts)  # what the current one does not name yet
    step = request.POST.get("step", "edit")
    if step in {"check", "publish"} and form.is_valid():
        if step == "publish" and (published := _publish(request, form)):
            return published
        if not form.errors:
            sections = lines(form.figures(), amounts)
            past = form.cleaned_data["effective_from"] < timezone.localdate()
            context = {"form": form, "current": current, "changes": changed(sections), "past": past}
            return render(request, "policy/check.html", context)
    return render(request, "policy/new.html", {"form": form, "current": current})


def _publish(request, form):
    named = {name: form.cleaned_data[name] for name in ("name", "document_number", "effective_from")}
    try:
        standard = adopt(**named, amounts=form.figures(), by=request.user)
    except NotAllowed as refusal:
        form.add_error(None, str(refusal))
        return None
    messages.success(request, f"已发布：{standard}，自 {standard.effective_from:%Y-%m-%d} 起执行")
    return redirect("standard_detail", standard.pk)


def amounts_of(standard: Standard) -> dict:
    """Key -> figure, for the keys that the system knows today."""
    known = set(Key.values)
    return {Key(row.key): row.amount for row in standard.thresholds.all() if row.key in known}
