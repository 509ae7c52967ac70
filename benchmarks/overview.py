"""Measure the overview with many models: reading the first time, reading again, and the page.

The registry and the event log are made up, but real: versions in MLflow, records in Dagster's event
log, 20 kB of shown metadata per report as heart_disease has them.

Example:
  python -m benchmarks.overview --models 500 --days 30
"""

import argparse
import tempfile
import time
from pathlib import Path

from mlops_assets.overview.collect import Fleet
from mlops_assets.overview.links import Links
from mlops_assets.overview.pages import overview_page
from mlops_assets.platform.dagster.home import open_instance
from mlops_assets.platform.settings import Settings
from mlops_assets_tests.overview.made import (
    LAST,
    Home,
    day_records,
    entry,
    many,
    materialization,
    project,
)

SHOWN = "| column | score |\n" * 1_200


def fill(home: Home, models: int, days: int) -> None:
    """Make the models, and write their days to the event log in bulk."""
    many(home, models, 1)
    storage = home.instance.event_log_storage
    for number in range(models):
        name = f"model_{number:03d}"
        entries = [
            entry(name, materialization(name, asset, record, day, shown=_shown(asset)))
            for asset, day, record in day_records(name, "c" * (days - 1) + "d", last=LAST)
        ]
        with storage.index_connection() as connection:  # type: ignore[attr-defined]
            connection.execute(storage.prepare_insert_event_batch(entries))  # type: ignore


def measure(settings: Settings, times: int) -> None:
    """Print the seconds of the first reading, of later ones, and of the page."""
    fleet = Fleet(settings)
    for number in range(times):
        began = time.perf_counter()
        rows = fleet.rows()
        read = time.perf_counter()
        page = overview_page(rows, Links.on_server(settings))
        drawn = time.perf_counter()
        what = "first reading" if number == 0 else "again"
        print(
            f"{what}: {len(rows)} models, {sum(len(it.days) for it in rows):,} days read in "
            f"{read - began:.2f} s, page of {len(page) / 1000:,.0f} kB in {drawn - read:.2f} s"
        )


def _shown(asset: str) -> str:
    return SHOWN if asset.endswith("report") else ""


def main() -> None:
    """Make a home and measure it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=int, default=500)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--times", type=int, default=4)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="benchmark_") as folder:
        home = str(Path(folder) / "home")
        settings = Settings.from_environment({"MLOPS_ASSETS_HOME": home})
        settings = project(Path(folder) / "project", settings)
        with open_instance(settings) as instance:
            fill(Home(settings, instance), given.models, given.days)
        measure(settings, given.times)


if __name__ == "__main__":
    main()
