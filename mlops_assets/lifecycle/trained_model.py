"""trained_model: the fitted model, logged to MLflow with everything needed to reproduce it."""

import hashlib

import dagster as dg

from mlops_assets.claims import Claim
from mlops_assets.data.training_tables import FeatureTable, training_side
from mlops_assets.evaluation.records import TrainedModel
from mlops_assets.evaluation.training_result import FitResult, ReuseResult, TrainedModelResult
from mlops_assets.features.dataset import Dataset
from mlops_assets.kinds.base import LearningCurve, Model, ShowsLearning
from mlops_assets.lifecycle.asset import lifecycle_asset
from mlops_assets.lifecycle.checks import warnings
from mlops_assets.lifecycle.recorded import dagster_run, recorded
from mlops_assets.monitoring.version_reference import reference_of, save_version_reference
from mlops_assets.platform.freed_memory import give_back
from mlops_assets.platform.mlflow.recording import Recording
from mlops_assets.platform.mlflow.resource import MlflowResource
from mlops_assets.registry.reproduce.recorded_training import FILE, RecordedTraining, read_training
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets.tasks.feature_table import dataset_of, side

SAMPLE_ROWS = 100


def build(spec: LifecycleSpec) -> list:
    """The asset `trained_model`."""

    @lifecycle_asset(
        spec,
        reads=["features"],
        kinds={"mlflow", spec.model.type},
        warns=spec.model.claims,
    )
    def trained_model(
        context: dg.AssetExecutionContext, mlflow: MlflowResource, features: FeatureTable
    ):
        """The model fitted on the training rows, stored in MLflow.

        It includes the preprocessing, and the reference profile that live days are compared with.
        If the same data, code and parameters have been fitted before, that model is reused and
        nothing new is stored.
        """
        with recorded(context, mlflow, spec, "training") as run:
            version = features.dataset_version
            identity = fingerprint(spec, version)
            run.tags(dataset_version=version, fingerprint=identity)
            run.params({"seed": spec.seed, "kind": spec.model.type, **spec.library_versions})
            run.params({"dataset_version": version})
            run.flush()
            earlier = mlflow.find_model(spec.experiment, "trained_model", identity)
            if earlier:
                model_id, claims = earlier, _claims_of(run, earlier, spec)
                run.record(ReuseResult(run.client.get_logged_model(earlier).params))
            else:
                model_id, claims = _fit(context, mlflow, spec, features, run)
            record = TrainedModel(
                model_id=model_id,
                run_id=run.run_id,
                fingerprint=identity,
                dataset_version=version,
                code_version=spec.code_version,
                reused=bool(earlier),
                seen_through=features.seen_through,
            )
            training = RecordedTraining.of(spec, claims).model_dump_json(indent=2)
            run.record(TrainedModelResult(record, training, FILE))
            checks = warnings(claims, context.asset_key)
            return dg.MaterializeResult(value=record, metadata=run.metadata, check_results=checks)

    return [trained_model]


def fingerprint(spec: LifecycleSpec, dataset_version: str) -> str:
    """16 hex characters that identify a fit by its data, code, parameters and libraries."""
    parts = [dataset_version, spec.training_digest(), spec.code_version, str(spec.library_versions)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def _curve(model: Model, train: Dataset, spec: LifecycleSpec) -> LearningCurve | None:
    """How training went, of a kind that shows it; the trials of a search are shown instead."""
    if model.summary().trials or not isinstance(model, ShowsLearning):
        return None
    return model.learning_curve(train, seed=spec.seed)


def _claims_of(run: Recording, model_id: str, spec: LifecycleSpec) -> list[Claim]:
    """The claims checked when the model was fitted; read only for kinds that have any."""
    return read_training(run.client, model_id).claims if spec.model.claims else []


def _fit(
    context, mlflow: MlflowResource, spec: LifecycleSpec, features: FeatureTable, run: Recording
) -> tuple[str, list[Claim]]:
    train = dataset_of(training_side(features), spec)
    give_back()
    prefixes = mlflow.settings.allowed_prefixes
    with mlflow.fluent(dagster_run(context, spec), run):
        model = spec.model.fit(train, spec.task, seed=spec.seed, allowed_prefixes=prefixes)
    summary = model.summary()
    run.record(FitResult(summary, _curve(model, train, spec)))
    run.series(summary.series)
    run.flush()  # MLflow copies the run's params and metrics to the logged model
    mlflow.record_trials(dagster_run(context, spec), run, summary.trials)
    sample = train.features.head(SAMPLE_ROWS).copy()
    del train  # before all rows are read: the fit needed its memory for the training rows alone
    give_back()
    table = features.table
    kept = reference_of(model, table, dataset_of(side(table, held_out=True), spec), spec)
    model_id = model.save(sample, run_id=run.run_id, model_name=spec.registered_name)
    # If killed before this line, the run is not FINISHED and its model is never reused.
    save_version_reference(run.client, model_id, kept)
    return model_id, list(summary.claims)
