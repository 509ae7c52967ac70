"""What `data_profile` leaves in the lake, stored as JSON."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from mlops_assets.claims import Claim


class DataProfile(BaseModel):
    """Summary statistics of a table, and claims about its quality."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    summary: dict[str, float]
    claims: list[Claim]
