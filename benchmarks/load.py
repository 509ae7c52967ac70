"""Benchmark loading the code location, by number of models."""

import statistics
import tempfile
from pathlib import Path

from benchmarks.checkout import make_checkout, put_copies
from benchmarks.process import measure
from benchmarks.report import Report, met, progress, ratio, spread, table

BARE = "import dagster"
LOAD = "from mlops_assets.definitions import defs; loaded = defs()"
# What the code server does before the UI can show anything: resolve and describe every job.
SERVE = f"""{LOAD}
from dagster._core.remote_representation.external_data import RepositorySnap
from dagster._serdes import serialize_value
repository = loaded.get_repository_def()
repository.load_all_definitions()
serialize_value(RepositorySnap.from_def(repository, defer_snapshots=True))
"""
PROGRAMS = {"loaded": LOAD, "served": SERVE}
COUNTS = (1, 50, 200, 500)
MOST_TIMES, MOST_MS = 1.5, 10
SHORT = 3  # repetitions per round of what takes a second
ABOUT = (
    "Whole processes. `loaded` is `from mlops_assets.definitions import defs; defs()`, what the\n"
    "process of every run pays; `served` is that and what Dagster's code server does before the\n"
    "UI can show it: resolve all jobs and describe the repository. The models are copies of\n"
    "heart_disease."
)

Seconds = dict[tuple[str, int], list[float]]


def run(report: Report, rounds: int) -> None:
    """Measure `import dagster` and each program with each number of models, in turns."""
    bare: list[float] = []
    seconds: Seconds = {(name, count): [] for count in COUNTS for name in PROGRAMS}
    with tempfile.TemporaryDirectory(prefix="benchmark_") as holder:
        checkouts = {count: _checkout(Path(holder), count) for count in COUNTS}
        for number in range(rounds):
            for _ in range(SHORT):
                bare.append(measure(["-c", BARE], checkouts[1]).wall)
                _measure_all(checkouts, COUNTS[:1], seconds)
            _measure_all(checkouts, COUNTS[1:], seconds)
            last = ", ".join(
                f"{name} {count}: {s[-1]:.1f} s" for (name, count), s in seconds.items()
            )
            progress(f"load, round {number + 1} of {rounds}: {last}")
    report.section("Loading the code location", ABOUT, _lines(bare, seconds))


def _measure_all(checkouts: dict[int, Path], counts: tuple[int, ...], seconds: Seconds) -> None:
    for count in counts:
        for name, program in PROGRAMS.items():
            seconds[name, count].append(measure(["-c", program], checkouts[count]).wall)


def _checkout(holder: Path, count: int) -> Path:
    """A checkout with that many models and compiled bytecode."""
    checkout = make_checkout(holder / str(count))
    put_copies(checkout, 1)
    measure(["-c", SERVE], checkout)
    put_copies(checkout, count)
    return checkout


def _lines(bare: list[float], seconds: Seconds) -> list[str]:
    rows = [("", "seconds", "/ import dagster", "ms a further model", "goal")]
    rows.append(("import dagster", spread(bare, ".2f"), "1", "", ""))
    for name in PROGRAMS:
        one = seconds[name, COUNTS[0]]
        for count in COUNTS:
            took = seconds[name, count]
            if count == COUNTS[0]:
                times = statistics.median(took) / statistics.median(bare)
                goal = f"ratio <= {MOST_TIMES}, {met(times <= MOST_TIMES)}"
                shown = ratio(took, bare), ""
            else:
                further = _further(took, one, count)
                goal = f"<= {MOST_MS} ms, {met(further <= MOST_MS)}"
                shown = "", f"{further:.1f}"
            label = f"{count} model{'s' if count > 1 else ''} {name}"
            rows.append((label, spread(took, ".2f"), *shown, goal if name == "loaded" else ""))
    return table(rows)


def _further(took: list[float], one: list[float], count: int) -> float:
    """Milliseconds that each model after the first adds."""
    return 1000 * (statistics.median(took) - statistics.median(one)) / (count - 1)
