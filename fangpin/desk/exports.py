"""大批量导出 (verbs): asked for with a reason, decided by a second person, downloaded within a day; each step audited.

``gate`` stands before every export of personal data (fangpin.web.exporting).
"""

from collections.abc import Mapping
from uuid import UUID

from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone

from fangpin.accounts.models import Posting
from fangpin.accounts.postings import require
from fangpin.audit.trail import record
from fangpin.desk.forms import ExportReasonForm
from fangpin.desk.models import ExportRequest, ExportState
from fangpin.divisions.models import CODE_LENGTH, Division
from fangpin.divisions.rights import Right
from fangpin.masking import scrub
from fangpin.policy.keys import Key
from fangpin.policy.lookup import limit_on
from fangpin.transitions import NotAllowed, move
from fangpin.web import Wanted, conflict

SALT = "desk.export"
TOKEN_SECONDS = 3600


def gate(request: HttpRequest, wanted: Wanted) -> Mapping[str, str] | HttpResponseBase:
    """Nothing to say about a small export; a large one needs a request that somebody agreed to."""
    if wanted.rows <= limit_on(timezone.localdate(), Key.EXPORT_ROWS):
        return {}
    mine = ExportRequest.objects.for_user(request.user).filter(asked_by=request.user)
    same = mine.filter(path=request.path, query=query_of(request))
    agreed = same.filter(pk=_uuid(request.GET.get("agreed", ""))).first()
    if agreed is None:
        live = same.live().first()
        return redirect("export_detail", live.pk) if live else _ask_page(request, wanted)
    try:
        return download(agreed, rows=wanted.rows, by=request.user)
    except NotAllowed as refusal:
        return conflict(request, str(refusal))


def query_of(request: HttpRequest) -> str:
    """The filters and the sort of a list; numbers of persons, should somebody have put one there, are masked and find nothing."""
    query = request.GET.copy()
    for name in ("export", "page", "agreed"):
        query.pop(name, None)
    return scrub(query.urlencode())


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _ask_page(request, wanted):
    asked = {
        "user": request.user.pk,
        "title": wanted.title,
        "path": request.path,
        "query": query_of(request),
        "filters": scrub(wanted.filters),
        "rows": wanted.rows,
        "unit": wanted.unit,
    }
    form = ExportReasonForm(initial={"token": signing.dumps(asked, salt=SALT)})
    return render(request, "desk/export_ask.html", {"form": form, "asked": asked})


def asked_in(token: str, user) -> dict:
    """What the page that asks for the reason was about. Raises NotAllowed for a token that is old, altered or somebody else's."""
    try:
        asked = signing.loads(token, salt=SALT, max_age=TOKEN_SECONDS)
    except signing.BadSignature as broken:
        raise NotAllowed("这个页面已经过期，请回到名单重新点“导出”") from broken
    if asked.pop("user") != user.pk:
        raise NotAllowed("这个页面是另一个账号打开的，请回到名单重新点“导出”")
    return asked


@transaction.atomic
def ask_export(*, asked: Mapping, reason: str, by) -> ExportRequest:
    """File a request, or find the one that waits already. ``asked`` is what ``asked_in`` gave."""
    found = ExportRequest(division=_division_of(by), asked_by=by, reason=scrub(reason.strip()), **asked)
    same = ExportRequest.objects.for_user(by).filter(asked_by=by, path=found.path, query=found.query)
    if waiting := same.filter(state=ExportState.WAITING).first():
        return waiting
    try:
        found.full_clean()
    except ValidationError as error:
        raise NotAllowed("；".join(error.messages)) from error
    found.save(force_insert=True)
    record(by, "export.asked", found, title=found.title, rows=found.rows, reason=found.reason)
    return found


def _division_of(user) -> Division:
    """The smallest division that holds all postings of the user: its leader decides, or one above."""
    codes = list(Posting.objects.open().filter(user=user).values_list("division_id", flat=True))
    for length in sorted(CODE_LENGTH.values(), reverse=True):
        above = {code[:length] for code in codes}
        if len(above) == 1 and len(code := above.pop()) == length:
            return Division.objects.under(code).get(pk=code)
    raise NotAllowed("您没有在任岗位，或者岗位不在同一个县，不能申请大批量导出")


@transaction.atomic
def decide_export(found: ExportRequest, *, agree: bool, opinion: str, by) -> None:
    """A second person agrees or refuses with the reason. Raises Stale when it was decided meanwhile."""
    require(by, Right.APPROVE_EXPORT, found.division_id, "您没有审批大批量导出的岗位")
    if found.asked_by_id == by.pk:
        raise NotAllowed("不能审批自己的导出申请")
    opinion = scrub(opinion.strip())
    changes = {"decided_by": by, "decided_at": timezone.now(), "opinion": opinion}
    target = ExportState.APPROVED if agree else ExportState.REFUSED
    move(found, "state", ExportState.WAITING, target, **changes)
    action = "export.approved" if agree else "export.refused"
    record(by, action, found, title=found.title, rows=found.rows, reason=opinion or None, user=found.asked_by_id)


@transaction.atomic
def download(found: ExportRequest, *, rows: int, by) -> dict[str, str]:
    """Note that the agreed list goes out now with ``rows`` rows; what the list's own audit entry should keep.

    The list itself was just asked within the reach of ``by``, so rights that are gone since take their rows with them.
    """
    if found.asked_by_id != by.pk:
        raise NotAllowed("只有申请人可以下载")
    if not found.is_open:
        ended = found.state == ExportState.APPROVED
        raise NotAllowed("批准已超过 24 小时，请重新申请" if ended else f"导出申请现在是“{found.get_state_display()}”")
    if rows > found.rows:
        raise NotAllowed(f"名单现在有 {rows:,} {found.unit}，多于批准的 {found.rows:,} {found.unit}，请重新申请")
    mine = ExportRequest.objects.for_user(by).filter(pk=found.pk)
    mine.update(downloads=F("downloads") + 1, downloaded_at=timezone.now())
    record(by, "export.downloaded", found, title=found.title, rows=rows, reason=found.reason)
    return {"reason": found.reason, "export": str(found.pk)}
