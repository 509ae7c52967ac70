"""How fast a served model answered on one day, from the prediction log."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from mlops_assets.data.prediction_log.entry import Torn
from mlops_assets.data.prediction_log.places import LOG, model_folder
from mlops_assets.data.prediction_log.reading import bounds_of, timings_between

if TYPE_CHECKING:
    from mlops_assets.platform.settings import Settings


class DayLatency(BaseModel):
    """The requests of one day that were answered. A good p99 is below what callers wait for."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    requests: int
    rows: int
    p50_milliseconds: float = Field(description="Half of the requests took at most as long.")
    p99_milliseconds: float = Field(description="99 % of the requests took at most as long.")
    slowest_milliseconds: float
    errors_since_start: int | None = Field(
        default=None,
        description="Answers with a status of 500 or above since the server started, whatever the "
        "day: only answered requests are in the log. None if no server has run here.",
    )

    def text(self) -> str:
        """`1,204 requests, p50 1.2 ms, p99 3.4 ms`."""
        p50, p99 = (f"{it:.3g} ms" for it in (self.p50_milliseconds, self.p99_milliseconds))
        return f"{self.requests:,} requests, p50 {p50}, p99 {p99}"


def day_latency(settings: Settings, model: str, day: date, zone: str) -> DayLatency | None:
    """The latency of the day in that time zone; None if nothing was asked, or nothing serves."""
    import numpy as np

    if not (model_folder(settings.home, model) / LOG).exists():
        return None
    took: dict[str, float] = {}
    rows = 0
    for request, milliseconds in timings_between(settings, model, *bounds_of(day, zone), Torn()):
        rows += 1  # in an experiment, the rows of a request may be answered by two versions
        took[request] = max(milliseconds, took.get(request, 0.0))
    if not took:
        return None
    p50, p99, slowest = np.percentile(list(took.values()), [50, 99, 100]).tolist()
    return DayLatency(
        requests=len(took),
        rows=rows,
        p50_milliseconds=p50,
        p99_milliseconds=p99,
        slowest_milliseconds=slowest,
    )
