"""Policy: choose one of several actions, where only the reward of the chosen one is known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from mlops_assets.features.columns import Columns
from mlops_assets.features.dataset import Dataset
from mlops_assets.features.labels import class_names
from mlops_assets.tasks.base import ErrorPattern, GroupRate, Z
from mlops_assets.tasks.metrics.intervals import Estimates
from mlops_assets.tasks.metrics.logged_decisions import logged, require_propensities
from mlops_assets.tasks.metrics.metric import Metric, written
from mlops_assets.tasks.metrics.off_policy import (
    FORMULAS,
    UNGATED,
    estimates,
)
from mlops_assets.tasks.numeric_target import NumericTarget

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from matplotlib.figure import Figure

MOST_OFF = 0.1
"""By how much a mean weight may differ from 1, as in the gates of `defs/planner`."""


class PolicyLearning(NumericTarget):
    """Choose an action; the target is the reward of the logged one, and its drift reward drift.

    `action` was chosen with the probability `propensity`; rows with one `slate` were shown
    together. Predictions have the most probable action as `prediction`, and of each action its
    `probability_<action>` and `estimated_reward_<action>`.
    """

    name = "policy"
    headlines = ("value_dr",)
    metric_names = tuple(FORMULAS)
    lower_is_better = frozenset({"max_weight_share", "unsupported_mass"})
    context_roles = MappingProxyType(
        {"action": "categorical", "propensity": "numeric", "slate": "categorical"}
    )
    optional_roles = frozenset({"slate"})
    kept_together = frozenset({"slate"})
    # Every day has slates of its own, so their labels cannot drift.
    late_roles = frozenset({"slate"})
    metrics_pack = "off_policy"
    experiment_metrics = ("reward",)
    answers_are_drawn = True
    ungated = MappingProxyType(UNGATED)
    in_target_unit = frozenset(
        {
            *(name for name in FORMULAS if name.startswith("value_")),
            *UNGATED,
            *("lift_dr", "error", "residual", "ground_truth", "value"),
        }
    )

    def words(self, target: str | None) -> str:
        """`policy for the reward adherence`."""
        return f"policy for the reward {target}"

    def require_context(self, dataset: Dataset) -> None:
        """Raise `InputError` for a propensity that is missing or not in (0, 1], or no action."""
        require_propensities(dataset)

    def estimates(
        self, dataset: Dataset, predictions: pd.DataFrame, beside: Sequence[pd.DataFrame] = ()
    ) -> Estimates:
        """The off-policy estimates, and what shows whether they can be trusted."""
        return estimates(logged(dataset, predictions), FORMULAS)

    def untrusted(self, metrics: Mapping[str, Metric]) -> str:
        """The mean weight, if it is not 1 beyond doubt: the log cannot tell of this policy."""
        weight = metrics["mean_weight"]
        if not (weight.high < 1 - MOST_OFF or weight.low > 1 + MOST_OFF):
            return ""
        return (
            f"the mean weight is {' '.join(written(weight.value, weight.low, weight.high))} and "
            "should be 1: actions are never shown, or the logged propensities are wrong"
        )

    def row_errors(self, dataset: Dataset, predictions: pd.DataFrame) -> np.ndarray:
        """The absolute error of the estimated reward of the logged action."""
        return abs(logged(dataset, predictions).residual)

    def shown_error(self, dataset: Dataset, predictions: pd.DataFrame) -> pd.Series:
        """`residual`: reward - estimated reward of the logged action."""
        import pandas as pd

        found = logged(dataset, predictions).residual
        return pd.Series(found, predictions.index, name="residual")

    def group_rates(self, dataset: Dataset, predictions: pd.DataFrame) -> list[GroupRate]:
        """The value of the policy, and the rewards that were logged."""
        import numpy as np

        o, every = logged(dataset, predictions), np.ones(len(dataset), dtype=bool)
        means = {
            "value_dr": (o.doubly_robust, "the policy is worth the same to each group"),
            "value_logged": (o.reward, "each group had the same mean reward"),
        }
        return [
            GroupRate(name, f"{name}_difference", about, values, every)
            for name, (values, about) in means.items()
        ]

    def error_patterns(self, dataset: Dataset, predictions: pd.DataFrame) -> list[ErrorPattern]:
        """The mean residual per logged action; above 0 its estimated reward is too low."""
        residual = self.shown_error(dataset, predictions)
        table = residual.groupby(dataset.of_role("action")).agg(["size", "mean", "sem"])
        order = table["mean"].abs().sort_values(ascending=False).index
        return [
            ErrorPattern(
                f"{action} was chosen",
                int(rows),
                "mean residual",
                *(float(mean + sign * Z * error) for sign in (0, -1, 1)),
            )
            for action, rows, mean, error in table.loc[order].itertuples()
        ]

    def prediction_columns(self, predictions: pd.DataFrame) -> Columns:
        """The most probable action."""
        return Columns(categorical=["prediction"])

    def changed_predictions(self, before: pd.DataFrame, after: pd.DataFrame) -> np.ndarray | None:
        """Which rows have another most probable action."""
        one, other = class_names(before["prediction"]), class_names(after["prediction"])
        return one.to_numpy() != other.to_numpy()

    def figures(self, dataset: Dataset, predictions: pd.DataFrame) -> dict[str, Figure]:
        """How often each action was logged, and how often the policy chooses it."""
        from mlops_assets.tasks.figures.policy import action_shares

        return {"action_shares": action_shares(logged(dataset, predictions))}

    def score_histogram(
        self, batches: Iterable[pd.DataFrame], positive: str | int | None = None
    ) -> Figure:
        """Of the probability of the most probable action."""
        from mlops_assets.tasks.figures.scores import probabilities

        return probabilities(batches)


POLICY_LEARNING = PolicyLearning()
