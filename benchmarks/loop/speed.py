"""Benchmark a verdict on a million rows against Evidently and NannyML."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.loop.child import run_module
from benchmarks.loop.nannyml_python import nannyml_python, run_nannyml
from benchmarks.report import Report, met, progress, spread, table

ROWS = 1_000_000
ROUNDS = 3
MODULE = "speed_nannyml"
TIMES_EVIDENTLY, MOST_APART = 100, 0.001
ABOUT = (
    "1,000,000 current rows against 1,000,000 of reference, 15 numeric and 5 categorical\n"
    "columns, from pandas in memory, each in a fresh process; reading Parquet and importing\n"
    "the library do not count. `reference` is what is done once a version: our profile,\n"
    "NannyML's `fit`; a day costs `verdict`. Ours and NannyML's defaults are measured\n"
    f"{ROUNDS} times in turns, the others once. NannyML judges the day as one chunk, with\n"
    "its default (Jensen–Shannon) and with the distances we use (Wasserstein for numbers);\n"
    "it runs in an environment of its own. Evidently runs its `DataDriftPreset` with its\n"
    "defaults. SciPy gives the exact scores on all rows."
)

Figures = dict[str, list[dict[str, Any]]]


def run(report: Report, seeds: int) -> None:
    """Measure each; the number of seeds does not matter."""
    with tempfile.TemporaryDirectory(prefix="benchmark_") as holder:
        paths = _written(Path(holder))
        exact = run_module("speed_scipy", *paths)
        progress(f"SciPy: {exact['seconds']:.1f} s")
        evidently = run_module("speed_evidently", *paths)
        progress(f"Evidently: {evidently['seconds']:.1f} s")
        python, why_not = nannyml_python(Path(holder) / "nannyml")
        figures = _in_turns(paths, python)
        if python:
            figures["NannyML, Wasserstein"] = [
                run_nannyml(MODULE, "wasserstein", *paths, python=python)
            ]
    lines = table(_rows(figures, evidently, exact))
    lines += [*([why_not] if why_not else []), "", *_goals(figures, evidently, exact)]
    report.section("A verdict on 1,000,000 rows", ABOUT, lines)


def _written(folder: Path) -> list[Path]:
    paths = [folder / f"{which}.parquet" for which in ("reference", "current")]
    for path in paths:
        run_module("wide", path, ROWS, path.stem)
    return paths


def _in_turns(paths: Sequence[Path], python: str) -> Figures:
    figures: Figures = {"ours": []}
    for _ in range(ROUNDS):
        figures["ours"].append(run_module("speed_ours", *paths))
        if python:
            took = run_nannyml(MODULE, "jensen_shannon", *paths, python=python)
            figures.setdefault("NannyML, defaults", []).append(took)
        last = ", ".join(f"{name} {took[-1]['seconds']:.2f} s" for name, took in figures.items())
        progress(last)
    return figures


def _rows(figures: Figures, evidently: Mapping, exact: Mapping) -> list[tuple[str, ...]]:
    ours = median(_of(figures["ours"], "seconds"))
    every = {**figures, "Evidently, DataDriftPreset": [evidently], "SciPy, all rows": [exact]}
    rows = [("", "verdict", "reference", "verdict / ours", "peak memory")]
    for name, took in every.items():
        seconds, memory = _of(took, "seconds"), max(_of(took, "peak_mib"))
        reference = _seconds(_of(took, "reference")) if "reference" in took[0] else ""
        times = f"{median(seconds) / ours:.1f}"
        rows.append((name, _seconds(seconds), reference, times, f"{memory:,.0f} MiB"))
    return rows


def _seconds(values: Sequence[float]) -> str:
    return spread(values, ".2f") if len(values) > 1 else f"{values[0]:.2f} s"


def _goals(figures: Figures, evidently: Mapping, exact: Mapping) -> list[str]:
    ours = figures["ours"]
    seconds, built = median(_of(ours, "seconds")), median(_of(ours, "reference"))
    times, with_reference = (evidently["seconds"] / s for s in (seconds, seconds + built))
    apart = max(
        (abs(ours[0]["scores"][name] - score), name) for name, score in exact["scores"].items()
    )
    theirs = {name: median(_of(t, "seconds")) for name, t in figures.items() if name != "ours"}
    ahead = [
        f"ahead of {name}: {seconds / took:.2f} of its time; goal < 1, {met(seconds < took)}"
        for name, took in theirs.items()
    ]
    return [
        f"Evidently takes {times:.0f} times as long; goal >= {TIMES_EVIDENTLY}, "
        f"{met(times >= TIMES_EVIDENTLY)} ({with_reference:.0f} times with our reference)",
        *ahead,
        f"furthest from SciPy: {apart[0]:.1e} ({apart[1]}); goal <= {MOST_APART}, "
        f"{met(apart[0] <= MOST_APART)}",
        f"our verdict: {ours[0]['summary']}",
    ]


def _of(figures: Sequence[Mapping[str, Any]], name: str) -> list[float]:
    return [one[name] for one in figures]
