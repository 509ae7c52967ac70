"""From a CSV to a version that serves, with nothing but the two commands of the README."""

import pytest
from sklearn.datasets import load_breast_cancer, load_diabetes, load_wine

from mlops_assets.lifecycle.jobs import RETRAIN
from mlops_assets.platform.mlflow.recording import REQUIRED_TAGS
from mlops_assets.platform.mlflow.runs import PARENT_TAG
from mlops_assets.platform.mlflow.store import open_store
from mlops_assets_tests.checkout import Checkout, make_checkout

pytestmark = pytest.mark.process

TABLES = {"breast_cancer": load_breast_cancer, "wine": load_wine, "diabetes": load_diabetes}


@pytest.fixture(scope="module", params=list(TABLES))
def model(request) -> str:
    return request.param


@pytest.fixture(scope="module")
def retrained(model, tmp_path_factory) -> tuple[Checkout, str]:
    """A checkout in which the table was brought in and the model retrained once."""
    checkout = make_checkout(tmp_path_factory.mktemp(model))
    table = TABLES[model](as_frame=True).frame
    table.to_csv(checkout.folder / "table.csv", index=False)
    made = checkout.run("new", model, "--csv", "table.csv", "--target", "target")
    assert made.returncode == 0, made.stderr
    done = checkout.run("retrain", model)
    assert done.returncode == 0, done.stdout + done.stderr
    return checkout, done.stdout


def runs_of(checkout: Checkout, model: str) -> list:
    client = open_store(checkout.settings)
    experiment = client.get_experiment_by_name(model)
    return list(client.search_runs([experiment.experiment_id]))


def test_the_summary_says_what_serves(model, retrained):
    _, output = retrained
    assert f"version     {model} 1, production (new)" in output
    assert "serving     version 1" in output
    assert "PASS" in output
    assert "FAIL" not in output


def test_mlflow_has_one_finished_parent_and_a_finished_child_for_every_asset(model, retrained):
    runs = runs_of(retrained[0], model)
    assert {run.info.status for run in runs} == {"FINISHED"}
    (parent,) = [run for run in runs if PARENT_TAG not in run.data.tags]
    children = [run for run in runs if run.data.tags.get(PARENT_TAG) == parent.info.run_id]
    assert {run.info.run_name for run in children} == set(RETRAIN)


def test_every_child_has_the_required_tags_and_something_of_each_kind(model, retrained):
    client = open_store(retrained[0].settings)
    for run in runs_of(retrained[0], model):
        if PARENT_TAG in run.data.tags:
            assert set(REQUIRED_TAGS) <= set(run.data.tags)
            assert run.data.params
            assert run.data.metrics
            assert client.list_artifacts(run.info.run_id), run.info.run_name


def test_the_version_that_serves_predicts_through_mlflow_alone(model, retrained):
    import mlflow

    open_store(retrained[0].settings)
    loaded = mlflow.pyfunc.load_model(f"models:/{model}@production")
    rows = TABLES[model](as_frame=True).data.astype("float64")
    assert len(loaded.predict(rows.head(5))) == 5


def test_a_second_retrain_of_the_same_registers_nothing(model, retrained):
    checkout, _ = retrained
    again = checkout.run("retrain", model)
    assert again.returncode == 0, again.stdout + again.stderr
    assert "nothing changed: not registered again" in again.stdout
    client = open_store(checkout.settings)
    assert len(client.search_model_versions(f"name = '{model}'")) == 1
    experiment = client.get_experiment_by_name(model).experiment_id
    assert len(client.search_logged_models([experiment])) == 1
