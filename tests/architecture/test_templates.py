"""Templates: all in use, nothing inline that the content policy would refuse, nothing unescaped, nothing from elsewhere."""

import re

import pytest
from django.template.loader import get_template

from tests.architecture.sources import files, name_of, texts, tree_of

TEMPLATES = files("*.html", inside=("templates",))
SCRIPTS = files("*.js", "*.css", inside=("static",))
# Asked for by Django itself, by its name.
BY_NAME = {"400.html", "403.html", "404.html", "409.html", "413.html", "500.html", "registration/login.html"}
FORBIDDEN = {
    "unescaped output": re.compile(r"\|\s*safe\b|\|\s*safeseq\b|autoescape\s+off"),
    "inline style": re.compile(r"<style\b|\sstyle\s*=\s*[\"']"),
    "inline script": re.compile(r"<script(?![^>]*\ssrc=)|javascript:"),
    "inline handler": re.compile(r"\son[a-z]+\s*=\s*[\"']|hx-on"),
    "something from elsewhere": re.compile(r"(?:https?:)?//[a-z0-9-]+\.[a-z]", re.IGNORECASE),
    "a full number": re.compile(r"\.(?:id_number|id_sealed|phone|account)\b(?!_)"),
}
ALLOWED = {
    "templates/screening/review/detail.html": {"a full number"},  # its view masks them under these names
}
PARAMETER = re.compile(r"\{%.*?%\}|\{#.*?#\}", re.DOTALL)


def named(path) -> str:
    return name_of(path).removeprefix("templates/")


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_template_is_parsed_and_holds_nothing_forbidden(path):
    get_template(named(path))
    text = path.read_text(encoding="utf-8")
    markup = PARAMETER.sub("", text)
    found = {what for what, pattern in FORBIDDEN.items() if pattern.search(markup)}
    if re.search(r"\|\s*(safe|safeseq)\b|autoescape\s+off", text):
        found.add("unescaped output")
    assert found <= ALLOWED.get(name_of(path), set())


def test_every_template_is_used():
    spoken = set().union(*(texts(tree_of(path)) for path in files("*.py")))
    inside = {
        match for path in TEMPLATES for match in re.findall(r"[\"']([\w/]+\.html)[\"']", path.read_text("utf-8"))
    }
    django_forms = {"forms/form.html", "forms/field.html", "forms/options.html"}
    unused = {named(path) for path in TEMPLATES} - spoken - inside - BY_NAME - django_forms
    assert unused == set()


def test_every_named_template_exists():
    known = {named(path) for path in TEMPLATES}
    spoken = {text for path in files("*.py") for text in texts(tree_of(path)) if re.fullmatch(r"[\w/]+\.html", text)}
    assert {name for name in spoken - known if not name.startswith(("django/", "admin/"))} == set()


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_scripts_and_styles_stand_alone(path):
    text = path.read_text(encoding="utf-8").replace("http://www.w3.org/", "")
    assert not re.search(
        r"https?://|@import|\beval\(|new Function|innerHTML|localStorage|sessionStorage|document\.cookie\s*\+", text
    )


def test_marked_safe_only_where_html_is_made_by_hand():
    """SafeString and mark_safe outside format_html: each place is known."""
    found = {
        name_of(path)
        for path in files("*.py")
        if re.search(r"mark_safe|SafeString\(|format_html\(f\"", path.read_text("utf-8"))
    }
    assert found == set()
