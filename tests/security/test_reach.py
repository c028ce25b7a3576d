"""Nobody reaches what is not the own: every URL, every role, every method, somebody else's things (security.md 2.1, T1, T2)."""

import pytest

from tests.security.actors import COUNTIES, OFFICES, SIGHTS
from tests.security.matrix import Asker, Report, ask_all, comparable
from tests.security.reach import keeps_to_the_own
from tests.security.routes import ROUTES, names_of_all_routes

pytestmark = pytest.mark.django_db
# Routes through which nothing of this county can be changed: no session, search, decision or closed month to end; no list of a village
# is handed in, none of its entries complete, no sheet of a township uploaded.
NOTHING_TO_CHANGE = {
    "logout", "extract_find", "review_undo", "month_reopen",
    "round_recall", "round_sign", "round_withdraw", "round_import", "offline_complete",
    "pack_confirm",
}  # fmt: skip


def test_every_url_has_its_line_in_the_table():
    assert sorted(names_of_all_routes()) == sorted(ROUTES)


@pytest.mark.parametrize("actor", OFFICES)
def test_no_office_reads_or_writes_what_is_not_its_own(world, total, actor):
    keeps_to_the_own(world, actor, total)


@pytest.mark.parametrize(
    ("actor", "route", "label"),
    [
        ("village", "household_detail", "household 1"),
        ("village", "person_reveal", "person 3"),
        ("township", "clue_detail", "clue moved"),
        ("EDU", "extract_detail", f"extract {COUNTIES[0]} MI"),
        ("county", "review_detail", f"match {COUNTIES[1]} MI"),
        ("county", "import_detail", f"import {COUNTIES[1]}"),
        ("CIV", "run_status", f"run {COUNTIES[0]}:MI"),
        ("admin", "account_detail", f"account of {COUNTIES[1]}"),
    ],
)
@pytest.mark.parametrize("shape", ["html", "htmx"])
def test_what_is_somebody_elses_looks_like_what_does_not_exist(world, actor, route, label, shape):
    asker = Asker(world, world.actor(actor), Report())
    targets = {target.label: target for target in ROUTES[route].targets(world)}
    foreign, nothing = (
        comparable(asker.send("GET", targets[key].path, shape, {}), targets[key]) for key in (label, "random")
    )
    assert foreign[0] == 404
    assert foreign == nothing


def test_nobody_finds_by_number_what_is_not_the_own(world):
    """The same answer whether a number exists elsewhere or nowhere."""
    asker = Asker(world, world.actor("village"), Report())
    far = world.people[world.villages[1]]
    for known, unknown in ((far.id_number, "450399190001010018"), (far.phone, "19999999999"), (far.name, "雀9999")):
        answers = [asker.send("POST", "/households/search/", "html", {"q": term}) for term in (known, unknown)]
        texts = [comparable(answer, ROUTES["household_search"].targets(world)[0]) for answer in answers]
        assert texts[0][-1].replace(known, "") == texts[1][-1].replace(unknown, "")


def test_every_role_that_reads_is_among_those_who_ask(world):
    asking = {role for actor in world.actors for role, _, _ in actor.posts}
    assert set(SIGHTS) <= asking


def test_the_bodies_of_the_table_do_write_where_they_may(world):
    report = ask_all(world, actors=["county leader", "MI", "admin"], methods=["POST"], formats=["html"])
    wanted = {name for name, route in ROUTES.items() if route.writers} - NOTHING_TO_CHANGE
    below = wanted - report.wrote  # what villages and townships type is no matter of the county's
    report = ask_all(
        world, actors=["village", "township", "township 2"], routes=below, methods=["POST"], formats=["html"]
    )
    assert below - report.wrote == set()
