"""The source tree as the tests of this folder read it."""

import ast
import functools
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

APPS = ("fangpin", "households", "screening", "assistance", "risk_exit")


def files(*patterns: str, inside: tuple[str, ...] = APPS) -> list[Path]:
    """Files of the project below ``inside`` that fit one of the patterns ("*.py"), without generated ones."""
    found = [path for top in inside for pattern in patterns for path in (settings.BASE_DIR / top).rglob(pattern)]
    return sorted(path for path in found if "migrations" not in path.parts and "__pycache__" not in path.parts)


def name_of(path: Path) -> str:
    return path.relative_to(settings.BASE_DIR).as_posix()


@functools.cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def calls(path: Path) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call))


def called(call: ast.Call) -> str:
    """The last name of what is called: "record" of both record(…) and trail.record(…)."""
    return getattr(call.func, "attr", getattr(call.func, "id", ""))


def texts(node: ast.AST) -> set[str]:
    """All string constants below a node."""
    return {leaf.value for leaf in ast.walk(node) if isinstance(leaf, ast.Constant) and isinstance(leaf.value, str)}
