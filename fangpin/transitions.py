"""How a status changes, and how an act is refused."""

from django.core.exceptions import ValidationError
from django.db import models


class NotAllowed(Exception):
    """An act that may not happen now; its text is the Chinese reason that the page shows."""


class Stale(NotAllowed):
    """Somebody else was quicker: the page answers 409 and shows the present state."""


def move(row: models.Model, field: str, source, target, **changes) -> None:
    """Change a status, and what goes with it, if it still is ``source`` (one value or several): compare-and-set in one UPDATE.

    Raises Stale when another session changed it first, NotAllowed when a constraint of the model speaks against it.
    """
    sources = [source] if isinstance(source, str) else list(source)
    changes = {field: target, **changes}
    before = {name: getattr(row, name) for name in changes}
    for name, value in changes.items():
        setattr(row, name, value)
    try:
        row.validate_constraints()
    except ValidationError as error:
        _restore(row, before)
        raise NotAllowed("；".join(error.messages)) from error
    if not type(row)._base_manager.filter(pk=row.pk, **{f"{field}__in": sources}).update(**changes):
        _restore(row, before)
        raise Stale("该记录刚刚被他人处理，请刷新后再试")


def _restore(row, before):
    for name, value in before.items():
        setattr(row, name, value)
