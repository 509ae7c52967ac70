"""What the fit of version 1 of `small` has recorded, and how a test changes it."""

import json

from mlops_assets.core.reproduction import Surroundings
from mlops_assets.resources.recorded_training import FILE, RecordedTraining, read_training
from mlops_assets_tests.world import World

FOREST = {"estimator": "sklearn.ensemble.RandomForestClassifier", "params": {"n_estimators": 20}}
OTHER_CODE = Surroundings.here().model_copy(update={"code": "0123456789ab"}).model_dump()


def recorded(world: World) -> tuple[str, RecordedTraining]:
    """The run that fitted the first version, and what it has recorded."""
    model_id = world.client.get_model_version("small", "1").tags["model_id"]
    run_id = world.client.get_logged_model(model_id).source_run_id or ""
    return run_id, read_training(world.client, model_id)


def rewrite(world: World, **changed) -> None:
    """Record something else of that fit."""
    run_id, record = recorded(world)
    text = json.dumps(record.model_dump(mode="json") | changed)
    world.client.log_text(run_id, text, FILE)
