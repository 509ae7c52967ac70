"""Benchmark a night: every model retrained once, as many at a time as there are cores."""

import os
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from benchmarks.checkout import defs_folder
from benchmarks.process import Measured, measure
from benchmarks.report import Report, met, progress, table
from benchmarks.scale.sides import both, created, executed

MODELS, MOST = 500, 0.35
ABOUT = (
    "Retrains of 1,000 rows, a process each, as many at a time as there are cores: the first of\n"
    "every model, and then the same again, when neither data nor code have changed, as in most\n"
    "nights. A plain script (`benchmarks/plain.py`) does the work of a first retrain, without an\n"
    "orchestrator. Where fewer than 500 retrains were executed, the night is computed: their\n"
    "wall time, times 500 through their number. 500 models are in the project in either case."
)


class Night(NamedTuple):
    """A night's seconds: on the clock, and of all processors."""

    wall: float
    cpu: float

    def of(self, executed: int) -> "Night":
        """The night of `MODELS` models, from one of fewer."""
        return Night(*(seconds * MODELS / executed for seconds in self))


def run(report: Report, models: int) -> None:
    """Retrain `models` of 500 models twice on each side, and run as many plain scripts."""
    names, nights = [f"model_{number}_retrain" for number in range(models)], {}
    with (
        tempfile.TemporaryDirectory(prefix="benchmark_") as holder,
        both(Path(holder), MODELS) as sides,
    ):
        for which in ("first", "again"):
            for side, checkout in sides.items():
                home = Path(holder) / f"home_{side}"
                commands = created(checkout, home, names)
                nights[side, which] = _night(
                    [(executed, checkout, home, command) for command in commands]
                )
                progress(f"night, {which}, {side}: {nights[side, which].wall:.0f} s")
        nights["plain", "first"] = _night(_scripts(sides["now"], Path(holder) / "plain", models))
    report.section(f"A night of {MODELS} retrains", ABOUT, _lines(nights, models))


def _scripts(checkout: Path, folder: Path, models: int) -> list[tuple]:
    work = []
    for number in range(models):
        store = folder / str(number)
        store.mkdir(parents=True)
        defs = defs_folder(checkout) / f"model_{number}" / "defs.yaml"
        work.append((measure, ["-m", "benchmarks.plain", str(defs), str(store)], checkout))
    return work


def _night(work: list[tuple]) -> Night:
    began = time.perf_counter()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        done: list[Measured] = list(pool.map(lambda it: it[0](*it[1:]), work))
    return Night(time.perf_counter() - began, sum(it.cpu for it in done))


def _lines(nights: dict[tuple[str, str], Night], models: int) -> list[str]:
    rows = [("", "wall", "CPU", "now / before", "now / plain", "goal")]
    for which in ("first", "again"):
        now, before = nights["now", which], nights["before", which]
        ratio, plain = now.wall / before.wall, nights["plain", "first"]
        for side, night in (("now", now), ("before", before)):
            own = side == "now"
            rows.append(
                (
                    f"{which}, {side}",
                    f"{night.of(models).wall / 3600:.2f} h",
                    f"{night.of(models).cpu / 3600:.2f} h",
                    f"{ratio:.2f}" if own else "",
                    f"{now.wall / plain.wall:.2f}" if own and which == "first" else "",
                    f"<= {MOST}: {met(ratio <= MOST)}" if own else "",
                )
            )
    script = nights["plain", "first"].of(models)
    rows.append(
        ("plain scripts", f"{script.wall / 3600:.2f} h", f"{script.cpu / 3600:.2f} h", "", "", "")
    )
    return [*table(rows), "", f"executed: {models} of {MODELS}"]
