"""What of the register waits for the user."""

from django.db.models import Count, Q
from django.urls import reverse

from fangpin.accounts.scope import codes_by_permission
from fangpin.desk.contributions import Todo, contribute_todos
from fangpin.divisions.models import CODE_LENGTH, Level
from fangpin.divisions.rights import Right
from households.choices import Severity
from households.models import ImportState, QualityProblem, RegisterImport


@contribute_todos
def imports_to_confirm(user):
    waiting = RegisterImport.objects.reachable_by(user, Right.IMPORT_REGISTER).filter(state=ImportState.CHECKED)
    url = f"{reverse('import_list')}?state={ImportState.CHECKED}"
    yield Todo("名册已核对，等待入库", waiting.count(), url, "database", unit="份", tone="amber")


@contribute_todos
def problems_to_mend(user):
    """For villages and townships, who mend them; the county office has the table by village."""
    codes = codes_by_permission(user).get(Right.EXPLAIN_QUALITY, ())
    if not any(len(code) >= CODE_LENGTH[Level.TOWNSHIP] for code in codes):
        return
    waiting = QualityProblem.objects.reachable_by(user, Right.EXPLAIN_QUALITY).waiting()
    errors = Count("pk", filter=Q(severity=Severity.ERROR))
    counts = waiting.aggregate(errors=errors, warnings=Count("pk") - errors)
    url, said = reverse("quality_list"), "不整改，这一户的认定、消除材料不能上报"
    yield Todo(
        "名册数据必须整改", counts["errors"], f"{url}?severity=E", "list-checks", unit="个", tone="red", note=said
    )
    yield Todo("名册数据待整改或说明", counts["warnings"], f"{url}?severity=W", "list-checks", unit="个", tone="amber")
