"""The automatic rollback of a new version: `rollback:` in defs.yaml."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class Rollback(BaseModel):
    """When the previous version is restored automatically: `rollback:` in defs.yaml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    on_performance_drop: bool = Field(
        default=False,
        description="Restore the previous version when live performance falls by more than "
        "`performance.drop`.",
    )
    within_days: int = Field(
        default=7,
        ge=1,
        le=365,
        description="Days after a promotion during which it can be rolled back automatically.",
    )
