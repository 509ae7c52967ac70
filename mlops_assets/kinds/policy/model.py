"""A fitted policy as a model."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mlops_assets.features.dataset import Dataset
from mlops_assets.kinds.base import Summary
from mlops_assets.kinds.policy.choices import Choice
from mlops_assets.tasks.metrics.labelled import PROBABILITY
from mlops_assets.tasks.metrics.logged_decisions import ESTIMATED

if TYPE_CHECKING:
    import pandas as pd

    from mlops_assets.kinds.policy.rewards import RewardModel


@dataclass(frozen=True)
class PolicyModel:
    """Estimated `rewards`, and the `choice` among actions by them."""

    rewards: RewardModel
    choice: Choice
    trained: Summary = field(default_factory=Summary)

    def summary(self) -> Summary:
        """Parameters and losses; empty for a policy that was loaded."""
        return self.trained

    def predict(self, features: pd.DataFrame) -> pd.DataFrame:
        """`prediction`, the most probable action; of each its probability and estimated reward."""
        import numpy as np
        import pandas as pd

        estimated = self.rewards.estimates(features)
        probability = self.choice.probabilities(estimated)
        actions = self.rewards.actions
        best = np.array(actions, dtype=object)[probability.argmax(axis=1)]
        columns = {f"{PROBABILITY}{it}": probability[:, place] for place, it in enumerate(actions)}
        columns |= {f"{ESTIMATED}{it}": estimated[:, place] for place, it in enumerate(actions)}
        return pd.DataFrame({"prediction": best, **columns}, features.index)

    def save(self, sample: pd.DataFrame, *, run_id: str, model_name: str) -> str:
        """Log the estimators as skops and the rest as JSON. Raises `InputError`."""
        from mlops_assets.kinds.policy import storage

        options = {"run_id": run_id, "model_name": model_name}
        return storage.save(self.rewards, self.choice, sample, **options)

    def monitoring_features(self, features: pd.DataFrame) -> pd.DataFrame:
        """No monitoring features beyond the features themselves."""
        return features[[]]

    def importance(self, dataset: Dataset, *, seed: int) -> pd.DataFrame:
        """Permutation importance of each feature for the estimated rewards."""
        from mlops_assets.kinds.policy import explaining

        return explaining.importance(self.rewards, dataset, seed=seed)

    def explain_rows(self, features: pd.DataFrame) -> pd.DataFrame:
        """How much the estimated reward of the most probable action changes without a column."""
        from mlops_assets.kinds.policy import explaining

        return explaining.explain_rows(self.rewards, self.predict, features)
