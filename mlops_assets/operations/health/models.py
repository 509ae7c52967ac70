"""Check that what is in production can be loaded."""

from collections.abc import Iterator

from mlops_assets.operations.health.check import Seen
from mlops_assets.platform.mlflow.model_ids import has_files, registered_model_id
from mlops_assets.platform.mlflow.store import explained, open_store
from mlops_assets.platform.settings import Settings
from mlops_assets.platform.sqlite_url import sqlite_file
from mlops_assets.registry.overview import all_models
from mlops_assets.registry.reading import ModelReader, stage_names

TODO = (
    "retrain the model, which refits it, or restore the files from a backup; install the package "
    "of a kind that is missing"
)


def models(settings: Settings) -> Seen:
    """Check the files and the kind of each version in production."""
    file = sqlite_file(settings.mlflow_tracking_uri)
    if file and not file.exists():
        return Seen("no model yet")
    with explained(settings):
        wrong = list(_wrong(settings))
    if wrong:
        return Seen("; ".join(wrong), "unhealthy", TODO)
    return Seen("the files of all versions in production are there")


def _wrong(settings: Settings) -> Iterator[str]:
    from mlops_assets.kinds.registry import BY_TYPE

    client = open_store(settings)
    for model in all_models(client):
        number = model.aliases.get(stage_names(model).production)
        version = ModelReader(client, model.name).find(number) if number else None
        model_id = registered_model_id(version) if version else None
        if model_id is None:
            continue
        if not has_files(client, model_id):
            yield f"{model.name} version {number}: the files of {model_id} are gone"
            continue
        kind = client.get_logged_model(model_id).params.get("kind", "")
        if kind and kind not in BY_TYPE:
            yield f"{model.name} version {number}: its kind {kind!r} is not installed"
