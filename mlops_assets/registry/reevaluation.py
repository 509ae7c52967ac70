"""Re-evaluate a version on its recorded holdout and model."""

import time

from mlops_assets.data.training_tables import FeatureTable
from mlops_assets.errors import InputError, logger
from mlops_assets.evaluation.evaluate import evaluate_model
from mlops_assets.evaluation.records import Evaluation, TrainedModel
from mlops_assets.kinds.refit import recorded_fields
from mlops_assets.platform.lake import read_table
from mlops_assets.platform.mlflow.model_ids import model_id_of
from mlops_assets.platform.mlflow.runs import experiment_id, log_values
from mlops_assets.platform.mlflow.store import error_text, require_answer
from mlops_assets.platform.settings import Settings
from mlops_assets.registry.ledger import Entry
from mlops_assets.registry.promotion import EVALUATE
from mlops_assets.registry.registered_model import RegisteredModel
from mlops_assets.registry.reproduce.recorded_training import read_training
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets.spec.stage_names import PRODUCTION

LOG = logger(__name__)
RUN_NAME = "re-evaluation"


def reevaluate(
    model: RegisteredModel, spec: LifecycleSpec, number: str, why: str, settings: Settings
) -> Entry:
    """Re-evaluate a version and store its new verdict, against the current production version.

    The holdout is that of the recorded feature table; columns, target and seed are as fitted; the
    gates are those of `spec`. The verdict is stored with the version, in the ledger with the
    reason `why`, and in a new MLflow run. Takes as long as the asset `evaluation` without its
    figures and documents, such as importances. Raises `InputError` if something recorded is
    missing.
    """
    LOG.warning("%s; re-evaluating it", why)
    try:
        record = _evaluate(model, spec, number, settings)
    except InputError as gone:
        raise InputError(
            seen=f"{why}; and it cannot be re-evaluated: {gone.seen}",
            expected=gone.expected,
            todo=f"retrain the model: {EVALUATE}; or {gone.todo}",
        ) from gone
    _log(model, spec, number, record, settings)
    return model.judge(number, record.verdict, again=f"re-evaluated, because {why}")


def _evaluate(
    model: RegisteredModel, spec: LifecycleSpec, number: str, settings: Settings
) -> Evaluation:
    from mlflow.exceptions import MlflowException

    version = model.version(number)
    model_id = model_id_of(version)
    training = read_training(model.client, model_id)
    features = read_table(training.features_file, FeatureTable).table
    trained = TrainedModel(
        model_id=model_id,
        run_id=version.run_id or "",
        fingerprint=version.tags.get("fingerprint", ""),
        dataset_version=version.tags.get("dataset_version", ""),
        code_version=version.tags.get("code_version", ""),
        reused=True,
    )
    as_fitted = spec.model_copy(update=recorded_fields(training.spec))
    try:
        serving = model.at(PRODUCTION)
        return evaluate_model(as_fitted, features, trained, serving, settings).record
    except (MlflowException, OSError) as error:
        if not settings.mlflow_is_embedded:
            require_answer(settings.mlflow_tracking_uri)
        raise InputError(
            seen=f"a model of {model.name} cannot be loaded: "
            f"{error_text(error, settings.mlflow_tracking_uri)}",
            expected="the logged files of the version and of the production version",
            todo="restore them from a backup: mlops-assets restore",
        ) from None  # the cause may show a secret from the URI


def _log(
    model: RegisteredModel,
    spec: LifecycleSpec,
    number: str,
    record: Evaluation,
    settings: Settings,
) -> None:
    client, trained = model.client, record.trained_model
    run = client.create_run(experiment_id(client, spec.experiment, settings), run_name=RUN_NAME)
    run_id, status = run.info.run_id, "FAILED"
    tags = {
        "model": spec.name,
        "stage": "promotion",
        "task": spec.task.name,
        "version": number,
        "model_id": trained.model_id,
        "dataset_version": trained.dataset_version,
        "code_version": trained.code_version,
        "gates_passed": str(record.verdict.passed).lower(),
    }
    try:
        metrics = {name: metric.value for name, metric in record.metrics.items()}
        params = {"holdout_rows": record.holdout_rows, "training_rows": record.training_rows}
        log_values(client, run_id, params=params, metrics=metrics, tags=tags)
        client.log_text(run_id, record.verdict.model_dump_json(indent=2), "verdict.json")
        status = "FINISHED"
    finally:
        client.set_terminated(run_id, status=status, end_time=int(time.time() * 1000))
