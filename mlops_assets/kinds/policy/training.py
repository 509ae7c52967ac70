"""Fit the estimators of rewards of a policy."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mlops_assets.errors import InputError
from mlops_assets.features.columns import Columns, require_columns
from mlops_assets.features.dataset import Dataset
from mlops_assets.features.labels import class_names
from mlops_assets.kinds.base import Summary
from mlops_assets.kinds.policy.choices import Choice
from mlops_assets.kinds.policy.model import PolicyModel
from mlops_assets.kinds.policy.reward_params import RewardParams
from mlops_assets.kinds.policy.rewards import ACTION, ALL, RewardModel
from mlops_assets.tasks.regression import REGRESSION

if TYPE_CHECKING:
    import pandas as pd
    from sklearn.pipeline import Pipeline


LEAST_ROWS = 10
"""Fewer rows of an action teach an estimator of its own nothing."""
FOLDS = 5


@dataclass(frozen=True)
class Recipe:
    """What to fit: the estimator is imported only from `allowed_prefixes`."""

    actions: tuple[str, ...]
    rewards: RewardParams
    choice: Choice
    allowed_prefixes: tuple[str, ...]


def fit(recipe: Recipe, dataset: Dataset, *, seed: int) -> PolicyModel:
    """Fit on all rows, each with its logged action.

    Metrics: `train_loss`, the mean squared error on the training rows, `val_loss`, that on a fifth
    of them by a model of the others, and `train_fit_seconds`. Raises `InputError`.
    """
    started = time.perf_counter()
    rewards = _fit(recipe, dataset, seed)
    seconds = time.perf_counter() - started
    metrics = {"train_loss": _loss(rewards, dataset), "train_fit_seconds": seconds}
    if dataset.groups is not None and dataset.groups.nunique() >= FOLDS:
        fold = dataset.folds(FOLDS)
        others = _fit(recipe, dataset.take(fold > 0), seed)
        metrics["val_loss"] = _loss(others, dataset.take(fold == 0))
    summary = Summary(_params(recipe, rewards, dataset, seed), metrics)
    return PolicyModel(rewards, recipe.choice, summary)


def _fit(recipe: Recipe, dataset: Dataset, seed: int) -> RewardModel:
    require_columns(dataset.features, dataset.columns.names)
    rows, reward = dataset.features[dataset.columns.names], dataset.known_target()
    action, columns = class_names(dataset.of_role("action")), dataset.columns
    if not recipe.rewards.per_action:
        rows = rows.assign(**{ACTION: action})
        columns = columns.joined(Columns(categorical=[ACTION]))
    parts = (
        {it: action == it for it in recipe.actions} if recipe.rewards.per_action else {ALL: None}
    )
    pipelines = {}
    for name, chosen in parts.items():
        if chosen is None or int(chosen.sum()) >= LEAST_ROWS:
            pipeline = _pipeline(recipe, columns, seed)
            some = (rows, reward) if chosen is None else (rows[chosen], reward[chosen])
            pipelines[name] = _fitted(recipe, pipeline, *some)
    return RewardModel(list(recipe.actions), pipelines, float(reward.mean()))


def _pipeline(recipe: Recipe, columns: Columns, seed: int) -> Pipeline:
    from sklearn.pipeline import Pipeline

    from mlops_assets.kinds.sklearn.estimators import build
    from mlops_assets.kinds.sklearn.preprocessing import preprocessing

    how, prefixes = recipe.rewards, recipe.allowed_prefixes
    estimator = build(how.estimator, how.params, REGRESSION, allowed_prefixes=prefixes)
    unset = [name for name, value in estimator.get_params().items() if _is_seed(name, value)]
    estimator.set_params(**dict.fromkeys(unset, seed))
    return Pipeline([("prepare", preprocessing(columns)), ("estimator", estimator)])


def _is_seed(name: str, value: object) -> bool:
    return name.split("__")[-1] == "random_state" and value is None


def _fitted(recipe: Recipe, pipeline: Pipeline, rows: pd.DataFrame, reward: pd.Series) -> Pipeline:
    try:
        return pipeline.fit(rows, reward)
    except ValueError as error:  # InvalidParameterError is one as well
        raise InputError(
            seen=f"{recipe.rewards.estimator} rejects its parameters or the data: "
            f"{str(error).rstrip('.')}",
            expected="parameters and data that it can be fitted with",
            todo="correct `model: {rewards: {params: …}}`, or choose another estimator",
        ) from error


def _loss(rewards: RewardModel, dataset: Dataset) -> float:
    import pandas as pd

    action = class_names(dataset.of_role("action"))
    codes = pd.Index(rewards.actions).get_indexer(pd.Index(action))
    found = rewards.of_logged(dataset.features[dataset.columns.names], codes)
    return float(((dataset.known_target().to_numpy("float64") - found) ** 2).mean())


def _params(recipe: Recipe, rewards: RewardModel, dataset: Dataset, seed: int) -> dict[str, Any]:
    own = {f"reward_{name}": value for name, value in recipe.rewards.params.items()}
    choice = {"choice": recipe.choice.type, **recipe.choice.model_dump(exclude={"type"})}
    return {
        "estimator": recipe.rewards.estimator,
        **own,
        "per_action": recipe.rewards.per_action,
        **choice,
        "actions": len(recipe.actions),
        "actions_learned": len(rewards.pipelines) if recipe.rewards.per_action else "all",
        "seed": seed,
        "rows": len(dataset),
        "features": len(dataset.columns.names),
    }
