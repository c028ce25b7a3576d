"""How far a run is: a page of its own, and the fragment that other pages ask for every second."""

from django.db.models import Q
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from fangpin.accounts.models import User
from fangpin.accounts.scope import holds_anywhere
from fangpin.divisions.rights import Right
from fangpin.runs.labels import COUNTS, KINDS
from fangpin.runs.models import Run
from fangpin.web import poll

# A run shows numbers and no personal data, so whoever starts runs or reads their results may see how far one is.
_READERS = (Right.RUN_MONTH, Right.VIEW_EXTRACTS, Right.IMPORT_REGISTER, Right.UPLOAD_EXTRACT)


def runs_of(user: User):
    """The runs that ``user`` may watch."""
    if any(holds_anywhere(user, right) for right in _READERS):
        return Run.objects.all()
    return Run.objects.filter(Q(created_by=user) | Q(parent__created_by=user))


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
