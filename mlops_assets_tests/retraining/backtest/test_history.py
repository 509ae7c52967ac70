"""What was known on a day: no row of a later one, and no label before its delay is over."""

from datetime import timedelta

import pytest

from mlops_assets.errors import InputError
from mlops_assets.retraining.backtest.history import History
from mlops_assets.retraining.backtest.run import require_days
from mlops_assets_tests.retraining.backtest.stream import day, spec_of, stream


def history(tmp_path, settings, **changes) -> History:
    return History(spec_of(tmp_path, stream(5), **changes), settings)


def test_a_retrain_reads_the_window_until_that_day(tmp_path, settings):
    rows = history(tmp_path, settings).training(day(2))
    days = rows.table["at"].dt.date
    assert days.max() == rows.seen_through == day(2)
    assert days.min() == day(2) - timedelta(days=9)


def test_rows_without_a_label_yet_are_left_out(tmp_path, settings):
    late = history(tmp_path, settings, live={"label_delay": 3})
    assert late.training(day(4)).table["at"].dt.date.max() == day(1)
    assert late.training(day(4)).version == late.training(day(4)).version
    assert late.training(day(4)).version != late.training(day(3)).version


def test_a_day_has_its_rows_with_all_labels(tmp_path, settings):
    found = history(tmp_path, settings).day(day(1))
    assert len(found.rows) == len(found.labels) == 120
    assert set(found.rows["at"].dt.date) == {day(1)}


def test_a_day_without_rows_is_empty(tmp_path, settings):
    assert history(tmp_path, settings).day(day(99)).rows.empty


def test_the_same_days_come_from_a_live_source(tmp_path, settings):
    """One that is read by day, as another file or a database is."""
    own = history(tmp_path, settings)
    live = {"source": {"type": "csv", "path": str(tmp_path / "stream.csv")}}
    other = history(tmp_path, settings, live=live, columns={"numeric": ["x"]})
    assert other.day(day(1)).labels.tolist() == own.day(day(1)).labels.tolist()
    assert other.covered is None


@pytest.mark.parametrize(
    ("first", "last"), [(day(2), day(1)), (day(-20), day(1)), (day(0), day(50))]
)
def test_days_outside_the_table_are_refused(tmp_path, settings, first, last):
    with pytest.raises(InputError, match="days after"):
        require_days(history(tmp_path, settings), first, last)


def test_a_source_without_days_is_refused(tmp_path, settings):
    with pytest.raises(InputError, match="timestamp"):
        history(tmp_path, settings, timestamp=None, window=None)
