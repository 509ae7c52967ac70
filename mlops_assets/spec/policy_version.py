"""The policy that versions of a model belong to: `policy:` in defs.yaml."""

from __future__ import annotations

from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from pydantic import BaseModel, ConfigDict, Field


class PolicyIdentity(BaseModel):
    """Which policy the model's versions are versions of, for experiments that name them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(
        min_length=1,
        max_length=200,
        description="A UUID, or a name such as planner_policy, which stands for one.",
    )
    config_defaults: dict[str, Any] = Field(
        default_factory=dict,
        max_length=100,
        description="Settings that whoever serves the policy starts from, such as "
        "{temperature: 0.7}; written to `exp.policy_versions`.",
    )

    @property
    def uuid(self) -> UUID:
        """`id` if it is a UUID, else the one of that name, always the same."""
        try:
            return UUID(self.id)
        except ValueError:
            return uuid5(NAMESPACE_URL, f"mlops_assets/policy/{self.id}")
