"""What the fit of version 1 of `small` has recorded, and how a test changes it."""

import json
from collections.abc import Mapping
from types import MappingProxyType

from mlops_assets.features.code_version import sources, version_of
from mlops_assets.platform.lake_files import write_file
from mlops_assets.platform.mlflow.version_tags import plain
from mlops_assets.registry.reproduce.kept_code import FOLDER, zipped
from mlops_assets.registry.reproduce.recorded_training import FILE, RecordedTraining, read_training
from mlops_assets_tests.world import World

FOREST = {"estimator": "sklearn.ensemble.RandomForestClassifier", "params": {"n_estimators": 20}}


def recorded(world: World) -> tuple[str, RecordedTraining]:
    """The run that fitted the first version, and what it has recorded."""
    model_id = plain(world.client.get_model_version("small", "1").tags)["model_id"]
    run_id = world.client.get_logged_model(model_id).source_run_id or ""
    return run_id, read_training(world.client, model_id)


def rewrite(world: World, **changed) -> None:
    """Record something else of that fit."""
    run_id, record = recorded(world)
    text = json.dumps(record.model_dump(mode="json") | changed)
    world.client.log_text(run_id, text, FILE)


def fitted_by_other_code(world: World, files: Mapping[str, str] = MappingProxyType({})) -> str:
    """Record that other code did that fit, in which `files` differ; its version."""
    changed = {name: text.encode() for name, text in files.items()}
    kind = recorded(world)[1].spec["model"]["type"]
    code = {**sources(kind), "features/of_then.py": b"", **changed}
    then = {**recorded(world)[1].surroundings.model_dump(), "code": version_of(code)}
    rewrite(world, surroundings=then, code_file=write_file([FOLDER], zipped(code), "zip"))
    return version_of(code)
