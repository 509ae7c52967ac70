"""MLOPS_ASSETS_WORKERS: what it may name, and the stores that are refused with it."""

import pytest

from mlops_assets.errors import InputError
from mlops_assets.platform.settings import Settings
from mlops_assets.platform.workers import RayWorkers

SHARED = {
    "DAGSTER_STORAGE_URL": "postgresql://me:secret@host/dagster",
    "MLFLOW_TRACKING_URI": "http://mlflow:5000",
    "LAKE_URL": "s3://mlops/lake",
    "WAREHOUSE_URL": "postgresql://me:secret@host/warehouse",
    "LEDGER_URL": "postgresql://me:secret@host/ledger",
}
WORKERS = {"MLOPS_ASSETS_WORKERS": "ray:http://head:8265"}


def test_it_is_the_address_of_rays_job_server():
    assert Settings.from_environment(SHARED | WORKERS).workers == RayWorkers(
        address="http://head:8265"
    )
    behind_proxy = {"MLOPS_ASSETS_WORKERS": "ray:https://ray.example.com/"}
    assert Settings.from_environment(SHARED | behind_proxy).workers == RayWorkers(
        address="https://ray.example.com"
    )
    assert Settings.from_environment({}).workers is None


@pytest.mark.parametrize(
    "text",
    [
        "http://head:8265",
        "dask:http://head:8786",
        "ray:head:8265",
        "ray:http://head",
        "ray:http://head:x",
    ],
)
def test_anything_else_is_refused(text):
    with pytest.raises(InputError, match=r"ray:http://head:8265, without a login"):
        Settings.from_environment(SHARED | {"MLOPS_ASSETS_WORKERS": text})


def test_a_login_is_refused_and_not_shown():
    text = "ray:http://me:secret@head:8265"
    with pytest.raises(InputError, match="RAY_AUTH_TOKEN") as caught:
        Settings.from_environment(SHARED | {"MLOPS_ASSETS_WORKERS": text})
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("variable", "url", "named"),
    [
        ("DAGSTER_STORAGE_URL", "", "Dagster's storage"),
        ("MLFLOW_TRACKING_URI", "", "MLflow, MLflow's artifacts"),
        ("MLFLOW_TRACKING_URI", "sqlite:////srv/mlflow.db", "MLflow, MLflow's artifacts"),
        ("MLFLOW_TRACKING_URI", "postgresql://me@host/mlflow", "MLflow's artifacts"),
        ("LAKE_URL", "", "the lake"),
        ("LAKE_URL", "/mnt/lake", "the lake"),
        ("LAKE_URL", "file:///mnt/lake", "the lake"),
        ("WAREHOUSE_URL", "", "the warehouse"),
        ("LEDGER_URL", "sqlite:////srv/ledger.db", "the ledger"),
    ],
)
def test_a_store_of_this_machine_is_refused_by_name_with_what_to_set(variable, url, named):
    with pytest.raises(InputError) as caught:
        Settings.from_environment(SHARED | WORKERS | {variable: url})
    assert caught.value.seen.endswith(f"files of this one: {named}")
    told = "MLFLOW_ARTIFACT_ROOT=s3://" if named == "MLflow's artifacts" else f"set {variable}="
    assert told in caught.value.todo


def test_all_are_named_at_once_and_none_matters_without_workers():
    with pytest.raises(InputError) as caught:
        Settings.from_environment(WORKERS)
    assert caught.value.todo.count("postgresql://…") == 4
    assert caught.value.todo.count("s3://…") == 2
    assert Settings.from_environment({"LAKE_URL": "/mnt/lake"}).lake_url == "/mnt/lake"
