"""Policy versions and variants, as rows."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field


class PolicyVersion(BaseModel):
    """A version of a policy, and the registered model version that it is."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: UUID
    policy_id: UUID
    version: int
    mlflow_model_name: str
    mlflow_model_version: str
    config_defaults: dict[str, Any]
    created_at: datetime
    stage: str = Field("", description="Of the registered version, now; empty if not asked for.")


class Variant(BaseModel):
    """One arm of an experiment, and the policy version that it tries."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: UUID
    experiment: str
    name: str
    config: dict[str, Any]
    created_at: datetime

    @property
    def policy_version_id(self) -> UUID:
        """The policy version that answers."""
        return UUID(str(self.config["policy_version_id"]))
