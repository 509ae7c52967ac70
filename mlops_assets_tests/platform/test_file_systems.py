"""A URL whose driver is missing is one line with what to install, and shows no secret."""

import sys

import fsspec
import pytest
from fsspec.registry import _registry

from mlops_assets.errors import InputError
from mlops_assets.platform.file_systems import open_files
from mlops_assets.platform.mlflow.runs import experiment_id
from mlops_assets.platform.mlflow.store import explained, open_store
from mlops_assets.platform.settings import Settings


def test_a_folder_is_opened(tmp_path):
    files, root = open_files(str(tmp_path))
    assert files.exists(root)


def test_s3_without_its_driver_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "s3fs", None)
    # Where another test has used the driver, fsspec remembers its class.
    monkeypatch.delitem(_registry, "s3", raising=False)
    with pytest.raises(InputError, match="optional dependencies `s3`") as error:
        open_files("s3://key:secret@bucket/lake?token=secret")
    assert f"pip install s3fs=={fsspec.__version__}" in str(error.value)
    assert "LAKE_URL is s3://bucket/lake" in str(error.value)
    assert "secret" not in str(error.value)
    assert "\n" not in error.value.seen


def test_another_missing_driver_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "gcsfs", None)
    with pytest.raises(InputError, match="gcsfs"):
        open_files("gs://bucket/lake")


def test_an_unknown_protocol_is_no_traceback():
    with pytest.raises(InputError, match="no protocol of fsspec"):
        open_files("s4://bucket/lake")


def test_artifacts_on_s3_without_boto3_name_the_extra(home, monkeypatch):
    monkeypatch.setenv("MLFLOW_ARTIFACT_ROOT", "s3://bucket/artifacts")
    settings = Settings.from_environment()
    client = open_store(settings)
    run = client.create_run(experiment_id(client, "small", settings))
    monkeypatch.setitem(sys.modules, "boto3", None)
    with pytest.raises(InputError, match="optional dependencies `s3`"), explained(settings):
        client.log_text(run.info.run_id, "lost", "note.txt")


def test_mlflows_own_variables_have_their_usual_meaning(tmp_path):
    home = {"MLOPS_ASSETS_HOME": str(tmp_path)}
    database = {"MLFLOW_BACKEND_STORE_URI": "postgresql://me@host/mlflow"}
    given = Settings.from_environment({**home, **database})
    assert (
        given.mlflow_tracking_uri == given.mlflow_database == "postgresql+psycopg://me@host/mlflow"
    )
    server = {"MLFLOW_TRACKING_URI": "http://mlflow:5000"}
    behind = Settings.from_environment({**home, **database, **server})
    assert (behind.mlflow_tracking_uri, behind.mlflow_is_server) == ("http://mlflow:5000", True)
    assert behind.mlflow_database == given.mlflow_database
    assert Settings.from_environment({**home, **server}).mlflow_database == ""
    for name in ("MLFLOW_ARTIFACT_ROOT", "MLFLOW_DEFAULT_ARTIFACT_ROOT"):
        assert (
            Settings.from_environment({**home, name: "s3://b/a/"}).mlflow_artifact_url == "s3://b/a"
        )
    folder = Settings.from_environment({**home, "MLFLOW_ARTIFACT_ROOT": "./mlruns"})
    assert folder.mlflow_artifact_url == (folder.project_root / "mlruns").as_uri()
    with pytest.raises(InputError, match="MLFLOW_BACKEND_STORE_URI begins with http"):
        Settings.from_environment({**home, "MLFLOW_BACKEND_STORE_URI": "http://mlflow:5000"})
