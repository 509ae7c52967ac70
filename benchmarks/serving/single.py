"""One row a request, at eight connections: ours, mlflow's and BentoML's server in turns."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.report import Report, met, progress, spread, table
from benchmarks.serving.log_cost import log_share
from benchmarks.serving.models import Row, Trained, trained
from benchmarks.serving.servers import Server, bentos, mlflows, ours

ROUNDS, COMPARED = 3, 500
TIMES, MOST_MS, TOLERANCE = 100, 10, 1e-9
ABOUT = (
    "The 200-tree forest of heart_disease, one row a request, eight connections that send as\n"
    "fast as they are answered. Each server has one process for requests and is asked alone.\n"
    "The last lines are at half of the median of ours."
)


def run(report: Report, minutes: int) -> None:
    """Measure all three in turns, and compare the answers."""
    with trained() as made, tempfile.TemporaryDirectory(prefix="bentoml_") as packages:
        row = made.rows(1)
        places = {"mlops_assets": lambda: ours(made.checkout, made.name)}
        places["mlflow"] = lambda: mlflows(made.checkout, made.files())
        if install_bentoml(Path(packages)):
            places["BentoML"] = lambda: bentos(made.checkout, made.files(), Path(packages))
        found: dict[str, list[dict[str, Any]]] = {name: [] for name in places}
        for _ in range(ROUNDS):
            for name, start in places.items():
                with start() as server:
                    server.load(row, 1)  # warm
                    found[name].append(server.load(row, minutes))
                progress(f"{name}: {found[name][-1]}")
        lines = _lines(found) + half_load(made, row, minutes, found)
        lines += [compared(made), log_share(made, row, found["mlops_assets"])]
    report.section("One row a request", ABOUT, lines)


def install_bentoml(packages: Path) -> bool:
    """Whether BentoML could be installed into the folder."""
    command = [sys.executable, "-m", "uv", "pip", "install", "--target", str(packages), "bentoml"]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        progress(f"without BentoML, which does not install: {done.stderr[-300:]}")
    return done.returncode == 0


def _lines(found: dict[str, list[dict[str, Any]]]) -> list[str]:
    head = ("", "requests a second", "p50 ms", "p99 ms", "server CPU ms", "failed")
    rows = [head, *(figures(name, them) for name, them in found.items())]
    a_second = {name: median(it["a_second"] for it in them) for name, them in found.items()}
    times = a_second["mlops_assets"] / a_second["mlflow"]
    goal = f"goal >= {TIMES}, {met(times >= TIMES)}"
    return [*table(rows), "", f"times the requests a second of mlflow: {times:.0f}; {goal}"]


def figures(name: str, them: Sequence[dict[str, Any]]) -> tuple[str, ...]:
    """A line of the table: medians of the rounds, with the smallest and the greatest."""
    shown = [("a_second", ",.0f"), ("p50_ms", ".2f"), ("p99_ms", ".2f"), ("cpu_ms", ".3f")]
    cells = [spread([it[key] for it in them], form, "") for key, form in shown]
    return (name, *cells, str(sum(it["failed"] for it in them)))


def half_load(
    made: Trained, row: list[Row], seconds: float, found: dict[str, list[dict[str, Any]]]
) -> list[str]:
    """Latency at half of the most requests."""
    rate = median(it["a_second"] for it in found["mlops_assets"]) / 2
    with ours(made.checkout, made.name) as server:
        server.load(row, 1)
        them = [server.load(row, seconds, rate=rate) for _ in range(ROUNDS)]
    half, most = ([it[key] for it in them] for key in ("p50_ms", "p99_ms"))
    return [
        f"at {rate:,.0f} requests a second: p50 {spread(half, '.2f', 'ms')}, "
        f"p99 {spread(most, '.2f', 'ms')}; "
        f"goal p99 <= {MOST_MS} ms, {met(median(most) <= MOST_MS)}"
    ]


def compared(made: Trained) -> str:
    """How far the answers to single rows are from the model's own, and mlflow's."""
    rows = made.rows(COMPARED)
    with ExitStack() as stack:
        server = stack.enter_context(ours(made.checkout, made.name))
        other = stack.enter_context(mlflows(made.checkout, made.files()))
        answers = [server.ask([row]) for row in rows]
        theirs = predictions(other, rows)
    difference, labels = differences(made, rows, answers)
    same = sum(a["prediction"] == b for a, b in zip(answers, theirs, strict=True))
    goal = met(difference <= TOLERANCE and labels == 0 and same == len(rows))
    return (
        f"{len(rows)} answers: at most {difference:.1e} from the model's own, "
        f"{labels} other labels, {len(rows) - same} other than mlflow's; "
        f"goal <= {TOLERANCE:g} and 0, {goal}"
    )


def predictions(server: Server, rows: list[Row]) -> list[Any]:
    """What mlflow's server predicts."""
    return server.ask(rows)["predictions"]


def differences(
    made: Trained, rows: list[Row], answers: Sequence[dict[str, Any]]
) -> tuple[float, int]:
    """The greatest difference of a confidence or number, and how many labels differ."""
    expected = made.expected(rows)
    if expected.probabilities is None:
        pairs = zip(answers, expected.predictions, strict=True)
        return max(abs(it["prediction"] - other) / max(1, abs(other)) for it, other in pairs), 0
    pairs = zip(answers, expected.probabilities, strict=True)
    difference = max(abs(it["confidence"] - max(other)) for it, other in pairs)
    both = zip(answers, expected.predictions, strict=True)
    return difference, sum(it["prediction"] != other for it, other in both)
