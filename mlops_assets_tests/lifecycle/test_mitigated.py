"""A model with a threshold and a mitigation goes through its whole life."""

from typing import Any

import dagster as dg
from mlflow.artifacts import load_dict

from mlops_assets.features.columns import Columns
from mlops_assets.kinds.base import PredictsRows
from mlops_assets.kinds.loading import load_model
from mlops_assets.registry.reproduce.reproduce import reproduce_version
from mlops_assets.serving.frame_rows import FrameRows
from mlops_assets_tests.world import World

PARITY = {"column": "c", "constraint": "statistical_parity"}
BY_GROUP = {"threshold": {"metric": "f1"}, "mitigation": {"type": "group_thresholds", **PARITY}}
REDUCED = {"mitigation": {"type": "reduction", **PARITY}}
COLUMNS = {"numeric": ["x"], "categorical": ["c"]}


def trained(world: World, columns: dict[str, Any], **decision: Any) -> World:
    world.spec |= {"columns": columns, "context": {"sensitive": ["c"]}}
    world.spec["model"] = {**world.spec["model"], **decision}
    world.spec["packs"] = ["mitigation", "threshold"]
    world.begin()
    return world


def panel(world: World, asset: str) -> dict[str, Any]:
    event = world.instance.get_latest_materialization_event(dg.AssetKey(["small", asset]))
    assert event
    assert event.asset_materialization
    return dict(event.asset_materialization.metadata)


def files(world: World, run: str) -> set[str]:
    run_id = world.children()[run].info.run_id
    return {it.path for it in world.client.list_artifacts(run_id)}


def test_thresholds_by_group_are_recorded_shown_reproduced_and_served(world):
    trained(world, COLUMNS, **BY_GROUP)
    params = world.children()["trained_model"].data.params
    assert 0 < float(params["threshold"]) < 1
    assert "'a': " in params["group_thresholds"]
    shown = panel(world, "trained_model")
    assert "has the best f1, out of fold" in shown["threshold"].value
    assert "threshold_choice" in shown
    assert "threshold_curve.csv" in files(world, "trained_model")
    assert {"threshold.json", "threshold.png", "mitigation.json"} <= files(world, "evaluation")
    assert {"threshold", "mitigation"} <= panel(world, "evaluation").keys()
    assert reproduce_version(world.settings, "small", "1").outcome == "identical"
    answers_alike(world)


def test_a_reduction_is_fitted_on_context_and_reproduced_with_it(world):
    trained(world, {"numeric": ["x"]}, **REDUCED)
    run_id = world.children()["evaluation"].info.run_id
    assert load_dict(f"runs:/{run_id}/mitigation.json")["column"] == "c"
    assert reproduce_version(world.settings, "small", "1").outcome == "identical"


def answers_alike(world: World) -> None:
    """Serving's fast path and the model itself, as loaded from MLflow."""
    model_id = world.children()["trained_model"].data.tags["model_id"]
    model = load_model(f"models:/{model_id}")
    assert isinstance(model, PredictsRows)
    fast = model.row_predictor()
    assert fast
    rows = [{"x": at / 100, "c": "abcd"[at % 4]} for at in range(100)]
    itself = FrameRows(model, Columns(**COLUMNS))
    assert fast.predict_rows(rows).predictions == itself.predict_rows(rows).predictions
