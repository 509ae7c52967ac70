"""The newest held-out days are compared first, and older ones only as far as they are needed."""

from datetime import date
from math import nan

import numpy as np
import pandas as pd
import pytest

from mlops_assets.evaluation.newest_first import compare_newest_first, windows
from mlops_assets.tasks.metrics.metric import Difference

ROWS, DAYS = 24, 70
TIMES = pd.Series(np.repeat(pd.date_range("2026-01-05", periods=DAYS, freq="5D"), ROWS))
LAST = TIMES.iloc[-1].date()


def compared(gains: np.ndarray, *, tolerance: float = 0.01, days=TIMES, since: date | None = None):
    """Of the gain of the candidate in each row, with the normal interval of its mean."""

    def measured(chosen: np.ndarray | None) -> Difference:
        rows = gains if chosen is None else gains[chosen]
        mean, error = rows.mean(), rows.std() / len(rows) ** 0.5
        ends = {"low": mean - 1.96 * error, "high": mean + 1.96 * error}
        return Difference(
            metric="accuracy",
            value=mean,
            lower_95=mean - 1.645 * error,
            support=len(rows),
            **ends,
        )

    return compare_newest_first(days, since, tolerance, measured)


def gains(old: float, new: float, newest: int = 4) -> np.ndarray:
    """Mean gains on the old days, and on the newest ones."""
    noise = np.random.default_rng(0).normal(0, 0.3, ROWS * DAYS)
    means = np.where(np.arange(ROWS * DAYS) < ROWS * (DAYS - newest), old, new)
    return noise + means


def test_a_new_regime_is_seen_where_all_days_would_hide_it():
    found = compared(gains(old=-0.1, new=0.4), since=date(2026, 12, 1))
    assert (found.support, found.low > 0) == (3 * ROWS, True)
    assert found.on == "the 72 held-out rows since 2026-12-06, the newest that tell"
    assert compared(gains(old=-0.1, new=0.4), days=None).lower_95 < -0.01


def test_a_candidate_that_is_worse_on_the_newest_days_is_so_whatever_older_days_say():
    found = compared(gains(old=0.1, new=-0.4))
    assert found.support < ROWS * DAYS
    assert found.high < -0.01
    assert compared(gains(old=0.1, new=-0.4), days=None).low > 0


def test_where_the_newest_days_do_not_tell_all_are_used():
    found = compared(gains(old=0, new=0), tolerance=0.001)
    assert (found.support, found.on) == (ROWS * DAYS, "all 1,680 rows")


def test_an_undefined_difference_tells_nothing():
    assert compared(np.full(ROWS * DAYS, nan)).support == ROWS * DAYS


def test_the_windows_are_whole_days_and_twice_as_many_each_time():
    found = list(windows(TIMES, since=None))
    sizes = [len(chosen) for _, chosen in found]
    assert sizes[:3] == [2 * ROWS, 4 * ROWS, 8 * ROWS]
    assert all(size < ROWS * DAYS for size in sizes)
    for first, chosen in found:
        assert TIMES.iloc[chosen].min() == pd.Timestamp(first)
        assert (TIMES.drop(chosen) < pd.Timestamp(first)).all()


@pytest.mark.parametrize(("ago", "days"), [(0, 2), (12, 3), (20, 4), (10_000, 0)])
def test_the_first_window_has_the_days_since_the_production_version_was_trained(ago, days):
    found = list(windows(TIMES, since=(pd.Timestamp(LAST) - pd.Timedelta(days=ago)).date()))
    assert [len(chosen) for _, chosen in found][:1] == ([days * ROWS] if days else [])


def test_rows_without_a_day_are_only_in_the_whole():
    some = TIMES.where(TIMES.index % 2 == 0)
    assert all((chosen % 2 == 0).all() for _, chosen in windows(some, since=None))
