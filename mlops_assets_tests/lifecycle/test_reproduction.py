"""A version fitted again from what its training recorded."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from mlops_assets.cli import app
from mlops_assets.core.code_version import PACKAGE, code_version
from mlops_assets.core.errors import InputError
from mlops_assets.resources.kept_code import keep_code
from mlops_assets.resources.model_registry import ModelRegistry
from mlops_assets.resources.recorded_training import FILE, RecordedTraining, read_training
from mlops_assets.resources.reproduction import reproduce_version
from mlops_assets_tests.kinds.fellegi_sunter import people
from mlops_assets_tests.world import World, small_table

SEEDED = "_set_seed(estimator, seed)"
FOREST = {"estimator": "sklearn.ensemble.RandomForestClassifier", "params": {"n_estimators": 20}}


def recorded(world: World) -> tuple[str, RecordedTraining]:
    """The run that fitted the first version, and what it has recorded."""
    model_id = world.client.get_model_version("small", "1").tags["model_id"]
    run_id = world.client.get_logged_model(model_id).source_run_id or ""
    return run_id, read_training(world.client, model_id)


def rewrite(world: World, **changed) -> None:
    run_id, record = recorded(world)
    text = json.dumps(record.model_dump(mode="json") | changed)
    world.client.log_text(run_id, text, FILE)


def command(*given: str) -> Result:
    return CliRunner().invoke(app, ["reproduce", *given])


@pytest.fixture
def fitted(world) -> World:
    """A forest as version 1, and then other data and another model in defs.yaml."""
    world.spec["model"] = {"type": "sklearn", **FOREST}
    assert world.retrain_as_of("2026-01-04").success
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
    rewrite(fitted, surroundings={**then, "code": "0123456789ab"}, code_file="")
    done = reproduce_version(fitted.settings, "small", "1")
    assert done.outcome == "identical"
    assert "numpy 1.0.0 then" in done.words()
    assert "code 0123456789ab then" in done.words()

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


@pytest.fixture
def later(tmp_path) -> dict[str, str]:
    """The environment of a later version of this project, which seeds its fits differently."""
    package = tmp_path / "later" / PACKAGE.name
    shutil.copytree(PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__"))
    fits = package / "kinds" / "sklearn" / "training.py"
    text = fits.read_text()
    assert text.count(SEEDED) == 1
    fits.write_text(text.replace(SEEDED, SEEDED.replace("seed)", "seed + 1)")))
    return {**os.environ, "PYTHONPATH": str(package.parent)}


def reproduced(environment: dict[str, str], *options: str) -> subprocess.CompletedProcess[str]:
    """`mlops-assets reproduce small 1` by the code of that environment."""
    command = [sys.executable, "-P", "-m", "mlops_assets.cli", "reproduce", "small", "1", *options]
    return subprocess.run(command, env=environment, capture_output=True, text=True)


def test_a_later_version_of_the_code_fits_it_with_the_code_of_then(fitted, later):
    told = reproduced(later, "--json")
    assert told.returncode == 0, told.stderr
    done = json.loads(told.stdout)
    _, record = recorded(fitted)
    assert (done["outcome"], done["changes"]) == ("identical", [])
    assert done["code"] == record.surroundings.code == code_version()

    told = reproduced(later, "--todays-code")
    assert told.returncode == 1, told.stderr
    assert f"code {code_version()} then" in told.stdout

    rewrite(fitted, code_file="")
    assert reproduced(later).stdout == told.stdout


def test_code_that_is_not_what_was_kept_is_not_run(fitted, later):
    _, record = recorded(fitted)
    kept = fitted.settings.home / "lake" / record.code_file
    with zipfile.ZipFile(kept, "a") as packed:
        packed.writestr("mlops_assets/resources/sitecustomize.py", "print('run')")
    told = reproduced(later)
    assert told.returncode == 2
    assert f"{kept.name} is not what was written there" in told.stderr
    kept.unlink()
    assert f"{kept.name} is gone" in reproduced(later).stderr


def test_what_the_code_of_then_cannot_do_is_told(fitted, later):
    _, record = recorded(fitted)
    rewrite(fitted, spec={**record.spec, "task": "poetry"})
    told = reproduced(later)
    assert told.returncode == 2
    assert f"the code of then, {code_version()}, could not fit it again" in told.stderr
    assert "task: " in told.stderr
    assert "Traceback" not in told.stderr


def test_the_same_source_is_kept_once(settings):
    first = keep_code()
    assert keep_code() == first
    assert [it.name for it in (settings.home / "lake" / "_code").iterdir()] == [Path(first).name]


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
    expected = people.spec().predict(people.fit(records).model, records)
    told = loaded.predict(records)
    assert people.partition(told["prediction"]) == people.partition(expected["prediction"])

    done = reproduce_version(world.settings, "small", "1", tolerance=1e-9)
    assert done.outcome in ("identical", "within tolerance")
    assert (done.comparison.rows, done.comparison.changed_labels) == (600, 0.0)


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
    with pytest.raises(InputError, match="version 3 is of no logged model"):
        reproduce_version(world.settings, "small", "3")
    client.delete_logged_model(model.model_id)
    with pytest.raises(InputError, match="no longer has the model"):
        reproduce_version(world.settings, "small", "1")
