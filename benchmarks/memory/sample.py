"""Retrains on a sample of 1,000,000 rows of ever larger tables, and a large day."""

from __future__ import annotations

import shutil
import tempfile
from itertools import pairwise
from pathlib import Path

import yaml

from benchmarks.checkout import defs_folder, make_checkout
from benchmarks.memory.wide import COLUMNS
from benchmarks.process import Measured, measure
from benchmarks.report import Report, met, progress, table
from benchmarks.stopwatch import step_seconds

MODEL, DAY = "large", "2026-01-05"
SAMPLE, DAY_ROWS = 1_000_000, 10_000_000
BYTES_A_ROW = 700
MOST_MIB, LINEAR = 4_096, 1.25
ESTIMATOR = {
    "type": "sklearn",
    "estimator": "sklearn.linear_model.LogisticRegression",
    "params": {"max_iter": 1000},
}
ABOUT = (
    "Tables of 13 numbers, 5 labels, an id and a target in Parquet, row groups of 1,000,000 rows;\n"
    "`sample: {rows: 1_000_000}`. All rows are read, hashed, checked and profiled. A further\n"
    "million: the time that the retrain takes more than at the size before, for each million\n"
    "rows. The day is read, scored, compared with the reference, and judged without labels."
)

Figures = dict[int, Measured]


def run(report: Report, sizes: list[int]) -> None:
    """Measure a retrain of each size, and a day with the model of the last."""
    found: Figures = {}
    with tempfile.TemporaryDirectory(prefix="benchmark_") as holder:
        folder = Path(holder)
        _require_space(folder, max(sizes))
        checkout = make_checkout(folder / "checkout")
        for rows in sizes:
            shutil.rmtree(folder / "home", ignore_errors=True)
            found[rows] = _retrain(checkout, folder, rows)
            progress(f"{rows:,} rows: {found[rows].wall:.0f} s, {found[rows].peak_mib:,.0f} MiB")
        (folder / "rows.parquet").unlink()
        day_rows = min(DAY_ROWS, max(sizes))
        child(checkout, "wide", folder / f"{DAY}.parquet", day_rows, max(sizes))
        day = _command(checkout, folder, "monitor", "--day", DAY)
        progress(f"a day of {day_rows:,} rows: {day.wall:.0f} s, {day.peak_mib:,.0f} MiB")
    report.section("A retrain on a sample", ABOUT, [*_steps(found), "", *_lines(found)])
    report.section(
        f"A day of {day_rows:,} rows",
        "Of the same model.",
        step_lines(day, MODEL, day_rows, MOST_MIB),
    )


def child(checkout: Path, module: str, *arguments: object) -> None:
    """Run `python -m benchmarks.memory.MODULE`."""
    measure(["-m", f"benchmarks.memory.{module}", *map(str, arguments)], checkout)


def _require_space(folder: Path, rows: int) -> None:
    needed, free = BYTES_A_ROW * rows, shutil.disk_usage(folder).free
    if free < needed:
        raise RuntimeError(f"{free >> 20:,} MiB free in {folder.parent}, {needed >> 20:,} needed")


def _retrain(checkout: Path, folder: Path, rows: int) -> Measured:
    source = folder / "rows.parquet"
    source.unlink(missing_ok=True)
    child(checkout, "wide", source, rows, 0)
    attributes = {
        "name": MODEL,
        "source": {"type": "parquet", "path": str(source)},
        "identity": ["row_id"],
        "target": "target",
        "columns": COLUMNS.model_dump(exclude_defaults=True),
        "sample": {"rows": SAMPLE},
        "model": ESTIMATOR,
        "gates": {"roc_auc": {"min": 0.6}},
        "live": {
            "start": "2026-01-01",
            "source": {"type": "parquet", "path": str(folder / "{day}.parquet")},
        },
    }
    given = {"type": "mlops_assets.component.ModelLifecycle", "attributes": attributes}
    path = defs_folder(checkout) / MODEL / "defs.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(yaml.safe_dump(given, sort_keys=False), encoding="utf-8")
    return _command(checkout, folder, "retrain")


def _command(checkout: Path, folder: Path, verb: str, *arguments: str) -> Measured:
    words = ["-m", "mlops_assets.cli", verb, MODEL, *arguments]
    places = {"MLOPS_ASSETS_HOME": str(folder / "home"), "TMPDIR": str(folder)}
    return measure(words, checkout, **places)


def _steps(found: Figures) -> list[str]:
    by_size = {rows: step_seconds(it.lines, it.wall, MODEL) for rows, it in found.items()}
    names = list(by_size[max(by_size)])
    shown = [("seconds", *(f"{rows:,} rows" for rows in by_size))]
    shown += [(it, *(f"{steps.get(it, 0):.1f}" for steps in by_size.values())) for it in names]
    shown.append(("all", *(f"{one.wall:.1f}" for one in found.values())))
    shown.append(("peak memory", *(f"{one.peak_mib:,.0f} MiB" for one in found.values())))
    return table(shown)


def _lines(found: Figures) -> list[str]:
    peak = max(one.peak_mib for one in found.values())
    lines = [f"memory: {peak:,.0f} MiB; goal <= {MOST_MIB:,}, {met(peak <= MOST_MIB)}"]
    further = [
        1e6 * (found[more].wall - found[less].wall) / (more - less)
        for less, more in pairwise(found)
    ]
    lines += [
        f"a further million from {less:,} to {more:,}: {each:.1f} s"
        for (less, more), each in zip(pairwise(found), further, strict=True)
    ]
    if len(further) > 1:
        ratio = further[-1] / further[0]
        lines.append(f"time: {ratio:.2f} times; goal <= {LINEAR}, {met(ratio <= LINEAR)}")
    return lines


def step_lines(found: Measured, model: str, rows: int, most_mib: int) -> list[str]:
    """The seconds of each step, and the memory of all beside its goal."""
    steps = step_seconds(found.lines, found.wall, model)
    shown = [("step", "seconds"), *((name, f"{it:.1f}") for name, it in steps.items())]
    peak = found.peak_mib
    return [
        *table(shown),
        "",
        f"memory: {peak:,.0f} MiB for {rows:,} rows; goal <= {most_mib:,}, {met(peak <= most_mib)}",
    ]
