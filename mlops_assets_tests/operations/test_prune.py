"""What is old goes, and nothing that is left misses it."""

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest
from typer.testing import CliRunner

from mlops_assets.cli import app
from mlops_assets.client import ModelRegistry
from mlops_assets.errors import InputError
from mlops_assets.operations.health.sizes import sizes
from mlops_assets.operations.prune import versions
from mlops_assets.operations.prune.pruning import days_of, find_old
from mlops_assets.operations.prune.vacuum import vacuum
from mlops_assets.platform.lake_files import read_file
from mlops_assets.registry import loaded_models
from mlops_assets.registry.reproduce.recorded_training import read_training
from mlops_assets_tests.world import World, small_table

LATER = timedelta(days=100)


def in_100_days(world: World, age: str = "90d"):
    return find_old(world.settings, days_of(age), now=datetime.now(UTC) + LATER)


def three_versions(world: World) -> ModelRegistry:
    """Each retrain is on more rows; the last version serves."""
    world.begin()
    for rows in (500, 600):
        small_table(rows).to_csv(world.csv, index=False)
        assert world.retrain_tagged().success
    return ModelRegistry(world.settings, actor="anna", spec_of=lambda _: None)


def test_what_is_old_goes_and_what_is_left_misses_nothing(world, monkeypatch):
    registry = three_versions(world)
    model = registry.of("small")
    stays = [read_training(registry.client, it.tags["model_id"]) for it in model.versions(limit=2)]
    gone = read_training(registry.client, model.version(1).tags["model_id"])
    run_ids = {it.info.run_id for it in world.runs()}
    assert in_100_days(world)[0].items == ()  # the ledger's last ten rows name all three
    monkeypatch.setattr(versions, "NEWEST_ROWS", 1)
    assert [it.items for it in find_old(world.settings, days_of("90d"))] == [()] * 4
    parts = in_100_days(world)
    found = {it.what: it for it in parts}
    assert found["versions"].items == ("small 1",)
    assert gone.features_file in found["lake files"].items
    assert found["MLflow runs"].bytes > 0
    assert {it.info.run_id for it in world.runs()} == run_ids
    assert [it.remove() for it in parts] == [""] * 4
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


def test_a_run_of_another_program_is_left_alone(world):
    world.begin()
    client = world.client
    other = client.create_run(client.create_experiment("theirs"))
    client.set_terminated(other.info.run_id)
    for part in in_100_days(world):
        part.remove()
    assert client.get_run(other.info.run_id).info.status == "FINISHED"


def test_the_command_shows_what_it_would_remove_and_removes_nothing(home):
    shown = CliRunner().invoke(app, ["prune", "--older-than", "90d"])
    assert shown.exit_code == 0, shown.output
    assert "nothing was removed: add --yes" in shown.output
    done = json.loads(
        CliRunner().invoke(app, ["prune", "--older-than", "90d", "--yes", "--json"]).stdout
    )
    assert (done["removed"], [it["items"] for it in done["parts"]]) == (True, [[]] * 4)
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
