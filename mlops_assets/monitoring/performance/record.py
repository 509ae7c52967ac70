"""The stored record of a day's performance."""

from __future__ import annotations

from collections.abc import Mapping
from math import isnan
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from mlops_assets.data.prediction_log.latency import DayLatency
from mlops_assets.evaluation.expected_day import Excess
from mlops_assets.tasks.metrics.metric import Metric, decimals, written

Status = Literal["ok", "dropped", "unknown"]


class MonitoredMetric(BaseModel):
    """The monitored metric on a day, with its 95 % interval and the bound it is compared with."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    value: float
    low: float
    high: float
    bound: float

    def text(self) -> str:
        """`roc_auc 0.904 [0.892, 0.916]`."""
        return " ".join([self.name, *written(self.value, self.low, self.high)]).strip()

    def bound_text(self) -> str:
        """The bound with the digits of the interval."""
        return f"{self.bound:,.{decimals(self.low, self.high)}f}"


class Performance(BaseModel):
    """The performance of a day; numbers are None if there was nothing to judge."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    status: Status
    summary: str = Field(description="One line: the value and what it was compared with.")
    metric: str | None = Field(default=None, description="The monitored metric.")
    value: float | None = None
    low: float | None = Field(default=None, description="Lower end of its 95 % interval.")
    high: float | None = Field(default=None, description="Upper end of its 95 % interval.")
    bound: float | None = Field(default=None, description="Beyond it, performance has dropped.")
    holdout: float | None = Field(default=None, description="Value on the version's holdout.")

    def monitored(self) -> MonitoredMetric | None:
        """The monitored metric; None if there was nothing to judge."""
        if self.value is None:
            return None
        given = self.model_dump(include={"value", "low", "high", "bound"})
        return MonitoredMetric.model_validate({"name": self.metric, **given})


class Estimate(BaseModel):
    """The performance of a day that its predictions alone lead to expect, without any label."""

    model_config = ConfigDict(extra="forbid", frozen=True, ser_json_inf_nan="strings")

    performance: Performance = Field(
        description="Judged like that with labels; unknown with the reason if there is no estimate."
    )
    metrics: dict[str, Metric] = Field(default_factory=dict)

    def figures(self) -> dict[str, float | None]:
        """All numbers by name, which begin with `estimated_`; None if undefined."""
        return {f"estimated_{name}": value for name, value in numbers_of(self.metrics).items()}


class PerformanceFacts(BaseModel):
    """What `performance_report` records of a day for the loop and for the reports after it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: str = Field(description="The version that scored the day.")
    status: Status
    summary: str = Field(description="One line: the value and what it was compared with.")
    learnable_rows: int = Field(ge=0, description="Rows of the day that a retrain could use.")
    metric: MonitoredMetric | None = Field(default=None, description="None: nothing was judged.")
    estimate: Performance | None = Field(
        default=None,
        description="Expected without labels; it may alert and never retrains. None: of a task or "
        "release without estimates.",
    )
    span: int = Field(
        default=1, ge=1, description="Days of the calendar that were judged together up to the day."
    )
    rows: int = Field(default=0, ge=0, description="Of the day; 0 in records of older releases.")
    labelled_rows: int = Field(default=0, ge=0, description="Those with a label at that time.")
    label_age: int | None = Field(
        default=None, description="Days from the day to the report. None: of an older release."
    )
    waits_for: str = Field(
        default="",
        description="Why the labels that have come cannot speak for the day, and when it is "
        "judged; empty if they can.",
    )
    excess: Excess | None = Field(
        default=None,
        description="How much worse than expected the day's own rows were. None: not judged, or "
        "the version is of an older release.",
    )
    series: dict[str, Metric] = Field(
        default_factory=dict, description="What packs judge over days, such as parity differences."
    )


class PerformanceReport(BaseModel):
    """The performance report of a day, on the rows whose labels have arrived."""

    model_config = ConfigDict(extra="forbid", frozen=True, ser_json_inf_nan="strings")

    version: str
    rows: int
    labelled_rows: int
    learnable_rows: int = Field(
        description="Rows that a retrain could use: labelled rows, or all new rows of the day if "
        "the model is unsupervised."
    )
    performance: Performance
    metrics: dict[str, Metric]
    target_drift: str = Field(description="clean, drift, inconclusive or unknown.")
    target_drift_summary: str
    seconds_per_1000_rows: float = Field(description="Duration of scoring the day.")
    estimate: Estimate | None = Field(
        default=None, description="What was expected without labels; None if the task has none."
    )
    packs: dict[str, Metric] = Field(
        default_factory=dict, description="What the packs found that also judge labelled days."
    )
    span: int = Field(default=1, description="Days that performance was judged on together.")
    label_age: int | None = Field(default=None, description="Days from the day to this report.")
    waits_for: str = Field(
        default="", description="Why performance is not judged on the labels so far; else empty."
    )
    excess: Excess | None = Field(
        default=None, description="How much worse than expected the day's own rows were."
    )
    latency: DayLatency | None = Field(
        default=None, description="Of the requests of the day; None if none was answered here."
    )
    unreadable: str = Field(
        default="",
        description="Why the labels cannot be read, or say nothing of the version; else empty.",
    )

    def without_labels(self, why: str) -> PerformanceReport:
        """The same report, which says why the labels cannot be read."""
        summary = f"the labels cannot be read: {why}"
        performance = self.performance.model_copy(update={"summary": summary})
        said = {"target_drift_summary": summary, "unreadable": why, "excess": None}
        return self.model_copy(update={"performance": performance, **said})

    def untrusted(self, why: str) -> PerformanceReport:
        """The same report of labels that say nothing of the version: no retrain can use them."""
        return self.model_copy(update={"learnable_rows": 0, "unreadable": why, "excess": None})

    def facts(self) -> PerformanceFacts:
        """The record of the day for the loop."""
        judged = self.performance
        return PerformanceFacts(
            version=self.version,
            status=judged.status,
            summary=judged.summary,
            learnable_rows=self.learnable_rows,
            metric=judged.monitored(),
            estimate=self.estimate.performance if self.estimate else None,
            span=self.span,
            rows=self.rows,
            labelled_rows=self.labelled_rows,
            label_age=self.label_age,
            waits_for=self.waits_for,
            excess=self.excess,
            series=self.packs,
        )

    def daily_metrics(self) -> dict[str, Any]:
        """The document `performance_metrics.json`: metrics with and without labels, and the bound.

        A number is null where it is undefined.
        """
        estimated = self.estimate.metrics if self.estimate else {}
        return {
            "version": self.version,
            "rows": self.rows,
            "labelled_rows": self.labelled_rows,
            **self.performance.model_dump(mode="json"),
            "metrics": _written(self.metrics | self.packs),
            "estimated_without_labels": _written(estimated),
        }

    def figures(self) -> dict[str, float | None]:
        """All numbers by name, metrics with `_low` and `_high`; None if undefined."""
        found: dict[str, float | None] = {
            "rows": self.rows,
            "labelled_rows": self.labelled_rows,
            "learnable_rows": self.learnable_rows,
            "metric_bound": self.performance.bound,
            "excess": self.excess.value if self.excess else None,
            "seconds_per_1000_rows": self.seconds_per_1000_rows,
        }
        if it := self.latency:
            found |= {"requests": it.requests, "p50_milliseconds": it.p50_milliseconds}
            found |= {"p99_milliseconds": it.p99_milliseconds}
        estimated = self.estimate.figures() if self.estimate else {}
        return found | numbers_of(self.metrics | self.packs) | estimated


def numbers_of(metrics: Mapping[str, Metric]) -> dict[str, float | None]:
    """Each metric and its interval, by `<name>`, `<name>_low`, `<name>_high`; None if undefined."""
    found: dict[str, float | None] = {}
    for name, it in metrics.items():
        values = {name: it.value, f"{name}_low": it.low, f"{name}_high": it.high}
        found |= {key: None if isnan(value) else value for key, value in values.items()}
    return found


def _written(metrics: Mapping[str, Metric]) -> dict[str, Any]:
    """Metrics as JSON that any program reads: null instead of NaN."""
    return {
        name: {key: None if value != value else value for key, value in it}
        for name, it in metrics.items()
    }
