"""The training window, and the words for the time a table covers."""

from datetime import date

import pandas as pd
import pytest

from mlops_assets.data.training_window import newest, seen_through, time_range
from mlops_assets.errors import InputError

TABLE = pd.DataFrame({"when": ["2026-01-01", "2026-01-02 12:00", "2026-01-03"], "x": [1, 2, 3]})


@pytest.mark.parametrize(("window", "kept"), [(None, 3), ("1d", 2), ("12h", 1), ("1w", 3)])
def test_a_window_ends_at_the_newest_row(window, kept):
    assert len(newest(TABLE, "when", window)) == kept


def test_the_range_is_from_the_first_moment_to_the_last():
    assert time_range(TABLE, "when", "UTC") == "2026-01-01 00:00 to 2026-01-03 00:00"
    assert time_range(TABLE, None, "UTC") == "no timestamp"


@pytest.mark.parametrize("window", [None, "1d"])
def test_a_timestamp_that_is_not_there_is_named(window):
    with pytest.raises(InputError, match="no column 'moment' among"):
        time_range(newest(TABLE, "moment", window), "moment", "UTC")


def test_a_window_needs_a_time_in_every_row():
    gap = TABLE.assign(when=["2026-01-01", None, "2026-01-03"])
    assert time_range(gap, "when", "UTC").startswith("2026-01-01")
    assert time_range(gap.assign(when=None), "when", "UTC") == "no time in 'when'"
    with pytest.raises(InputError, match="1 of 3 rows have no 'when'"):
        newest(gap, "when", "1d")


def test_a_table_knows_of_the_day_of_its_newest_row_but_of_no_planned_one():
    table = pd.DataFrame({"at": pd.to_datetime(["2026-01-03 10:00", "2026-01-05 23:00", None])})
    assert seen_through(table, "at", "UTC", date(2026, 1, 7)) == date(2026, 1, 5)
    assert seen_through(table, "at", "UTC", date(2026, 1, 2)) == date(2026, 1, 3)
    assert seen_through(table, None, "UTC", date(2026, 1, 2)) == date(2026, 1, 2)
