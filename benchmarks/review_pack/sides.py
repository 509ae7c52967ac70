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
    ours, theirs = sides.values()
    head = ("holdout", *sides, "ratio")
    report.section(title, about, table([head, *rows_by_size(ours, theirs, rounds)]))


def rows_by_size(ours: OnHoldout, theirs: OnHoldout, rounds: int) -> list[tuple[str, ...]]:
    """The cells of a row for each size of the holdout."""
    return [
        row(
            f"{size:,} rows",
            *compare(partial(ours, holdout(size)), partial(theirs, holdout(size)), rounds),
        )
        for size in SIZES
    ]


def compare(ours: Side, theirs: Side, rounds: int) -> tuple[list[float], list[float]]:
    """Seconds of the processor for both in each round, after one that is not counted."""
    measured = [(cpu_seconds(ours), cpu_seconds(theirs)) for _ in range(rounds + 1)][1:]
    return [it for it, _ in measured], [it for _, it in measured]


def cpu_seconds(side: Side) -> float:
    """Time of the processor for one call, of all threads; what else runs counts little."""
    began = time.process_time()
    side()
    return time.process_time() - began


def seconds(side: Side) -> float:
    """Wall time of one call."""
    began = time.perf_counter()
    side()
    return time.perf_counter() - began


def row(what: str, ours: list[float], theirs: list[float]) -> tuple[str, ...]:
    """The cells of a table: what was measured, both sides and their ratio."""
    return (what, spread(ours, ".2f"), spread(theirs, ".2f"), ratio(ours, theirs))
