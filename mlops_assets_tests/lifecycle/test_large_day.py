"""A day of many batches gives what the same day gives as one, and nothing if it breaks off."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from mlops_assets.data.table_parts import PartsOnDisk, read_day_parts
from mlops_assets.errors import InputError
from mlops_assets.monitoring.drift.day_report import DriftReport
from mlops_assets.monitoring.live_day import LiveDay, record_day
from mlops_assets.monitoring.performance.record import PerformanceReport
from mlops_assets.monitoring.scored_day import Predictions, score_day
from mlops_assets.platform.lake import read_newest
from mlops_assets.platform.mlflow.store import open_store
from mlops_assets.spec.stage_names import PRODUCTION
from mlops_assets_tests.loop_world import LoopWorld
from mlops_assets_tests.world import World, small_table

DAY = "2026-01-05"
ROWS, BATCH = 300, 70
OF_A_RUN = ("mlflow_run", "full_report", "lake_path", "pictures")
"""What differs between any two materializations."""


@pytest.fixture
def live(world, monkeypatch) -> World:
    """A version serves, and a day has come as Parquet."""
    source = {"type": "parquet", "path": str(world.settings.home / "{day}.parquet")}
    world.spec |= {"live": {"source": source}, "identity": ["id"]}
    small_table().assign(id=range(400)).to_csv(world.csv, index=False)
    world.begin()
    deliver(world, rows())
    monkeypatch.setenv("MLOPS_ASSETS_BATCH_ROWS", str(BATCH))
    return world


def rows() -> pd.DataFrame:
    return small_table(ROWS).assign(id=range(ROWS))


def deliver(world: World, table: pd.DataFrame) -> None:
    table.to_parquet(world.settings.home / f"{DAY}.parquet")


@pytest.mark.process
def test_a_day_of_many_batches_is_scored_as_if_it_were_one(live, monkeypatch):
    many = monitored(live)
    assert [len(it) for it in many["scored"].content.batches()] == [70, 70, 70, 70, 20]
    assert [len(it) for it in many["day"].content.batches()] == [70, 70, 70, 70, 20]
    monkeypatch.setenv("MLOPS_ASSETS_BATCH_ROWS", str(ROWS))
    one = monitored(live)
    assert len([*one["scored"].content.batches()]) == 1
    pd.testing.assert_frame_equal(many["day"].table, one["day"].table, check_exact=True)
    pd.testing.assert_frame_equal(many["scored"].table, one["scored"].table, check_exact=True)
    assert many["day"].model_dump() == one["day"].model_dump()
    timeless = {"seconds_per_1000_rows"}
    for name in ("panels", "tags", "metrics"):
        assert many[name] == one[name]
    assert many["scored"].model_dump(exclude=timeless) == one["scored"].model_dump(exclude=timeless)
    assert many["drift"].model_dump() == nearly(one["drift"].model_dump())


def nearly(value):
    """Sums of several batches may differ from those of one in their last digits."""
    if isinstance(value, dict):
        return {name: nearly(it) for name, it in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(nearly(it) for it in value)
    return pytest.approx(value, rel=1e-9, abs=1e-12) if isinstance(value, float) else value


def monitored(live: World) -> dict:
    """What the monitor job leaves of the day."""
    result = live.monitor(DAY)
    assert result.success
    made = {
        it.asset_key.path[-1]: it.materialization.metadata
        for it in result.get_asset_materialization_events()
        if it.asset_key
    }
    runs = live.children()
    own = ("live_data", "predictions")
    shown = {it: {k: v for k, v in made[it].items() if k not in OF_A_RUN} for it in own}
    return {
        "day": read_newest(["small", "live_data", DAY], LiveDay),
        "scored": read_newest(["small", "predictions", DAY], Predictions),
        "drift": read_newest(["small", "drift_report", DAY], DriftReport),
        "panels": shown,
        "tags": {it: runs[it].data.tags["dataset_version"] for it in own},
        "metrics": {it: without_time(runs[it].data.metrics) for it in own},
    }


def without_time(metrics: dict[str, float]) -> dict[str, float]:
    return {name: value for name, value in metrics.items() if name != "seconds_per_1000_rows"}


def test_without_labels_the_performance_of_many_batches_is_that_of_one(live, monkeypatch):
    deliver(live, rows().drop(columns="y"))
    many = performance(live)
    monkeypatch.setenv("MLOPS_ASSETS_BATCH_ROWS", str(ROWS))
    assert many == performance(live)
    assert "0 of 300 rows" in many.performance.summary
    assert many.rows == ROWS


def test_with_labels_the_performance_of_many_batches_is_that_of_one(live, monkeypatch):
    told = {"type": "parquet", "path": str(live.settings.home / "labels-{day}.parquet")}
    live.spec["live"] = {**live.spec["live"], "labels": told}
    deliver(live, rows().drop(columns="y").assign(c=["a"] * 297 + ["rare"] * 3))
    known = rows().sample(200, random_state=1).assign(y=lambda it: 1 - it["y"])
    known[["id", "y"]].to_parquet(live.settings.home / f"labels-{DAY}.parquet")
    many = performance(live), *tables(live)
    monkeypatch.setenv("MLOPS_ASSETS_BATCH_ROWS", str(ROWS))
    assert many == (performance(live), *tables(live))
    assert many[0].labelled_rows == 200
    assert many[0].performance.status == "dropped"
    assert "***" in many[2]


def tables(live: World) -> list[str]:
    """The worst slices and the worst rows, as they were logged."""
    run = live.children()["performance_report"]
    folder = Path(run.info.artifact_uri.removeprefix("file://"))
    return [(folder / f"{name}.csv").read_text() for name in ("slices", "errors")]


def performance(live: World) -> PerformanceReport:
    assert live.monitor(DAY, "live_data", "predictions", "performance_report").success
    found = read_newest(["small", "performance_report", DAY], PerformanceReport)
    return found.model_copy(update={"seconds_per_1000_rows": 0.0})


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"x": ["0.5"] * 250 + ["high"] * 50}, "50 of 300 values that are not valid numeric"),
        ({"id": [*range(299), 3]}, "1 of 300 rows repeat an earlier ['id']"),
        ({"x": [None] * ROWS}, "only missing values in ['x']"),
    ],
)
def test_what_is_wrong_with_a_day_is_counted_over_all_batches(live, changed, words):
    deliver(live, rows().assign(**changed))
    assert not live.monitor(DAY).success
    failed = [
        it for it in read_newest(["small", "live_data", DAY], LiveDay).claims if not it.passed
    ]
    assert words in failed[0].observed


def test_predictions_that_break_off_leave_nothing(live, monkeypatch, tmp_path):
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    deliver(live, rows().assign(x=["0.5"] * 250 + ["high"] * 50))
    live.save()
    life = LoopWorld(live)
    settings = live.settings.model_copy(update={"batch_rows": BATCH})
    parts = read_day_parts(life.spec.live_source, settings, date.fromisoformat(DAY), None, "UTC")
    assert isinstance(parts, PartsOnDisk)
    open_store(settings)
    day = record_day(parts, life.spec, lambda _: "")
    serving = life.registry.at(PRODUCTION)
    assert serving
    with pytest.raises(InputError, match="30 of 70 values that are not valid numeric values"):
        score_day(day, serving, life.spec)  # in the fourth batch
    del parts, day
    assert not list(temporary.rglob("*.parquet"))
    assert not (live.settings.home / "lake" / "small" / "predictions").exists()
