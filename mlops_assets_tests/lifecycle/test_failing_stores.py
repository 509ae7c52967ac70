"""Sensors and schedules whose store is damaged say which one it is. On real files."""

from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import pytest

from mlops_assets.errors import InputError
from mlops_assets.lifecycle import drift_sensor, schedules
from mlops_assets.platform.mlflow.run_status_sensor import mlflow_run_status_sensor
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets_tests.world import World, small_definitions

LEDGER, MLFLOW = "ledger.db", "mlflow/mlflow.db"
RUNS, INDEX = "dagster/history/runs.db", "dagster/history/runs/index.db"
NOW = datetime(2026, 1, 10, 2, 30, tzinfo=UTC)


def spoil(file: Path) -> None:
    """Nothing of the file is SQLite's, nor of the log of changes that lies with it."""
    for name in (file, *file.parent.glob(f"{file.name}-*")):
        name.write_bytes(b"this was a database once " * 400)


def spec(world: World) -> LifecycleSpec:
    return LifecycleSpec.model_validate_json((world.settings.home / "spec.json").read_text())


def drift(world: World):
    (sensor,) = drift_sensor.build(spec(world))
    context = dg.build_sensor_context(
        instance=world.instance, definitions=small_definitions(), sensor_name=sensor.name
    )
    return sensor.evaluate_tick(context)


def run_status(world: World):
    return mlflow_run_status_sensor.evaluate_tick(dg.build_sensor_context(world.instance))


def nightly_retrain(world: World):
    return schedule(world, 0)


def daily_monitor(world: World):
    return schedule(world, 1)


def schedule(world: World, place: int):
    context = dg.build_schedule_context(
        instance=world.instance,
        scheduled_execution_time=NOW,
        repository_def=small_definitions().get_repository_def(),
    )
    return schedules.build(spec(world))[place].evaluate_tick(context)


@pytest.mark.parametrize(
    ("tick", "file"),
    [
        (drift, MLFLOW),
        (drift, LEDGER),
        (drift, RUNS),
        (drift, INDEX),
        (run_status, MLFLOW),
        (run_status, RUNS),
        (nightly_retrain, RUNS),
        (daily_monitor, MLFLOW),
        (daily_monitor, INDEX),
    ],
)
def test_a_tick_names_the_damaged_database(world, tick, file):
    live = str(world.settings.home / "live-{day}.csv")
    world.spec["live"] = {"source": {"type": "csv", "path": live}}
    world.begin()
    tick(world)  # nothing is wrong yet
    spoil(world.settings.home / file)
    with pytest.raises(InputError) as raised:
        tick(world)
    assert raised.value.seen.startswith(f"the database {world.settings.home / file} is damaged")
    assert "restore a backup" in raised.value.todo
