"""With the lake on S3, no other machine misses what a step printed or what an asset returned."""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import dagster as dg
import pytest
import s3fs
import yaml

from mlops_assets.errors import InputError
from mlops_assets.lifecycle.shared import shared_definitions
from mlops_assets.operations.initialize import initialize
from mlops_assets.operations.prune.dagster_runs import old_dagster_runs
from mlops_assets.platform.dagster.home import open_instance, use_dagster_home
from mlops_assets.platform.settings import Settings
from mlops_assets_tests.deploy.s3 import KEYS, object_store, s3_server

S3 = {"LAKE_URL": "s3://state/the/lake", "MLFLOW_S3_ENDPOINT_URL": "http://127.0.0.1:1"}


@dg.asset
def talking() -> int:
    print("seen from elsewhere")
    return 7


@dg.asset
def reading(talking: int) -> None:
    assert talking == 7


class OwnIOManager(dg.InMemoryIOManager):
    """Of a file under `defs`."""


def logs_of(settings: Settings) -> dict:
    found = yaml.safe_load((settings.dagster_home / "dagster.yaml").read_text())
    return found["compute_logs"]


def test_logs_are_where_the_lake_is(home, monkeypatch):
    use_dagster_home(Settings.from_environment())
    assert logs_of(Settings.from_environment())["class"] == "LocalComputeLogManager"
    for name, value in S3.items():
        monkeypatch.setenv(name, value)
    use_dagster_home(Settings.from_environment())
    found = logs_of(Settings.from_environment())
    assert found["class"] == "S3ComputeLogManager"
    assert (found["config"]["bucket"], found["config"]["prefix"]) == ("state", "the/lake/_dagster")
    assert found["config"]["endpoint_url"] == {"env": "MLFLOW_S3_ENDPOINT_URL"}
    monkeypatch.delenv("MLFLOW_S3_ENDPOINT_URL")  # as with AWS
    use_dagster_home(Settings.from_environment())
    assert "endpoint_url" not in logs_of(Settings.from_environment())["config"]


def test_without_its_package_the_extra_is_named(home, monkeypatch):
    monkeypatch.setenv("LAKE_URL", "s3://state/lake")
    monkeypatch.setitem(sys.modules, "dagster_aws", None)
    with pytest.raises(InputError, match="optional dependencies `s3`") as error:
        use_dagster_home(Settings.from_environment())
    assert "pip install dagster-aws==" in str(error.value)


def test_a_resource_of_a_file_under_defs_stays(home, monkeypatch):
    assert "io_manager" not in (shared_definitions().resources or {})
    monkeypatch.setenv("LAKE_URL", "s3://state/lake")
    assert "io_manager" in (shared_definitions().resources or {})
    own = dg.Definitions(resources={"io_manager": OwnIOManager()})
    shared = shared_definitions([*(own.resources or {})])
    merged = dg.Definitions.merge(own, shared).resources or {}
    assert isinstance(merged["io_manager"], OwnIOManager)


@pytest.fixture
def on_s3(home, new_database, monkeypatch) -> Iterator[Settings]:
    """Dagster in PostgreSQL, and the lake on S3."""
    with s3_server() as url:
        given = {**KEYS, **S3, "MLFLOW_S3_ENDPOINT_URL": url, "DAGSTER_STORAGE_URL": new_database()}
        for name, value in given.items():
            monkeypatch.setenv(name, value)
        s3fs.S3FileSystem.clear_instance_cache()
        settings = Settings.from_environment()
        initialize(settings, [])
        yield settings


def at_another_home(settings: Settings, folder, monkeypatch) -> Settings:
    monkeypatch.setenv("MLOPS_ASSETS_HOME", str(folder))
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    return Settings.from_environment()


def printed(instance: dg.DagsterInstance, run_id: str) -> bytes:
    """What all steps of a run printed, as Dagster's page asks for it."""
    (captured,) = instance.get_records_for_run(
        run_id, of_type=dg.DagsterEventType.LOGS_CAPTURED
    ).records
    event = captured.event_log_entry.dagster_event
    assert event
    key = instance.compute_log_manager.build_log_key_for_run(
        run_id, event.logs_captured_data.file_key
    )
    return instance.compute_log_manager.get_log_data(key).stdout or b""


def materialized(instance: dg.DagsterInstance, name: str) -> str:
    """The run that materialized an asset, with the resources of a home."""
    defs = dg.Definitions([talking, reading], resources=shared_definitions().resources)
    job, selection = defs.resolve_implicit_global_asset_job_def(), [dg.AssetKey(name)]
    result = job.execute_in_process(instance=instance, asset_selection=selection)
    assert result.success
    return result.run_id


@pytest.mark.postgres
@pytest.mark.process
def test_another_home_shows_what_a_step_printed_and_has_its_value(on_s3, tmp_path, monkeypatch):
    with open_instance(on_s3) as instance:
        run_id = materialized(instance, "talking")
    left = [it for it in (on_s3.home / "dagster").rglob("*") if it.is_file()]
    assert [it.name for it in left] == ["dagster.yaml"]
    files = object_store(on_s3.s3_endpoint_url)
    assert files.exists("state/the/lake/_dagster/values/talking")
    other = at_another_home(on_s3, tmp_path / "other", monkeypatch)
    with open_instance(other) as instance:
        assert b"seen from elsewhere" in printed(instance, run_id)
        materialized(instance, "reading")
        newest = materialized(instance, "talking")
    old = old_dagster_runs(other, datetime.now(UTC) + timedelta(days=1))
    assert old.items == (run_id,)
    old.remove()
    logs = "state/the/lake/_dagster/storage"
    assert (files.find(f"{logs}/{run_id}"), len(files.find(f"{logs}/{newest}"))) == ([], 2)
