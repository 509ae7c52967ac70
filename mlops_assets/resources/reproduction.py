"""Fits a registered version again from what was recorded, and compares. Writes nothing."""

from mlops_assets.core.feature_table import features_and_target, sides
from mlops_assets.core.registry.reading import ModelReader, model_id_of
from mlops_assets.core.reproduction import Reproduction, Surroundings, compare_predictions
from mlops_assets.resources.lake import read_table
from mlops_assets.resources.mlflow_store import explained, open_store
from mlops_assets.resources.recorded_training import read_training
from mlops_assets.resources.settings import Settings


def reproduce_version(
    settings: Settings, model_name: str, version: str | int, *, tolerance: float = 0.0
) -> Reproduction:
    """Refit `version` with its recorded data, parameters and seed, and compare on the holdout.

    The code is today's; what differs from the code and the libraries of the fit is named. Takes
    as long as the fit took. Raises `InputError` where something recorded is gone.
    """
    with explained(settings):
        client = open_store(settings)
        model_id = model_id_of(ModelReader(client, model_name).version(version))
        training = read_training(client, model_id)
        spec, features = training.fitted_spec(), read_table(training.features_file)
        train, holdout = sides(features)
        stored = spec.model.load(f"models:/{model_id}")
        fitted = spec.model.fit(
            *features_and_target(train, spec),
            spec.columns,
            spec.task,
            seed=spec.seed,
            allowed_prefixes=settings.allowed_prefixes,
        )
    rows, _ = features_and_target(holdout, spec)
    before, again = (spec.model.predict(model, rows) for model in (stored, fitted.model))
    return Reproduction(
        model_name=model_name,
        version=str(version),
        model_id=model_id,
        dataset_version=features.attrs["dataset_version"],
        features_file=training.features_file,
        seed=spec.seed,
        training_rows=len(train),
        comparison=compare_predictions(before, again, spec.task),
        changes=training.surroundings.changes(Surroundings.here()),
        tolerance=tolerance,
    )
