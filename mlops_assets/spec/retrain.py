"""The retraining policy: `retrain:` in defs.yaml."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from mlops_assets.errors import InputError

Cause = Literal["drift", "performance", "estimated_performance"]


class Policy(BaseModel):
    """When drift or a performance drop starts a retrain: `retrain:` in defs.yaml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    on: tuple[Cause, ...] | None = Field(
        None,
        min_length=1,
        description="What starts a retrain. drift: enough drifted days. performance: a drop that "
        "labels show, on a day or over many together. estimated_performance: a drop that is "
        "expected without labels. What is not listed still alerts. Default: performance; and drift "
        "as long as labels are late, so that no performance of the last `window_days` is known.",
    )
    suspect_days: int = Field(
        2,
        ge=1,
        le=60,
        description="Number of drifted days within `window_days`, including the newest day, that "
        "start a retrain.",
    )
    window_days: int = Field(
        3,
        ge=1,
        le=60,
        description="Length of the window for `suspect_days`, in calendar days; weekly data needs "
        "8 to include two days with data.",
    )
    cooldown: int = Field(
        7,
        ge=1,
        le=365,
        description="Days without another retrain after a promotion by the loop or a person, or a "
        "rejected retrain; each further rejection of the same version doubles them. A promotion "
        "by the nightly retrain begins none.",
    )
    attempts: int = Field(
        2,
        ge=1,
        le=10,
        description="Failed retrains per drift episode before the loop escalates and stops trying.",
    )
    least_new_labels: int = Field(
        100,
        ge=1,
        description="Minimum number of labelled rows that arrived since the production version was "
        "trained; with fewer, or with none in the training source, drift raises an alert instead "
        "of a retrain.",
    )
    false_alarm_rate: float = Field(
        0.01,
        gt=0,
        lt=0.5,
        description="Share of days without drift that are reported as drift by chance; it sets "
        "the drift thresholds, and how much worse than expected many days may be together.",
    )
    blind_after: int = Field(
        14,
        ge=1,
        le=365,
        description="Days without a verdict on drift or performance after which an alert says that "
        "the loop is blind, and why.",
    )
    check_every: int = Field(
        120, ge=5, le=86_400, description="Sensor polling interval, in seconds."
    )

    @model_validator(mode="before")
    @classmethod
    def _yaml_reads_on_as_true(cls, given: object) -> object:
        if not isinstance(given, dict):
            return given
        return {"on" if name is True else name: value for name, value in given.items()}

    @model_validator(mode="after")
    def _days_fit_in_the_window(self) -> Policy:
        if self.suspect_days > self.window_days:
            raise InputError(
                seen=f"`suspect_days` is {self.suspect_days}, `window_days` {self.window_days}",
                expected="at most as many drifted days as the window has days",
                todo="lower `suspect_days` or raise `window_days`",
            )
        return self
