"""What `data_profile` leaves in the lake and in MLflow, stored as JSON."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from mlops_assets.claims import Claim


class DataProfile(BaseModel):
    """Summary statistics of a table, and claims about its quality."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    summary: dict[str, float]
    claims: list[Claim]


class StoredProfile(BaseModel):
    """A profile with all that is recorded of it but its figures, for runs that need it again."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    record: DataProfile
    dataset_version: str
    features: int
    rows: int = Field(description="Number of rows that figures and outliers are of.")
    columns_seen: str = Field(description="A table of the columns, as Markdown.")
