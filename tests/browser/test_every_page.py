"""Every page of every role at both widths: accessible, within its width, light, without noise; nothing left behind."""

import gzip
import re
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.urls import Resolver404, resolve, reverse

from fangpin.accounts.models import Posting
from fangpin.runs.models import Run
from households.models import Income, QualityProblem, RegisterImport
from screening.models import ComparisonItem, DepartmentMonth, Extract, OfflineEntry, OfflineList, VerificationTask
from screening.rounds import answers, findings
from tests.browser.conftest import DESK, PHONE
from tests.browser.county import everything, living_household
from tests.builders import VILLAGES
from tests.security.routes import names_of_all_routes

NO_PAGES = {  # POST only, a fragment, a file, or a redirect
    "logout", "large_print", "health", "month_run", "month_progress", "review_decide", "review_strike", "review_undo",
    "review_correct", "review_unplace", "extract_find",
    "extract_confirm", "extract_annotated", "format_template", "import_problems", "quality_check",
    "export_ask", "return_receive", "comparison_send", "task_close_many", "task_report", "photo_detail",
    "round_counts", "round_start", "round_sign", "round_template", "round_marked", "round_import", "offline_complete",
    "pack_download", "pack_confirm", "pack_marked",
}  # fmt: skip
OF_A_TASK = {
    "village": ("task_detail", "task_dispute"),
    "township": ("task_check",),
    "county": ("task_return", "task_close"),
}
ELSEWHERE = {"login", "month_reopen"}  # the first has a test of its own below, the second needs a closed month
NOISE = re.compile(r"\b(?:None|null|undefined|NaN|nan|True|False)\b|\{[{%]|%\}|&[a-z]+;")
WEIGHT, NODES = 60 * 1024, 2_000
ROOMY = {"format_list": 4_000}  # the columns of all lists, folded up
CHECKS = Path(__file__).with_name("look_at.js").read_text(encoding="utf-8").partition("\n")[2]
AXE = "async () => (await axe.run(document, {resultTypes: ['violations']})).violations"
# The other roles hold the same rights as one of these (fangpin.accounts.roles).
ROLES = ("county", "county_leader", "county_head", "township", "village", "admin", "MI", "HOU")


def seeds(role):
    """Pages that no link of a fresh list leads to, and files in every state."""
    yield from ("/", reverse("password_change"), "/nothing-here/")
    if role == "township":
        yield from of_a_household()
    if role in OF_A_TASK:
        task = VerificationTask.objects.filter(village=VILLAGES[0]).first()
        yield from (reverse(name, args=[task.pk]) for name in OF_A_TASK[role])
    if role == "village":
        yield from of_a_list()
    if role == "admin":
        yield reverse("posting_close", args=[Posting.objects.open().first().pk])
    if role == "county":
        yield reverse("household_search")
        yield reverse("return_give", args=[DepartmentMonth.objects.first().pk])
        yield reverse("round_withdraw", args=[OfflineList.objects.first().pk])
        yield reverse("household_detail", args=[Income.objects.first().household_id])
        yield from (reverse("extract_detail", args=[pk]) for pk in Extract.objects.values_list("pk", flat=True))
        yield from (reverse("import_detail", args=[pk]) for pk in RegisterImport.objects.values_list("pk", flat=True))
        yield reverse("quality_count_again", args=[QualityProblem.objects.get(code="C01").pk])
        yield from (reverse("item_detail", args=[pk]) for pk in ComparisonItem.objects.values_list("pk", flat=True))
        yield from (reverse("run_status", args=[run.pk]) for run in Run.objects.filter(kind="month.run"))


def of_a_list():
    """The parts of both forms, and every act of a village on its list."""
    entry = OfflineEntry.objects.get(is_draft=True)
    task = VerificationTask.objects.filter(village=VILLAGES[0]).first()
    yield from (reverse("offline_part", args=[entry.pk, part.value]) for part in answers.Part)
    yield from (reverse("task_part", args=[task.pk, part.value]) for part in findings.Part)
    yield reverse("offline_remove", args=[entry.pk])
    yield from (reverse(name, args=[entry.offline_list_id]) for name in ("round_submit", "round_recall"))


def of_a_household():
    """Tabs, a past day and forms that look each in its own way."""
    home = living_household()
    address = reverse("household_detail", args=[home.pk])
    yield from (f"{address}part/{slug}/" for slug in ("people", "living", "timeline", "clues"))
    yield from (f"{address}?on=2021-06-02", f"{address}print/")
    for slug in ("birth", "split", "move", "move-all", "join", "head"):
        yield reverse("event_new", args=[home.pk, slug])
    yield f"{reverse('event_new', args=[home.pk, 'death'])}?person={home.members.get(is_head=True).pk}"
    yield from (f"{address}correct/{slug}/" for slug in ("home", "living"))
    yield reverse("person_correct", args=[home.members.get(is_head=True).pk, "body"])


def name_of(path):
    try:
        return resolve(path).view_name
    except Resolver404:
        return "404"


class Walk:
    """Follows every link of a role, each kind of page once; ``found`` is what is wrong, ``seen`` the names of the pages.

    ``shapes``: contents and frames that axe has looked at, for any role; a page made of known ones is not looked at again.
    """

    def __init__(self, page, home, role, shapes):
        self.page, self.home, self.role, self.shapes = page, home, role, shapes
        self.found: list[str] = []
        self.seen: set[str] = set()
        self.shared = 0  # bytes of styles and scripts, of the first page

    def go(self):
        waiting = [*seeds(self.role)]
        self.seen.update(map(name_of, waiting))
        while waiting:
            path = waiting.pop(0)
            for link in self.look_at(path):
                name = name_of(link.partition("?")[0])
                if name not in self.seen | NO_PAGES and "export=" not in link:
                    self.seen.add(name)
                    waiting.append(link)

    def look_at(self, path):
        if not self.shared:
            answers = []

            def keep(answer):
                answers.append(answer)

            self.page.on("response", keep)
            self.page.goto(path)
            self.page.wait_for_load_state("networkidle")
            self.page.remove_listener("response", keep)  # to weigh every later answer takes as long as the walk
            self.shared = sum(size for url, size in map(weight, answers) if "/static/" in url)
        self.page.set_viewport_size(DESK)
        answer = self.page.goto(path, wait_until="domcontentloaded")  # which waits for styles and deferred scripts
        name = name_of(self.page.url.removeprefix(self.home).partition("?")[0])
        self.seen.add(name)
        expected = 404 if name == "404" else 200
        self.note(path, answer.status != expected, f"answered {answer.status}")
        state = self.page.evaluate(CHECKS)
        size = self.shared + weight(answer)[1]
        self.note(path, size > WEIGHT, f"{size / 1024:.1f} KB at the first visit")
        self.note(path, state["nodes"] > ROOMY.get(name, NODES), f"{state['nodes']} nodes")
        self.note(path, state["stored"], f"leaves {state['stored']} in the browser")
        self.note(path, NOISE.search(state["text"]), f"says {NOISE.findall(state['text'])}")
        self.note(path, state["plain"], f"controls without a class: {state['plain']}")
        self.note(path, state["wide"] > 0, f"{state['wide']} px too wide")
        new = not self.shapes.issuperset(state["shape"])
        self.shapes.update(state["shape"])
        if new:
            self.page.evaluate(AXE_SCRIPT)
            self.check(path, 1366)
        self.page.set_viewport_size(PHONE)
        wide = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        self.note(path, wide > 0, f"{wide} px too wide on a phone")
        if new:
            self.check(path, 390)
        return [
            link.removeprefix(self.home).partition("#")[0] for link in state["links"] if link.startswith(self.home)
        ]

    def check(self, path, width):
        for violation in self.page.evaluate(AXE):
            where = "; ".join(node["html"][:120] for node in violation["nodes"][:2])
            self.note(path, True, f"axe at {width}: {violation['id']}: {where}")

    def note(self, path, wrong, text):
        if wrong:
            self.found.append(f"{self.role} {path}: {text}")


def weight(answer):
    """(address, bytes on the wire): text as gzip -9."""
    try:
        return answer.url, len(gzip.compress(answer.body()))
    except Exception:  # a redirect has no body
        return answer.url, 0


def test_every_page_of_every_role_at_both_widths(visit, home):
    users = everything()
    walks, shapes = [], set()
    for role in ROLES:
        walk = Walk(visit("/large/?on=0", users[role]), home, role, shapes)
        walk.go()
        walk.page.context.close()
        walks.append(walk)
    found = [line for walk in walks for line in walk.found]
    assert not found, "\n".join(found)
    seen = set().union(*(walk.seen for walk in walks))
    assert {*names_of_all_routes()} - NO_PAGES - ELSEWHERE - seen == set()


@pytest.mark.parametrize("screen", [DESK, PHONE], ids=["desk", "phone"])
def test_the_log_in_page(visit, home, screen):
    page = visit("/login/", screen=screen)
    page.evaluate(AXE_SCRIPT)
    assert page.evaluate(AXE) == []
    assert page.evaluate(CHECKS)["wide"] <= 0


def test_large_print_stays_and_fits(visit):
    users = everything()
    page = visit("/clues/", users["county"])
    page.get_by_role("link", name="切换大字版").click()
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "19px"
    for screen in (DESK, PHONE):
        page.set_viewport_size(screen)
        for path in ("/", "/clues/", "/households/", "/extracts/", "/months/2021-05/", "/review/", "/extracts/new/"):
            page.goto(path)
            assert page.evaluate("document.documentElement.classList.contains('large')")
            assert (path, page.evaluate("document.documentElement.scrollWidth - innerWidth")) == (path, 0)
