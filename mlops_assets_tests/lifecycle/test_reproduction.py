"""A version fitted again from what its training recorded."""

import json

import pytest
from typer.testing import CliRunner, Result

from mlops_assets.cli import app
from mlops_assets.client import ModelRegistry
from mlops_assets.errors import InputError
from mlops_assets.features.code_version import code_version
from mlops_assets.registry.reproduce.recorded_training import FILE
from mlops_assets.registry.reproduce.reproduce import reproduce_version
from mlops_assets_tests.kinds.fellegi_sunter import people
from mlops_assets_tests.lifecycle.recorded import FOREST, fitted_by_other_code, recorded, rewrite
from mlops_assets_tests.world import World, small_table


def command(*given: str) -> Result:
    return CliRunner().invoke(app, ["reproduce", *given])


@pytest.fixture
def fitted(world) -> World:
    """A forest as version 1, and then other data and another model in defs.yaml."""
    world.spec["model"] = {"type": "sklearn", **FOREST}
    world.begin()
    small_table(500).to_csv(world.csv, index=False)
    world.spec |= {"seed": 5, "columns": {"numeric": ["x"]}}
    world.spec["model"] = {**world.spec["model"], "params": {"n_estimators": 3}}
    return world


def test_a_version_is_fitted_again_from_what_was_recorded(fitted):
    assert fitted.retrain_as_of("2026-01-05").success
    before = len(fitted.runs())
    for version in ("1", "2"):
        done = reproduce_version(fitted.settings, "small", version)
        assert (done.outcome, done.changes) == ("identical", ())
    assert done.seed == 5
    assert len(fitted.runs()) == before

    _, record = recorded(fitted)
    then = record.surroundings.model_dump()
    then["libraries"]["numpy"] = "1.0.0"
    rewrite(fitted, surroundings=then)
    done = reproduce_version(fitted.settings, "small", "1")
    assert done.outcome == "identical"
    assert "numpy 1.0.0" in done.words()

    rewrite(fitted, spec={**record.spec, "seed": 99})
    done = reproduce_version(fitted.settings, "small", "1", tolerance=1e-6)
    assert done.outcome == "different"
    assert (done.comparison.largest or 0) > 0.01
    assert done.comparison.rows < 400
    told = command("small", "1", "--json")
    assert told.exit_code == 1
    assert json.loads(told.stdout) == json.loads(done.model_dump_json()) | {"tolerance": 0.0}
    assert command("small", "1", "--tolerance", "-1").exit_code == 2
    assert isinstance(command("smal", "2").exception, InputError)
    found = command("small", "2")
    assert found.exit_code == 0
    assert "small 2: identical" in found.stdout


@pytest.mark.process
def test_a_model_of_another_kind_is_loaded_and_fitted_again(world):
    records, _ = people.people(600)
    records.rename_axis("record").to_csv(world.csv)
    world.spec = {
        "name": "small",
        "target": "person",
        "identity": ["record"],
        "columns": people.COLUMNS.model_dump(),
        "model": people.spec().model_dump(),
        "gates": {"review_share": {"max": 0.5}},
    }
    assert world.retrain_as_of("2026-01-05").success
    loaded = ModelRegistry(world.settings).load_model("small")
    expected = people.fit(records).predict(records)
    told = loaded.predict(records)
    assert people.partition(told["prediction"]) == people.partition(expected["prediction"])

    for kept in (False, True):
        then = fitted_by_other_code(world) if kept else code_version("fellegi_sunter")
        done = reproduce_version(world.settings, "small", "1", tolerance=1e-9)
        assert done.outcome in ("identical", "within tolerance")
        assert (done.comparison.rows, done.comparison.changed_labels) == (600, 0.0)
        assert (done.code, done.changes) == (then, ())


def test_what_is_gone_is_named(fitted):
    _, record = recorded(fitted)
    rewrite(fitted, spec={**record.spec, "task": "poetry"})
    with pytest.raises(InputError, match="task: "):
        reproduce_version(fitted.settings, "small", "1")
    rewrite(fitted, spec=record.spec)

    table = fitted.settings.home / "lake" / record.features_file
    content = table.read_bytes()
    table.write_bytes(content[:-1])
    with pytest.raises(InputError, match=f"{table.name} is not what was written"):
        reproduce_version(fitted.settings, "small", "1")
    table.unlink()
    with pytest.raises(InputError, match=f"{table.name} is gone"):
        reproduce_version(fitted.settings, "small", "1")
    with pytest.raises(InputError, match="has no version 7"):
        reproduce_version(fitted.settings, "small", "7")


def test_a_version_without_a_record_is_refused(world):
    client = world.client
    experiment = client.create_experiment("small")
    run = client.create_run(experiment)
    model = client.create_logged_model(experiment, source_run_id=run.info.run_id)
    client.create_registered_model("small")
    source = f"models:/{model.model_id}"
    client.create_model_version("small", source, tags={"model_id": model.model_id})
    client.create_model_version("small", source)
    client.create_model_version("small", f"runs:/{run.info.run_id}/model")
    for number in ("1", "2"):
        with pytest.raises(InputError, match=f"has no {FILE}"):
            reproduce_version(world.settings, "small", number)
    with pytest.raises(InputError, match="version 3 has no logged model"):
        reproduce_version(world.settings, "small", "3")
    client.delete_logged_model(model.model_id)
    with pytest.raises(InputError, match="no longer has the model"):
        reproduce_version(world.settings, "small", "1")
