"""核实包 of a village: the open tasks as a workbook, the filled-in one back, what each row says, and the report of the good ones."""

from io import BytesIO

from django.contrib import messages
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.http import FileResponse, Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fangpin.accounts.guards import needs
from fangpin.accounts.scope import holds, reach_of
from fangpin.divisions.models import Division
from fangpin.divisions.rights import Right
from fangpin.periods import this_day
from fangpin.transitions import NotAllowed
from fangpin.web import ListColumn, Wanted, list_page
from fangpin.web.exporting import ask_gate, watermark_of
from screening.choices import TaskState
from screening.forms.pack import check_pack, write_pack
from screening.forms.rounds import PackForm
from screening.models import VerificationTask
from screening.rounds.packs import (
    CheckedPack,
    Fate,
    bring_in,
    downloaded,
    marked_workbook,
    pack_of,
    put_pack,
    round_of,
    tasks_to_report,
)
from screening.views.tasks import facts_in_words

writers = needs(Right.REPORT_OFFLINE)
TONES = {Fate.GOOD: "green", Fate.WRONG: "red", Fate.CONFLICT: "amber", Fate.TAKEN: "", Fate.BLANK: ""}
COLUMNS = (
    ListColumn("village", "村", "name", sort="code"),
    ListColumn("town", "乡镇", "parent.name"),
    ListColumn("open", "待核实", "open", sort="open"),
    ListColumn("late", "其中超期", "late", tone=lambda village: "red" if village.late else ""),
    ListColumn("due", "最早到期", "due"),
)  # fmt: skip


def _village_or_404(request, code: str) -> Division:
    """A village whose tasks this user reports."""
    if not holds(request.user, Right.REPORT_OFFLINE, code):
        raise Http404
    return get_object_or_404(Division.objects.villages().select_related("parent"), pk=code)


@writers
@require_safe
def pack_list(request):
    """The villages with something to report; who has one village alone goes straight to it."""
    reach = reach_of(request.user, Right.REPORT_OFFLINE)
    tasks = VerificationTask.objects.reachable_by(request.user, Right.REPORT_OFFLINE).filter(state=TaskState.SENT)
    villages = Division.objects.villages().filter(pk__in=tasks.values("village_id")).select_related("parent")
    if len(reach) == 1 and Division.objects.villages().filter(pk=reach[0]).exists():
        return redirect("pack_detail", reach[0])
    return list_page(
        request,
        "screening/rounds/ledger.html",
        {"title": "核实包", "meta": ["选一个村，下载它的核实包，填好后在那里上传"]},
        title="核实包",
        queryset=_counted(villages, tasks),
        columns=COLUMNS,
        default_sort="village",
        unit="个村",
        personal=False,
        row_url=lambda village: reverse("pack_detail", args=[village.pk]),
        empty="各村没有待核实的任务",
    )


def _counted(villages, tasks):
    """With how many tasks wait in each village, how many of them are late, and when the first is due."""
    of_village = tasks.filter(village=OuterRef("pk")).order_by().values("village")
    late = Count("pk", filter=Q(due_on__lt=this_day()))
    return villages.annotate(
        open=Coalesce(Subquery(of_village.annotate(n=Count("pk")).values("n")), 0),
        late=Coalesce(Subquery(of_village.annotate(n=late).values("n")), 0),
        due=Subquery(tasks.filter(village=OuterRef("pk")).order_by("due_on").values("due_on")[:1]),
    )


@writers
@require_http_methods(["GET", "HEAD", "POST"])
def pack_detail(request, village):
    place = _village_or_404(request, village)
    form = PackForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            put_pack(place, file=file.file, filename=file.name, by=request.user)
            return redirect("pack_detail", village)
        except NotAllowed as refusal:
            form.add_error("file", str(refusal))
    found, unreadable = None, ""
    try:
        found = _checked(request, place)
    except NotAllowed as refusal:
        unreadable = str(refusal)
    context = {"village": place, "form": form, "unreadable": unreadable, "round": round_of(place)}
    return render(request, "screening/rounds/pack.html", context | _shown(request, place, found))


def _checked(request, place) -> CheckedPack | None:
    waiting = pack_of(place, by=request.user)
    return check_pack(place, *waiting, by=request.user) if waiting else None


def _shown(request, place, found: CheckedPack | None) -> dict:
    """What the page says of the rows of an upload."""
    tasks = VerificationTask.objects.reachable_by(request.user, Right.REPORT_OFFLINE)
    context = {"found": found, "waiting": tasks.filter(village=place, state=TaskState.SENT).count()}
    if found is None:
        return context
    return context | {
        "counts": [{"label": fate.label, "count": len(found.of(fate)), "tone": TONES[fate]} for fate in Fate],
        "good": found.of(Fate.GOOD),
        "wrong": found.of(Fate.WRONG),
        "conflicts": [
            {"line": line, "sides": facts_in_words(line.task, line.given, line.now) if line.task.village_id == place.pk else ()}
            for line in found.of(Fate.CONFLICT)
        ],
        "taken": found.of(Fate.TAKEN),
        "can_report": bool(found.of(Fate.GOOD)) or any(line.may_take for line in found.of(Fate.CONFLICT)),
    }  # fmt: skip


@writers
@require_POST
def pack_confirm(request, village):
    place = _village_or_404(request, village)
    try:
        found = _checked(request, place)
        if found is None:
            raise NotAllowed("没有等待报送的核实包，请重新上传")
        done = bring_in(place, found, ticked=request.POST.getlist("take"), by=request.user)
        if done.reported:
            messages.success(request, f"已报送 {len(done.reported)} 件，等待乡镇审核")
        for line, why in done.refused:
            messages.error(request, f"第 {line.row} 行没有报送：{why}")
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    return redirect("pack_detail", village)


@writers
@require_safe
def pack_download(request, village):
    place = _village_or_404(request, village)
    tasks = tasks_to_report(place)
    if not tasks:
        messages.error(request, f"{place}没有待核实的任务，不需要核实包")
        return redirect("pack_detail", village)
    answer = ask_gate(request, Wanted("核实包", len(tasks), "件", f"村：{place}"))
    if isinstance(answer, HttpResponseBase):
        return answer
    out = BytesIO()
    write_pack(out, village=place, tasks=tasks, watermark=watermark_of(request.user, len(tasks), "件"))
    downloaded(place, rows=len(tasks), by=request.user)
    out.seek(0)
    name = f"{place.parent}{place}核实包-{this_day():%Y%m%d}.xlsx"
    return FileResponse(out, as_attachment=True, filename=name)


@writers
@require_safe
def pack_marked(request, village):
    """What the cadre uploaded himself, with the problems marked."""
    place = _village_or_404(request, village)
    if pack_of(place, by=request.user) is None:
        raise Http404
    out = BytesIO()
    try:
        marked_workbook(place, _checked(request, place), out, by=request.user)
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
        return redirect("pack_detail", village)
    out.seek(0)
    return FileResponse(out, as_attachment=True, filename=f"{place}核实包-标注.xlsx")
