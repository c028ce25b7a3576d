"""Pages of accounts: log-in, one's own password, and what the system administrator does. Others get 404."""

from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.auth.views import LoginView
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fangpin.accounts import postings, signing_in
from fangpin.accounts.forms import AccountFilter, AccountForm, OwnPasswordForm, PostingForm, SignInForm, posting_step
from fangpin.accounts.guards import needs
from fangpin.accounts.models import Posting, User
from fangpin.accounts.postings import accounts_of
from fangpin.audit.trail import record
from fangpin.divisions.rights import Right
from fangpin.transitions import NotAllowed
from fangpin.web import Action, ListColumn, confirm, list_page, problem

page = require_http_methods(["GET", "HEAD", "POST"])
administrator = needs(Right.MANAGE_ACCOUNTS)


class SignIn(LoginView):
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_valid(self, form):
        signing_in.note_success(form.get_user())
        return super().form_valid(form)

    def form_invalid(self, form):
        locked = bool(getattr(self.request, "axes_locked_out", False))
        signing_in.note_failure(form.cleaned_data.get("username", ""), locked=locked)
        return super().form_invalid(form)


def locked_out(request, response, credentials):
    """Answer of django-axes (settings.AXES_LOCKOUT_CALLABLE) to a log-in while the name is locked."""
    until = signing_in.locked_until((credentials or {}).get("username", ""))
    return render(request, "accounts/locked_out.html", {"until": until}, status=429)


def csrf_failure(request, reason=""):
    """A form whose token is missing or old (settings.CSRF_FAILURE_VIEW)."""
    return problem(request, "页面打开太久或已在别处退出登录，请返回上一页刷新后重新提交；您的填写没有保存。", 403)


@require_POST
def sign_out(request):
    logout(request)
    response = redirect("login")
    response["Clear-Site-Data"] = '"storage"'
    return response


@sensitive_post_parameters()
@page
def change_password(request):
    form = OwnPasswordForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        password = form.cleaned_data["new_password1"]
        postings.choose_password(request.user, password, session_key=request.session.session_key)
        update_session_auth_hash(request, request.user)
        messages.success(request, "密码已修改，其他电脑和手机上的登录已退出")
        return redirect("home")
    context = {"form": form, "must_change": request.user.must_change_password}
    return render(request, "accounts/password_change.html", context)


def _posts(user: User) -> str:
    return "；".join(f"{post.get_role_display()}（{post.department or post.division}）" for post in user.open_postings)


COLUMNS = (
    ListColumn("name", "姓名", "name", sort="name"),
    ListColumn("username", "用户名", "username", sort="username"),
    ListColumn("posts", "在任岗位", _posts, wide=True),
    ListColumn(
        "active",
        "状态",
        lambda user: "在用" if user.is_active else "已停用",
        sort="is_active",
        tone=lambda user: "green" if user.is_active else "",
    ),
    ListColumn("login", "上次登录", "last_login", sort="last_login"),
)


@administrator
@require_safe
def account_list(request):
    open_postings = Posting.objects.open().select_related("division", "department")
    accounts = accounts_of(request.user).prefetch_related(Prefetch("postings", open_postings, to_attr="open_postings"))
    return list_page(
        request,
        "accounts/list.html",
        {"actions": [Action("新建账号", reverse("account_new"), icon="user-plus", tone="pri")]},
        queryset=accounts,
        filterset=AccountFilter,
        columns=COLUMNS,
        default_sort="name",
        unit="个账号",
        title="账号",
        export_name="账号清单",
        personal=False,
        on_export=lambda count: record(request.user, "accounts.exported", request.user, count=count),
        row_url=lambda user: reverse("account_detail", args=[user.pk]),
    )


@administrator
@page
def account_new(request):
    form = AccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            account, password = postings.create_account(**form.cleaned_data, by=request.user)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            return _show_once(request, account, password)
    return render(request, "accounts/new.html", {"form": form})


@administrator
@require_safe
def account_detail(request, pk):
    account = get_object_or_404(accounts_of(request.user), pk=pk)
    rows = account.postings.select_related("division__parent", "department")
    today = timezone.localdate()
    for posting in rows:
        posting.ended = posting.until is not None and posting.until < today
        posting.ahead = posting.since > today
    context = {"account": account, "postings": rows, "own": account.pk == request.user.pk}
    return render(request, "accounts/detail.html", context)


@administrator
@page
def posting_open(request, pk):
    account = get_object_or_404(accounts_of(request.user), pk=pk)
    form = posting_step(request.GET, request.POST or None, by=request.user)
    last = isinstance(form, PostingForm)
    if request.method == "POST" and last and form.is_valid():
        try:
            posting = postings.open_posting(account, **form.cleaned_data, by=request.user)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"已任命：{posting}")
            return redirect("account_detail", pk)
    return render(request, "accounts/posting_open.html", {"account": account, "form": form, "last": last})


@administrator
@page
def posting_close(request, pk):
    posting = get_object_or_404(Posting.objects.filter(user__in=accounts_of(request.user)), pk=pk)
    if request.method == "POST":
        return _act(request, posting.user_id, f"已结束：{posting}", lambda by: postings.close_posting(posting, by=by))
    return confirm(
        request,
        title="结束岗位",
        consequence=f"{posting}：从现在起失去这个岗位的全部权限，办过的事项和留痕保留。",
        verb="结束岗位",
        back=reverse("account_detail", args=[posting.user_id]),
        icon="user-minus",
        danger=True,
    )


@administrator
@page
def account_active(request, pk):
    """Disable, or with ``?to=1`` enable: the address says which, so that pressing twice does not turn it back."""
    account = get_object_or_404(accounts_of(request.user), pk=pk)
    enable = request.GET.get("to") == "1"
    verb = "恢复账号" if enable else "停用账号"
    if request.method == "POST":
        return _act(request, pk, f"已{verb}：{account}", lambda by: postings.set_active(account, enable, by=by))
    consequence = (
        "可以重新登录，在任岗位的权限恢复。" if enable else "马上退出登录，不能再登录；岗位和办过的事项保留。"
    )
    return confirm(
        request,
        title=verb,
        consequence=f"{account}（{account.username}）{consequence}",
        verb=verb,
        back=reverse("account_detail", args=[pk]),
        icon="user-check" if enable else "user-x",
        danger=not enable,
    )


@administrator
@page
def account_password(request, pk):
    account = get_object_or_404(accounts_of(request.user), pk=pk)
    if request.method == "POST":
        try:
            return _show_once(request, account, postings.reset_password(account, by=request.user))
        except NotAllowed as refusal:
            messages.error(request, str(refusal))
            return redirect("account_detail", pk)
    return confirm(
        request,
        title="重置密码",
        consequence=f"{account}（{account.username}）的原密码作废，所有登录马上退出；新密码只显示一次，登录后须自己更改。",
        verb="重置密码",
        back=reverse("account_detail", args=[pk]),
        icon="key-round",
        danger=True,
    )


def _act(request, pk, success, act):
    try:
        act(request.user)
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, success)
    return redirect("account_detail", pk)


def _show_once(request, account, password):
    """The one-time password in the answer to the POST itself: it stands in no session, no address, no message."""
    return render(request, "accounts/password_once.html", {"account": account, "password": password})
