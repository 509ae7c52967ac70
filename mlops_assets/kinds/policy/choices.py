"""How a policy chooses by estimated rewards: the `choice:` of a policy in YAML."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

if TYPE_CHECKING:
    import numpy as np


class Softmax(BaseModel):
    """Probabilities in proportion to exp(estimated reward / temperature)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: Literal["softmax"] = "softmax"
    temperature: float = Field(
        0.1,
        gt=0,
        allow_inf_nan=False,
        description="In the unit of the reward: at a difference of one temperature, the better "
        "action is 2.7 times as probable. Towards 0, the best action is always chosen.",
    )

    def probabilities(self, rewards: np.ndarray) -> np.ndarray:
        """Of each action, (n, actions), from estimated rewards of that shape."""
        import numpy as np

        # The highest reward becomes 0, so that no exponential overflows.
        scaled = (rewards - rewards.max(axis=1, keepdims=True)) / self.temperature
        odds = np.exp(scaled)
        return odds / odds.sum(axis=1, keepdims=True)


class EpsilonGreedy(BaseModel):
    """The best action, but any action with the probability epsilon."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: Literal["epsilon_greedy"] = "epsilon_greedy"
    epsilon: float = Field(
        0.1, ge=0, le=1, description="Share of decisions that are drawn from all actions alike."
    )

    def probabilities(self, rewards: np.ndarray) -> np.ndarray:
        """Of each action, (n, actions), from estimated rewards of that shape."""
        import numpy as np

        count = rewards.shape[1]
        best = np.eye(count)[rewards.argmax(axis=1)]
        return (1 - self.epsilon) * best + self.epsilon / count


Choice = Annotated[Softmax | EpsilonGreedy, Field(discriminator="type")]
