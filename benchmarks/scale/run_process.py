"""Benchmark the process of a run, by number of models in the project."""

import tempfile
from pathlib import Path

from benchmarks.checkout import make_checkout
from benchmarks.report import Report, met, progress, ratio, spread, table
from benchmarks.scale.sides import created, executed, put_models

ROUNDS, MOST = 3, 1.2
KINDS = {"retrain": "model_0_retrain", "Materialize all": "model_0"}
ABOUT = (
    "The process that executes a run, from its start to its end, with all that it starts: a first\n"
    "retrain of 1,000 rows by its job, and *Materialize all* of the same assets. CPU seconds."
)
Cpu = dict[tuple[str, int], list[float]]


def run(report: Report, models: int) -> None:
    """Execute each run with one model and with `models`, in turns."""
    cpu: Cpu = {}
    with tempfile.TemporaryDirectory(prefix="benchmark_") as holder:
        checkout = make_checkout(Path(holder) / "checkout")
        put_models(checkout, 1)
        _execute(checkout, Path(holder) / "warm", KINDS["retrain"])  # Python compiles the checkout
        for number in range(ROUNDS):
            for count in (1, models):
                put_models(checkout, count)
                for kind, name in KINDS.items():
                    home = Path(holder) / f"{number}_{count}_{name}"
                    cpu.setdefault((kind, count), []).append(_execute(checkout, home, name))
                    progress(f"{kind}, {count} models: CPU {cpu[kind, count][-1]:.1f} s")
    report.section(f"The process of a run, with {models} models", ABOUT, _lines(cpu, models))


def _execute(checkout: Path, home: Path, name: str) -> float:
    (command,) = created(checkout, home, [name])
    return executed(checkout, home, command).cpu


def _lines(cpu: Cpu, models: int) -> list[str]:
    rows = [("", "1 model", f"{models} models", "ratio", "goal")]
    for kind in KINDS:
        one, many = cpu[kind, 1], cpu[kind, models]
        found = sorted(b / a for a, b in zip(one, many, strict=True))
        goal = f"<= {MOST}: {met(found[len(found) // 2] <= MOST)}"
        rows.append((kind, spread(one), spread(many), ratio(many, one), goal))
    return table(rows)
