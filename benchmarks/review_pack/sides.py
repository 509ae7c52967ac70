"""Two sides of a comparison, measured in turns."""

import time
from collections.abc import Callable

from benchmarks.report import ratio, spread

Side = Callable[[], object]


def compare(ours: Side, theirs: Side, rounds: int) -> tuple[list[float], list[float]]:
    """Seconds of both in each round, after one that is not counted."""
    measured = [(seconds(ours), seconds(theirs)) for _ in range(rounds + 1)][1:]
    return [it for it, _ in measured], [it for _, it in measured]


def seconds(side: Side) -> float:
    """Wall time of one call."""
    began = time.perf_counter()
    side()
    return time.perf_counter() - began


def row(what: str, ours: list[float], theirs: list[float]) -> tuple[str, ...]:
    """The cells of a table: what was measured, both sides and their ratio."""
    return (what, spread(ours, ".2f"), spread(theirs, ".2f"), ratio(ours, theirs))
