"""Per-column drift statistics, each with its calibrated threshold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from pydantic import BaseModel, ConfigDict, Field

from mlops_assets.features.columns import Role
from mlops_assets.monitoring.drift.calibration import Bounds, mean_bound, score_bound, share_bounds
from mlops_assets.monitoring.drift.category_counts import CategoryCounts
from mlops_assets.monitoring.drift.histogram import Histogram
from mlops_assets.monitoring.drift.scores import jensen_shannon, wasserstein
from mlops_assets.monitoring.drift.table_profile import ColumnProfile, TableProfile
from mlops_assets.monitoring.drift.text_counts import TextCounts

EPOCH = date(1970, 1, 1)
LEAST_ROWS = 30
LEAST_SHARE = 0.05
"""A smaller change in the share of missing or unseen values does not justify a retrain."""


class Statistic(BaseModel):
    """One measured change with its threshold."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    value: float
    threshold: float
    what: str = Field(description="The change in words, such as `mean 246.7 → 272.1`.")

    @property
    def drifted(self) -> bool:
        """Whether the change is significant and large enough to matter."""
        return self.value > self.threshold

    @property
    def excess(self) -> float:
        """The value relative to its threshold; above 1 is drift."""
        return self.value / self.threshold


def count_statistics(reference: TableProfile) -> int:
    """The number of statistics per day, over which `false_alarm_rate` is divided."""
    per_role = {"numeric": 2, "date": 2, "boolean": 2, "categorical": 3, "text": 3}
    return sum(per_role[role] for _, role in reference.columns.roles())


def column_statistics(
    role: Role, reference: ColumnProfile, day: ColumnProfile, bounds: Bounds
) -> Iterator[Statistic]:
    """The column's score first, if there are enough rows for one, then its shares."""
    if min(day.known, reference.known) >= LEAST_ROWS:
        if isinstance(reference, CategoryCounts) and isinstance(day, CategoryCounts):
            yield _labels(reference, day, bounds)
            if role == "categorical":
                yield _unseen_labels(reference, day, bounds)
        elif isinstance(reference, TextCounts) and isinstance(day, TextCounts):
            yield _numbers("length", reference.lengths, day.lengths, bounds)
            if min(day.unseen.known, reference.unseen.known) >= LEAST_ROWS:
                yield _unseen_words(reference.unseen, day.unseen, bounds)
        elif isinstance(reference, Histogram) and isinstance(day, Histogram):
            what = "mean date" if role == "date" else "mean"
            yield _numbers(what, reference, day, bounds)
    yield _missing(reference, day, bounds)


def _numbers(what: str, reference: Histogram, day: Histogram, bounds: Bounds) -> Statistic:
    if reference.low == reference.high:
        return _constant(reference, day, bounds)
    return Statistic(
        name="Wasserstein",
        value=wasserstein(reference, day),
        threshold=score_bound(reference, day.known, bounds),
        what=f"{what} {_mean(what, reference)} → {_mean(what, day)}",
    )


def _mean(what: str, values: Histogram) -> str:
    if what == "mean date":
        return str(EPOCH + timedelta(days=values.mean))
    return f"{values.mean:.4g}"


def _constant(reference: Histogram, day: Histogram, bounds: Bounds) -> Statistic:
    # A constant has no standard deviation to measure a distance in.
    changed = day.known - day.counts[1]
    statistic = _share("changed", 0, reference.known, changed, day.known, bounds)
    return statistic.model_copy(
        update={"what": f"{statistic.what}, always {reference.low:.4g} so far"}
    )


def _labels(reference: CategoryCounts, day: CategoryCounts, bounds: Bounds) -> Statistic:
    return Statistic(
        name="Jensen–Shannon",
        value=jensen_shannon(reference, day),
        threshold=score_bound(reference, day.known, bounds),
        what=_most_changed(reference, day),
    )


def _most_changed(reference: CategoryCounts, day: CategoryCounts) -> str:
    before = [count / reference.known for count in (*reference.counts, reference.others)]
    now = [count / day.known for count in (*day.counts, day.others)]
    most = max(range(len(now)), key=lambda at: round(abs(now[at] - before[at]), 9))
    names = (*(repr(label) for label in reference.labels), "other labels")
    return f"{names[most]} {before[most]:.1%} → {now[most]:.1%}"


def _unseen_labels(reference: CategoryCounts, day: CategoryCounts, bounds: Bounds) -> Statistic:
    found = _share("unseen", reference.rare, reference.known, day.others, day.known, bounds)
    named = f" such as {', '.join(map(repr, day.examples))}" if day.examples else ""
    return found.model_copy(update={"what": f"{day.others / day.known:.1%} new labels{named}"})


def _unseen_words(reference: Histogram, day: Histogram, bounds: Bounds) -> Statistic:
    return Statistic(
        name="unseen",
        value=max(day.mean - reference.mean, 0.0),
        threshold=mean_bound(reference, day.known, replace(bounds, least=LEAST_SHARE)),
        what=f"unknown words {reference.mean:.1%} → {day.mean:.1%}",
    )


def _missing(reference: ColumnProfile, day: ColumnProfile, bounds: Bounds) -> Statistic:
    before, now = reference.known + reference.missing, day.known + day.missing
    return _share("missing", reference.missing, before, day.missing, now, bounds)


def _share(
    name: str, hits: int, reference_rows: int, day_hits: int, rows: int, bounds: Bounds
) -> Statistic:
    before, now = hits / max(reference_rows, 1), day_hits / max(rows, 1)
    low, high = share_bounds(hits, reference_rows, rows, bounds.level, LEAST_SHARE)
    threshold = high - before if now >= before else before - low
    what = f"{name} {before:.1%} → {now:.1%}"
    return Statistic(name=name, value=abs(now - before), threshold=threshold, what=what)
