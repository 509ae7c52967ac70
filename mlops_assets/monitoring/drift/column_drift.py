"""Compare one column of a day with the reference and decide whether it has drifted."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from mlops_assets.features.columns import Role
from mlops_assets.monitoring.drift.calibration import Bounds
from mlops_assets.monitoring.drift.day_bounds import DayBounds
from mlops_assets.monitoring.drift.day_vectors import number_vector
from mlops_assets.monitoring.drift.seasons import Season
from mlops_assets.monitoring.drift.statistics import Statistic, column_statistics
from mlops_assets.monitoring.drift.table_profile import ColumnProfile


class ColumnDrift(BaseModel):
    """The drift of one column of a day from the reference."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    column: str
    role: Role
    score: float | None = Field(
        description="Wasserstein distance in standard deviations (numeric, date, text length) or "
        "Jensen–Shannon distance (categorical, boolean). None: not judged."
    )
    threshold: float | None = Field(description="Threshold calibrated for this number of rows.")
    drifted: bool = Field(description="Whether the score or a share is beyond its threshold.")
    missing_share: float
    unseen_share: float = Field(description="Share of labels or words not in the reference.")
    what: str = Field(description="The change in words, or why the column was not judged.")
    statistics: tuple[Statistic, ...] = ()

    @property
    def excess(self) -> float:
        """The worst statistic relative to its threshold; 0 if nothing was judged."""
        return max((statistic.excess for statistic in self.statistics), default=0.0)

    @property
    def verdict(self) -> str:
        """`drift`, `clean` or `not judged`."""
        if not self.statistics:
            return "not judged"
        return "drift" if self.drifted else "clean"


def column_drift(
    name: str,
    role: Role,
    reference: ColumnProfile,
    day: ColumnProfile,
    bounds: Bounds,
    days: DayBounds | None = None,
    season: Season | None = None,
) -> ColumnDrift:
    """Compare one column of a day with the reference; `days` are how its own days differ.

    With a `season`, it is compared with the days of that alone.
    """
    reason = _not_judged(role, reference, day) or _counts_on(reference, day, days)
    found = () if reason else tuple(column_statistics(role, reference, day, bounds))
    if season:
        found = tuple(season.compared(it, reference, day) for it in found)
    rows = day.known + day.missing
    statistics = tuple(days.widened(it, rows) if days else it for it in found)
    scored = next((s for s in statistics if s.name != "missing"), None)
    beyond = [s.what for s in statistics if s.drifted]
    unchanged = scored.what if scored else f"{day.known} values: too few for a score"
    return ColumnDrift(
        column=name,
        role=role,
        score=scored.value if scored else None,
        threshold=scored.threshold if scored else None,
        drifted=bool(beyond),
        missing_share=day.missing / max(day.known + day.missing, 1),
        unseen_share=_unseen_share(day),
        what=reason or "; ".join(beyond) or unchanged,
        statistics=statistics,
    )


def _not_judged(role: Role, reference: ColumnProfile, day: ColumnProfile) -> str:
    if not reference.known:
        return "not judged: the reference has no value"
    if not day.known:
        return "not judged: the day has no value"
    if role == "date" and _moves_with_the_calendar(reference, day):
        return "not judged: the dates follow the calendar"
    return ""


def _counts_on(reference: ColumnProfile, day: ColumnProfile, days: DayBounds | None) -> str:
    if days is None or reference.kind != "histogram" or day.kind != "histogram":
        return ""
    if not days.counts_on(number_vector(day, reference)):
        return ""
    return "not judged: it moves with time, so each new day lies beyond the reference"


def not_watched(name: str, role: Role, day: ColumnProfile) -> ColumnDrift:
    """A column whose drift is not judged, because defs.yaml says so."""
    return ColumnDrift(
        column=name,
        role=role,
        score=None,
        threshold=None,
        drifted=False,
        missing_share=day.missing / max(day.known + day.missing, 1),
        unseen_share=_unseen_share(day),
        what="not judged: `watch: false` in defs.yaml",
    )


def _moves_with_the_calendar(reference: ColumnProfile, day: ColumnProfile) -> bool:
    """Whether the dates follow the day itself, so that they are new every day."""
    if reference.kind != "histogram" or day.kind != "histogram":
        return False
    return day.deviation < reference.deviation / 10 or day.counts[-1] > day.known / 2


def _unseen_share(day: ColumnProfile) -> float:
    if day.kind == "texts":
        return day.unseen.mean
    return day.others / max(day.known, 1) if day.kind == "labels" else 0.0
