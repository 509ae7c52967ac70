"""A retrain that holds its rows in memory: heart_disease with 1,000,000 patients in Parquet."""

from __future__ import annotations

import tempfile
from pathlib import Path

import yaml

from benchmarks.checkout import MODEL, defs_folder, make_checkout, put_model
from benchmarks.memory.sample import ESTIMATOR, child, step_lines
from benchmarks.process import measure
from benchmarks.report import Report, progress

ROWS, MOST_MIB = 1_000_000, 1_024
ABOUT = (
    "`mlops-assets retrain` of heart_disease with a logistic regression on 1,000,000 patients in\n"
    "Parquet: 14 features and target, and an id that is text and different in every row."
)


def run(report: Report, sizes: list[int]) -> None:
    """Measure one retrain; the sizes of the other part do not matter."""
    with tempfile.TemporaryDirectory(prefix="benchmark_") as holder:
        folder = Path(holder)
        checkout = make_checkout(folder / "checkout")
        put_model(checkout)
        path = defs_folder(checkout) / MODEL / "defs.yaml"
        given = yaml.safe_load(path.read_text(encoding="utf-8"))
        source = {"type": "parquet", "path": str(folder / "patients.parquet")}
        given["attributes"] |= {"model": ESTIMATOR, "source": source, "live": {}}
        path.write_text(yaml.safe_dump(given, sort_keys=False), encoding="utf-8")
        child(checkout, "patients", source["path"], ROWS)
        command = ["-m", "mlops_assets.cli", "retrain", MODEL]
        found = measure(command, checkout, MLOPS_ASSETS_HOME=str(folder / "home"))
        progress(f"{ROWS:,} rows: {found.wall:.0f} s, {found.peak_mib:,.0f} MiB")
    report.section("A retrain in memory", ABOUT, step_lines(found, MODEL, ROWS, MOST_MIB))
