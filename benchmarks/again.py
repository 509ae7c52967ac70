"""Benchmark a retrain without changes: its duration, and that it adds nothing."""

import tempfile
from pathlib import Path

from benchmarks.checkout import make_checkout, put_model
from benchmarks.records import Recorded, recorded
from benchmarks.report import Report, progress, ratio, spread, table
from benchmarks.retrain import ROWS, ours, warm_up

ABOUT = (
    "The same command twice on the same state, 10,000 rows: neither data nor code nor parameters\n"
    "have changed, so the second registers no version and stores no model."
)


def run(report: Report, rounds: int) -> None:
    """Measure first and second retrains on fresh state, in turns."""
    first, second, before, after = [], [], [], []
    with tempfile.TemporaryDirectory(prefix="benchmark_") as holder:
        checkout = make_checkout(Path(holder) / "checkout")
        put_model(checkout, rows=ROWS[0])
        warm_up(checkout)
        for number in range(rounds):
            home = Path(holder) / str(number)
            first.append(ours(checkout, home).wall)
            before.append(recorded(home / "mlflow"))
            second.append(ours(checkout, home).wall)
            after.append(recorded(home / "mlflow"))
            seconds = f"first {first[-1]:.1f} s, second {second[-1]:.1f} s"
            progress(f"again, round {number + 1} of {rounds}: {seconds}")
    rows = [
        ("", "first retrain", "second retrain", "second / first"),
        ("wall time", spread(first), spread(second), ratio(second, first)),
        ("model versions", *_counts("versions", before, after), ""),
        ("stored models", *_counts("logged_models", before, after), ""),
    ]
    report.section("The same retrain again", ABOUT, table(rows))


def _counts(what: str, before: list[Recorded], after: list[Recorded]) -> tuple[str, str]:
    """The counts after each retrain; raises `AssertionError` if the second adds anything."""
    counts = {(getattr(b, what), getattr(a, what)) for b, a in zip(before, after, strict=True)}
    if counts != {(1, 1)}:
        raise AssertionError(
            f"{what} after the first and the second retrain: {counts}, not 1 and 1"
        )
    return "1", "1 (0 new)"
