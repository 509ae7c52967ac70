"""Benchmark the assets of a large day: memory, and rows a second beside predict on one frame."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import yaml

from benchmarks.checkout import MODEL, defs_folder, make_checkout, put_model
from benchmarks.process import measure
from benchmarks.report import Report, met, progress, table

DAY = "2026-01-05"
TRAINING_ROWS, FRAME_ROWS = 10_000, 1_000_000
ASSETS = ("live_data", "predictions", "drift_report", "performance_report")
LABELLED = "performance_report, labelled"
MOST_MIB = 1_024
ESTIMATOR = {
    "type": "sklearn",
    "estimator": "sklearn.linear_model.LogisticRegression",
    "params": {"max_iter": 1000},
}
ABOUT = (
    "A day of heart_disease in Parquet: 14 columns, one of them text that is different in every\n"
    "row, row groups of 1,000,000 rows, no labels yet. Seconds are those of Dagster's step, from\n"
    "one file in the lake to the next; memory is the most that the step's process ever had,\n"
    "interpreter and libraries included. One frame: the same model and features of the same file,\n"
    "typed and predicted as one DataFrame; reading and writing are not counted. Labelled: the\n"
    "same report once every row has its label."
)

Figures = dict[str, Any]


def run(report: Report, rows: int) -> None:
    """Generate a day of that many rows, and measure each asset of it."""
    with tempfile.TemporaryDirectory(prefix="benchmark_") as holder:
        checkout = make_checkout(Path(holder) / "checkout")
        home = Path(holder) / "home"
        _put_model(checkout, Path(holder) / "{day}.parquet", Path(holder) / "labels-{day}.parquet")
        measure(["-m", "mlops_assets.cli", "retrain", MODEL], checkout, MLOPS_ASSETS_HOME=str(home))
        source = Path(holder) / f"{DAY}.parquet"
        labels = Path(holder) / f"labels-{DAY}.parquet"
        _child(checkout, home, "write", source, Path(holder) / "labels", rows)
        progress(f"a day of {rows:,} rows, {source.stat().st_size >> 20} MiB")
        found = {name: _child(checkout, home, "asset", name, DAY) for name in ASSETS}
        (Path(holder) / "labels").rename(labels)
        found[LABELLED] = _child(checkout, home, "asset", "performance_report", DAY)
        frame = _child(checkout, home, "frame", source, min(rows, FRAME_ROWS))
    report.section(f"A day of {rows:,} rows", ABOUT, _lines(rows, found, frame))


def _put_model(checkout: Path, live: Path, labels: Path) -> None:
    put_model(checkout, rows=TRAINING_ROWS)
    path = defs_folder(checkout) / MODEL / "defs.yaml"
    given = yaml.safe_load(path.read_text(encoding="utf-8"))
    source, known = ({"type": "parquet", "path": str(it)} for it in (live, labels))
    live_data = {"start": "2026-01-01", "source": source, "labels": known}
    given["attributes"] |= {"model": ESTIMATOR, "live": live_data}
    path.write_text(yaml.safe_dump(given, sort_keys=False), encoding="utf-8")


def _child(checkout: Path, home: Path, module: str, *arguments: object) -> Figures:
    """Run `python -m benchmarks.scoring.MODULE`: what it prints last, and its peak memory."""
    words = ["-m", f"benchmarks.scoring.{module}", *map(str, arguments)]
    measured = measure(words, checkout, MLOPS_ASSETS_HOME=str(home))
    figures = json.loads(measured.lines[-1][1])
    progress(f"{module} {arguments[0]}: {figures}")
    return figures


def _lines(rows: int, found: dict[str, Figures], frame: Figures) -> list[str]:
    shown = [("", "time", "rows a second", "peak memory")]
    for name, one in found.items():
        shown.append((name, *_figures(rows, one)))
    one_frame = f"predict on one frame of {frame['rows']:,} rows"
    shown.append((one_frame, *_figures(frame["rows"], frame)))
    ours, theirs = rows / found["predictions"]["seconds"], frame["rows"] / frame["seconds"]
    scoring = rows / found["predictions"]["scoring"]
    peak = max(found[name]["peak_mib"] for name in ASSETS)
    return [
        *table(shown),
        "",
        f"rows a second, predictions / one frame: {ours / theirs:.2f}; without reading and "
        f"writing: {scoring / theirs:.2f}",
        f"memory without labels: {peak:,.0f} MiB; goal <= {MOST_MIB:,}, {met(peak <= MOST_MIB)}",
    ]


def _figures(rows: int, one: Figures) -> tuple[str, str, str]:
    return f"{one['seconds']:.1f} s", f"{rows / one['seconds']:,.0f}", f"{one['peak_mib']:,.0f} MiB"
