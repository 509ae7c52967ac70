"""Compare a candidate with the production version on the candidate's holdout."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_assets.errors import InputError
from mlops_assets.evaluation.gates import NoChampion
from mlops_assets.platform.mlflow.model_ids import model_id_of
from mlops_assets.tasks.metrics import Difference, evaluate, paired_difference

if TYPE_CHECKING:
    import pandas as pd
    from mlflow.entities.model_registry import ModelVersion

    from mlops_assets.spec.lifecycle_spec import LifecycleSpec


def compare_with_production(
    serving: ModelVersion | None,
    spec: LifecycleSpec,
    rows: pd.DataFrame,
    ground_truth: pd.Series | None,
    candidate: pd.DataFrame,
    model_id: str,
) -> Difference | str | NoChampion:
    """Measure how much better `candidate`, the predictions of `model_id`, is than `serving`.

    Returns `NoChampion` if there is no production version or no ground truth to compare on, and
    the reason as text if the production version cannot be scored on these rows or this metric,
    which fails the gate.
    """
    if serving is None:
        return NoChampion()
    if ground_truth is None:
        return NoChampion(f"no ground truth to compare with version {serving.version} on")
    try:
        champion = model_id_of(serving)
    except InputError as error:
        return error.seen
    if champion == model_id:
        return _difference(spec, ground_truth, candidate, candidate, serving.version)
    uri = f"models:/{champion}"
    if missing := sorted(set(input_names(uri)) - set(rows.columns)):
        return f"version {serving.version}, in production, needs columns {missing}"
    production = spec.model.predict(spec.model.load(uri), rows)
    return _difference(spec, ground_truth, candidate, production, serving.version)


def _difference(
    spec: LifecycleSpec,
    ground_truth: pd.Series,
    candidate: pd.DataFrame,
    production: pd.DataFrame,
    version: object,
) -> Difference | str:
    options = {"positive": spec.positive, "seed": spec.seed}
    has_truth = ground_truth.notna().to_numpy()
    ground_truth = ground_truth[has_truth]
    candidate, production = candidate[has_truth], production[has_truth]
    metrics = evaluate(ground_truth.to_numpy(), production, spec.task, **options, resamples=1)
    metric = spec.gates.compared_metric(metrics, spec.task)
    if metric not in metrics:
        return f"version {version}, in production, has no {metric} on these rows"
    return paired_difference(
        metric, ground_truth.to_numpy(), candidate, production, spec.task, **options
    )


def input_names(uri: str) -> list[str]:
    """The input columns in the signature of a model in MLflow."""
    from mlflow.models import get_model_info

    signature = get_model_info(uri).signature
    return signature.inputs.input_names() if signature else []
