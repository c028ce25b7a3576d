"""What apps contribute to the pages that look across them. Each app speaks in its own ``menus``, ``todos``, ``parts``, ``timeline``, ``facts``
modules (facts: what an app knows that the checks of the register below it compare, households.quality.outside).

The desk knows only these dataclasses; the modules are found as Django finds ``admin.py`` (architecture.md 1, idea 3), so imports run downhill
and a new app appears on every page by itself.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.module_loading import autodiscover_modules

MODULES = ("menus", "todos", "parts", "timeline", "facts")


@dataclass(frozen=True)
class MenuItem:
    """One line of the navigation. ``shown(user)`` decides whether the role has it."""

    group: str
    label: str
    icon: str
    url_name: str
    shown: Callable
    order: int = 50


@dataclass(frozen=True)
class Todo:
    """Something that waits for this user: ``count`` things behind ``url``, which lists exactly these."""

    title: str
    count: int
    url: str
    icon: str
    unit: str = "件"
    note: str = ""
    tone: str = "blue"


@dataclass(frozen=True)
class Trace:
    """Things whose trail belongs to a household: audit entries about ``model`` ("screening.clue") with these keys."""

    model: str
    keys: Iterable


@dataclass(frozen=True)
class HouseholdPart:
    """One tab of a household's page: ``context(request, household)`` gives what ``template`` shows; None hides it.

    ``shown(request, household)``: whether the tab is there, for parts whose context costs more than that question. ``count``: the number
    beside the title. ``past``: the part can show a past day, when ``household`` is an unsaved copy with the attribute ``day``.
    ``cards``: the template draws cards of its own instead of the inside of one.
    """

    slug: str
    title: str
    template: str
    context: Callable
    order: int = 50
    shown: Callable | None = None
    count: Callable | None = None
    past: bool = False
    cards: bool = False


@dataclass(frozen=True)
class TimelineEntry:
    """Something that happened to a household: on ``day``, written down ``at``, by ``who``. ``tone``: "", red, amber or green."""

    day: date
    title: str
    text: str = ""
    who: str = ""
    icon: str = "info"
    tone: str = ""
    at: datetime | None = None
    url: str = ""
    undo_url: str = ""
    undone: bool = False


_menus: list[MenuItem] = []
_todos: list[Callable] = []
_parts: list[HouseholdPart] = []
_timelines: list[Callable] = []
_traces: list[Callable] = []


def contribute_menu(*items: MenuItem) -> None:
    _menus.extend(items)


def contribute_todos(find: Callable) -> Callable:
    """Register ``find(user) -> Iterable[Todo]``; usable as a decorator."""
    _todos.append(find)
    return find


def contribute_part(part: HouseholdPart) -> None:
    _parts.append(part)


def contribute_timeline(find: Callable) -> Callable:
    """Register ``find(user, household) -> Iterable[TimelineEntry]``, only of what ``user`` may see; usable as a decorator."""
    _timelines.append(find)
    return find


def contribute_trace(find: Callable) -> Callable:
    """Register ``find(household) -> Iterable[Trace]``; usable as a decorator."""
    _traces.append(find)
    return find


def menu_of(user) -> list[MenuItem]:
    return sorted((item for item in _menus if item.shown(user)), key=lambda item: item.order)


def todos_of(user) -> list[Todo]:
    """Everything that waits for ``user``, most pressing tone first; nothing with a zero."""
    tones = ("red", "amber", "purple", "blue")
    found: Iterable[Todo] = (todo for find in _todos for todo in find(user) if todo.count)
    return sorted(found, key=lambda todo: tones.index(todo.tone))


def household_parts() -> list[HouseholdPart]:
    return sorted(_parts, key=lambda part: part.order)


def timeline_of(user, household) -> list[TimelineEntry]:
    """Everything that happened, the newest first."""
    found: Iterable[TimelineEntry] = (entry for find in _timelines for entry in find(user, household))
    return sorted(found, key=lambda entry: (entry.day, entry.at.timestamp() if entry.at else 0.0), reverse=True)


def traces_of(household) -> list[Trace]:
    """What the apps keep about a household, so that "谁看过这户" finds every look at it."""
    return [trace for find in _traces for trace in find(household)]


def discover() -> None:
    autodiscover_modules(*MODULES)
