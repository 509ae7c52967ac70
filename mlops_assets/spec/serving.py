"""How a model answers requests: `serving:` in defs.yaml."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from mlops_assets.errors import InputError
from mlops_assets.spec.experiment import Experiment


class Serving(BaseModel):
    """What the prediction API says, and what it does with unusual rows."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    bands: dict[str, float] = Field(
        default_factory=dict,
        description="Names of risk levels, each with the least probability of the positive class "
        "(for a regression: the least prediction) that it begins at. Empty: no `risk_level`.",
    )
    out_of_range: Literal["warn", "refuse"] = Field(
        "warn", description="What a value outside of the training rows' range gets."
    )
    experiment: Experiment | None = Field(
        None,
        description="Compares a challenger with the production version on requests, such as "
        "{challenger: staging, share: 0.1, unit: patient_id}.",
    )

    @model_validator(mode="after")
    def _units_are_named(self) -> Serving:
        if self.experiment and not (self.experiment.unit or self.experiment.shadow):
            raise InputError(
                seen="an experiment without `unit`",
                expected="the field of a request that decides which version answers",
                todo="add `unit: …`, or `shadow: true`",
            )
        return self

    live: bool | Literal["when_asked"] = Field(
        False,
        description="Whether the daily monitoring is about what the API was asked: `live.source` "
        "is then the prediction log. when_asked: likewise, but a day with fewer rows asked than "
        "`live.minimum_rows` is read from `live.source`, or else `source`.",
    )

    learn: bool = Field(
        False,
        description="Whether rows that were asked are added to the training rows once their label "
        "has come; needs `live`.",
    )

    @field_validator("bands")
    @classmethod
    def _ascending(cls, bands: dict[str, float]) -> dict[str, float]:
        bounds = list(bands.values())
        if bounds != sorted(set(bounds)):
            raise InputError(
                seen=f"bands that begin at {bounds}",
                expected="ascending bounds, such as {Low: 0, Medium: 0.4, High: 0.7}",
                todo="correct `serving: {bands: …}`",
            )
        return bands

    def level(self, score: float) -> str | None:
        """The band that the score is in; None without bands, or below the first."""
        return next((name for name, low in reversed(self.bands.items()) if score >= low), None)
