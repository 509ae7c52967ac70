"""Benchmark a retrain on a Ray cluster beside one that the code server executes."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from statistics import median

import dagster as dg
import psycopg

from benchmarks.checkout import put_model
from benchmarks.report import Report, met, progress, ratio, spread, table
from mlops_assets_tests.checkout import Checkout, make_checkout
from mlops_assets_tests.deploy.s3 import s3_server
from mlops_assets_tests.postgres import server as postgres_server
from mlops_assets_tests.server import Server, dagster_dev, wait_until
from mlops_assets_tests.workers.away import on_ray, places_on, with_dagster_home
from mlops_assets_tests.workers.conftest import NAMES

ROUNDS, ROWS, MOST = 3, 100_000, 1.3
RUN_SECONDS = 1200
SIDES = ("process", "ray")
ABOUT = (
    f"A first retrain of {ROWS:,} rows, from its launch to its end, in seconds on the clock: by a\n"
    "process of the code server, and as a job of a Ray cluster, a head and two nodes on this\n"
    "machine. PostgreSQL and S3 are the stores of both. Launching includes importing everything."
)


def run(report: Report, models: int) -> None:
    """Retrain a model of its own on each side, in turns; `models` does not matter here."""
    seconds: dict[str, list[float]] = {side: [] for side in SIDES}
    with _both() as sides:
        for number in range(ROUNDS):
            for side, server in sides.items():
                seconds[side].append(_retrained(server, f"{side}_{number}"))
                progress(f"ray, round {number + 1} of {ROUNDS}, {side}: {seconds[side][-1]:.0f} s")
    found = median(b / a for a, b in zip(*seconds.values(), strict=True))
    rows = [("", *SIDES, "ray / process", "goal")]
    goal = f"<= {MOST}: {met(found <= MOST)}"
    own = [spread(seconds[side]) for side in SIDES]
    rows.append(("launch to end", *own, ratio(seconds["ray"], seconds["process"]), goal))
    report.section("A retrain on a Ray cluster", ABOUT, table(rows))


@contextmanager
def _both() -> Iterator[dict[str, Server]]:
    """A Dagster for each side, each with a database of its own, on the same other stores."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="benchmark_")))
        s3, url = stack.enter_context(s3_server()), stack.enter_context(postgres_server())
        made = {side: _checkout(folder / side, side, places_on(s3), url) for side in SIDES}
        on_cluster, _ = stack.enter_context(on_ray(made["ray"]))
        checkouts = {"process": with_dagster_home(made["process"]), "ray": on_cluster}
        yield {side: stack.enter_context(dagster_dev(it)) for side, it in checkouts.items()}


def _checkout(folder: Path, side: str, places: dict[str, str], url: str) -> Checkout:
    checkout = make_checkout(folder)
    for number in range(ROUNDS):
        put_model(folder, f"{side}_{number}", rows=ROWS)
    databases = {}
    with psycopg.connect(url, autocommit=True) as connection:
        for variable, name in NAMES.items():
            connection.execute(f"CREATE DATABASE {side}_{name}")  # type: ignore[arg-type]
            databases[variable] = url.replace("/postgres?", f"/{side}_{name}?")
    own = {"PYTHONPATH": str(folder), **places, **databases}
    return replace(checkout, environment={**checkout.environment, **own})


def _retrained(server: Server, model: str) -> float:
    """Seconds from the launch of a retrain to its end. Raises `RuntimeError` if it fails."""
    run_id = server.launch(f"{model}_retrain")
    settings = server.checkout.settings
    with dg.DagsterInstance.from_config(str(settings.dagster_home)) as instance:
        wait_until(lambda: instance.get_run_by_id(run_id).is_finished, RUN_SECONDS)
        if instance.get_run_by_id(run_id).status is not dg.DagsterRunStatus.SUCCESS:
            raise RuntimeError(f"the retrain of {model} failed: {settings.dagster_home}")
        stats = instance.get_run_stats(run_id)
    return stats.end_time - stats.launch_time
