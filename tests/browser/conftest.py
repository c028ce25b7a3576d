"""What every browser test gets: ``visit`` opens a page for somebody, and each page visited is watched until the end.

Watched means: nothing breaks the Content Security Policy, no request leaves the host, no script fails.
"""

from dataclasses import dataclass, field

import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect

from fangpin.accounts.models import User

DESK, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}


@dataclass
class Watch:
    """What went wrong on the pages of one test; ``fetched`` counts requests."""

    host: str
    broken: list[str] = field(default_factory=list)
    fetched: list[str] = field(default_factory=list)

    def over(self, context: BrowserContext) -> None:
        context.on("request", self._request)
        context.on("console", self._console)
        context.on("weberror", lambda error: self.broken.append(f"script: {error.error}"))

    def _request(self, request):
        self.fetched.append(request.url)
        if not request.url.startswith((self.host, "data:", "blob:")):
            self.broken.append(f"left the host: {request.url}")

    def _console(self, message):
        if "Content Security Policy" in message.text:
            self.broken.append(f"{message.page and message.page.url}: {message.text}")


@pytest.fixture
def home(live_server, transactional_db, settings, tmp_path) -> str:
    """The address of the running site. Its uploads lie in a directory of the test."""
    settings.UPLOAD_DIR = tmp_path / "uploads"
    expect.set_options(timeout=10_000)
    return live_server.url


@pytest.fixture
def watch(home) -> Watch:
    return Watch(home)


@pytest.fixture
def visit(browser: Browser, browser_context_args, home, watch):
    """``visit("/clues/", user)``: a browser of its own on that page, signed in as ``user``; ``screen`` and more as Playwright's."""
    contexts = []

    def open_page(path: str = "/", user: User | None = None, screen: dict = DESK, **options) -> Page:
        options = {"viewport": screen, "has_touch": screen == PHONE, **options}
        context = browser.new_context(**{**browser_context_args, "base_url": home, **options})
        contexts.append(context)
        watch.over(context)
        if user:
            client = Client()
            client.force_login(user)
            context.add_cookies([{"name": "session", "value": client.cookies["session"].value, "url": home}])
        page = context.new_page()
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert watch.broken == []
