"""What a policy's estimated rewards depend on."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from mlops_assets.features.dataset import Dataset
from mlops_assets.features.labels import class_names
from mlops_assets.kinds.policy.rewards import RewardModel
from mlops_assets.kinds.sklearn.explained_rows import text_columns, without_value

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

MOST_ROWS, REPEATS = 1_000, 3


def importance(rewards: RewardModel, dataset: Dataset, *, seed: int) -> pd.DataFrame:
    """Rise in the squared error of the logged action's reward when a column is shuffled.

    Like the importance of a regression (Breiman, Machine Learning 45 (2001), 5-32), on at most
    1,000 rows with three shuffles per column, as a share of the variance of the reward: the R² that
    is lost.
    """
    import numpy as np
    import pandas as pd

    rng = np.random.default_rng(seed)
    few = dataset.take(rng.permutation(len(dataset))[:MOST_ROWS])
    rows, reward = few.features[few.columns.names], few.known_target().to_numpy("float64")
    action = pd.Index(rewards.actions).get_indexer(pd.Index(class_names(few.of_role("action"))))
    variance = float(reward.var()) or 1.0

    def error(table: pd.DataFrame) -> float:
        return float(((reward - rewards.of_logged(table, action)) ** 2).mean()) / variance

    base, found = error(rows), []
    for name in map(str, rows):
        risen = [
            error(rows.assign(**{name: rng.permutation(rows[name].to_numpy())})) - base
            for _ in range(REPEATS)
        ]
        found.append((name, float(np.mean(risen)), float(np.std(risen))))
    table = pd.DataFrame(found, columns=["feature", "importance", "spread"])
    table = table.sort_values("importance", ascending=False, kind="stable", ignore_index=True)
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
