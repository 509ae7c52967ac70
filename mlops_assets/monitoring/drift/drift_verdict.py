"""Decide whether a day has drifted, given its number of rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import inf
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from mlops_assets.features.columns import Role
from mlops_assets.monitoring.drift.calibration import Bounds, level_of_one
from mlops_assets.monitoring.drift.column_days import ReferenceDays
from mlops_assets.monitoring.drift.column_drift import ColumnDrift, column_drift, not_watched
from mlops_assets.monitoring.drift.day_bounds import DayBounds
from mlops_assets.monitoring.drift.rows_needed import rows_needed
from mlops_assets.monitoring.drift.seasons import Season, similar
from mlops_assets.monitoring.drift.statistics import count_statistics
from mlops_assets.monitoring.drift.table_profile import ColumnProfile, TableProfile, profile_day
from mlops_assets.monitoring.drift.window import Window
from mlops_assets.spec.watch import WATCHED, ColumnWatch

if TYPE_CHECKING:
    import pandas as pd

LEAST_EFFECT = 0.1
"""In standard deviations: half of a small effect (Cohen, 1988), too small to justify a retrain."""

NO_DAYS = ReferenceDays(why_none="the days of the reference are not known")
ONE_DAY = Window()
ALL_WATCHED: Mapping[str, ColumnWatch] = MappingProxyType({})

Status = Literal["clean", "drift", "inconclusive"]


class DriftVerdict(BaseModel):
    """The drift verdict on a day, with its columns, worst first."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    status: Status
    rows: int
    rows_needed: int | None = Field(description="None: no day is large enough (see `summary`).")
    columns: tuple[ColumnDrift, ...]
    false_alarm_rate: float
    calibration: str = Field(
        default="", description="What the thresholds rest on, in words; empty in older records."
    )
    days: int = Field(default=1, description="How many days the rows are of, pooled.")

    @property
    def drifted(self) -> tuple[str, ...]:
        """The columns that drifted, worst first; none if the day is inconclusive."""
        worst = (column.column for column in self.columns if column.drifted)
        return tuple(worst) if self.status == "drift" else ()

    @property
    def changes(self) -> list[str]:
        """How the columns that drifted changed, worst first: `chol mean 246.7 → 272.1`."""
        return [f"{column.column} {column.what}" for column in self.columns if column.drifted]

    @property
    def inconclusive_because(self) -> str:
        """Why the day is inconclusive: `40 rows, 120 needed`; empty if it is not."""
        if self.status != "inconclusive":
            return ""
        if not any(column.statistics for column in self.columns):
            return f"no column could be judged ({self._rows})"
        needed = "a larger reference" if self.rows_needed is None else self.rows_needed
        return f"{self._rows}, {needed} needed"

    @property
    def _rows(self) -> str:
        return Window(days=self.days).rows_in_words(self.rows)

    def summary(self) -> str:
        """One line: `drift in 2 of 13 columns (1000 rows): chol mean 246.7 → 272.1, …`."""
        if self.status == "inconclusive":
            return f"inconclusive: {self.inconclusive_because}"
        judged = sum(bool(column.statistics) for column in self.columns)
        if self.status == "clean":
            return f"clean: {judged} of {len(self.columns)} columns judged ({self._rows})"
        worst = self.changes
        named = "; ".join(worst[:3]) + ("; …" if len(worst) > 3 else "")
        return f"drift in {len(worst)} of {len(self.columns)} columns ({self._rows}): {named}"

    def as_rows(self) -> list[dict[str, Any]]:
        """Table rows for display, one per column, worst first."""
        return [
            column.model_dump(exclude={"statistics"}) | {"verdict": column.verdict}
            for column in self.columns
        ]


def drift_verdict(
    reference: TableProfile,
    current: pd.DataFrame,
    *,
    false_alarm_rate: float = 0.01,
    least_effect: float = LEAST_EFFECT,
    seed: int = 0,
) -> DriftVerdict:
    """Compare a day's rows, raw or typed, with the reference.

    The probability of the verdict `drift` on a day without drift is at most `false_alarm_rate`,
    over all columns together, if rows are independent (`profile_verdict` takes their days).
    Significant changes below `least_effect`, in standard deviations, are not drift. Deterministic.
    Raises `InputError` for a column that is missing or does not fit its role.
    """
    day = profile_day(reference, current)
    return profile_verdict(
        reference, day, false_alarm_rate=false_alarm_rate, least_effect=least_effect, seed=seed
    )


def profile_verdict(
    reference: TableProfile,
    day: TableProfile,
    *,
    false_alarm_rate: float = 0.01,
    least_effect: float = LEAST_EFFECT,
    seed: int = 0,
    days: ReferenceDays = NO_DAYS,
    window: Window = ONE_DAY,
    watch: Mapping[str, ColumnWatch] = ALL_WATCHED,
) -> DriftVerdict:
    """The verdict on an already profiled day, for example from `profile_parquet`.

    With the `days` of the reference's rows, thresholds allow for what these differ by. `window`
    says how many days `day` consists of, and `watch` how single columns are judged.
    """
    watched = reference.without([name for name, it in watch.items() if not it.watch])
    bounds = bounds_for(watched, false_alarm_rate, least_effect, seed)
    judge = Judge(watched, bounds, days, window, watch)
    columns = [
        judge.column(name, role, day.profiles[name])
        if name in watched.profiles
        else not_watched(name, role, day.profiles[name])
        for name, role in reference.columns.roles()
    ]
    needed = rows_needed(watched, bounds.level)
    status: Status = "drift" if any(column.drifted for column in columns) else "clean"
    enough = day.rows >= needed and any(column.statistics for column in columns)
    return DriftVerdict(
        status=status if enough else "inconclusive",
        rows=day.rows,
        rows_needed=None if needed == inf else int(needed),
        columns=tuple(sorted(columns, key=lambda column: -column.excess)),
        false_alarm_rate=false_alarm_rate,
        calibration=days.in_words(false_alarm_rate),
        days=window.days,
    )


@dataclass(frozen=True)
class Judge:
    """What the columns of a day are compared with."""

    reference: TableProfile
    bounds: Bounds
    days: ReferenceDays
    window: Window
    watch: Mapping[str, ColumnWatch]

    def column(self, name: str, role: Role, day: ColumnProfile) -> ColumnDrift:
        """The drift of one column."""
        watch, known = self.watch.get(name, WATCHED), self.days.columns.get(name)
        least = self.bounds.least if watch.least_effect is None else watch.least_effect
        bounds, season = replace(self.bounds, least=least), None
        profile = self.reference.profiles[name]
        if known and (found := similar(known, profile, self.days, self.window, watch)):
            known, season = found, Season(found, str(watch.expected))
        own = known and DayBounds(known, bounds.level, self.days.unit, self.window.days)
        return column_drift(name, role, profile, day, bounds, own, season)


def bounds_for(
    reference: TableProfile, false_alarm_rate: float, least_effect: float, seed: int
) -> Bounds:
    """The bounds that keep `false_alarm_rate` over all statistics together."""
    level = level_of_one(false_alarm_rate, count_statistics(reference))
    return Bounds(level=level, least=least_effect, seed=seed)
