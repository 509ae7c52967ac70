"""The life of a model whose kind, task, pack and source come from another package.

Run by `test_plugin.py` in a process of its own, where that package is installed.
"""

import pytest

from mlops_assets.data.training_tables import FeatureTable
from mlops_assets.platform.lake import read_table
from mlops_assets.platform.mlflow.model_ids import model_id_of
from mlops_assets.registry.registry_reader import RegistryReader
from mlops_assets.registry.reproduce.recorded_training import read_training
from mlops_assets.registry.reproduce.refit_process import refit_with_kept_code
from mlops_assets.spec.stage_names import PRODUCTION
from mlops_assets_tests.loop_world import LoopWorld

SURVIVAL = {
    "name": "small",
    "source": {"type": "machines", "heavier_from": "2026-01-06"},
    "target": "days",
    "identity": ["machine"],
    "columns": {"numeric": ["age", "load"]},
    "context": {"event": "broken", "sensitive": ["supplier"]},
    "model": {"type": "exponential"},
    "packs": [{"type": "survival_calibration", "at": 10.0}],
    "gates": {
        "concordance": {"min": 0.65},
        "calibration_error": {"max": 0.1},
        "beats_production": {"tolerance": 0.05},
    },
    "retrain": {"suspect_days": 2, "window_days": 2, "cooldown": 1, "least_new_labels": 100},
}


@pytest.fixture
def life(world) -> LoopWorld:
    world.spec = dict(SURVIVAL)
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
    assert "pyfunc" not in version.description  # its own kind alone can read its files
    child = world.children()["evaluation"].data
    assert child.metrics["concordance"] > 0.65
    assert child.metrics["concordance_low"] < child.metrics["concordance"]
    assert child.metrics["calibration_error"] < 0.1
    assert child.tags["task"] == "survival"

    assert world.monitor("2026-01-05").success
    assert life.tick() == "clean on 2026-01-05"
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
