"""Answers that are not lists: page or fragment, confirmation, progress, refusal, the 大字版 switch."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe

from fangpin.transitions import NotAllowed, Stale

PROBLEM_PAGES = (400, 403, 404, 409, 413)


@dataclass(frozen=True)
class Action:
    """A button of a page head or an empty state. ``post`` makes it a form, ``dialog`` opens it in the dialog."""

    label: str
    url: str
    icon: str = ""
    tone: str = ""  # "", "pri", "danger", "quiet"
    post: bool = False
    dialog: bool = False


def page_or_fragment(
    request: HttpRequest,
    template: str,
    fragment: str,
    context: dict | None = None,
    status: int = 200,
) -> HttpResponse:
    """The fragment for htmx, the whole page for everybody else (also when htmx restores a page from history)."""
    wants_part = request.htmx and not request.htmx.boosted and not request.htmx.history_restore_request
    response = render(request, fragment if wants_part else template, context, status=status)
    patch_vary_headers(response, ("HX-Request",))
    return response


def confirm(
    request: HttpRequest,
    *,
    title: str,
    consequence: str,
    verb: str,
    back: str,
    form: forms.BaseForm | None = None,
    items: Sequence[str] = (),
    icon: str = "check",
    danger: bool = False,
) -> HttpResponse:
    """Ask before an act: what will happen in one sentence, ``verb`` on the button ("退回 4 户", never "确定").

    In the dialog when asked by htmx, else a page of its own; both post to the address that was asked.
    ``items`` lists what is touched, ``back`` is where 取消 leads, ``form`` adds fields (bound: its errors show).
    """
    context = {
        "title": title,
        "consequence": consequence,
        "verb": verb,
        "back": back,
        "form": form,
        "items": items,
        "icon": icon,
        "danger": danger,
        "action": request.get_full_path(),
    }
    return page_or_fragment(request, "components/confirm_page.html", "components/confirm.html", context)


def poll(request: HttpRequest, fragment: str, context: dict, *, running: bool) -> HttpResponse:
    """Answer of an address that components/progress.html asks every second.

    When the work is over htmx is told to stop (286) and to load the page again, which then shows the result.
    """
    response = render(request, fragment, context, status=200 if running else 286)
    if not running:
        response["HX-Refresh"] = "true"
    return response


def problem(request: HttpRequest, message: str, status: int = 400) -> HttpResponse:
    """A refusal in words. Scripts get the bare sentence, which app.js shows above the page."""
    if request.htmx:
        return HttpResponse(message, status=status, content_type="text/plain; charset=utf-8")
    page = status if status in PROBLEM_PAGES else 400
    return render(request, f"{page}.html", {"message": message}, status=status)


def conflict(request: HttpRequest, message: str) -> HttpResponse:
    """409: somebody else was faster, or the page was stale."""
    return problem(request, message, 409)


def carry_out(request: HttpRequest, act: Callable[[], str], back: str, *keys: object) -> HttpResponse:
    """Do it, say the sentence that ``act`` returns, and go ``back`` (as for ``redirect``). A refusal is said in its words there; where
    somebody was faster it is a 409."""
    try:
        messages.success(request, act())
    except Stale as stale:
        return conflict(request, str(stale))
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    return redirect(back, *keys)


@login_not_required
@require_safe
def large_print(request: HttpRequest) -> HttpResponse:
    """大字版 without JavaScript: ``?on=1`` or ``?on=0`` sets the cookie that base.html reads, then back."""
    back = request.META.get("HTTP_REFERER", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = "/"
    response = HttpResponseRedirect(back)
    if request.GET.get("on") == "1":
        response.set_cookie(
            "large",
            "1",
            max_age=365 * 24 * 3600,
            samesite="Lax",
            secure=request.is_secure(),
        )
    else:
        response.delete_cookie("large", samesite="Lax")
    return response
