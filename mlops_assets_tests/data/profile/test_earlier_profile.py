"""A profile that was recorded is recorded again as it was."""

from pathlib import Path

import pytest

from mlops_assets.data.profile_result import earlier_profile, profile_rows
from mlops_assets.data.training_tables import RawData
from mlops_assets.platform.mlflow.recording import REQUIRED_TAGS, Recording
from mlops_assets.platform.mlflow.resource import MlflowResource
from mlops_assets.platform.mlflow.result import TAKEN_FROM
from mlops_assets.platform.mlflow.runs import DagsterRun
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets_tests.world import SMALL, small_table

RUN = DagsterRun("run-2", "run-1", "small_retrain", "small", "Small")
TAGS = dict.fromkeys(REQUIRED_TAGS, "x")


@pytest.fixture
def first(home) -> Recording:
    """A profile, recorded as the asset does it."""
    given = {**SMALL, "source": {"type": "csv", "path": "t.csv"}, "units": {"x": "mm"}}
    table = small_table().assign(z=range(400))
    given["columns"] = {"numeric": ["x", "z"], "categorical": ["c"]}
    spec = LifecycleSpec.model_validate(given)
    raw = RawData(table=table, dataset_version="v1")
    with MlflowResource().record("data_profile", RUN, TAGS) as recording:
        recording.record(profile_rows(raw, spec, spec.personal_data, spec.units))
        recording.page("profile", "<p>report</p>")
    return recording


def recorded(recording: Recording) -> tuple[dict, dict, dict]:
    run = recording.client.get_run(recording.run_id)
    place = Path(run.info.artifact_uri.removeprefix("file://"))
    return run.data.metrics, run.data.params, {it.name: it.read_bytes() for it in place.iterdir()}


def taken_over(recording: Recording):
    return earlier_profile(recording.client, recording.client.get_run(recording.run_id))


def again(earlier: Recording) -> Recording:
    result = taken_over(earlier)
    assert result
    with MlflowResource().record("data_profile", RUN, TAGS) as recording:
        recording.record(result)
        recording.page("profile", result.html)
        recording.taken_from(result.run_id)
    return recording


def test_all_of_it_is_recorded_again(first):
    second = again(first)
    third = again(second)
    assert recorded(first) == recorded(second) == recorded(third)
    assert {"histograms.png", "correlations.png", "profile.html"} <= recorded(first)[2].keys()
    shown = {name: it for name, it in first.metadata.items() if name not in ("mlflow_run",)}
    for name in ("columns_seen", "histograms", "correlations"):
        assert second.metadata[name] == shown[name]
    assert first.run_id in second.metadata[TAKEN_FROM].md_str
    assert second.client.get_run(third.run_id).data.tags[TAKEN_FROM] == first.run_id


@pytest.mark.parametrize("name", ["profile.json", "profile.html", "histograms.png"])
def test_without_its_files_it_is_none(first, name):
    place = first.client.get_run(first.run_id).info.artifact_uri.removeprefix("file://")
    (Path(place) / name).unlink()
    assert taken_over(first) is None
