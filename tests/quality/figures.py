"""What matching has to reach, world by world, and what it aims at (issue 3, performance.md 7)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One figure of a world. `most`: smaller is better."""

    name: str
    must: float
    aim: float
    most: bool = False

    def reached(self, value: float) -> str:
        """'aim', 'ok' or 'MISSED'."""
        good = (value <= self.aim, value <= self.must) if self.most else (value >= self.aim, value >= self.must)
        return "aim" if good[0] else "ok" if good[1] else "MISSED"

    def line(self, value: float) -> str:
        sign = "≤" if self.most else "≥"
        return f"   {self.name:20}{value:>10.6f}   must {sign} {self.must:<9g} aim {sign} {self.aim:<9g} {self.reached(value)}"


def _world(precision: float, recall: tuple, reach: tuple, review: tuple, *more: Figure) -> tuple[Figure, ...]:
    return (
        Figure("precision", 0.9999, precision),
        Figure("recall", *recall),
        Figure("reach", *reach),
        Figure("review_share", *review, most=True),
        *more,
    )


FALSELY_UNINSURED = Figure("falsely_uninsured", 0.02, 0.005, most=True)
WOULD_CHANGE = Figure("would_change_share", 0.001, 0.0004, most=True)
FIGURES = {
    "normal": _world(0.99999, (0.985, 0.993), (0.997, 0.999), (0.015, 0.008), FALSELY_UNINSURED, WOULD_CHANGE),
    "messy": _world(0.99995, (0.94, 0.96), (0.985, 0.994), (0.06, 0.04)),
    "outsiders": _world(0.99995, (0.985, 0.993), (0.997, 0.999), (0.015, 0.008), FALSELY_UNINSURED),
    "clans": _world(0.99999, (0.98, 0.99), (0.993, 0.998), (0.02, 0.012)),
    "shifted": _world(0.9999, (0.90, 0.93), (0.95, 0.97), (0.08, 0.06)),
    "numberless": _world(0.99995, (0.85, 0.90), (0.90, 0.95), (0.15, 0.10)),
    "departed": _world(0.99995, (0.985, 0.993), (0.997, 0.999), (0.015, 0.010)),
}
