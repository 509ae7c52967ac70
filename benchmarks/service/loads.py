"""How long `load_model` takes, and how many loads a second one process gives."""

import json
import tempfile
from pathlib import Path

from benchmarks.checkout import ROOT
from benchmarks.process import measure
from benchmarks.report import Report, met, progress, ratio, spread, table

GOAL_MS, GOAL_RATE = 5.0, 1_000
AGAIN = ("again", "again, after the alias's second")
ABOUT = (
    "`await model_registry.load_model(model_name=…, stage=…)` of a forest of 200 trees in an\n"
    "embedded home, with `mlflow.sklearn.load_model` of the same version in the same process for\n"
    "comparison. *first*: downloaded from MLflow, hashed and kept. *from the copy*: a process\n"
    "that finds it in the home, and hashes it again. *again* is within a second; *again, after\n"
    "the alias's second* asks MLflow which version the alias names. 1,000 loads a second need no\n"
    "Redis: a further load is a look into a dictionary of this process, and one query a second\n"
    "for each alias."
)


def run(report: Report, rounds: int) -> None:
    """Measure it in fresh processes and homes."""
    found = []
    for number in range(rounds):
        with tempfile.TemporaryDirectory(prefix="benchmark_") as folder:
            home = str(Path(folder) / "home")
            done = measure(["-m", "benchmarks.service.loading"], ROOT, MLOPS_ASSETS_HOME=home)
        found.append(json.loads(done.lines[-1][1]))
        progress(f"loads, round {number + 1} of {rounds}: {found[-1]['again']['wall']:.3f} ms")
    report.section("Loading a model", ABOUT, _lines(found))


def _lines(found: list[dict]) -> list[str]:
    rows = [("", "wall", "CPU", "goal")]
    for name in ("first", "from the copy", *AGAIN, "MLflow itself"):
        wall, cpu = ([it[name][kind] for it in found] for kind in ("wall", "cpu"))
        goal = f"<= {GOAL_MS:g} ms: {met(max(wall) <= GOAL_MS)}" if name in AGAIN else ""
        rows.append((name, spread(wall, ".2f", "ms"), spread(cpu, ".2f", "ms"), goal))
    rates = [it["rate"] for it in found]
    ours, theirs = ([it[name]["cpu"] for it in found] for name in ("again", "MLflow itself"))
    return [
        *table(rows),
        "",
        f"CPU of a further load, ours / MLflow: {ratio(ours, theirs)}",
        f"loads a second, awaited, 16 at a time: {spread(rates, ',.0f', '')}; "
        f"goal >= {GOAL_RATE:,}: {met(min(rates) >= GOAL_RATE)}",
    ]
