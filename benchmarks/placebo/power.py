"""Share of shifted days that are called drift, beside Evidently's and NannyML's defaults."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from benchmarks.loop.nannyml_python import nannyml_python
from benchmarks.placebo.other_tools import evidently, nannyml
from benchmarks.placebo.shifted import SHIFTS, Case, cases
from benchmarks.placebo.world import reference
from benchmarks.report import Report, progress, table

WAYS: list[dict] = [{}, {"season": True}, {"independent": True}]


def run(report: Report, times: int) -> None:
    """Shifts of one numeric column at a time."""
    rows = [("days, shifted column", *(f"{shift:g} sd" for shift in SHIFTS))]
    with TemporaryDirectory(prefix="benchmark_") as holder:
        python, why_not = nannyml_python(Path(holder) / "nannyml")
        for case in cases():
            for name, shares in _rows(case, Path(holder), python):
                rows.append((f"{case.name}, {name}", *shares))
                progress("  ".join(rows[-1]))
    report.section("Power at these rates", ABOUT, [*table(rows), *([why_not] if why_not else [])])


def _rows(case: Case, folder: Path, python: str) -> Iterator[tuple[str, list[str]]]:
    for column in case.shifted:
        yield column, _ours(case, column)
    yield "any column: Evidently", evidently(case)
    if python:
        yield "any column: NannyML", nannyml(case, folder, python)


def _ours(case: Case, column: str) -> list[str]:
    judge = reference(case.before, case.columns)
    texts = []
    for shift in SHIFTS:
        days = case.moved(column, shift)
        shares = [np.mean([judge.status(day, **it) == "drift" for day in days]) for it in WAYS]
        texts.append(" / ".join(f"{share:.0%}" for share in shares))
    return texts


ABOUT = (
    "One numeric column is shifted on every judged block, by standard deviations of the reference\n"
    "(0: the placebo itself). `days / season / independent`: the share of blocks called drift\n"
    "with thresholds that know the days, within the season too (`expected: season`), and with\n"
    "those for independent rows, which flag most blocks without any shift. Evidently's default\n"
    "preset and NannyML's defaults, a block as a chunk: any column drifted, the first one shifted."
)
