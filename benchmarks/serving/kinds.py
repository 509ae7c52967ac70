"""The same with other estimators, a regression, and a model with dates and text."""

from __future__ import annotations

from benchmarks.checkout import MODEL
from benchmarks.report import Report, met, progress, table
from benchmarks.serving.models import ESTIMATORS, trained
from benchmarks.serving.servers import ours
from benchmarks.serving.single import ROUNDS, TOLERANCE, differences, figures

COMPARED = 500
ABOUT = (
    "As above, ours alone. `differs` is the greatest difference of a confidence, or the relative\n"
    "one of a predicted number, from the model's own answers to 500 rows."
)


def run(report: Report, minutes: int) -> None:
    """Measure each model alone."""
    head = ("", "requests a second", "p50 ms", "p99 ms", "server CPU ms", "failed", "differs")
    rows: list[tuple[str, ...]] = [head]
    worst = 0.0
    for name in [it for it in ESTIMATORS if it != MODEL]:
        with trained(name) as made, ours(made.checkout, name) as server:
            few = made.rows(COMPARED)
            server.load(few[:1], 1)
            them = [server.load(few[:1], minutes) for _ in range(ROUNDS)]
            difference, labels = differences(made, few, [server.ask([it]) for it in few])
        worst = max(worst, difference, float("inf") if labels else 0)
        rows.append((*figures(name, them), f"{difference:.1e}"))
        progress(" ".join(rows[-1]))
    goal = f"goal <= {TOLERANCE:g}, {met(worst <= TOLERANCE)}"
    report.section("Other models", ABOUT, [*table(rows), "", f"differs: {goal}"])
