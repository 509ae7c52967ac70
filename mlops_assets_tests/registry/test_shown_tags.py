"""The tags that MLflow's pages get, from the server that `mlops-assets up` starts."""

import os
from pathlib import Path

import pytest

from mlops_assets.registry.shown_tags import is_for_a_page, shown
from mlops_assets_tests.forked import run_code

ASK = """
from mlflow import MlflowClient
from mlops_assets.registry.mlflow_guard import pages
client = MlflowClient()
client.create_registered_model("small")
tags = {"mlflow.mlops_assets.verdict": "{}", "stage": "none"}
model = client.create_logged_model(client.create_experiment("small"))
client.create_model_version("small", f"models:/{model.model_id}", tags=tags)
asked = pages.test_client()
for api in ("ajax-api", "api"):
    answer = asked.get(f"/{api}/2.0/mlflow/model-versions/search").get_json()
    print(sorted(tag["key"] for tag in answer["model_versions"][0]["tags"]))
"""


def test_hidden_tags_are_left_out_at_any_depth():
    hidden, kept = {"key": "mlflow.mlops_assets.barred", "value": "x"}, {"key": "stage"}
    answer = {"model_versions": [{"version": "1", "tags": [hidden, kept]}], "token": None}
    expected = {"model_versions": [{"version": "1", "tags": [kept]}], "token": None}
    assert shown(answer) == expected


def test_only_pages_get_less():
    assert is_for_a_page("/ajax-api/2.0/mlflow/model-versions/search")
    assert not is_for_a_page("/api/2.0/mlflow/model-versions/search")
    assert not is_for_a_page("/ajax-api/2.0/mlflow/runs/search")


@pytest.mark.process
def test_the_server_answers_pages_and_clients(tmp_path: Path):
    store = f"sqlite:///{tmp_path}/mlflow.db"
    variables = {"MLFLOW_TRACKING_URI": store, "MLFLOW_REGISTRY_URI": store}
    variables |= {"_MLFLOW_SERVER_FILE_STORE": store, "MLOPS_ASSETS_HOME": str(tmp_path)}
    done = run_code(ASK, [], folder=tmp_path, environment={**os.environ, **variables})
    assert done.stdout.splitlines()[-2:] == [
        "['stage']",
        "['mlflow.mlops_assets.verdict', 'stage']",
    ], done.stderr
