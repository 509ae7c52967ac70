"""What comes after training: a day of live rows, their labels, and when which job runs."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import BaseModel, ConfigDict, Field, field_validator

from mlops_assets.data.sources import Source
from mlops_assets.errors import InputError
from mlops_assets.features.columns import nearest

AS_OF_TAG = "mlops_assets/as_of"
"""Tag of a run that takes place on another day than the clock says, such as a replayed one."""


CRON = r"^\S+( \S+){4}$"


class MonitoringConfig(BaseModel):
    """Where a day of production input comes from, and the labels that follow it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: Source | None = Field(
        None, description="Where a day's rows come from; default: the training source."
    )
    rows: Literal["day", "table"] = Field(
        "day",
        description="day: those that came that day. table: all there are by the end of it, as "
        "a deduplication sees them.",
    )
    labels: Source | None = Field(
        None,
        description="Where labels come from, joined by `identity`; default: the target column of "
        "the live source, read again.",
    )
    label_delay: int = Field(
        0, ge=0, le=365, description="Days until a day's labels are there; it is judged then."
    )
    start: date = Field(date(2026, 1, 1), description="The first day there is.")
    minimum_rows: int = Field(1, ge=1, description="Fewer rows than this are an outage.")


class Schedule(BaseModel):
    """When the jobs of a model run by themselves."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    retrain: str = Field("0 2 * * *", pattern=CRON, description="Cron of the nightly retrain.")
    monitor: str = Field(
        "0 4 * * *", pattern=CRON, description="Cron of the monitoring of the day before."
    )
    timezone: str = Field("UTC", description="Time zone of both, and of the days.")
    status: Literal["on", "off"] = Field("on", description="Whether they run from the start.")

    @field_validator("status", mode="before")
    @classmethod
    def _yaml_reads_off_as_false(cls, status: object) -> object:
        return ("on" if status else "off") if isinstance(status, bool) else status

    @field_validator("timezone")
    @classmethod
    def _is_timezone(cls, timezone: str) -> str:
        try:
            ZoneInfo(timezone)
        except (ZoneInfoNotFoundError, ValueError) as error:
            hint = nearest(timezone, sorted(available_timezones()))
            raise InputError(
                seen=f"the time zone {timezone!r}{hint}",
                expected="a name such as Europe/Berlin",
                todo="correct `timezone` in `schedule`",
            ) from error
        return timezone


class PerformanceBound(BaseModel):
    """How far the quality of live predictions may fall below the holdout's."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    metric: str | None = Field(
        None, description="What to watch; default: what `beats_production` compares."
    )
    drop: float = Field(
        0.05,
        gt=0,
        description="In the metric's unit. It counts once the day's whole 95 % interval is "
        "further off.",
    )


def newest_complete_day(timezone: str, now: datetime) -> date:
    """Yesterday in `timezone`: the newest day that has ended. `now` must know its zone."""
    return now.astimezone(ZoneInfo(timezone)).date() - timedelta(days=1)
