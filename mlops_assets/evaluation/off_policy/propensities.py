"""Whether logged propensities are calibrated: how often each action should have been, and was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from mlops_assets.tasks.metrics.logged_decisions import Logged

if TYPE_CHECKING:
    import numpy as np

Z = 1.96


class ActionShare(BaseModel):
    """One action in the log and under the policy."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    action: str
    rows: int = Field(description="Rows where it was logged.")
    logged_share: float
    policy_share: float = Field(description="Mean probability under the policy.")
    mean_reward: float | None = Field(description="Where it was logged; None without rows.")
    estimated_reward: float | None = Field(description="Its estimate for the same rows.")
    inverse: float = Field(
        description="Mean of 1 / propensity where it was logged and 0 elsewhere: 1 if the "
        "propensities are right and every row can be shown the action."
    )
    low: float = Field(description="Lower end of the 95 % interval of `inverse`.")
    high: float

    @property
    def is_calibrated(self) -> bool:
        """Whether `inverse` can be 1."""
        return self.low <= 1 <= self.high


def action_shares(o: Logged) -> list[ActionShare]:
    """Each action that the policy knows, in its order. Intervals are normal ones."""
    return [_share(o, place, name) for place, name in enumerate(o.actions)]


def _share(o: Logged, place: int, name: str) -> ActionShare:
    import numpy as np

    chosen = o.action == place
    inverse = np.where(chosen, 1 / o.propensity, 0.0)
    mean, half = float(inverse.mean()), Z * float(inverse.std()) / len(inverse) ** 0.5
    return ActionShare(
        action=name,
        rows=int(chosen.sum()),
        logged_share=float(chosen.mean()),
        policy_share=float(o.probability[place].mean()),
        mean_reward=_mean(o.reward[chosen]),
        estimated_reward=_mean(o.estimated[place][chosen]),
        inverse=mean,
        low=mean - half,
        high=mean + half,
    )


def _mean(values: np.ndarray) -> float | None:
    return float(values.mean()) if len(values) else None
