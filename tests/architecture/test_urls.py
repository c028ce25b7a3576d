"""Addresses: log-in before all but a named few, random keys for what is personal, nothing personal in them."""

import pytest
from django.urls import URLPattern, get_resolver

OPEN = {"login", "health", "large_print"}
COUNTED = {
    "account",
    "posting",
    "run",
    "standard",
    "review",
    "layout",
    "comparison",
    "doubt",
    "round",
    "return",
}  # numbers of things that are no person of the register


def patterns(resolver=None, prefix=""):
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLPattern):
            yield prefix + str(entry.pattern), entry
        else:
            yield from patterns(entry, prefix + str(entry.pattern))


@pytest.mark.parametrize(
    ("path", "entry"), list(patterns()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_every_page_wants_a_log_in_but_for_a_named_few(path, entry):
    assert getattr(entry.callback, "login_required", True) is (entry.name not in OPEN)


@pytest.mark.parametrize(
    ("path", "entry"), list(patterns()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_what_is_personal_has_a_random_key(path, entry):
    assert entry.name
    counted = entry.name.split("_")[0] in COUNTED
    assert "<int:" not in path or counted
    assert "<str:" not in path or entry.name == "format_template"
    assert not {"name", "id_number", "phone", "q"} & set(entry.pattern.converters)


def test_names_are_unique():
    names = [entry.name for _, entry in patterns()]
    assert sorted(set(names)) == sorted(names)


def test_there_is_no_admin_site():
    assert [path for path, _ in patterns() if "admin" in path] == []
