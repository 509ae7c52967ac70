"""When a new version goes back by itself: `rollback:` in defs.yaml."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class Rollback(BaseModel):
    """When the previous version serves again without a person: `rollback:` in defs.yaml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    on_performance_drop: bool = Field(
        default=False, description="Go back when live quality falls past `performance.drop`."
    )
    within_days: int = Field(
        default=7, ge=1, le=365, description="Days after its promotion in which it may go back."
    )
