"""Health check for the container and for monitoring: database reachable, migrations done, queue age."""

from django.contrib.auth.decorators import login_not_required
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from fangpin.runs.models import Run, State

_good = False


@login_not_required
@require_safe
def health(request):
    """200 when pages can be served; ``oldest_wait`` tells in seconds how long the oldest queued run has been waiting."""
    try:
        if not _migrated():
            return JsonResponse({"status": "not migrated"}, status=503)
        oldest = (
            Run.objects.filter(state=State.QUEUED).order_by("created_at").values_list("created_at", flat=True).first()
        )
    except Error:
        return JsonResponse({"status": "no database"}, status=503)
    wait = int((timezone.now() - oldest).total_seconds()) if oldest else 0
    return JsonResponse({"status": "ok", "oldest_wait": wait})


def _migrated() -> bool:
    """Migrations never go back while a server runs, so a good answer holds for the life of the process."""
    global _good
    if not _good:
        executor = MigrationExecutor(connection)
        _good = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _good
