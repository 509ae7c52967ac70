"""One day of live rows."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class LiveFacts(BaseModel):
    """What `live_data` records of a day."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    dataset_version: str = Field(description="Hash of the rows without their timestamps.")
    rows: int
    outage: str | None = Field(
        description="The check that failed: `day_has_rows: 0 rows`. None: the day can be judged."
    )
