"""A retrain on the production set-up, and embedded."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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
    "are on the same machine and share its cores. CPU is that of the command: the services' own\n"
    "is in the wall time alone."
)


def run(report: Report, rounds: int) -> None:
    """Measure both in turns, each in a fresh home; the services go on."""
    with (
        tempfile.TemporaryDirectory(prefix="benchmark_") as holder,
        _production(Path(holder)) as (checkout, given),
    ):
        pairs = []
        for number in range(rounds + 1):
            home = Path(holder) / f"{number}"
            pair = (
                measure(COMMAND, checkout, **{**given, "MLOPS_ASSETS_HOME": f"{home}_production"}),
                measure(COMMAND, checkout, MLOPS_ASSETS_HOME=f"{home}_embedded"),
            )
            progress(f"retrain {number} of {rounds}: {pair[0].wall:.1f} s, {pair[1].wall:.1f} s")
            pairs += [pair] if number else []  # the first fills caches and makes schemas
    report.section("A retrain on PostgreSQL and S3", ABOUT, _lines(pairs))


def _lines(pairs: list[tuple[Measured, Measured]]) -> list[str]:
    wall = [[it.wall for it in side] for side in zip(*pairs, strict=True)]
    cpu = [[it.cpu for it in side] for side in zip(*pairs, strict=True)]
    reached = sorted(a / b for a, b in zip(*wall, strict=True))[len(pairs) // 2] <= GOAL
    rows = [
        ("", "production", "embedded", "production / embedded", "goal"),
        ("wall time", *map(spread, wall), ratio(*wall), f"<= {GOAL}: {met(reached)}"),
        ("CPU time", *map(spread, cpu), ratio(*cpu), ""),
    ]
    return table(rows)


@contextmanager
def _production(holder: Path) -> Iterator[tuple[Path, dict[str, str]]]:
    """A checkout, and the environment of commands that use the services."""
    folder = make_checkout(holder / "checkout")
    put_model(folder, rows=ROWS)
    checkout = Checkout(folder, own_environment())
    with backing_services(checkout) as made:
        given = environment_of(made.services["init"], checkout)
        yield folder, {k: v for k, v in given.items() if os.environ.get(k) != v}
