"""Fit preprocessing and estimator as one pipeline."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from mlops_assets.errors import InputError
from mlops_assets.features.columns import Columns, Task, require_columns
from mlops_assets.kinds.base import Fitted, Trial

if TYPE_CHECKING:
    import pandas as pd
    from sklearn.base import BaseEstimator
    from sklearn.pipeline import Pipeline

    from mlops_assets.kinds.sklearn.params import Search

SCORED_ROWS = 5_000  # `train_score` is a hint, so it is never taken on more rows than this


def fit(
    estimator_path: str,
    params: dict[str, Any],
    search: Search | None,
    features: pd.DataFrame,
    target: pd.Series,
    columns: Columns,
    task: Task,
    *,
    seed: int,
    allowed_prefixes: tuple[str, ...],
) -> Fitted:
    """Fit on all rows; with a search, the best setting refitted on all rows.

    Metrics: `train_score` (accuracy or R² on at most 5,000 training rows, 1 is perfect and
    usually better than on new rows), `train_fit_seconds`, and `train_cv_<metric>` of the best
    trial. Raises `InputError`.
    """
    from sklearn.pipeline import Pipeline

    from mlops_assets.kinds.sklearn.estimators import build
    from mlops_assets.kinds.sklearn.preprocessing import preprocessing

    require_columns(features, columns.names)
    require_target(target, task)
    estimator = build(estimator_path, params, task, allowed_prefixes=allowed_prefixes)
    _set_seed(estimator, seed)
    pipeline = Pipeline([("prepare", preprocessing(columns)), ("estimator", estimator)])
    rows = features.loc[:, columns.names]
    started = time.perf_counter()
    with _named_refusal(estimator_path):
        pipeline, trials, found = _fit(pipeline, search, rows, target, task, seed)
    seconds = time.perf_counter() - started
    _work_alone(pipeline)
    metrics = {"train_score": _score(pipeline, rows, target, seed), "train_fit_seconds": seconds}
    return Fitted(pipeline, _params(estimator_path, pipeline, rows, seed), metrics | found, trials)


def require_target(target: pd.Series, task: Task) -> None:
    """Raise `InputError` for a target with gaps, or with a single class."""
    if target.isna().any():
        raise InputError(
            seen=f"the target is missing in {int(target.isna().sum())} of {len(target)} rows",
            expected="a target in every training row",
            todo="drop the rows without a target, or fill it at the source",
        )
    if task == "classification" and target.nunique() < 2:
        raise InputError(
            seen=f"every one of the {len(target)} training rows has the target "
            f"{target.unique().tolist()}",
            expected="at least two classes",
            todo="train on rows of every class, or correct `target` in defs.yaml",
        )


def _fit(
    pipeline: Pipeline,
    settings: Search | None,
    rows: pd.DataFrame,
    target: pd.Series,
    task: Task,
    seed: int,
) -> tuple[Pipeline, list[Trial], dict[str, float]]:
    from joblib import parallel_config

    from mlops_assets.kinds.sklearn.search import search

    # Threads, because starting processes takes longer than most fits
    with parallel_config(backend="threading", n_jobs=-1):
        if settings is not None:
            return search(settings, pipeline, rows, target, task, seed=seed)
        return pipeline.fit(rows, target), [], {}


@contextmanager
def _named_refusal(estimator: str) -> Iterator[None]:
    """Turn what scikit-learn says of bad parameters and data into an `InputError`."""
    try:
        yield
    except InputError:
        raise
    except ValueError as error:  # InvalidParameterError is one as well
        raise InputError(
            seen=f"{estimator} refuses its parameters or the data: {str(error).rstrip('.')}",
            expected="parameters and data that it can be fitted with",
            todo="correct `params` or `search`, or name another estimator in defs.yaml "
            "(YAML reads 1e-3 as text: write 1.0e-3)",
        ) from error


def _set_seed(estimator: BaseEstimator, seed: int) -> None:
    """Give the seed to the estimator and those inside it, where none was given."""
    unset = [
        name
        for name, value in estimator.get_params().items()
        if name.split("__")[-1] == "random_state" and value is None
    ]
    estimator.set_params(**dict.fromkeys(unset, seed))


def _work_alone(pipeline: Pipeline) -> None:
    """One thread from now on: for a single row, handing work to others costs more than it saves."""
    given = [
        name
        for name, value in pipeline.get_params().items()
        if name.split("__")[-1] == "n_jobs" and value is not None
    ]
    pipeline.set_params(**dict.fromkeys(given, 1))


def _score(pipeline: Pipeline, rows: pd.DataFrame, target: pd.Series, seed: int) -> float:
    import numpy as np

    chosen = np.random.default_rng(seed).permutation(len(rows))[:SCORED_ROWS]
    return float(pipeline.score(rows.iloc[chosen], target.iloc[chosen]))


def _params(
    estimator_path: str, pipeline: Pipeline, rows: pd.DataFrame, seed: int
) -> dict[str, Any]:
    """The estimator's settings as fitted, without the ones that only say how to work."""
    from sklearn.base import BaseEstimator

    settings = {
        name: value
        for name, value in pipeline.named_steps["estimator"].get_params().items()
        if name.split("__")[-1] not in ("n_jobs", "verbose", "estimators")
        and not isinstance(value, BaseEstimator)
    }
    about = {"estimator": estimator_path, "seed": seed}
    return settings | about | {"rows": len(rows), "features": rows.shape[1]}
