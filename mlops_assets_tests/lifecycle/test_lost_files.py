"""Files that are lost or damaged are reported, and a retrain repairs them."""

import shutil

import pytest

from mlops_assets.operations.health.models import models
from mlops_assets.platform.lake import newest_file, write_newest
from mlops_assets.platform.settings import Settings
from mlops_assets.spec.monitoring import AS_OF_TAG
from mlops_assets_tests.loop_world import LoopWorld
from mlops_assets_tests.world import small_table


def test_a_retrain_on_the_same_data_fits_again_what_was_lost(world):
    world.begin()
    settings = Settings.from_environment()
    assert models(settings).status == "healthy"
    for path in (settings.home / "mlflow" / "artifacts").iterdir():
        shutil.rmtree(path)
    seen = models(settings)
    assert (seen.status, "are gone" in seen.seen) == ("unhealthy", True)
    assert world.retrain_as_of("2026-01-05").success
    assert LoopWorld(world).version == "2"
    assert world.children()["trained_model"].data.metrics["reused"] == 0
    assert models(settings).status == "healthy"
    assert world.retrain_as_of("2026-01-05").success  # and then nothing is new
    assert LoopWorld(world).version == "2"


@pytest.mark.parametrize("damage", [b"", b"PAR1"])
def test_a_damaged_file_of_the_lake_is_told_and_written_again(world, damage):
    world.begin()
    settings = Settings.from_environment()
    path = settings.home / "lake" / newest_file(["small", "raw_data"])
    whole = path.read_bytes()
    path.write_bytes(damage)
    result = world.retrain("features")
    assert not result.success
    told = str([event.event_specific_data for event in result.all_events])
    assert "is not what was written there" in told
    assert "materialize the asset again" in told
    as_of = {AS_OF_TAG: "2026-01-04"}
    assert world.retrain_tagged("raw_data", "features", **as_of).success
    assert path.read_bytes() == whole


def test_a_file_that_was_cut_off_is_not_taken_for_written(home):
    table = small_table(3)
    file = write_newest(["some", "place"], table)
    path = home / "lake" / file
    whole = path.read_bytes()
    path.write_bytes(whole[:10])
    assert write_newest(["some", "place"], table) == file
    assert path.read_bytes() == whole
