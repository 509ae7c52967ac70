"""Evaluate predictions against the ground truth: metrics with 95 % bootstrap intervals."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from mlops_assets.errors import InputError
from mlops_assets.features.columns import Task, nearest
from mlops_assets.tasks.metrics import classification, deduplication, regression
from mlops_assets.tasks.metrics.bootstrap import count_chunks, percentile
from mlops_assets.tasks.metrics.labelled import labelled
from mlops_assets.tasks.metrics.regression import measured

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

OfWeights = Callable[["np.ndarray"], "np.ndarray"]

LOWER_IS_BETTER = ("log_loss", "brier", "mae", "rmse")
HIGHER_IS_BETTER: Mapping[str, bool] = MappingProxyType(
    {
        name: name not in LOWER_IS_BETTER
        for table in (
            classification.BINARY,
            classification.MULTICLASS,
            regression.FORMULAS,
            deduplication.FORMULAS,
        )
        for name in table
    }
)
"""Whether a higher value is better, for every metric."""


class Metric(BaseModel):
    """A metric on a holdout. NaN if undefined, such as precision without predicted positives."""

    model_config = ConfigDict(extra="forbid", frozen=True, ser_json_inf_nan="strings")

    value: float = Field(description="Point estimate on the holdout.")
    low: float = Field(description="Lower end of the 95 % percentile bootstrap interval.")
    high: float = Field(description="Upper end of that interval.")
    support: int = Field(description="Number of rows (or pairs) the metric is based on.")


def written(value: float, low: float, high: float) -> tuple[str, str]:
    """Format a metric's value and interval: `0.8123` and `[0.8012, 0.8250]`.

    An exact value has no interval, and a whole number is formatted as a count: `46,159`.
    """
    if low < high:
        return f"{value:.4f}", f"[{low:.4f}, {high:.4f}]"
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:.4f}", ""


class Difference(Metric):
    """Candidate minus production on the same rows, signed so that positive is better."""

    metric: str
    lower_95: float = Field(
        description="One-sided lower bound: the difference exceeds it in 95 % of the resamples."
    )


def evaluate(
    ground_truth: np.ndarray,
    predictions: pd.DataFrame,
    task: Task,
    *,
    positive: object = None,
    seed: int = 0,
    resamples: int = 400,
) -> dict[str, Metric]:
    """Compute every metric that the task and the predictions allow, the headline metric first.

    `predictions` has one row per value of `ground_truth`: `prediction`, and for classification
    one `probability_<label>` per class; without these the metrics that need them are left out.
    `positive` is the positive class of binary metrics (default: the greater of the two labels).
    Above 250,000 rows there are fewer resamples (see `bootstrap.resamples_for`). The same seed
    gives the same result. Raises `InputError` if the holdout is empty or a value is missing.
    """
    _require_rows(ground_truth, predictions)
    judged = _judged(ground_truth, predictions, task, positive)
    return _with_intervals(judged, _units(ground_truth, task), resamples, seed)


def evaluate_clusters(
    ground_truth: object,
    clusters: object,
    candidates: tuple[np.ndarray, np.ndarray] | None = None,
    *,
    seed: int = 0,
    resamples: int = 400,
) -> dict[str, Metric]:
    """Compute pairwise metrics of clusters against the true entity of each row.

    The intervals come from resampling entities, not rows. `candidates` (positions of the compared
    pairs) adds `blocking_recall`. Raises `InputError` if a label is missing.
    """
    judged = _judged_clusters(ground_truth, clusters, candidates)
    return _with_intervals(judged, _units(ground_truth, "deduplication"), resamples, seed)


def _with_intervals(
    judged: Mapping[str, tuple[OfWeights, int]], units: int, resamples: int, seed: int
) -> dict[str, Metric]:
    draws = _draws({n: f for n, (f, _) in judged.items()}, units, resamples, seed)
    return {
        name: Metric(**_interval(draws[name]), support=support)
        for name, (_, support) in judged.items()
    }


def paired_difference(
    metric: str,
    ground_truth: np.ndarray,
    candidate: pd.DataFrame,
    production: pd.DataFrame,
    task: Task,
    *,
    positive: object = None,
    seed: int = 0,
    resamples: int = 1000,
) -> Difference:
    """Measure how much better the candidate is than production, on the same rows and resamples.

    Positive is better for every metric: the sign of errors such as `rmse` is flipped. Raises
    `InputError` if `metric` cannot be computed for one of the two.
    """
    labels = _all_labels(ground_truth, (candidate, production), task)
    functions, supports = {}, []
    for name, table in (("candidate", candidate), ("production version", production)):
        _require_rows(ground_truth, table)
        judged = _judged(ground_truth, table, task, positive, labels)
        _require_metric(metric, list(judged), name)
        functions[name], support = judged[metric]
        supports.append(support)
    draws = _draws(functions, _units(ground_truth, task), resamples, seed)
    sign = 1 if HIGHER_IS_BETTER[metric] else -1
    improvement = sign * (draws["candidate"] - draws["production version"])
    return Difference(
        metric=metric,
        **_interval(improvement),
        lower_95=percentile(improvement, 5),
        support=min(supports),
    )


def _judged(
    ground_truth: object,
    table: pd.DataFrame,
    task: Task,
    positive: object,
    labels: Collection[str] = (),
) -> dict[str, tuple[OfWeights, int]]:
    """Each metric as a function of the resampling weights, with its support."""
    if task == "deduplication":
        return _judged_clusters(ground_truth, table["prediction"])
    if task == "regression":
        o = measured(ground_truth, table)
        formulas, support = regression.FORMULAS, lambda _: len(o.ground_truth)
    else:
        o = labelled(ground_truth, table, positive=positive, labels=labels)
        formulas = classification.formulas(o)
        support = partial(classification.support, o=o)
    return {name: (partial(formula, o), support(name)) for name, formula in formulas.items()}


def _judged_clusters(
    ground_truth: object, clusters: object, candidates: tuple[np.ndarray, np.ndarray] | None = None
) -> dict[str, tuple[OfWeights, int]]:
    o = deduplication.contributions(ground_truth, clusters, candidates)
    return {
        name: (formula, deduplication.support(name, o))
        for name, formula in deduplication.formulas(o).items()
    }


def _units(ground_truth: object, task: Task) -> int:
    """The number of units to resample: rows, or entities, whose records stay together."""
    import pandas as pd

    return pd.Series(ground_truth).nunique() if task == "deduplication" else len(ground_truth)  # type: ignore[arg-type]


def _all_labels(ground_truth: object, tables: tuple[pd.DataFrame, ...], task: Task) -> set[str]:
    """The labels of both tables: a class that only one version knows also counts for the other."""
    if task != "classification":
        return set()
    return {label for table in tables for label in labelled(ground_truth, table).labels}


def _draws(
    functions: Mapping[str, OfWeights], rows: int, resamples: int, seed: int
) -> dict[str, np.ndarray]:
    """Evaluate every function on the same resamples; element 0 is the original holdout."""
    import numpy as np

    chunks = [
        [function(weights) for function in functions.values()]
        for weights in count_chunks(rows, resamples, seed)
    ]
    return dict(zip(functions, map(np.concatenate, zip(*chunks, strict=True)), strict=True))


def _interval(draws: np.ndarray) -> dict[str, float]:
    return {
        "value": float(draws[0]),
        "low": percentile(draws, 2.5),
        "high": percentile(draws, 97.5),
    }


def _require_rows(ground_truth: object, predictions: pd.DataFrame) -> None:
    rows = len(ground_truth)  # type: ignore[arg-type]
    if rows == 0 or rows != len(predictions) or "prediction" not in predictions:
        raise InputError(
            seen=f"{rows} holdout rows and {len(predictions)} predictions "
            f"with the columns {list(predictions.columns)}",
            expected="at least one row, and a `prediction` for each of them",
            todo="add rows to the source, or correct the kind's `predict`",
        )


def _require_metric(metric: str, computed: list[str], owner: str) -> None:
    if metric not in computed:
        raise InputError(
            seen=f"no metric {metric!r} of the {owner} in {computed}{nearest(metric, computed)}",
            expected="a metric that the task and the predictions allow",
            todo="choose one of these for `beats_production` in defs.yaml",
        )
