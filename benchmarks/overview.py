"""Measure the overview with many models: reading the first time, reading again, and the page.

The registry and the event log are made up, but real: versions in MLflow, records in Dagster's event
log, 20 kB of shown metadata per report as heart_disease has them.

Example:
  python -m benchmarks.overview --models 500 --days 30
"""

import argparse
import json
import sqlite3
import tempfile
import time
from pathlib import Path

import sqlalchemy as sa
from mlflow import MlflowClient
from sqlalchemy import event

from mlops_assets.overview.collect import Fleet
from mlops_assets.overview.links import Links
from mlops_assets.overview.pages import overview_page
from mlops_assets.platform.dagster.home import open_instance
from mlops_assets.platform.mlflow.store import open_store
from mlops_assets.platform.settings import Settings
from mlops_assets_tests.overview.made import (
    LAST,
    Home,
    day_records,
    entry,
    materialization,
    project,
)

SHOWN = "| column | score |\n" * 1_200


def fill(home: Home, models: int, days: int) -> None:
    """Make the models, and write their days to the event log in bulk."""
    client = open_store(home.settings)
    storage = home.instance.event_log_storage
    for number in range(models):
        name = f"model_{number:03d}"
        home.in_defs(name)
        _register(client, name, home.settings)
        home.retrain(name, LAST, registered=("1", "staging"), production=(None, "1"))
        home.sensor(name, "suspect", "suspect 1 of 2")
        entries = [
            entry(name, materialization(name, asset, record, day, shown=_shown(asset)))
            for asset, day, record in day_records(name, "c" * (days - 1) + "d", last=LAST)
        ]
        with storage.index_connection() as connection:  # type: ignore[attr-defined]
            connection.execute(storage.prepare_insert_event_batch(entries))  # type: ignore


def _register(client: MlflowClient, name: str, settings: Settings) -> None:
    """A version in production, with the tags that a registration writes."""
    tags = {
        "stage": "production",
        "in_production_since": str(LAST),
        "holdout_metrics": json.dumps({"roc_auc": 0.9}),
        "holdout_intervals": json.dumps({"roc_auc": [0.88, 0.92]}),
    }
    client.create_registered_model(name)
    client.create_model_version(name, settings.mlflow_artifacts.as_uri(), tags=tags)
    client.set_registered_model_alias(name, "production", "1")


def measure(settings: Settings, times: int) -> None:
    """Print the seconds of the first reading, of later ones, and of the page."""
    fleet = Fleet(settings)
    for number in range(times):
        began, busy = time.perf_counter(), time.process_time()
        rows = fleet.rows()
        read = time.perf_counter()
        page = overview_page(rows, Links.on_server(settings.mlflow_ui))
        drawn, busy = time.perf_counter(), time.process_time() - busy
        what = "first reading" if number == 0 else "again"
        print(
            f"{what}: {len(rows)} models, {sum(len(it.days) for it in rows):,} days read in "
            f"{read - began:.2f} s, page of {len(page) / 1000:,.0f} kB in {drawn - read:.2f} s; "
            f"{busy:.2f} s of CPU",
            flush=True,
        )


def _trust_the_disk(connection: object, _: object) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA synchronous = OFF")


def _shown(asset: str) -> str:
    return SHOWN if asset.endswith("report") else ""


def main() -> None:
    """Make a home and measure it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=int, default=500)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--times", type=int, default=4)
    given = parser.parse_args()
    event.listen(sa.engine.Engine, "connect", _trust_the_disk)  # to make the home sooner
    with tempfile.TemporaryDirectory(prefix="benchmark_") as folder:
        home = str(Path(folder) / "home")
        settings = Settings.from_environment({"MLOPS_ASSETS_HOME": home})
        settings = project(Path(folder) / "project", settings)
        with open_instance(settings) as instance:
            fill(Home(settings, instance), given.models, given.days)
        measure(settings, given.times)


if __name__ == "__main__":
    main()
