"""served_version: what Dagster shows of the server, from the file that the server writes."""

from datetime import UTC, datetime, timedelta
from typing import Any

import dagster as dg
import pytest

from mlops_assets.lifecycle import served_version
from mlops_assets.serving.status import StatusFile, read_status
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets_tests.serving.served import Served

KEY, OTHER = (dg.AssetKey([model, "served_version"]) for model in ("small", "other"))


@pytest.fixture
def served(world) -> Served:
    world.spec["serving"] = {}
    world.begin()
    made = Served(world)
    made.look()
    return made


def write_status(served: Served, world) -> None:
    """What the server does every few seconds."""
    StatusFile(world.settings.home / "serving", served.api.measures).write([served.endpoint])


def spec_of(world) -> LifecycleSpec:
    world.save()
    return LifecycleSpec.model_validate_json((world.settings.home / "spec.json").read_text())


def observed(world) -> dict:
    """The metadata of an observation."""
    (asset,) = served_version.build(spec_of(world))
    job = dg.define_asset_job("look", [asset])
    loaded = dg.Definitions([asset], jobs=[job]).resolve_job_def("look")
    assert loaded.execute_in_process(instance=world.instance).success
    (record,) = world.instance.fetch_observations(KEY, limit=1).records
    return {name: it.value for name, it in record.asset_observation.metadata.items()}


def tick(world, cursor: str | None) -> Any:
    """One evaluation of the sensor, whose observations Dagster stores."""
    assets = [*served_version.build(spec_of(world)), *served_version.build(other(world))]
    loaded = dg.Definitions(assets, sensors=[served_version.served_versions])
    context = dg.build_sensor_context(
        world.instance, cursor=cursor, repository_def=loaded.get_repository_def()
    )
    made = served_version.served_versions.evaluate_tick(context)
    for event in made.asset_events:
        world.instance.report_runless_asset_event(event)
    return made


def other(world) -> LifecycleSpec:
    """A model that nobody serves."""
    return spec_of(world).model_copy(update={"name": "other"})


def test_a_model_that_was_never_served_says_how_to_begin(world):
    found = observed(world)
    assert found["state"] == "not served yet"
    assert "mlops-assets serve small" in found["reason"]


def test_it_shows_version_requests_time_and_errors(served, world):
    served.ask()
    write_status(served, world)
    found = observed(world)
    assert (found["state"], found["version"], found["reason"]) == ("answers", "registry-1", "")
    assert (found["requests"], found["errors"]) == (1, 0)
    assert found["p99_milliseconds"] > 0


def test_it_says_why_another_version_answers(served, world):
    served.endpoint.degraded = "version 2 is damaged"
    write_status(served, world)
    found = observed(world)
    assert (found["state"], found["reason"]) == ("degraded", "version 2 is damaged")


def test_a_model_of_which_nothing_answers_is_down_and_not_degraded(served, world):
    served.endpoint.served, served.endpoint.degraded = None, "small has no version in production"
    write_status(served, world)
    found = observed(world)
    assert (found["state"], found["reason"]) == ("down", "small has no version in production")


def test_a_server_that_is_gone_is_not_said_to_answer(served, world):
    write_status(served, world)
    place = world.settings.home / "serving"
    status = read_status(place, "small")
    assert status is not None
    old = status.model_copy(update={"at": datetime.now(UTC) - timedelta(minutes=2)})
    (place / "small" / "status.json").write_text(old.model_dump_json())
    assert observed(world)["state"] == "not served"


def test_the_sensor_observes_the_models_that_have_changed(served, world):
    write_status(served, world)
    first = tick(world, None)
    assert [it.asset_key for it in first.asset_events] == [OTHER, KEY]
    again = tick(world, first.cursor)
    assert (again.asset_events, again.skip_message) == ([], "1 not served yet, 1 answers")
    served.endpoint.degraded = "MLflow does not answer"
    write_status(served, world)
    assert [it.asset_key for it in tick(world, again.cursor).asset_events] == [KEY]


def test_without_its_cursor_the_sensor_observes_nothing_twice(served, world):
    write_status(served, world)
    assert tick(world, None).asset_events
    assert not tick(world, None).asset_events
