"""How far a run is: a page of its own, and the fragment that other pages ask for every second."""

from django.db.models import Q
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from fangpin.accounts.models import Posting, User
from fangpin.accounts.scope import codes_by_permission, departments_of
from fangpin.divisions.rights import Right
from fangpin.runs.labels import COUNTS, KINDS
from fangpin.runs.models import Run
from fangpin.web import poll

# A run shows numbers and no personal data, so the county's offices may see how far each run of their county is.
_OFFICES = (Right.RUN_MONTH, Right.VIEW_EXTRACTS, Right.IMPORT_REGISTER)


def runs_of(user: User):
    """The runs that ``user`` may watch: those of colleagues (same county's office, same department) and of the system itself."""
    rights = codes_by_permission(user)
    offices = {code for right in _OFFICES for code in rights.get(right, ())}
    colleagues = Q(department__in=departments_of(user), division__in=rights.get(Right.UPLOAD_EXTRACT, ()))
    for code in offices:
        colleagues |= Q(division__code__startswith=code)
    started = Q(created_by=user) | Q(parent__created_by=user)
    started |= Q(created_by__in=Posting.objects.filter(colleagues).values("user"))
    return Run.objects.filter(started | Q(created_by=None) if offices or departments_of(user) else started)


@require_safe
def run_status(request, pk):
    run = get_object_or_404(runs_of(request.user).select_related("created_by"), pk=pk)
    if request.htmx:
        return poll(request, "runs/progress.html", {"run": run}, running=run.is_alive)
    children = list(run.children.order_by("pk"))
    for row in (run, *children):
        row.title = KINDS.get(row.kind, row.kind)
        row.figures = [
            (label, row.counts[name]) for name, label in COUNTS.items() if isinstance(row.counts.get(name), int)
        ]
    return render(request, "runs/status.html", {"run": run, "children": children})
