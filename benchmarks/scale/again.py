"""Benchmark a retrain that changes nothing, in a fresh process: its CPU seconds, on both sides."""

import tempfile
from pathlib import Path

from benchmarks.checkout import put_model
from benchmarks.report import Report, met, progress, ratio, spread, table
from benchmarks.scale.sides import both, created, executed

ROUNDS, ROWS, MOST, JOB = 3, 5_000, 0.5, "model_0_retrain"
ABOUT = (
    "The process that executes a retrain, from its start to its end, with all that it starts: the\n"
    "first of a model of 5,000 rows, the same again, which the version in production has not been\n"
    "compared with yet, and once more. CPU seconds."
)


def run(report: Report, models: int) -> None:
    """Retrain one model three times on each side, in turns; `models` plays no part."""
    cpu: dict[tuple[str, int], list[float]] = {}
    with (
        tempfile.TemporaryDirectory(prefix="benchmark_") as holder,
        both(Path(holder), 1) as sides,
    ):
        for checkout in sides.values():
            put_model(checkout, "model_0", rows=ROWS)
        _round(sides, Path(holder) / "warm", {})
        for number in range(ROUNDS):
            _round(sides, Path(holder) / str(number), cpu)
            progress(f"again, round {number + 1} of {ROUNDS}")
    report.section("A retrain that changes nothing", ABOUT, _lines(cpu))


def _round(sides, folder: Path, cpu: dict[tuple[str, int], list[float]]) -> None:
    for time in range(3):
        for side, checkout in sides.items():
            home = folder / side
            (command,) = created(checkout, home, [JOB])
            cpu.setdefault((side, time), []).append(executed(checkout, home, command).cpu)


def _lines(cpu: dict[tuple[str, int], list[float]]) -> list[str]:
    rows = [("", "before", "now", "now / before", "goal")]
    for time, name in enumerate(("first", "again", "once more")):
        now, before = cpu["now", time], cpu["before", time]
        found = sorted(a / b for a, b in zip(now, before, strict=True))[len(now) // 2]
        goal = f"<= {MOST}: {met(found <= MOST)}" if time else ""
        rows.append((name, spread(before), spread(now), ratio(now, before), goal))
    return table(rows)
