"""Refit a registered version from its record, and compare. Writes nothing."""

from mlops_assets.data.training_tables import FeatureTable
from mlops_assets.kinds.refit import refit
from mlops_assets.platform.lake import read_table
from mlops_assets.platform.mlflow.model_ids import model_id_of
from mlops_assets.platform.mlflow.store import explained, open_store
from mlops_assets.platform.settings import Settings
from mlops_assets.registry.reading import ModelReader
from mlops_assets.registry.reproduce.comparison import (
    Reproduction,
    Surroundings,
    compare_predictions,
)
from mlops_assets.registry.reproduce.recorded_training import read_training
from mlops_assets.registry.reproduce.refit_process import refit_with_kept_code
from mlops_assets.tasks.feature_table import sides
from mlops_assets.tasks.registry import task_named


def reproduce_version(
    settings: Settings,
    model_name: str,
    version: str | int,
    *,
    tolerance: float = 0.0,
    todays_code: bool = False,
) -> Reproduction:
    """Refit `version` with its recorded data, code, parameters and seed; compare on the holdout.

    Uses the original code, unless `todays_code` is set or none was kept. The result lists how
    code and libraries differ from the original fit. Takes as long as that fit. Raises
    `InputError` if something recorded is gone.
    """
    with explained(settings):
        client = open_store(settings)
        model_id = model_id_of(ModelReader(client, model_name).version(version))
        training = read_training(client, model_id)
        recorded = read_table(training.features_file, FeatureTable)
        features, uri = recorded.table, f"models:/{model_id}"
        original, kind = training.surroundings, training.spec["model"]["type"]
        now = Surroundings.here(kind, original.libraries, training.packages)
        if original.code == now.code or todays_code or not training.code_file:
            stored, refitted = refit(training.spec, features, uri, settings.allowed_prefixes)
        else:
            stored, refitted = refit_with_kept_code(settings, training, features, uri)
            now = now.model_copy(update={"code": original.code})
    train, _ = sides(features)
    return Reproduction(
        model_name=model_name,
        version=str(version),
        model_id=model_id,
        dataset_version=recorded.dataset_version,
        features_file=training.features_file,
        seed=training.spec["seed"],
        training_rows=len(train),
        code=now.code,
        code_of_then=original.code,
        code_was_kept=bool(training.code_file),
        comparison=compare_predictions(stored, refitted, task_named(training.spec["task"])),
        changes=original.changes(now),
        tolerance=tolerance,
    )
