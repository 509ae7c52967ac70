"""Compare a candidate with the production version on the candidate's holdout."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from math import isfinite
from types import MappingProxyType
from typing import TYPE_CHECKING

from mlops_assets.errors import InputError
from mlops_assets.evaluation.gates import NoChampion
from mlops_assets.evaluation.newest_first import Comparison, compare_newest_first
from mlops_assets.features.dataset import Dataset
from mlops_assets.kinds.base import predictions_of
from mlops_assets.kinds.loading import load_model
from mlops_assets.platform.mlflow.model_ids import has_files, model_id_of
from mlops_assets.tasks.metrics.metric import Difference, Metric

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from mlflow.entities.model_registry import ModelVersion

    from mlops_assets.spec.lifecycle_spec import LifecycleSpec


def compare_with_production(
    serving: ModelVersion | None,
    spec: LifecycleSpec,
    dataset: Dataset,
    candidate: Callable[[], pd.DataFrame],
    model_id: str,
    days: pd.Series | None = None,
    metrics: Mapping[str, Metric] = MappingProxyType({}),
) -> Comparison | str | NoChampion:
    """Measure how much better `candidate`, the predictions of `model_id`, is than `serving`.

    `days` has the day of each row of `dataset`, if they are held-out rows with a time: the newest
    are compared first. `metrics` are those of the task for `candidate`, as far as they are known.
    Returns `NoChampion` if there is no production version or no ground truth to compare on, and the
    reason as text if the production version cannot be scored on these rows or this metric, which
    fails the gate.
    """
    from mlflow import MlflowClient

    if serving is None:
        return NoChampion()
    if dataset.target is None:
        return NoChampion(f"no ground truth to compare with version {serving.version} on")
    try:
        champion = model_id_of(serving)
    except InputError as error:
        return error.seen
    if champion == model_id:
        if found := itself(spec, metrics):
            return found
        return difference_on(spec, dataset, candidate(), candidate(), serving.version)
    if not has_files(MlflowClient(), champion):
        return NoChampion(f"the files of version {serving.version}, in production, are gone")
    uri = f"models:/{champion}"
    if missing := sorted(set(input_names(uri)) - set(dataset.features.columns)):
        return f"version {serving.version}, in production, needs columns {missing}"
    try:
        production = predictions_of(load_model(uri, spec.model.type), dataset.features)
    except InputError as error:
        return f"version {serving.version}, in production, cannot be scored: {error.seen}"
    trained = serving.tags.get("trained_through")
    since = date.fromisoformat(trained) if trained else None
    return difference_on(spec, dataset, candidate(), production, serving.version, days, since)


def itself(spec: LifecycleSpec, metrics: Mapping[str, Metric]) -> Comparison | None:
    """A model compared with itself: on every resample the difference is 0.

    None unless the compared metric is among `metrics` and defined.
    """
    name = spec.gates.compared_metric(metrics, spec.task) or ""
    found = metrics.get(name)
    if found is None or not all(map(isfinite, (found.value, found.low, found.high))):
        return None
    none = dict.fromkeys(("value", "low", "high", "lower_95"), 0.0)
    return Comparison(**none, metric=name, support=found.support, on=f"all {found.support:,} rows")


def difference_on(
    spec: LifecycleSpec,
    dataset: Dataset,
    candidate: pd.DataFrame,
    production: pd.DataFrame,
    version: object,
    days: pd.Series | None = None,
    since: date | None = None,
) -> Comparison | str:
    """How much better the predictions `candidate` are than those of the production `version`.

    On the labelled rows, by the metric of `beats_production`; the reason as text if they do not
    have it. With the `days` of the rows, the newest after `since` come first.
    """
    known = dataset.labelled()
    candidate, production = (it.loc[known.features.index] for it in (candidate, production))
    metrics = list(spec.task.estimates(known, production).formulas)
    metric = spec.gates.compared_metric(metrics, spec.task)
    if metric is None or metric not in metrics:
        return f"version {version}, in production, has no {metric} on these rows"

    def measured(chosen: np.ndarray | None) -> Difference:
        rows = known if chosen is None else known.take(chosen)
        pair = [it if chosen is None else it.iloc[chosen] for it in (candidate, production)]
        return spec.task.paired_difference(metric, rows, *pair, seed=spec.seed)

    days = None if days is None else days.loc[known.features.index]
    return compare_newest_first(days, since, spec.gates.beats_production.tolerance, measured)


def input_names(uri: str) -> list[str]:
    """The input columns in the signature of a model in MLflow."""
    from mlflow.models import get_model_info

    signature = get_model_info(uri).signature
    return signature.inputs.input_names() if signature else []
