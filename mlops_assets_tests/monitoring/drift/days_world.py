"""Days whose rows resemble each other, simulated and real."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mlops_assets.features.columns import Columns
from mlops_assets.monitoring.drift.column_days import ReferenceDays
from mlops_assets.monitoring.drift.reference_days import reference_days
from mlops_assets.monitoring.drift.table_profile import TableProfile, build_profile

SHARED_DATA = Path(__file__).parents[4] / "shared" / "data"
START = np.datetime64("2026-01-01")
LEVELS = Columns(numeric=["x", "skewed"], categorical=["label"])


def dependent_days(
    days: int, rows: int, *, seed: int = 0, correlation: float = 0.0, between: float = 0.3
) -> pd.DataFrame:
    """Rows with their `day`, whose level makes a share `between` of the variance.

    The level is an AR(1) process with that `correlation` from day to day.
    """
    rng = np.random.default_rng(seed)
    day = np.repeat(np.arange(days), rows)

    def column() -> np.ndarray:
        level, new = np.empty(days), rng.normal(size=days)
        level[0] = new[0]
        for at in range(1, days):
            level[at] = correlation * level[at - 1] + (1 - correlation**2) ** 0.5 * new[at]
        return between**0.5 * level[day] + (1 - between) ** 0.5 * rng.normal(size=len(day))

    labels = np.array(["a", "b", "c", "d"])[np.digitize(column(), [-1, 0, 1])]
    table = {"x": column(), "skewed": np.exp(column()), "label": labels}
    return pd.DataFrame(table | {"day": START + day.astype("timedelta64[D]")})


def known_days(table: pd.DataFrame, columns: Columns) -> tuple[TableProfile, ReferenceDays]:
    """A reference with its days."""
    table = table.reset_index(drop=True)
    profile = build_profile(table, columns)
    return profile, reference_days(table, columns, profile, table["day"])


def stream(name: str) -> pd.DataFrame:
    """A real stream with its `day`; skips the test where it is not."""
    path = SHARED_DATA / f"{name}.csv.gz"
    if not path.exists():
        pytest.skip(f"{path} is not there: it is shared data, not part of the project")
    return pd.read_csv(path)
