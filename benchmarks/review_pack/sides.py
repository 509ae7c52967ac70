"""Two sides of a comparison, measured in turns."""

import time
from collections.abc import Callable
from functools import partial

from benchmarks.report import Report, ratio, spread, table
from benchmarks.review_pack.holdout import SIZES, Holdout, holdout

Side = Callable[[], object]
OnHoldout = Callable[[Holdout], object]


def by_size(
    report: Report, title: str, about: str, sides: dict[str, OnHoldout], rounds: int
) -> None:
    """A section with a row for each size of the holdout; `sides` are ours and theirs, by name."""
    rows, (ours, theirs) = [("holdout", *sides, "ratio")], sides.values()
    for size in SIZES:
        given = holdout(size)
        rows.append(
            row(f"{size:,} rows", *compare(partial(ours, given), partial(theirs, given), rounds))
        )
    report.section(title, about, table(rows))


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
