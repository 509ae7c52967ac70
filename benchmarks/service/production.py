"""A retrain on the production set-up, and embedded."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from statistics import median

import psutil

from benchmarks.checkout import MODEL, make_checkout, put_model
from benchmarks.process import Measured, measure
from benchmarks.report import Report, met, progress, ratio, spread, table
from mlops_assets_tests.checkout import Checkout, own_environment
from mlops_assets_tests.deploy.deployment import backing_services, environment_of

GOAL, ROWS = 1.3, 10_000
COMMAND = ["-m", "mlops_assets.cli", "retrain", MODEL]
ABOUT = (
    "`mlops-assets retrain heart_disease` with Dagster, the ledger and MLflow in PostgreSQL,\n"
    "MLflow behind its server with a login and the guard, artifacts and lake on S3; and embedded:\n"
    "SQLite and a folder. The services are those of deploy/compose.yaml, with moto for S3; they\n"
    "are on the same machine and share its cores. *services* is what MLflow's server, the S3 API\n"
    "and PostgreSQL use meanwhile; the CPU time has it."
)


def run(report: Report, rounds: int) -> None:
    """Measure both in turns, each in a fresh home; the services go on."""
    with (
        tempfile.TemporaryDirectory(prefix="benchmark_") as holder,
        _production(Path(holder)) as (checkout, given, postgres),
    ):
        rounds_done = []
        for number in range(rounds + 1):
            home = Path(holder) / f"{number}"
            before = services_cpu(postgres)
            given["MLOPS_ASSETS_HOME"] = f"{home}_production"
            ours = measure(COMMAND, checkout, **given)
            services = services_cpu(postgres) - before
            embedded = measure(COMMAND, checkout, MLOPS_ASSETS_HOME=f"{home}_embedded")
            progress(f"retrain {number} of {rounds}: {ours.wall:.1f} s, {embedded.wall:.1f} s")
            # The first fills caches and makes schemas.
            rounds_done += [(ours, embedded, services)] if number else []
    report.section("A retrain on PostgreSQL and S3", ABOUT, _lines(rounds_done))


def _lines(done: list[tuple[Measured, Measured, float]]) -> list[str]:
    wall = [it.wall for it, _, _ in done], [it.wall for _, it, _ in done]
    cpu = [it.cpu + services for it, _, services in done], [it.cpu for _, it, _ in done]
    reached = median(a / b for a, b in zip(*wall, strict=True)) <= GOAL
    rows = [
        ("", "production", "embedded", "production / embedded", "goal"),
        ("wall time", *map(spread, wall), ratio(*wall), f"<= {GOAL}: {met(reached)}"),
        ("CPU time", *map(spread, cpu), ratio(*cpu), ""),
        ("of it, services", spread([it for _, _, it in done]), "-", "", ""),
    ]
    return table(rows)


def services_cpu(postgres: str) -> float:
    """CPU seconds so far of this process's servers, and of the PostgreSQL with that URL."""
    folder = postgres.rpartition("host=")[2]
    found = psutil.Process().children(recursive=True)
    for process in psutil.process_iter(["cmdline"]):
        if process not in found and any(folder in it for it in process.info["cmdline"] or ()):
            found += [process, *process.children(recursive=True)]
    total = 0.0
    for process in found:
        with suppress(psutil.NoSuchProcess):
            times = process.cpu_times()
            # A connection that was closed is in what its server's children used.
            total += times.user + times.system + times.children_user + times.children_system
    return total


@contextmanager
def _production(holder: Path) -> Iterator[tuple[Path, dict[str, str], str]]:
    """A checkout, the environment of commands that use the services, and PostgreSQL's URL."""
    folder = make_checkout(holder / "checkout")
    put_model(folder, rows=ROWS)
    checkout = Checkout(folder, own_environment())
    with backing_services(checkout) as made:
        given = environment_of(made.services["init"], checkout)
        yield folder, {k: v for k, v in given.items() if os.environ.get(k) != v}, made.postgres
