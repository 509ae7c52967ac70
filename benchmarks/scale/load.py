"""Benchmark the code location with many models: loaded and served, beside Dagster alone."""

import tempfile
from pathlib import Path
from statistics import median

from benchmarks.process import measure
from benchmarks.report import Report, met, progress, table
from benchmarks.scale.sides import both, put_models

ROUNDS = 3
OURS = "from mlops_assets.definitions import defs; loaded = defs()"
BARE = "from benchmarks.scale.bare import defs; loaded = defs({models})"
SERVE = """
from dagster._core.remote_representation.external_data import RepositorySnap
from dagster._serdes import serialize_value
repository = loaded.get_repository_def()
repository.load_all_definitions()
serialize_value(RepositorySnap.from_def(repository, defer_snapshots=True))
"""
AS_SERVER = """
import click
api = click.Context(click.Command("api"), info_name="api")
click.Context(click.Command("grpc"), info_name="grpc", parent=api).__enter__()
"""
"""In the process of `dagster api grpc`, which a code server is."""
MOST_MS = {"loaded": 10.0, "served": 25.0}
ABOUT = (
    "CPU milliseconds that a further model adds. `loaded`: the definitions are there. `served`:\n"
    "all that the code server does before the UI shows them, which evaluates the definitions\n"
    "twice, resolves all jobs and describes the repository. `Dagster alone` is as many assets,\n"
    "checks, jobs, schedules and sensors that do nothing, without anything of ours; below it\n"
    "nothing can be without changing Dagster."
)


def run(report: Report, models: int) -> None:
    """Measure both sides and Dagster alone with one model and with `models`, in turns."""
    found: dict[tuple[str, str], list[float]] = {}
    with (
        tempfile.TemporaryDirectory(prefix="benchmark_") as holder,
        both(Path(holder), 1) as sides,
    ):
        for number in range(ROUNDS):
            few = _seconds(sides, 1)
            for checkout in sides.values():
                put_models(checkout, models)
            many = _seconds(sides, models)
            for checkout in sides.values():
                put_models(checkout, 1)
            for key, seconds in many.items():
                further = 1000 * (seconds - few[key]) / (models - 1)
                found.setdefault(key, []).append(further)
            progress(f"load, round {number + 1} of {ROUNDS}")
    report.section(f"The code location, with {models} models", ABOUT, _lines(found))


def _seconds(sides: dict[str, Path], models: int) -> dict[tuple[str, str], float]:
    found = {}
    programs = [(side, checkout, OURS) for side, checkout in sides.items()]
    programs.append(("Dagster alone", sides["now"], BARE.format(models=models)))
    for name, checkout, program in programs:
        head, call = program.split("loaded = ")
        twice = f"{head}{call}; loaded = {call}"  # as Dagster's code server does
        served = f"{AS_SERVER}{twice}{SERVE}"
        home = {"MLOPS_ASSETS_HOME": str(checkout / "home")}
        found["loaded", name] = measure(["-c", program], checkout, **home).cpu
        found["served", name] = measure(["-c", served], checkout, **home).cpu
        loaded, all_served = found["loaded", name], found["served", name]
        progress(f"{name}, {models} models: loaded {loaded:.1f} s, served {all_served:.1f} s")
    return found


def _lines(found: dict[tuple[str, str], list[float]]) -> list[str]:
    rows = [("ms a model", "now", "before", "Dagster alone", "goal")]
    for what, most in MOST_MS.items():
        now, before, bare = (median(found[what, it]) for it in ("now", "before", "Dagster alone"))
        bound = max(most, bare)
        goal = f"<= {bound:.1f}: {met(now <= bound)}"
        rows.append((what, f"{now:.1f}", f"{before:.1f}", f"{bare:.1f}", goal))
    return table(rows)
