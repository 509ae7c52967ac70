"""A parameter search inside a retrain: its trials are runs in MLflow, its best is the model."""

import dagster as dg

from mlops_assets.platform.mlflow.runs import PARENT_TAG
from mlops_assets_tests.world import WITHOUT_PROFILE


def test_every_trial_is_a_finished_run_below_the_training(world):
    search = {"method": "grid", "space": {"C": [0.001, 1.0, 100.0]}, "folds": 3}
    world.spec["model"] = {**world.spec["model"], "search": search}
    assert world.retrain(*WITHOUT_PROFILE).success
    training = world.children()["trained_model"]
    trials = [r for r in world.runs() if r.data.tags.get(PARENT_TAG) == training.info.run_id]
    assert sorted(run.data.params["C"] for run in trials) == ["0.001", "1.0", "100.0"]
    assert {run.info.status for run in trials} == {"FINISHED"}
    best = max(trials, key=lambda run: run.data.metrics["cv_roc_auc"])
    assert training.data.params["C"] == best.data.params["C"]
    event = world.instance.get_latest_materialization_event(dg.AssetKey(["small", "trained_model"]))
    assert event
    materialization = event.asset_materialization
    assert materialization
    shown = materialization.metadata
    assert f"- C = {best.data.params['C']}" in shown["parameters"].value
    assert f"| C {best.data.params['C']} |" in shown["best_trials"].value.splitlines()[2]
    assert "search" in shown
