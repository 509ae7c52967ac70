"""After an upgrade from 0.1, whose tables carried pandas attrs, each asset runs on its own."""

import io
import json

import pytest

from mlops_assets.data.training_tables import FeatureTable, RawData
from mlops_assets.monitoring.live_day import LiveDay
from mlops_assets.monitoring.scored_day import Predictions
from mlops_assets.platform.lake import POINTER, read_newest
from mlops_assets.platform.lake_files import write_file
from mlops_assets.platform.table_record import TableRecord
from mlops_assets.registry.reproduce.reproduce import reproduce_version
from mlops_assets_tests.world import World, small_table

DAY = "2026-01-05"


def as_in_0_1(world: World, type_: type[TableRecord], *place: str) -> None:
    """Store the newest value of an asset again, as release 0.1 wrote it."""
    record = read_newest(["small", *place], type_)
    table = record.table.copy()
    table.attrs = record.model_dump(mode="json")
    buffer = io.BytesIO()
    table.to_parquet(buffer, engine="pyarrow", compression="zstd")
    file = write_file(["small", *place], buffer.getvalue(), "parquet")
    pointer = world.settings.home / "lake" / "small" / "/".join(place) / POINTER
    pointer.write_text(json.dumps({"file": file.rpartition("/")[2]}))


@pytest.fixture
def upgraded(world) -> World:
    """A model that serves and was monitored for a day, with its tables as they were in 0.1."""
    world.spec["live"] = {"source": {"type": "csv", "path": str(world.settings.home / "{day}.csv")}}
    small_table(300).to_csv(world.settings.home / f"{DAY}.csv", index=False)
    world.begin()
    assert world.monitor(DAY, "live_data", "predictions").success
    as_in_0_1(world, RawData, "raw_data")
    as_in_0_1(world, FeatureTable, "features")
    as_in_0_1(world, LiveDay, "live_data", DAY)
    as_in_0_1(world, Predictions, "predictions", DAY)
    return world


def test_each_asset_of_a_retrain(upgraded):
    version = read_newest(["small", "raw_data"], RawData).dataset_version
    for asset in ("features", "trained_model", "evaluation"):
        assert upgraded.retrain(asset).success
        assert upgraded.children()[asset].data.tags["dataset_version"] == version
        if asset == "features":
            as_in_0_1(upgraded, FeatureTable, "features")
    assert upgraded.children()["trained_model"].data.metrics["reused"] == 1


@pytest.mark.process
def test_each_asset_of_a_day(upgraded):
    for asset in ("performance_report", "drift_report", "predictions"):
        assert upgraded.monitor(DAY, asset).success
        assert upgraded.children()[asset].data.tags["version"] == "1"


def test_a_version_is_reproduced(upgraded):
    found = reproduce_version(upgraded.settings, "small", "1")
    assert found.outcome == "identical"
    assert len(found.dataset_version) == 16
