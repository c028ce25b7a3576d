"""线下排查表 of a township: template, upload, what each row says, import of the good rows, the marked workbook."""

from io import BytesIO

from django.contrib import messages
from django.http import FileResponse, Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fangpin.accounts.guards import needs
from fangpin.accounts.scope import holds
from fangpin.divisions.models import Division
from fangpin.divisions.rights import Right
from fangpin.transitions import NotAllowed
from screening.extracts.reporting import template_workbook
from screening.forms.rounds import SheetForm
from screening.models import Round
from screening.rounds.bringing_in import bring_in, checked, marked_workbook, put_sheet, sheet_of, why_not_bring
from screening.rounds.sheet import format_of

writers = needs(Right.REPORT_OFFLINE)
SHOWN = 200


def _place_or_404(request, pk, town: str) -> tuple[Round, Division]:
    """A round and a township of it for which this user may send the sheet."""
    found = Round.objects.around(request.user, Right.REPORT_OFFLINE).filter(pk=pk).select_related("county").first()
    place = found.townships.filter(pk=town).first() if found else None
    if place is None or not holds(request.user, Right.REPORT_OFFLINE, place.pk):
        raise Http404
    return found, place


@writers
@require_http_methods(["GET", "HEAD", "POST"])
def round_sheet(request, pk, town):
    found, place = _place_or_404(request, pk, town)
    form = SheetForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            put_sheet(found, place, file=file.file, filename=file.name, by=request.user)
            return redirect("round_sheet", pk, town)
        except NotAllowed as refusal:
            form.add_error("file", str(refusal))
    result, unreadable = None, ""
    try:
        result = checked(found, place, by=request.user)
    except NotAllowed as refusal:
        unreadable = str(refusal)
    context = {
        "round": found,
        "town": place,
        "form": form,
        "result": result,
        "problems": result.problems[:SHOWN] if result else (),
        "unreadable": unreadable,
        "why_not": why_not_bring(request.user, found, place),
    }
    return render(request, "screening/rounds/sheet.html", context)


@writers
@require_POST
def round_import(request, pk, town):
    found, place = _place_or_404(request, pk, town)
    try:
        result = bring_in(found, place, by=request.user)
        left = f"，还有 {result.refused} 行需要更正" if result.refused else ""
        messages.success(request, f"已导入 {len(result.good)} 户{left}")
        if not result.problems:
            return redirect(f"{reverse('round_offline', args=[pk])}?township={place.pk}")
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    return redirect("round_sheet", pk, town)


@writers
@require_safe
def round_template(request, pk, town):
    _, place = _place_or_404(request, pk, town)
    out = BytesIO()
    template_workbook(format_of(place.children.villages().order_by("code").values_list("name", flat=True)), out)
    out.seek(0)
    return FileResponse(out, as_attachment=True, filename=f"{place.name}线下排查表.xlsx")


@writers
@require_safe
def round_marked(request, pk, town):
    """What the clerk uploaded himself, with the problems marked."""
    found, place = _place_or_404(request, pk, town)
    if sheet_of(found, place, by=request.user) is None:
        raise Http404
    out = BytesIO()
    try:
        marked_workbook(found, place, out, by=request.user)
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
        return redirect("round_sheet", pk, town)
    out.seek(0)
    return FileResponse(out, as_attachment=True, filename=f"{place.name}线下排查表-标注.xlsx")
