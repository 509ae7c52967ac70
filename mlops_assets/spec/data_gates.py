"""Bounds on the quality of the data that a version was trained and evaluated on."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class AtMost(BaseModel):
    """The highest value that passes."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    max: float = Field(ge=0, le=1, description="The highest value that passes, 0 to 1.")


class DataGates(BaseModel):
    """Bounds on the rows of `source`; without one, `data_profile` warns at the one in brackets."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    missing_rate: AtMost | None = Field(
        None, description="Share of missing values over all features (0.05)."
    )
    outlier_rate: AtMost | None = Field(
        None, description="Share of numbers far outside the usual range of their column (0.01)."
    )
    feature_correlation: AtMost | None = Field(
        None, description="Highest absolute correlation of two numeric features (0.8)."
    )

    @property
    def bounds(self) -> dict[str, float]:
        """The bounds that are set, by name."""
        return {name: found.max for name, found in self if found is not None}
