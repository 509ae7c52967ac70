"""Times written day-first with an offset: the window and the live days agree."""

import pandas as pd
import pytest

from mlops_assets.data.training_tables import RawData
from mlops_assets.monitoring.live_day import LiveDay
from mlops_assets_tests.world import World, small_table

LAST = "2026-02-05"


def rows() -> pd.DataFrame:
    """1200 hours from 17 December to 4 February in UTC, of which 12 days are below 13."""
    hours = pd.date_range("2025-12-17 23:30", periods=1200, freq="h", tz="UTC")
    return small_table(1200).assign(id=range(1200), at=hours.strftime("%d/%m/%Y %H:%M%z"))


@pytest.mark.process
def test_a_row_belongs_to_the_day_of_the_schedule_wherever_it_is_read(world: World):
    world.spec |= {
        "timestamp": "at",
        "identity": ["id"],
        "window": "30d",
        "columns": {"numeric": ["x"], "categorical": ["c"], "date": ["at"]},
        "schedule": {"timezone": "Europe/Berlin"},
    }
    rows().to_csv(world.csv, index=False)
    trained = world.retrain_as_of(LAST)
    assert trained.success
    raw = trained.output_for_node("small__raw_data")
    assert isinstance(raw, RawData)
    assert (len(raw.table), str(raw.seen_through)) == (30 * 24, LAST)
    seen = world.monitor("2026-02-03")
    assert seen.success
    day = seen.output_for_node("small__live_data")
    assert isinstance(day, LiveDay)
    assert day.table["at"].astype(str).iloc[[0, -1]].tolist() == [
        "2026-02-02 23:30:00+00:00",
        "2026-02-03 22:30:00+00:00",
    ]
