"""Forms of accounts: log-in, one's own password, the list's filters, accounts and postings."""

import django_filters
from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.db.models import Q
from django.utils import timezone

from fangpin.accounts.models import Department, Posting, User
from fangpin.accounts.roles import LEVELS, Role
from fangpin.accounts.scope import codes_by_permission
from fangpin.divisions.models import Division, Level
from fangpin.divisions.rights import Right


class SignInForm(AuthenticationForm):
    """One message for a wrong password, an unknown name and a disabled account, so that nobody learns which names exist."""

    error_messages = {"invalid_login": "用户名或密码不对", "inactive": "用户名或密码不对"}


class OwnPasswordForm(PasswordChangeForm):
    error_messages = {**PasswordChangeForm.error_messages, "same": "新密码不能与原密码相同"}

    def clean_new_password1(self):
        password = self.cleaned_data["new_password1"]
        if self.user.check_password(password):
            raise forms.ValidationError(self.error_messages["same"], code="same")
        return password


class AccountForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["name", "username"]
        labels = {"username": "用户名"}
        help_texts = {"username": "登录时输入，建议用姓名拼音，如 mohaiyan；不要用证件号码或电话"}
        error_messages = {"username": {"unique": "这个用户名已有人使用"}}

    def clean_username(self):
        username = self.cleaned_data["username"]
        if sum(c.isdigit() for c in username) >= 11:
            raise forms.ValidationError("用户名里不要写证件号码或电话")
        return username


class AccountFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="姓名、用户名", method="find")
    role = django_filters.ChoiceFilter(label="岗位", choices=Role.choices, method="posted")
    department = django_filters.ModelChoiceFilter(label="部门", queryset=Department.objects.all(), method="posted")
    division = django_filters.ModelChoiceFilter(label="区划", queryset=Division.objects.none(), method="posted")
    active = django_filters.ChoiceFilter(label="状态", choices=[("1", "在用"), ("0", "已停用")], method="usable")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["division"].queryset = managed_divisions(self.request.user).exclude(level=Level.VILLAGE)

    def find(self, queryset, name, value):
        return queryset.filter(Q(name__icontains=value) | Q(username__icontains=value))

    def posted(self, queryset, name, value):
        """One open posting must fit all three, not three postings one each; so they are applied together, once."""
        chosen = self.form.cleaned_data
        wanted = {key: chosen[key] for key in ("role", "department") if chosen.get(key)}
        if chosen.get("division"):
            wanted["division__code__startswith"] = chosen["division"].code
        return queryset.filter(pk__in=Posting.objects.open().filter(**wanted).values("user"))

    def usable(self, queryset, name, value):
        return queryset.filter(is_active=value == "1")


def managed_divisions(user: User):
    """The divisions whose postings ``user`` manages."""
    codes = codes_by_permission(user).get(Right.MANAGE_ACCOUNTS, ())
    under = Q(pk__in=[])
    for code in codes:
        under |= Q(code__startswith=code)
    return Division.objects.filter(under).select_related("parent")


class RoleForm(forms.Form):
    role = forms.ChoiceField(label="岗位", choices=Role.choices, widget=forms.RadioSelect)


class TownshipForm(forms.Form):
    """Second step of a village's posting: 110 villages are too many for one drop-down."""

    role = forms.ChoiceField(choices=Role.choices, widget=forms.HiddenInput)
    township = forms.ModelChoiceField(label="乡镇", queryset=Division.objects.none(), empty_label="请选择乡镇")

    def __init__(self, *args, role: Role, by: User, **kwargs):
        super().__init__(*args, initial={"role": role}, **kwargs)
        self.role_label = role.label
        self.fields["township"].queryset = managed_divisions(by).filter(level=Level.TOWNSHIP)


class PostingForm(forms.Form):
    """Last step: where and from when, for a role that is chosen already."""

    division = forms.ModelChoiceField(queryset=Division.objects.none(), empty_label="请选择")
    department = forms.ModelChoiceField(label="部门", queryset=Department.objects.all(), empty_label="请选择部门")
    since = forms.DateField(
        label="任职起", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), initial=timezone.localdate
    )

    def __init__(self, *args, role: Role, divisions, township: Division | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.role, self.role_label, self.township = role, role.label, township
        self.fields["division"].queryset = divisions
        self.fields["division"].label = Level(LEVELS[role]).label
        if len(divisions) == 1:
            self.fields["division"].initial = divisions[0]
        if role != Role.DEPARTMENT:
            del self.fields["department"]

    def clean(self):
        return {**super().clean(), "role": self.role}


def posting_step(chosen, posted, *, by: User) -> forms.Form:
    """The form of the present step: role, township (for a village), the posting. ``chosen`` is the query string so far."""
    roles = RoleForm(chosen if "role" in chosen else None)
    if not roles.is_valid():
        return roles
    role = Role(roles.cleaned_data["role"])
    divisions, township = managed_divisions(by).filter(level=LEVELS[role]), None
    if LEVELS[role] == Level.VILLAGE:
        townships = TownshipForm(chosen if "township" in chosen else None, role=role, by=by)
        if not townships.is_valid():
            return townships
        township = townships.cleaned_data["township"]
        divisions = divisions.under(township.code)
    return PostingForm(posted, role=role, divisions=divisions, township=township)
