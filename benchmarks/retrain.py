"""Benchmark a retrain of heart_disease against a plain script that does the same work."""

import statistics
import tempfile
from dataclasses import dataclass
from pathlib import Path

from benchmarks.checkout import MODEL, defs_folder, make_checkout, put_model
from benchmarks.process import Measured, measure
from benchmarks.records import recorded, require_equal
from benchmarks.report import Report, progress, ratio, spread, table
from benchmarks.stopwatch import step_seconds

COMMAND = ["-m", "mlops_assets.cli", "retrain", MODEL]
ROWS = (10_000, 100_000)
ABOUT = (
    "`mlops-assets retrain heart_disease` against `benchmarks/plain.py`: the same simulated rows,\n"
    "checks, split, fit, saved model, metrics with intervals, importances, pictures, Evidently\n"
    "report and MLflow registration, with the same functions, top to bottom in one process. Whole\n"
    "processes; CPU includes the processes they start. After each pair their MLflow stores are\n"
    "compared. Only ours stores every intermediate result, loads the model back before it is\n"
    "judged, keeps a run for each step, and shows all of it in Dagster."
)


@dataclass(frozen=True)
class Pair:
    """The same work, by this project and by the plain script."""

    ours: Measured
    plain: Measured


def run(report: Report, rounds: int) -> None:
    """Measure both at every size, in turns."""
    with tempfile.TemporaryDirectory(prefix="benchmark_") as holder:
        checkout = make_checkout(Path(holder) / "checkout")
        put_model(checkout, rows=ROWS[0])
        warm_up(checkout)
        for rows in ROWS:
            put_model(checkout, rows=rows)
            pairs, same = [], ""
            for number in range(rounds):
                pair, same = _pair(checkout, Path(holder) / f"{rows}_{number}")
                pairs.append(pair)
                seconds = f"ours {pair.ours.wall:.1f} s, plain {pair.plain.wall:.1f} s"
                progress(f"retrain {rows:,} rows, round {number + 1} of {rounds}: {seconds}")
            about = ABOUT if rows == ROWS[0] else "The same with more rows."
            report.section(f"A retrain of {rows:,} rows", about, _lines(pairs, same))


def warm_up(checkout: Path) -> None:
    """One uncounted run of each: compiles the bytecode and fills the disk cache."""
    with tempfile.TemporaryDirectory(prefix="benchmark_") as folder:
        _pair(checkout, Path(folder))
    progress("warmed up")


def ours(checkout: Path, home: Path) -> Measured:
    """The real command on the state in `home`."""
    return measure(COMMAND, checkout, MLOPS_ASSETS_HOME=str(home))


def _pair(checkout: Path, folder: Path) -> tuple[Pair, str]:
    home, store = folder / "ours", folder / "plain"
    store.mkdir(parents=True)
    defs = defs_folder(checkout) / MODEL / "defs.yaml"
    pair = Pair(
        ours=ours(checkout, home),
        plain=measure(["-m", "benchmarks.plain", str(defs), str(store)], checkout),
    )
    return pair, require_equal(recorded(home / "mlflow"), recorded(store))


def _lines(pairs: list[Pair], same: str) -> list[str]:
    wall = [p.ours.wall for p in pairs], [p.plain.wall for p in pairs]
    cpu = [p.ours.cpu for p in pairs], [p.plain.cpu for p in pairs]
    rows = [
        ("", "ours", "plain script", "ours / plain", "goal"),
        ("wall time", spread(wall[0]), spread(wall[1]), ratio(*wall), "<= 1.05"),
        ("CPU time", spread(cpu[0]), spread(cpu[1]), ratio(*cpu), ""),
    ]
    return [*table(rows), "", f"both: {same}", "", *_steps(pairs)]


def _steps(pairs: list[Pair]) -> list[str]:
    """Where the time goes: medians of each step's seconds."""
    ours = _medians([p.ours for p in pairs])
    plain = _medians([p.plain for p in pairs])
    rows = [("step", "ours", "plain script")]
    for name in dict.fromkeys([*ours, *plain]):
        rows.append((name, _seconds(ours.get(name)), _seconds(plain.get(name))))
    return table(rows)


def _seconds(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f} s"


def _medians(runs: list[Measured]) -> dict[str, float]:
    steps = [step_seconds(run.lines, run.wall, MODEL) for run in runs]
    return {name: statistics.median(s[name] for s in steps) for name in steps[0]}
