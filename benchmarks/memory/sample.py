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
    "million: the CPU time that the retrain takes more than at the size before, for each million\n"
    "rows; unlike seconds on the clock, it hardly depends on what else the machine does."
)
DAY_ABOUT = (
    "Read, scored, compared with the reference, and judged with a label in each row, by the model\n"
    "of the first retrain."
)

Figures = dict[int, Measured]


def run(report: Report, sizes: list[int]) -> None:
    """Measure a retrain of each size, and a day with the model of the first."""
    (first, *further), day_rows = sizes, min(DAY_ROWS, max(sizes))
    with tempfile.TemporaryDirectory(prefix="benchmark_") as holder:
        folder = Path(holder)
        _require_space(folder, max(sizes))
        checkout = make_checkout(folder / "checkout")
        found: Figures = {first: _retrain(checkout, folder, first)}
        day = _day(checkout, folder, day_rows, max(sizes))
        found |= {rows: _retrain(checkout, folder, rows) for rows in further}
    report.section("A retrain on a sample", ABOUT, [*_steps(found), "", *_lines(found)])
    lines = step_lines(day, MODEL, day_rows, MOST_MIB)
    report.section(f"A day of {day_rows:,} rows", DAY_ABOUT, lines)


def _day(checkout: Path, folder: Path, rows: int, first_id: int) -> Measured:
    path = folder / f"{DAY}.parquet"
    child(checkout, "wide", path, rows, first_id)
    found = _command(checkout, folder, "monitor", "--day", DAY)
    path.unlink()
    _show(f"a day of {rows:,} rows", found)
    return found


def _show(what: str, found: Measured) -> None:
    progress(f"{what}: {found.wall:.0f} s, CPU {found.cpu:.0f} s, {found.peak_mib:,.0f} MiB")


def child(checkout: Path, module: str, *arguments: object) -> None:
    """Run `python -m benchmarks.memory.MODULE`."""
    measure(["-m", f"benchmarks.memory.{module}", *map(str, arguments)], checkout)


def _require_space(folder: Path, rows: int) -> None:
    needed, free = BYTES_A_ROW * rows, shutil.disk_usage(folder).free
    if free < needed:
        raise RuntimeError(f"{free >> 20:,} MiB free in {folder.parent}, {needed >> 20:,} needed")


def _retrain(checkout: Path, folder: Path, rows: int) -> Measured:
    shutil.rmtree(folder / "home", ignore_errors=True)
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
    found = _command(checkout, folder, "retrain")
    _show(f"{rows:,} rows", found)
    return found


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
    shown.append(("all, CPU", *(f"{one.cpu:.1f}" for one in found.values())))
    shown.append(("peak memory", *(f"{one.peak_mib:,.0f} MiB" for one in found.values())))
    return table(shown)


def _lines(found: Figures) -> list[str]:
    peak = max(one.peak_mib for one in found.values())
    lines = [f"memory: {peak:,.0f} MiB; goal <= {MOST_MIB:,}, {met(peak <= MOST_MIB)}"]
    further = [
        1e6 * (found[more].cpu - found[less].cpu) / (more - less) for less, more in pairwise(found)
    ]
    lines += [
        f"a further million from {less:,} to {more:,}: {each:.1f} CPU seconds"
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
    shown += [("all", f"{found.wall:.1f}"), ("all, CPU", f"{found.cpu:.1f}")]
    peak = found.peak_mib
    return [
        *table(shown),
        "",
        f"memory: {peak:,.0f} MiB for {rows:,} rows; goal <= {most_mib:,}, {met(peak <= most_mib)}",
    ]
