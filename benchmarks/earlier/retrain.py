"""A retrain and loading the code location, with this state and with the earlier one, in turns."""

import shutil
import statistics
import tempfile
from pathlib import Path

from benchmarks.checkout import FILES, MODEL, ROOT, put_model
from benchmarks.process import Measured, measure
from benchmarks.report import Report, met, progress, ratio, spread, table
from benchmarks.retrain import COMMAND

ROWS = 10_000
LOAD = ["-c", "from mlops_assets.definitions import defs; defs()"]
MOST = 1.0
ABOUT = (
    "`mlops-assets retrain heart_disease` on 10,000 simulated rows in a fresh home, and loading\n"
    "the code location with that one model: whole processes, the two states in turns (A B B A),\n"
    "with the same libraries."
)


def run(report: Report, earlier: Path, name: str, rounds: int) -> None:
    """Measure both states `rounds` times, after one uncounted run of each."""
    with tempfile.TemporaryDirectory(prefix="benchmark_") as holder:
        sides = {
            "now": _copy(ROOT, Path(holder) / "now"),
            name: _copy(earlier, Path(holder) / "before"),
        }
        runs: dict[str, list[tuple[Measured, Measured]]] = {side: [] for side in sides}
        for number in range(rounds + 1):
            # Whoever comes first in a round is some percent slower: each does as often.
            order = list(sides.items())[:: 1 if number % 2 else -1]
            for side, folder in order:
                home = Path(holder) / f"home_{side}_{number}"
                retrain = measure(COMMAND, folder, MLOPS_ASSETS_HOME=str(home))
                loaded = measure(LOAD, folder, MLOPS_ASSETS_HOME=str(home))
                shutil.rmtree(home)
                if number:  # the first compiles the bytecode
                    runs[side].append((retrain, loaded))
                    progress(f"round {number} of {rounds}, {side}: {retrain.wall:.1f} s")
        report.section(f"A retrain, now and at {name}", ABOUT, _lines(runs))


def _copy(state: Path, folder: Path) -> Path:
    ignore = shutil.ignore_patterns("__pycache__", "defs")
    shutil.copytree(state / "mlops_assets", folder / "mlops_assets", ignore=ignore)
    (folder / "mlops_assets" / "defs").mkdir()
    for file in FILES:
        shutil.copy(state / file, folder / file)
    put_model(folder, MODEL, rows=ROWS)
    return folder


def _lines(runs: dict[str, list[tuple[Measured, Measured]]]) -> list[str]:
    now, before = runs.values()
    rows = [("", *runs, "now / before", f"goal <= {MOST:.2f}")]
    for place, what in enumerate(("retrain", "load")):
        for unit in ("wall", "cpu"):
            ours, theirs = ([getattr(it[place], unit) for it in side] for side in (now, before))
            middle = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
            goal = met(middle <= MOST) if place == 0 else ""
            cells = (spread(ours, ".2f"), spread(theirs, ".2f"), ratio(ours, theirs), goal)
            rows.append((f"{what}, {unit}", *cells))
    return table(rows)
