"""What of the desk itself waits for the user."""

from django.urls import reverse

from fangpin.desk.contributions import Todo, contribute_todos
from fangpin.desk.models import ExportRequest, ExportState
from fangpin.divisions.rights import Right


@contribute_todos
def exports_to_decide(user):
    waiting = ExportRequest.objects.reachable_by(user, Right.APPROVE_EXPORT).waiting_without(user)
    url = f"{reverse('export_list')}?state={ExportState.WAITING}"
    yield Todo("大批量导出，等您审批", waiting.count(), url, "shield-check", unit="份", tone="amber")


@contribute_todos
def exports_to_download(user):
    mine = ExportRequest.objects.for_user(user).filter(asked_by=user, state=ExportState.APPROVED, downloads=0).live()
    url = f"{reverse('export_list')}?state={ExportState.APPROVED}"
    yield Todo("导出已同意，24 小时内下载", mine.count(), url, "download", unit="份", tone="blue")
