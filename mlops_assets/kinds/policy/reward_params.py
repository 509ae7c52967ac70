"""How rewards are estimated: the `rewards:` of a policy in YAML."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class RewardParams(BaseModel):
    """The estimator of rewards: a scikit-learn regressor in a pipeline with its preprocessing."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    estimator: str = Field(
        "sklearn.linear_model.Ridge",
        pattern=r"^[A-Za-z_]\w*(\.[A-Za-z_]\w*)+$",
        max_length=200,
        description="Regressor class, such as sklearn.ensemble.HistGradientBoostingRegressor.",
    )
    params: dict[str, Any] = Field(
        default_factory=dict, max_length=100, description="Parameters that differ from defaults."
    )
    per_action: bool = Field(
        True,
        description="true: one estimator per action, on the rows where it was chosen. false: one "
        "for all, with the action as a feature; a linear one would give all rows the same order of "
        "actions.",
    )
