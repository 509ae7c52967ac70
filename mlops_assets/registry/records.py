"""What `registered_version` and `production_version` hand on, stored as JSON."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict


class RegisteredVersion(BaseModel):
    """A registered version as of the materialization of the asset."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    version: str
    stage: str
    passed: bool
    is_new: bool
    staged_at: datetime | None
    dataset_version: str


class ProductionVersion(BaseModel):
    """The production version, if any, and the version that waits for approval, if any."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    version: str | None
    previous: str | None
    waiting: str | None
    why: str
    dataset_version: str
