"""What is old goes, and nothing that is left misses it."""

import json
import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pandas as pd
import pytest
from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore
from typer.testing import CliRunner

from mlops_assets.cli import app
from mlops_assets.client import ModelRegistry
from mlops_assets.errors import InputError
from mlops_assets.operations.health.sizes import sizes
from mlops_assets.operations.prune import versions
from mlops_assets.operations.prune.lake import old_files
from mlops_assets.operations.prune.mlflow_runs import old_runs
from mlops_assets.operations.prune.part import Part
from mlops_assets.operations.prune.pruning import days_of, find_old, remove
from mlops_assets.operations.prune.vacuum import vacuum
from mlops_assets.platform.lake import read_newest, write_newest
from mlops_assets.platform.lake_files import read_file
from mlops_assets.platform.mlflow.store import open_store
from mlops_assets.registry import loaded_models
from mlops_assets.registry.policies.store import PolicyStore
from mlops_assets.registry.reproduce.recorded_training import read_training
from mlops_assets.serving.candidates import wanted
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets_tests.loop_world import LoopWorld
from mlops_assets_tests.serving.staged import PLAN
from mlops_assets_tests.world import World, small_table

LATER = timedelta(days=100)


def in_100_days(world: World, age: str = "90d", specs: Sequence[LifecycleSpec] = ()):
    return find_old(world.settings, days_of(age), specs, now=datetime.now(UTC) + LATER)


def names(parts: Sequence[Part], what: str) -> tuple[str, ...]:
    """What would be removed of one kind."""
    return next(it.items for it in parts if it.what == what)


def three_versions(world: World) -> ModelRegistry:
    """Each retrain is on more rows; the last version serves. Made once per session."""

    def make() -> None:
        world.begin()
        for rows in (500, 600):
            small_table(rows).to_csv(world.csv, index=False)
            assert world.retrain_tagged().success

    world.kept.fill(world.settings.home, "small, three versions", make)
    small_table(600).to_csv(world.csv, index=False)
    return ModelRegistry(world.settings, actor="anna", spec_of=lambda _: None)


def test_what_is_old_goes_and_what_is_left_misses_nothing(world, monkeypatch):
    registry = three_versions(world)
    model = registry.of("small")
    stays = [read_training(registry.client, it.tags["model_id"]) for it in model.versions(limit=2)]
    gone = read_training(registry.client, model.version(1).tags["model_id"])
    run_ids = {it.info.run_id for it in world.runs()}
    assert in_100_days(world)[0].items == ()  # the ledger's last ten rows name all three
    monkeypatch.setattr(versions, "NEWEST_ROWS", 1)
    assert [it.items for it in find_old(world.settings, days_of("90d"))] == [()] * 6
    parts = in_100_days(world)
    found = {it.what: it for it in parts}
    assert found["versions"].items == ("small 1",)
    assert gone.features_file in found["lake files"].items
    assert found["MLflow runs"].bytes > 0
    assert {it.info.run_id for it in world.runs()} == run_ids
    assert remove(world.settings, parts) == []
    assert [it.items for it in in_100_days(world)] == [()] * 6
    assert [str(it.version) for it in model.versions()] == ["3", "2"]
    assert "pruned: older than" in model.history()[0].reason
    for training in stays:
        assert read_file(training.features_file)
        assert read_file(training.code_file)
    with pytest.raises(InputError, match="is gone"):
        read_file(gone.features_file)
    left = {it.info.run_id for it in world.runs()}
    assert {model.version(number).run_id for number in (2, 3)} <= left < run_ids
    loaded_models._models.cache_clear()
    rows = pd.DataFrame({"x": [0.1, 0.9], "c": ["a", "b"]})
    assert registry.load_model("small").predict(rows)["prediction"].tolist() == [0, 1]
    registry.rollback_model("small", reason="worse", force=True)
    assert [it.items for it in in_100_days(world)[:1]] == [()]
    assert world.retrain_tagged().success


def test_a_version_stays_that_an_experiment_or_a_policy_version_names(world, monkeypatch):
    three_versions(world)
    monkeypatch.setattr(versions, "NEWEST_ROWS", 1)
    assert names(in_100_days(world), "versions") == ("small 1",)
    world.spec["serving"] = {"experiment": {**PLAN, "challenger": "1"}}
    world.save()
    parts = in_100_days(world, specs=[LoopWorld(world).spec])
    assert names(parts, "versions") == ()
    run_id = world.client.get_model_version("small", "1").run_id
    assert not any(run_id in it for it in names(parts, "MLflow runs"))
    PolicyStore(world.settings.warehouse_url).add(uuid4(), "small", "1", {})
    assert names(in_100_days(world), "versions") == ()


def test_the_newest_training_stays_which_serves_while_no_version_does(world):
    train_twice(world)
    runs = [it for it in world.runs() if it.info.run_name == "trained_model"]
    older, newest = sorted(runs, key=lambda it: it.info.start_time)
    parts = in_100_days(world)
    assert any(older.info.run_id in it for it in names(parts, "MLflow runs"))
    assert not any(newest.info.run_id in it for it in names(parts, "MLflow runs"))
    assert remove(world.settings, parts) == []
    served = wanted(world.client, LoopWorld(world).spec, None)
    assert world.client.get_logged_model(served.model_id).source_run_id == newest.info.run_id


def test_what_is_only_marked_as_deleted_is_removed_later(world, monkeypatch):
    """Without MLflow's database, and after a store that failed in the middle."""
    train_twice(world)
    later = datetime.now(UTC) + timedelta(days=1)
    server = world.settings.model_copy(update={"mlflow_tracking_uri": "http://mlflow:5000"})
    first, _ = old_runs(world.client, server, [], later)
    assert "set MLFLOW_BACKEND_STORE_URI" in first.remove()
    second, _ = old_runs(world.client, world.settings, [], later)
    assert second.items == first.items
    with monkeypatch.context() as patch:
        patch.setattr(SqlAlchemyStore, "_hard_delete_run", full)
        with pytest.raises(OSError, match="full"):
            second.remove()
    third, left = old_runs(world.client, world.settings, [], later)
    assert (third.items, third.remove()) == (first.items, "")
    assert {it.info.run_id for it in world.runs()} == {it.info.run_id for it in left}
    store = SqlAlchemyStore(world.settings.mlflow_database, ".")
    assert (store._get_deleted_logged_models(), store._get_deleted_runs()) == ([], [])
    models = world.settings.mlflow_artifacts.rglob("model.skops")
    assert len([*models]) == 1


def train_twice(world: World) -> None:
    """Two trainings without a version."""
    for rows in (400, 500):
        small_table(rows).to_csv(world.csv, index=False)
        assert world.retrain("raw_data", "features", "trained_model").success


def full(*given: object) -> None:
    raise OSError(28, "the disk is full")


def test_a_value_that_became_the_newest_again_meanwhile_stays(settings):
    tables = [pd.DataFrame({"n": [number]}) for number in (1, 2)]
    first, _ = (write_newest(["small", "raw_data"], it) for it in tables)
    later = datetime.now(UTC) + LATER
    part = old_files(open_store(settings), settings, [], later)
    assert part.items == (first,)
    write_newest(["small", "raw_data"], tables[0])
    part.remove()
    assert read_newest(["small", "raw_data"]).equals(tables[0])


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Etc/GMT+12"])
def test_the_age_does_not_depend_on_the_zone_of_the_clock(world, monkeypatch, zone):
    for _ in range(2):
        assert world.retrain("raw_data").success
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        now = datetime.now(UTC)
        for hours, count in ((23, 0), (25, 1)):
            parts = find_old(world.settings, days_of("1d"), now=now + timedelta(hours=hours))
            assert len(names(parts, "Dagster runs")) == count
    finally:
        monkeypatch.undo()
        time.tzset()


def test_a_run_of_another_program_and_one_in_progress_are_left_alone(world):
    world.begin()
    client = world.client
    other = client.create_run(client.create_experiment("theirs"))
    client.set_terminated(other.info.run_id)
    experiment = world.runs()[0].info.experiment_id
    going_on = client.create_run(experiment, tags={"model": "small"})
    assert remove(world.settings, in_100_days(world)) == []
    assert client.get_run(other.info.run_id).info.status == "FINISHED"
    assert client.get_run(going_on.info.run_id).info.status == "RUNNING"


def test_the_command_shows_what_it_would_remove_and_removes_nothing(home):
    shown = CliRunner().invoke(app, ["prune", "--older-than", "90d"])
    assert shown.exit_code == 0, shown.output
    assert "nothing was removed: add --yes" in shown.output
    done = json.loads(
        CliRunner().invoke(app, ["prune", "--older-than", "90d", "--yes", "--json"]).stdout
    )
    assert (done["removed"], [it["items"] for it in done["parts"]]) == (True, [[]] * 6)
    assert str(home / "mlflow" / "mlflow.db") in done["vacuumed"]


@pytest.mark.parametrize("text", ["90", "0d", "-1d", "1.5d", "90 days", ""])
def test_an_age_is_whole_days(text):
    with pytest.raises(InputError, match="whole days"):
        days_of(text)


def test_vacuum_gives_room_back(settings):
    path = settings.home / "mlflow" / "mlflow.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE filled AS SELECT randomblob(1000000) AS content")
        connection.commit()
        connection.execute("DROP TABLE filled")
        connection.commit()
    assert vacuum(settings)[path] > 900_000


def test_doctor_says_what_takes_how_much(settings):
    (settings.home / "lake").mkdir()
    (settings.home / "lake" / "big").write_bytes(bytes(3_000_000))
    assert "lake 3 MB" in sizes(settings).seen
