"""Sensors use one Dagster instance for all their ticks."""

import dagster as dg
from dagster._core.instance.ref import InstanceRef

from mlops_assets.platform.dagster.home import open_instance
from mlops_assets.platform.dagster.kept_instance import instance_of


def tick(reference: InstanceRef) -> dg.SensorEvaluationContext:
    """What the code server makes for each tick."""
    return dg.SensorEvaluationContext(
        instance_ref=reference,
        last_tick_completion_time=None,
        last_run_key=None,
        cursor=None,
        repository_name="repository",
    )


def test_the_next_tick_has_the_same_instance_and_sees_what_came_meanwhile(settings):
    key = dg.AssetKey(["small", "raw_data"])
    with open_instance(settings) as instance:
        reference = instance.get_ref()
        first = instance_of(tick(reference))
        assert not first.get_asset_records([key])
        instance.report_runless_asset_event(dg.AssetMaterialization(key))
        with tick(reference) as context:
            assert instance_of(context) is first
        assert [it.asset_entry.asset_key for it in first.get_asset_records([key])] == [key]


def test_another_home_has_its_own(settings, tmp_path):
    with open_instance(settings) as instance:
        first = instance_of(tick(instance.get_ref()))
    with dg.DagsterInstance.local_temp(str(tmp_path)) as other:
        assert instance_of(tick(other.get_ref())) is not first
        assert instance_of(tick(other.get_ref())).root_directory == str(tmp_path)


def test_a_test_gives_its_own():
    with dg.DagsterInstance.ephemeral() as instance:
        assert instance_of(dg.build_sensor_context(instance)) is instance
