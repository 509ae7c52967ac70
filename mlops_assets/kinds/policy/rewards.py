"""Estimated rewards: one pipeline per action, or one with the action as a feature."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from sklearn.pipeline import Pipeline

ACTION = "__action__"
"""The action as a feature of the one estimator for all."""
ALL = ""


@dataclass(frozen=True)
class RewardModel:
    """Estimates the reward of each of `actions`.

    `pipelines` are by action, or the one for all actions by `ALL`. An action without a pipeline, as
    it was hardly ever logged, is estimated by `mean`, the mean reward of the log.
    """

    actions: list[str]
    pipelines: Mapping[str, Pipeline]
    mean: float

    def estimates(self, features: pd.DataFrame) -> np.ndarray:
        """The estimated reward of each action, (n, actions) float64."""
        import numpy as np

        found = np.full((len(features), len(self.actions)), self.mean)
        for place, action in enumerate(self.actions if len(features) else []):
            if action in self.pipelines:
                found[:, place] = self.pipelines[action].predict(features)
            elif ALL in self.pipelines:
                rows = features.assign(**{ACTION: action})
                found[:, place] = self.pipelines[ALL].predict(rows)
        return found

    def of_logged(self, features: pd.DataFrame, action: np.ndarray) -> np.ndarray:
        """The estimated reward of each row's action, (n,); `action` are codes into `actions`."""
        import numpy as np

        return self.estimates(features)[np.arange(len(action)), action]
