"""Fit preprocessing and estimator as one pipeline."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mlops_assets.errors import InputError
from mlops_assets.features.columns import Columns, require_columns
from mlops_assets.features.dataset import Dataset
from mlops_assets.kinds.base import Summary, Trial
from mlops_assets.kinds.sklearn.model import SklearnModel
from mlops_assets.tasks.base import Task

if TYPE_CHECKING:
    import pandas as pd
    from sklearn.base import BaseEstimator
    from sklearn.compose import ColumnTransformer
    from sklearn.pipeline import Pipeline

    from mlops_assets.kinds.sklearn.decision_params import Mitigation, ThresholdChoice
    from mlops_assets.kinds.sklearn.params import Search

SCORED_ROWS = 5_000  # `train_score` is only indicative, so a sample is enough
PARALLEL_ROWS = 5_000  # with fewer, waiting for threads takes longer than what they save


@dataclass(frozen=True)
class Recipe:
    """What to fit: the estimator's dotted name and parameters, and how to search for better ones.

    It is imported only from `allowed_prefixes`. `threshold` and `mitigation` say how its
    probabilities become labels. `prepare` makes the preprocessing of the columns, if it is not the
    usual one.
    """

    estimator: str
    params: dict[str, Any]
    search: Search | None
    allowed_prefixes: tuple[str, ...]
    threshold: float | ThresholdChoice | None = None
    mitigation: Mitigation | None = None
    prepare: Callable[[Columns], ColumnTransformer] | None = None


def fit(recipe: Recipe, dataset: Dataset, task: Task, *, seed: int) -> SklearnModel:
    """Fit on all rows; with a search, refit the best setting on all rows.

    Metrics: `train_score` (accuracy or R² on at most 5,000 training rows; 1 is perfect, and it
    overestimates the score on new rows), `train_fit_seconds`, `train_cv_<metric>` of the best
    trial, and `train_out_of_fold_<metric>` of a chosen threshold. Raises `InputError`.
    """
    from sklearn.base import is_classifier
    from sklearn.pipeline import Pipeline

    from mlops_assets.kinds.sklearn.deciding import decide
    from mlops_assets.kinds.sklearn.estimators import build
    from mlops_assets.kinds.sklearn.preprocessing import preprocessing

    columns, target = dataset.columns, dataset.known_target()
    require_columns(dataset.features, columns.names)
    estimator = build(
        recipe.estimator, recipe.params, task, allowed_prefixes=recipe.allowed_prefixes
    )
    require_target(target, classes=is_classifier(estimator))
    _set_seed(estimator, seed)
    prepare = (recipe.prepare or preprocessing)(columns)
    pipeline = Pipeline([("prepare", prepare), ("estimator", estimator)])
    rows = dataset.features.loc[:, columns.names]
    started = time.perf_counter()
    with _fit_errors_explained(recipe.estimator):
        pipeline, trials, found = _fit(pipeline, recipe.search, rows, target, seed)
        decided = decide(pipeline, recipe.threshold, recipe.mitigation, dataset)
    seconds = time.perf_counter() - started
    params = _params(recipe.estimator, pipeline, rows, seed)
    _use_one_thread(decided.pipeline)
    score = _score(decided.pipeline, rows, target, seed)
    metrics = {"train_score": score, "train_fit_seconds": seconds, **found, **decided.metrics}
    summary = Summary(params | dict(decided.params), metrics, trials, threshold=decided.curve)
    return SklearnModel(decided.pipeline, summary)


def require_target(target: pd.Series, *, classes: bool) -> None:
    """Raise `InputError` for a target with missing values, or a single class."""
    if target.isna().any():
        raise InputError(
            seen=f"the target is missing in {int(target.isna().sum())} of {len(target)} rows",
            expected="a target in every training row",
            todo="drop the rows without a target, or fill it at the source",
        )
    if classes and target.nunique() < 2:
        raise InputError(
            seen=f"all {len(target)} training rows have the same target, "
            f"{target.unique().tolist()}",
            expected="at least two classes",
            todo="train on rows of every class, or correct `target` in defs.yaml",
        )


def _fit(
    pipeline: Pipeline,
    settings: Search | None,
    rows: pd.DataFrame,
    target: pd.Series,
    seed: int,
) -> tuple[Pipeline, list[Trial], dict[str, float]]:
    from joblib import parallel_config

    from mlops_assets.kinds.sklearn.search import search

    # Threads, because starting processes would take longer than most fits
    threads = -1 if len(rows) >= PARALLEL_ROWS else 1
    with parallel_config(backend="threading", n_jobs=threads):
        if settings is not None:
            return search(settings, pipeline, rows, target, seed=seed)
        return pipeline.fit(rows, target), [], {}


@contextmanager
def _fit_errors_explained(estimator: str) -> Iterator[None]:
    """Turn scikit-learn's errors about parameters and data into an `InputError`."""
    try:
        yield
    except InputError:
        raise
    except ValueError as error:  # InvalidParameterError is one as well
        raise InputError(
            seen=f"{estimator} rejects its parameters or the data: {str(error).rstrip('.')}",
            expected="parameters and data that it can be fitted with",
            todo="correct `params` or `search`, or choose another estimator in defs.yaml "
            "(YAML reads 1e-3 as text: write 1.0e-3)",
        ) from error


def _set_seed(estimator: BaseEstimator, seed: int) -> None:
    """Set the seed of the estimator and its nested estimators, unless one is set already."""
    unset = [
        name
        for name, value in estimator.get_params().items()
        if name.split("__")[-1] == "random_state" and value is None
    ]
    estimator.set_params(**dict.fromkeys(unset, seed))


def _use_one_thread(pipeline: Pipeline) -> None:
    """Set `n_jobs` to 1 for predictions: for a few rows, threads cost more than they save."""
    from mlops_assets.kinds.sklearn.fair_vote import FairVote

    estimator = pipeline[-1]
    for each in (pipeline, *(estimator.estimators_ if isinstance(estimator, FairVote) else ())):
        parallel = [
            name
            for name, value in each.get_params().items()
            if name.split("__")[-1] == "n_jobs" and value is not None
        ]
        each.set_params(**dict.fromkeys(parallel, 1))


def _score(pipeline: Pipeline, rows: pd.DataFrame, target: pd.Series, seed: int) -> float:
    import numpy as np

    chosen = np.random.default_rng(seed).permutation(len(rows))[:SCORED_ROWS]
    return float(pipeline.score(rows.iloc[chosen], target.iloc[chosen]))


def _params(
    estimator_path: str, pipeline: Pipeline, rows: pd.DataFrame, seed: int
) -> dict[str, Any]:
    """The estimator's parameters as fitted, without those that do not affect the result."""
    from sklearn.base import BaseEstimator

    settings = {
        name: value
        for name, value in pipeline.named_steps["estimator"].get_params().items()
        if name.split("__")[-1] not in ("n_jobs", "verbose", "estimators")
        and not isinstance(value, BaseEstimator)
    }
    context = {"estimator": estimator_path, "seed": seed}
    return settings | context | {"rows": len(rows), "features": rows.shape[1]}
