"""What of the register waits for the user."""

from django.urls import reverse

from fangpin.desk.contributions import Todo, contribute_todos
from fangpin.divisions.rights import Right
from households.models import ImportState, RegisterImport


@contribute_todos
def imports_to_confirm(user):
    waiting = RegisterImport.objects.reachable_by(user, Right.IMPORT_REGISTER).filter(state=ImportState.CHECKED)
    url = f"{reverse('import_list')}?state={ImportState.CHECKED}"
    yield Todo("名册已核对，等待入库", waiting.count(), url, "database", unit="份", tone="amber")
