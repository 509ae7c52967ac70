"""What is known of one day of a model: the records that its daily assets leave for the loop."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict

from mlops_assets.monitoring.drift.day_report import DriftFacts
from mlops_assets.monitoring.live_day import LiveFacts
from mlops_assets.monitoring.performance.record import PerformanceFacts

DayVerdict = Literal["clean", "drift", "inconclusive", "outage"]


class DayFacts(BaseModel):
    """What is known of a day; None if the asset has not been materialized for it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    day: date
    live: LiveFacts | None = None
    drift: DriftFacts | None = None
    performance: PerformanceFacts | None = None

    @property
    def outage(self) -> bool:
        """Whether the day's rows cannot be judged, whatever is known beside."""
        return bool(self.live and self.live.outage)

    def verdict(self, version: str) -> DayVerdict | None:
        """The verdict on the day against `version`; an outage overrides an earlier verdict."""
        if self.outage:
            return "outage"
        return self.drift.verdict if self.drift and self.drift.version == version else None

    @property
    def undecided_because(self) -> str:
        """Why the day cannot be judged: `40 rows, 120 needed`; empty if it can."""
        if self.live and self.live.outage:
            return self.live.outage
        return self.drift.inconclusive_because if self.drift else ""


class DaySummary(BaseModel):
    """One line on a day, which `mlops-assets monitor` prints.

    It can be read from the record of any asset; empty if that has no `summary`.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    summary: str = ""


class QueueSummary(DaySummary):
    """One line on a review queue, and its length; None if the day changed nothing."""

    items: int | None = None


def merge_days(
    live: Mapping[date, LiveFacts],
    drift: Mapping[date, DriftFacts],
    performance: Mapping[date, PerformanceFacts],
) -> list[DayFacts]:
    """The facts of every day that any of the assets knows, oldest first."""
    return [
        DayFacts(
            day=day, live=live.get(day), drift=drift.get(day), performance=performance.get(day)
        )
        for day in sorted({*live, *drift, *performance})
    ]
