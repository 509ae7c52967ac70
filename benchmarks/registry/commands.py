"""Benchmark promotion, rollback and listing with 1,000 versions, with kills in between."""

import json
import statistics
import tempfile
from pathlib import Path

from benchmarks.checkout import ROOT, make_checkout, put_model
from benchmarks.process import measure
from benchmarks.report import Report, met, progress, spread, table

COMMAND = ["-m", "mlops_assets.cli"]
NAME, MODEL, VERSIONS = "heart-disease-model", "heart_disease", 1_000
PROMOTED = 30
"""Greater than the number of any version that a round promotes."""
GOAL_SECONDS = {"models": 2.0, "versions": 2.0}
ABOUT = (
    f"Whole commands, imports and all, on a registry whose one model has {VERSIONS:,} versions:\n"
    "one was retrained and serves, the others are its copies with metrics, intervals and verdict,\n"
    "and the newest waits. `models` imports Dagster as well, to see the last retrain and drift;\n"
    "those that change something load defs.yaml. Beside them what no command can do without."
)
KILLS = (
    "`python -m mlops_assets_tests.faults.kill_points`: at each write of a change, before and\n"
    "after it, a process kills itself with SIGKILL; another one starts, recovers, and looks\n"
    "whether aliases, tags, ledger and drift reference agree. Goal: 0 inconsistent."
)
READING = {
    "models": ["models"],
    "versions": ["versions", MODEL],
    "history, the newest 20": ["history", MODEL, "--limit", "20"],
}


def run(report: Report, rounds: int) -> None:
    """Measure the commands round by round, and try the kill points once."""
    found: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory(prefix="benchmark_") as holder:
        checkout = make_checkout(Path(holder) / "checkout")
        put_model(checkout)
        place = {"MLOPS_ASSETS_HOME": str(Path(holder) / "home")}
        measure([*COMMAND, "retrain", MODEL], checkout, **place)
        filled = measure(
            ["-c", "from benchmarks.registry.commands import fill; fill()"], checkout, **place
        )
        progress(f"{VERSIONS:,} versions in {filled.wall:.0f} s")
        _commands(checkout, place, 0)  # not counted: compiles the bytecode
        for number in range(1, rounds + 1):
            for name, seconds in _commands(checkout, place, number).items():
                found.setdefault(name, []).append(seconds)
            progress(f"registry, round {number} of {rounds}")
    rows = [("", "whole process", "goal")]
    rows += [(name, spread(them, ".2f"), _goal(name, them)) for name, them in found.items()]
    report.section(f"The registry with {VERSIONS:,} versions", ABOUT, table(rows))
    report.section("Killed changes of a stage", KILLS, _kills())


def _goal(name: str, seconds: list[float]) -> str:
    most = GOAL_SECONDS.get(name)
    return f"below {most:g} s, {met(statistics.median(seconds) < most)}" if most else ""


def fill() -> None:
    """Copy the model's first version until all exist; the newest waits for approval."""
    from mlops_assets.client import ModelRegistry
    from mlops_assets.evaluation.verdict import Verdict

    model = ModelRegistry.from_environment().of(NAME)
    first = model.version("1")
    # As if each had been compared with the first, the production version at each promotion.
    verdict = Verdict.model_validate_json(first.tags["verdict"]).model_copy(
        update={"champion": "1"}
    )
    tags = {**first.tags, "verdict": verdict.model_dump_json(), "stage": "archived"}
    for _ in range(VERSIONS - 1):
        model.create_version(tags["model_id"], run_id=str(first.run_id), tags=tags)
    for number in (*range(2, PROMOTED), VERSIONS):  # promotion asks the ledger for the verdict
        model.judge(str(number), verdict)


def _commands(checkout: Path, place: dict[str, str], number: int) -> dict[str, float]:
    """Seconds of each command. The round's own version is promoted and rolled back."""
    done = {"import mlflow": measure(["-c", "import mlflow"], checkout, **place)}
    why = ["--reason", "benchmark"]
    changing = {"promote": ["promote", MODEL, str(number + 2), *why]}
    changing |= {"rollback": ["rollback", MODEL, *why]}
    for name, words in {**READING, **changing}.items():
        done[name] = measure([*COMMAND, *words], checkout, **place)
    if len(done["versions"].lines) != VERSIONS + 1:
        raise AssertionError(f"{len(done['versions'].lines)} lines for {VERSIONS} versions")
    if not done["rollback"].output.endswith("version 1 is in production"):
        raise AssertionError(done["rollback"].output)
    return {name: measured.wall for name, measured in done.items()}


def _kills() -> list[str]:
    done = measure(["-m", "mlops_assets_tests.faults.kill_points"], ROOT)
    outcomes = [json.loads(line) for line in done.output.splitlines() if line.startswith("{")]
    rows = [("", "writes", "kill points tried", "inconsistent")]
    rows += [
        (it["action"], str(it["writes"]), str(it["points"]), str(len(it["inconsistent"])))
        for it in outcomes
    ]
    tried = sum(it["points"] for it in outcomes)
    wrong = sum(len(it["inconsistent"]) for it in outcomes)
    return [*table([*rows, ("in all", "", str(tried), str(wrong))])]
