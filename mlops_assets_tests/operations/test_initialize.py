"""Stores and experiments are created once, however often and by however many."""

from pathlib import Path

import pytest

from mlops_assets.errors import InputError
from mlops_assets.operations.initialize import initialize
from mlops_assets.platform.home_folder import mark
from mlops_assets.platform.mlflow.runs import experiment_id
from mlops_assets.platform.mlflow.store import open_store
from mlops_assets.platform.settings import Settings
from mlops_assets_tests.checkout import make_checkout


def test_the_first_creates_and_the_second_finds(settings):
    first = {step.seen.split(" (")[0]: step.outcome for step in initialize(settings, ["a", "b"])}
    assert (first["a"], first["b"]) == ("created", "created")
    second = initialize(settings, ["b", "c"])
    experiments = {step.seen.split(" (")[0]: step.outcome for step in second[2:4]}
    assert experiments == {"b": "was there", "c": "created"}
    stores = {step.what: step.outcome for step in second if step.what != "experiment"}
    assert set(stores.values()) == {"was there", "reachable"}


def test_a_deleted_experiment_is_said_to_be(settings):
    client = open_store(settings)
    client.delete_experiment(client.create_experiment("gone"))
    (step,) = (step for step in initialize(settings, ["gone"]) if step.what == "experiment")
    assert step.outcome == "deleted"
    assert "mlflow experiments restore" in step.seen


@pytest.mark.process
def test_several_at_once_on_nothing(tmp_path):
    checkout = make_checkout(tmp_path)
    checkout.environment["MLOPS_ASSETS_EXPERIMENTS"] = "x, y,z"
    started = [checkout.start("init") for _ in range(3)]
    done = [command.finish() for command in started]
    assert [it.returncode for it in done] == [0, 0, 0], done
    assert sum(it.stdout.count("created") for it in done) == 3 + 4  # as one alone would
    names = {e.name for e in open_store(checkout.settings).search_experiments()}
    assert {"x", "y", "z"} <= names


def test_artifacts_of_a_store_in_postgresql_lie_in_no_home(
    home, new_database, tmp_path, monkeypatch
):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", new_database())
    for place in ("", str(home / "inside"), str(home.parent / "other" / "inside")):
        mark_home(home.parent / "other")
        monkeypatch.setenv("MLFLOW_ARTIFACT_ROOT", place)
        settings = Settings.from_environment()
        with pytest.raises(InputError, match=r"in PostgreSQL, .* would be in the home") as told:
            initialize(settings, ["in postgresql"])
        assert "set MLFLOW_ARTIFACT_ROOT to s3://bucket/artifacts, or to a folder" in str(
            told.value
        )
        with pytest.raises(InputError, match="would be in the home"):  # also without `init`
            experiment_id(open_store(settings), "in postgresql", settings)
        assert open_store(settings).get_experiment_by_name("in postgresql") is None


def mark_home(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    mark(folder, folder)


def test_one_machine_with_postgresql_has_them_in_a_folder(
    home, new_database, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", new_database())
    monkeypatch.setenv("MLFLOW_ARTIFACT_ROOT", str(tmp_path / "artifacts"))
    settings = Settings.from_environment()
    for outcome in ("created", "was there"):
        steps = initialize(settings, ["in postgresql"])
        told = [step.outcome for step in steps if step.what in ("mlflow", "experiment")]
        assert told == [outcome, outcome]
    client = open_store(settings)
    experiment = client.get_experiment_by_name("in postgresql")
    assert experiment
    run = client.create_run(experiment.experiment_id)
    client.log_text(run.info.run_id, "kept", "note.txt")
    (note,) = tmp_path.rglob("note.txt")
    assert note.is_relative_to(tmp_path / "artifacts")


def test_experiments_are_named_with_commas():
    given = {"MLOPS_ASSETS_EXPERIMENTS": " resume-parsing-models, scoring-models ,"}
    assert Settings.from_environment(given).experiments == (
        "resume-parsing-models",
        "scoring-models",
    )
