"""One column of a day beside the reference: how far off, and whether that is drift."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from mlops_assets.features.columns import Role
from mlops_assets.monitoring.drift.calibration import Bounds
from mlops_assets.monitoring.drift.statistics import Statistic, column_statistics
from mlops_assets.monitoring.drift.table_profile import ColumnProfile


class ColumnDrift(BaseModel):
    """One column of a day beside the reference."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    column: str
    role: Role
    score: float | None = Field(
        description="Wasserstein distance in standard deviations (numeric, date, length of a "
        "text) or Jensen–Shannon distance (categorical, boolean). None: not judged."
    )
    threshold: float | None = Field(description="What chance allows at this many rows.")
    drifted: bool = Field(description="The score or a share is beyond its threshold.")
    missing_share: float
    unseen_share: float = Field(description="Labels, or words, that the reference lacks.")
    what: str = Field(description="The change in words, or why the column was not judged.")
    statistics: tuple[Statistic, ...] = ()

    @property
    def excess(self) -> float:
        """The worst statistic in units of its threshold; 0 where nothing was judged."""
        return max((statistic.excess for statistic in self.statistics), default=0.0)

    @property
    def verdict(self) -> str:
        """`drift`, `clean` or `not judged`."""
        if not self.statistics:
            return "not judged"
        return "drift" if self.drifted else "clean"


def column_drift(
    name: str, role: Role, reference: ColumnProfile, day: ColumnProfile, bounds: Bounds
) -> ColumnDrift:
    """Hold one column of a day against the reference."""
    reason = _not_judged(role, reference, day)
    statistics = () if reason else tuple(column_statistics(role, reference, day, bounds))
    scored = next((s for s in statistics if s.name != "missing"), None)
    beyond = [s.what for s in statistics if s.drifted]
    calm = scored.what if scored else f"{day.known} values: too few for a score"
    return ColumnDrift(
        column=name,
        role=role,
        score=scored.value if scored else None,
        threshold=scored.threshold if scored else None,
        drifted=bool(beyond),
        missing_share=day.missing / max(day.known + day.missing, 1),
        unseen_share=_unseen_share(day),
        what=reason or "; ".join(beyond) or calm,
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


def _moves_with_the_calendar(reference: ColumnProfile, day: ColumnProfile) -> bool:
    """Whether the dates are those of the day itself, which are new every day by their nature."""
    if reference.kind != "histogram" or day.kind != "histogram":
        return False
    return day.deviation < reference.deviation / 10 or day.counts[-1] > day.known / 2


def _unseen_share(day: ColumnProfile) -> float:
    if day.kind == "texts":
        return day.unseen.mean
    return day.others / max(day.known, 1) if day.kind == "labels" else 0.0
