"""Simulated days whose level is an AR(1) process, and how a reference judges days."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from mlops_assets.features.columns import Columns
from mlops_assets.monitoring.drift.column_days import ReferenceDays
from mlops_assets.monitoring.drift.drift_verdict import NO_DAYS, profile_verdict
from mlops_assets.monitoring.drift.reference_days import reference_days
from mlops_assets.monitoring.drift.table_profile import TableProfile, build_profile, profile_day
from mlops_assets.monitoring.drift.window import Window
from mlops_assets.spec.watch import ColumnWatch

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

COLUMNS = Columns(numeric=["x0", "x1", "x2", "skewed"], categorical=["label"])
IN_SEASON = ColumnWatch.model_validate({"expected": "season"})
BETWEEN = 0.2
"""Share of the variance that is between days."""


class Reference(NamedTuple):
    """What days are compared with."""

    profile: TableProfile
    days: ReferenceDays

    def status(self, day: pd.DataFrame, *, independent: bool = False, season: bool = False) -> str:
        """The verdict on a block of days; with `season`, within the season of the year."""
        known = NO_DAYS if independent else self.days
        window = Window(last=day["day"].max().date(), days=day["day"].nunique())
        names = self.profile.columns.names if season else ()
        return profile_verdict(
            self.profile,
            profile_day(self.profile, day),
            days=known,
            window=window,
            watch=dict.fromkeys(names, IN_SEASON),
        ).status


def reference(rows: pd.DataFrame, columns: Columns) -> Reference:
    """The reference of some rows, with its days."""
    rows = rows.reset_index(drop=True)
    profile = build_profile(rows, columns)
    return Reference(profile, reference_days(rows, columns, profile, rows["day"]))


def blocks(live: pd.DataFrame, unit: int) -> Iterator[pd.DataFrame]:
    """The live rows, `unit` days at a time, as small days pool."""
    number = live["day"].rank(method="dense").astype(int) - 1
    for _, block in live.groupby(number // unit):
        if block["day"].nunique() == unit:
            yield block


def simulated(
    days: int, rows: int, correlation: float, season: str, rng: np.random.Generator
) -> pd.DataFrame:
    """Days of `rows` rows; `season` is weekday, year or empty, and moves every other column."""
    import numpy as np
    import pandas as pd

    day = np.repeat(np.arange(days), rows)

    def column(at: int) -> np.ndarray:
        level, new = np.empty(days), rng.normal(size=days)
        level[0] = new[0]
        for now in range(1, days):
            level[now] = correlation * level[now - 1] + (1 - correlation**2) ** 0.5 * new[now]
        if at % 2 == 0 and season == "weekday":
            level = 0.7 * level + (np.arange(days) % 7 >= 5)
        if at % 2 == 0 and season == "year":
            level = 0.7 * level + np.sin(2 * np.pi * np.arange(days) / 365)
        return BETWEEN**0.5 * level[day] + (1 - BETWEEN) ** 0.5 * rng.normal(size=len(day))

    table = {"x0": column(0), "x1": column(1), "x2": column(2), "skewed": np.exp(column(3))}
    table["label"] = np.array(["a", "b", "c", "d"])[np.digitize(column(4), [-1, 0, 1])]
    first = np.datetime64("2024-01-01")
    return pd.DataFrame(table | {"day": first + day.astype("timedelta64[D]")})
