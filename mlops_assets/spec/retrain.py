"""When drift leads to a retrain: `retrain:` in defs.yaml."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, model_validator

from mlops_assets.errors import InputError


class Policy(BaseModel):
    """When drift leads to a retrain: `retrain:` in defs.yaml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    suspect_days: int = Field(
        2, ge=1, le=60, description="Drifted days, the newest among them, that start a retrain."
    )
    window_days: int = Field(
        3, ge=1, le=60, description="Calendar days in which they must lie; weekly data needs 8."
    )
    cooldown: int = Field(
        7, ge=1, le=365, description="Days without a retrain after a promotion or a rejection."
    )
    attempts: int = Field(
        2, ge=1, le=10, description="Retrains of one episode that may fail before a person is due."
    )
    least_new_labels: int = Field(
        100, ge=1, description="New labelled rows without which retraining cannot help."
    )
    false_alarm_rate: float = Field(
        0.01, gt=0, lt=0.5, description="Share of undrifted days that may be called drift."
    )
    check_every: int = Field(
        120, ge=5, le=86_400, description="Seconds between two looks of the sensor at the days."
    )

    @model_validator(mode="after")
    def _days_fit_in_the_window(self) -> Policy:
        if self.suspect_days > self.window_days:
            raise InputError(
                seen=f"`suspect_days` is {self.suspect_days}, `window_days` {self.window_days}",
                expected="at most as many drifted days as the window has",
                todo="lower `suspect_days` or raise `window_days`",
            )
        return self
