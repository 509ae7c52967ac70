"""Benchmark the process of a run, by number of models in the project."""

import tempfile
from collections.abc import Mapping
from pathlib import Path

from benchmarks.report import Report, met, progress, ratio, spread, table
from benchmarks.scale.sides import both, created, executed, put_models

ROUNDS, MOST = 3, 1.2
KINDS = {"retrain": "model_0_retrain", "Materialize all": "model_0"}
ABOUT = (
    "The process that executes a run, from its start to its end, with all that it starts: a\n"
    "retrain of 1,000 rows by its job, and *Materialize all* of the same assets. CPU seconds.\n"
    "`before` loaded every model in every run."
)
Cpu = dict[tuple[str, str, int], list[float]]


def run(report: Report, models: int) -> None:
    """Execute each run with one model and with `models`, on both sides, in turns."""
    cpu: Cpu = {}
    with (
        tempfile.TemporaryDirectory(prefix="benchmark_") as holder,
        both(Path(holder), 1) as sides,
    ):
        _round(sides, Path(holder) / "warm", 1, {})
        for number in range(ROUNDS):
            for count in (1, models):
                for checkout in sides.values():
                    put_models(checkout, count)
                _round(sides, Path(holder) / f"{number}_{count}", count, cpu)
            progress(f"run, round {number + 1} of {ROUNDS}")
    report.section(f"The process of a run, with {models} models", ABOUT, _lines(cpu, models))


def _round(sides: Mapping[str, Path], folder: Path, count: int, cpu: Cpu) -> None:
    for kind, name in KINDS.items():
        for side, checkout in sides.items():
            home = folder / f"{side}_{name}"
            (command,) = created(checkout, home, [name])
            seconds = executed(checkout, home, command).cpu
            cpu.setdefault((side, kind, count), []).append(seconds)


def _lines(cpu: Cpu, models: int) -> list[str]:
    rows = [("", "1 model", f"{models} models", "ratio", "goal")]
    for side in ("now", "before"):
        for kind in KINDS:
            one, many = cpu[side, kind, 1], cpu[side, kind, models]
            found = sorted(b / a for a, b in zip(one, many, strict=True))
            goal = f"<= {MOST}: {met(found[len(found) // 2] <= MOST)}" if side == "now" else ""
            rows.append((f"{kind}, {side}", spread(one), spread(many), ratio(many, one), goal))
    return table(rows)
