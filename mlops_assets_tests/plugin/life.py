"""The life of a model whose kind, task, pack and source come from another package.

Run by `test_plugin.py` in a process of its own, where that package is installed.
"""

from pathlib import Path

import mlflow.pyfunc
import pytest

from mlops_assets.data.training_tables import FeatureTable
from mlops_assets.platform.lake import read_table
from mlops_assets.platform.mlflow.model_ids import model_id_of
from mlops_assets.registry.registry_reader import RegistryReader
from mlops_assets.registry.reproduce.recorded_training import read_training
from mlops_assets.registry.reproduce.refit_process import refit_with_kept_code
from mlops_assets.spec.stage_names import PRODUCTION
from mlops_assets_tests.loop_world import LoopWorld
from mlops_assets_tests.yaml_attributes import attributes

DEFS = Path(__file__).with_name("survival") / "defs.yaml"


@pytest.fixture
def life(world) -> LoopWorld:
    world.spec = {**attributes(DEFS), "name": "small"}
    world.begin("2026-01-04")
    return LoopWorld(world)


def kept_code_fits_the_same(world) -> None:
    """What was kept of both packages fits again in a process where this one is not installed."""
    reader = RegistryReader(world.settings)
    assert reader.reproduce_model("small", 1).outcome == "identical"
    model_id = model_id_of(reader.of("small").version(1))
    training = read_training(world.client, model_id)
    features = read_table(training.features_file, FeatureTable)
    how = training, features.table, f"models:/{model_id}"
    stored, refitted = refit_with_kept_code(world.settings, *how)
    assert stored.equals(refitted)


def test_it_is_trained_gated_promoted_monitored_and_retrained(life):
    world = life.world
    version = life.registry.at(PRODUCTION)
    assert version.version == 1
    rows = life.spec.dataset(life.spec.source.read(world.settings).head(5)).features
    by_mlflow = mlflow.pyfunc.load_model("models:/small/1").predict(rows)
    own = RegistryReader(world.settings).load_model("small").predict(rows)
    assert by_mlflow["prediction"].equals(own["prediction"])
    child = world.children()["evaluation"].data
    assert child.metrics["concordance"] > 0.65
    assert child.metrics["concordance_low"] < child.metrics["concordance"]
    assert child.metrics["calibration_error"] < 0.1
    assert child.tags["task"] == "survival"

    assert world.monitor("2026-01-05").success
    assert life.tick() == "clean on 2026-01-05"
    day = world.children()["performance_report"].data.metrics
    assert day["labelled_rows"] == 500
    assert 0.5 < day["concordance_low"] < day["concordance"]
    for day in ("2026-01-06", "2026-01-07"):
        assert world.monitor(day).success
    assert life.tick() == "retrain"
    assert life.answer()
    assert life.registry.at(PRODUCTION).version == 2
    assert life.retrains() == 1

    kept_code_fits_the_same(world)
    model = RegistryReader(world.settings).load_model("small")
    rows = life.spec.dataset(life.spec.source.read(world.settings).head(5))
    assert (model.predict(rows.features)["prediction"] > 0).all()
    assert list(model.explain_rows(rows.features)) == ["age", "load"]
