"""What a policy's estimated rewards depend on."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from mlops_assets.features.dataset import Dataset
from mlops_assets.features.labels import class_names
from mlops_assets.kinds import permuted
from mlops_assets.kinds.policy.rewards import RewardModel
from mlops_assets.kinds.sklearn.explained_rows import text_columns, without_value

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


def importance(rewards: RewardModel, dataset: Dataset, *, seed: int) -> pd.DataFrame:
    """Rise in the squared error of the logged action's reward when a column is shuffled.

    As a share of the variance of the reward: the R² that is lost, as of a regression.
    """
    import pandas as pd

    def errors(few: Dataset) -> Callable[[pd.DataFrame], float]:
        reward = few.known_target().to_numpy("float64")
        logged = pd.Index(class_names(few.of_role("action")))
        action, variance = pd.Index(rewards.actions).get_indexer(logged), float(reward.var()) or 1.0

        def error(rows: pd.DataFrame) -> float:
            return float(((reward - rewards.of_logged(rows, action)) ** 2).mean()) / variance

        return error

    table = permuted.importance(dataset, errors, seed=seed)
    return table.assign(unit="loss of R² of the reward when the column is shuffled")


def explain_rows(
    rewards: RewardModel,
    predict: Callable[[pd.DataFrame], pd.DataFrame],
    features: pd.DataFrame,
) -> pd.DataFrame:
    """The estimated reward of the most probable action, minus that with one column missing."""
    import pandas as pd

    texts = {name for it in rewards.pipelines.values() for name in text_columns(it)}
    chosen = pd.Index(rewards.actions).get_indexer(pd.Index(predict(features)["prediction"]))
    known = rewards.of_logged(features, chosen)

    def lost(name: str) -> np.ndarray:
        missing = without_value(features[name], is_text=name in texts)
        return known - rewards.of_logged(features.assign(**{name: missing}), chosen)

    return pd.DataFrame({name: lost(name) for name in map(str, features)}, features.index)
