"""The matrix bites: each scope bug that somebody might write one day is planted here, and a reduced run must find it."""

import sys

import pytest
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.db.models import Q
from django.http import Http404

from fangpin.accounts import guards, postings, scope
from fangpin.accounts.models import User
from fangpin.divisions.models import Division
from fangpin.masking import mask_phone
from fangpin.runs.models import Run
from fangpin.web import lists
from households.models.household import HouseholdQuerySet
from households.models.importing import RegisterImportQuerySet
from households.models.person import PersonQuerySet
from screening.models.clue import ClueQuerySet
from screening.models.extract import ExtractQuerySet, RowMatchQuerySet
from tests.security.matrix import ask_all

pytestmark = pytest.mark.django_db
OURS = ("fangpin.", "households.", "screening.")


def everything(rows, *arguments, **options):
    return rows.all()


def everywhere(patch, old, new):
    """Put ``new`` in the place of a function in every module that imported it by name."""
    for name, module in list(sys.modules.items()):
        if name.startswith(OURS):
            for attribute in [key for key, value in vars(module).items() if value is old]:
                patch.setattr(module, attribute, new)


def reach_cut_to(length):
    def reachable_by(rows, user, right):
        reach = Q(pk=None)
        for code in scope.codes_by_permission(user).get(right, ()):
            reach |= Q(**{f"{rows.division_path}__code__startswith": code[:length]})
        return rows.filter(reach)

    return reachable_by


def any_right(rows, user, right):
    codes = {code for found in scope.codes_by_permission(user).values() for code in found}
    reach = Q(pk=None)
    for code in codes:
        reach |= Q(**{f"{rows.division_path}__code__startswith": code})
    return rows.filter(reach)


def rights_of_whoever_came_first(real):
    cache = {}

    def codes_by_permission(user):
        if user.is_authenticated and user.is_active:
            cache.setdefault("codes", real(user))
        return cache.get("codes", {}) if user.is_authenticated and user.is_active else {}

    return codes_by_permission


def superuser_may_all(real):
    return lambda user: dict.fromkeys(scope_rights(), ("450399",)) if user.is_superuser else real(user)


def scope_rights():
    return [right.value for right in guards.__dict__.get("Right", ())] or [
        "view_register",
        "view_clues",
        "view_extracts",
    ]


def says_that_it_exists(model_or_rows, **wanted):
    found = model_or_rows.filter(**wanted).first()
    if found is None:
        raise Http404("不在您的范围内" if model_or_rows.model.objects.filter(**wanted).exists() else "没有")
    return found


def whole_table(real):
    return lambda request, rows, *more, **options: real(request, type(rows)(model=rows.model).all(), *more, **options)


def names_all_places(user, right=None):
    return list(Division.objects.order_by("code").values_list("code", "name"))


def inactive_may_work(patch):
    patch.setattr(ModelBackend, "user_can_authenticate", lambda self, user: True)
    patch.setattr(User, "is_active", True)


BUGS = {
    "reachable_by gives all rows": (
        lambda p: p.setattr(scope.ReachableQuerySet, "reachable_by", everything),
        ("village",),
    ),
    "the reach is cut to the county": (
        lambda p: p.setattr(scope.ReachableQuerySet, "reachable_by", reach_cut_to(6)),
        ("village",),
    ),
    "the reach is cut to the township": (
        lambda p: p.setattr(scope.ReachableQuerySet, "reachable_by", reach_cut_to(9)),
        ("village",),
    ),
    "any right opens the rows": (
        lambda p: p.setattr(scope.ReachableQuerySet, "reachable_by", any_right),
        ("two posts",),
    ),
    "the household page takes .objects.all()": (
        lambda p: p.setattr(HouseholdQuerySet, "reachable_by", everything, raising=False),
        ("township",),
    ),
    "revealing takes .objects.all()": (
        lambda p: p.setattr(PersonQuerySet, "reachable_by", everything, raising=False),
        ("village 2",),
    ),
    "clues take .objects.all()": (
        lambda p: p.setattr(ClueQuerySet, "reachable_by", everything, raising=False),
        ("inspector",),
    ),
    "imports take .objects.all()": (
        lambda p: p.setattr(RegisterImportQuerySet, "reachable_by", everything, raising=False),
        ("county",),
        ("import_list", "import_detail"),
    ),
    "departments see all files": (lambda p: p.setattr(ExtractQuerySet, "for_user", everything), ("EDU",)),
    "matches are for everybody": (
        lambda p: p.setattr(RowMatchQuerySet, "for_user", everything),
        ("county",),
        ("review_list", "review_detail", "extract_matches", "review_evidence"),
    ),
    "a clerk is clerk of every department": (
        lambda p: everywhere(p, scope.departments_of, lambda user: ("CIV", "EDU", "MI")),
        ("CIV",),
    ),
    "holds() is always true": (lambda p: everywhere(p, scope.holds, lambda *arguments: True), ("county head",)),
    "pages ask for no right": (lambda p: everywhere(p, scope.holds_anywhere, lambda *arguments: True), ("village",)),
    "rights are kept between users": (
        lambda p: everywhere(p, scope.codes_by_permission, rights_of_whoever_came_first(scope.codes_by_permission)),
        ("village", "village 2"),
    ),
    "a superuser may all": (
        lambda p: everywhere(p, scope.codes_by_permission, superuser_may_all(scope.codes_by_permission)),
        ("superuser",),
    ),
    "a disabled account goes on": (inactive_may_work, ("disabled",)),
    "no log-in is asked for": (
        lambda p: p.setattr(LoginRequiredMiddleware, "process_view", lambda *arguments: None),
        ("anonymous",),
    ),
    "administrators see all accounts": (
        lambda p: everywhere(p, postings.accounts_of, lambda *a: User.objects.all()),
        ("admin",),
    ),
    "verbs ask for no right": (
        lambda p: everywhere(p, postings.require, lambda *arguments: None),
        ("county head",),
        ("month_run", "extract_confirm"),
    ),
    "runs are for everybody": (
        lambda p: everywhere(p, sys.modules["fangpin.runs.views"].runs_of, lambda user: Run.objects.all()),
        ("village",),
    ),
    "numbers are not masked": (lambda p: everywhere(p, mask_phone, str), ("village",)),
    "a refusal says that it exists": (
        lambda p: everywhere(p, sys.modules["households.views.household"].get_object_or_404, says_that_it_exists),
        ("village",),
    ),
    "an export forgets the reach": (lambda p: p.setattr(lists, "export", whole_table(lists.export)), ("village",)),
    "a filter names all places": (
        lambda p: everywhere(p, sys.modules["screening.forms.clue"].places_within, names_all_places),
        ("village",),
    ),
}


@pytest.mark.parametrize("bug", BUGS)
def test_the_matrix_finds(world, bug):
    plant, actors, *routes = BUGS[bug]
    with pytest.MonkeyPatch.context() as patch:
        plant(patch)
        report = ask_all(
            world,
            actors=actors,
            routes=routes[0] if routes else None,
            methods=("GET", "POST"),
            formats=("html", "xlsx"),
            enough=lambda report: report.findings,
        )
    assert report.findings
