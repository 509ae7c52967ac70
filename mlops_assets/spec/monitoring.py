"""Monitoring after training: live data, labels, the performance bound and the schedules."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import BaseModel, ConfigDict, Field, field_validator

from mlops_assets.data.sources.registry import Source
from mlops_assets.errors import InputError
from mlops_assets.features.columns import nearest

AS_OF_TAG = "mlops_assets/as_of"
"""Tag of a run that acts as if on another day than the clock's, such as a replayed one."""
WHY_TAG = "mlops_assets/why"
"""Tag of a run that the drift sensor requested: the reason, in words."""


OFF = "off"
CRON_OR_OFF = r"^(off|\S+( \S+){4})$"


class MonitoringConfig(BaseModel):
    """Source of the daily production input and of its labels: `live:` in defs.yaml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: Source | None = Field(
        None, description="Source of a day's rows. Default: the training source."
    )
    rows: Literal["day", "table"] = Field(
        "day",
        description="Rows that a day consists of. day: those that arrived on that day. table: the "
        "whole table as of the end of the day, as deduplication needs it.",
    )
    labels: Source | None = Field(
        None,
        description="Source of the labels, joined on `identity`. Default: the target column of "
        "the live source, read again once the labels are available.",
    )
    label_delay: int = Field(
        0,
        ge=0,
        le=365,
        description="Days until a day's labels are available; its performance is evaluated then.",
    )
    start: date | Literal["demo"] = Field(
        date(2026, 1, 1),
        description="The first day with live data; demo: the first day of `mlops-assets demo`.",
    )
    minimum_rows: int = Field(
        1, ge=1, description="Minimum number of rows per day; fewer count as an outage."
    )
    pool_days: int = Field(
        7,
        ge=1,
        le=60,
        description="Days that are judged together at most: a day with too few rows to judge, or "
        "too few labels, joins the days before it until there are enough.",
    )


class Schedule(BaseModel):
    """The schedules of a model's jobs: `schedule:` in defs.yaml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    retrain: str = Field(
        "H 2 * * *",
        pattern=CRON_OR_OFF,
        description="Cron expression of the nightly retrain, or off: none. `H` is a value drawn "
        "from the model's name, so that many models do not start at once; also `H(0-29)`, `H/15`.",
    )
    monitor: str = Field(
        "H 4 * * *",
        pattern=CRON_OR_OFF,
        description="Cron expression of monitoring the previous day, with `H` as above, or off: "
        "none. A model whose source has no days has none.",
    )
    timezone: str = Field(
        "UTC", description="Time zone of both schedules and of the day boundaries."
    )
    status: Literal["on", "off"] = Field(
        "on", description="Whether the schedules and the sensor are on by default."
    )

    @field_validator("status", "retrain", "monitor", mode="before")
    @classmethod
    def _yaml_reads_off_as_false(cls, given: object) -> object:
        return ("on" if given else OFF) if isinstance(given, bool) else given

    @field_validator("timezone")
    @classmethod
    def _is_timezone(cls, timezone: str) -> str:
        try:
            ZoneInfo(timezone)
        except (ZoneInfoNotFoundError, ValueError) as error:
            hint = nearest(timezone, sorted(available_timezones()))
            raise InputError(
                seen=f"unknown time zone {timezone!r}{hint}",
                expected="a name such as Europe/Berlin",
                todo="correct `timezone` in `schedule`",
            ) from error
        return timezone


class PerformanceBound(BaseModel):
    """How far live performance may fall below the holdout's: `performance:` in defs.yaml."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    metric: str | None = Field(
        None,
        description="The metric to monitor. Default: the one that `beats_production` compares.",
    )
    drop: float = Field(
        0.05,
        gt=0,
        description="Tolerated drop, in the metric's unit. Performance has dropped once a day's "
        "whole 95 % confidence interval is worse than the holdout's value by more than this.",
    )


def newest_complete_day(timezone: str, now: datetime) -> date:
    """The newest day that has ended: yesterday in `timezone`. `now` must be timezone-aware."""
    return now.astimezone(ZoneInfo(timezone)).date() - timedelta(days=1)
