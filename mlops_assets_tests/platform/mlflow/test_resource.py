"""The MLflow resource: statuses, required records, and the run that fluent functions log to."""

from dataclasses import replace

import mlflow
import pytest
from sqlalchemy.orm import Session

from mlops_assets.platform.mlflow.recording import REQUIRED_TAGS
from mlops_assets.platform.mlflow.resource import MlflowResource
from mlops_assets.platform.mlflow.runs import DagsterRun, open_parent
from mlops_assets.platform.mlflow.store import open_store
from mlops_assets_tests.statements import statements

RUN = DagsterRun("run-2", "run-1", "churn_retrain", "churn", "Churn")
TAGS = dict.fromkeys(REQUIRED_TAGS, "x")


@pytest.fixture
def resource(home) -> MlflowResource:
    return MlflowResource()


def fill(recording) -> None:
    recording.params({"p": 1})
    recording.metrics({"m": 2.0, "unknown": None})
    recording.document("d.json", {})


def test_a_complete_recording_ends_finished_with_its_parent_still_open(resource):
    with resource.record("features", RUN, TAGS) as recording:
        fill(recording)
    child = resource.client.get_run(recording.run_id)
    parent = open_parent(resource.client, RUN, resource.settings)
    assert (child.info.status, parent.info.status) == ("FINISHED", "RUNNING")
    assert child.data.metrics == {"m": 2.0}
    assert child.data.tags["mlflow.parentRunId"] == parent.info.run_id
    assert child.data.tags["dagster_run_url"].endswith("/runs/run-2")


def test_mlflow_names_the_run_its_data_and_its_source(resource):
    """What its table of runs shows: what differs comes first, and no column is empty."""
    run = replace(RUN, day="2026-01-05", source="customers.csv")
    with resource.record("features", run, TAGS) as recording:
        fill(recording)
        recording.tags(dataset_version="d4t4")
    child = resource.client.get_run(recording.run_id)
    parent = open_parent(resource.client, run, resource.settings)
    assert parent.info.run_name == "2026-01-05 retrain run-1"
    for it in (child, resource.client.get_run(parent.info.run_id)):
        assert it.data.tags["mlflow.source.name"] == "churn_retrain"
        (given,) = it.inputs.dataset_inputs
        assert (given.dataset.name, given.dataset.digest) == ("churn", "d4t4")
        assert given.tags[0].value == "2026-01-05"
        assert "customers.csv" in given.dataset.source


@pytest.mark.parametrize("left_out", ["dataset_version", "params", "metrics", "artifacts"])
def test_a_recording_that_lacks_something_fails_its_asset(resource, left_out):
    tags = {name: "x" for name in REQUIRED_TAGS if name != left_out}
    with pytest.raises(RuntimeError, match=left_out):
        record(resource, tags, left_out)
    (child,) = children(resource)
    assert child.info.status == "FAILED"


def record(resource: MlflowResource, tags: dict[str, str], left_out: str) -> None:
    with resource.record("features", RUN, tags) as recording:
        if left_out != "params":
            recording.params({"p": 1})
        if left_out != "metrics":
            recording.metrics({"m": 2.0})
        if left_out != "artifacts":
            recording.document("d.json", {})


def children(resource: MlflowResource) -> list:
    experiment = resource.client.get_experiment_by_name(RUN.experiment).experiment_id
    return list(resource.client.search_runs([experiment], "attributes.run_name = 'features'"))


@pytest.mark.parametrize(
    ("error", "status"), [(ValueError, "FAILED"), (KeyboardInterrupt, "KILLED")]
)
def test_what_ends_the_body_ends_child_and_parent_alike(resource, error, status):
    with pytest.raises(error):
        raise_in_body(resource, error("because"))
    (child,) = children(resource)
    parent = resource.client.get_run(child.data.tags["mlflow.parentRunId"])
    assert (child.info.status, parent.info.status) == (status, status)
    assert child.data.tags["reason"] == parent.data.tags["reason"] == f"{error.__name__}: because"
    assert child.data.params == {"p": "1"}


def raise_in_body(resource: MlflowResource, error: BaseException) -> None:
    with resource.record("features", RUN, TAGS) as recording:
        fill(recording)
        raise error


def test_a_retry_of_the_same_root_run_continues_the_parent(settings):
    client = open_store(settings)
    first = open_parent(client, RUN, settings)
    client.set_terminated(first.info.run_id, status="FAILED")
    retry = DagsterRun("run-3", "run-1", "churn_retrain", "churn", "Churn")
    open_parent(client, retry, settings)
    (again,) = client.search_runs([first.info.experiment_id])
    assert again.info.status == "RUNNING"
    assert again.data.tags["dagster_run_id"] == "run-3"


def test_the_steps_after_the_first_read_the_parent_by_its_id(settings):
    client = open_store(settings)
    first = open_parent(client, RUN, settings)
    with statements() as seen:
        again = open_parent(client, RUN, settings)
    assert seen
    assert not [it for it in seen if "FROM experiments" in it]
    assert again.info.run_id == first.info.run_id


def test_a_parent_that_was_deleted_meanwhile_is_replaced(settings):
    client = open_store(settings)
    first = open_parent(client, RUN, settings)
    client.delete_run(first.info.run_id)
    second = open_parent(client, RUN, settings)
    assert second.info.run_id != first.info.run_id
    assert open_parent(client, RUN, settings).info.run_id == second.info.run_id


def test_experiments_are_of_classic_models_unless_they_are_of_another_kind(settings):
    client = open_store(settings)
    older, other = client.create_experiment("Older"), client.create_experiment("Other")
    client.set_experiment_tag(other, "mlflow.experimentKind", "genai_development")
    for name in ("New", "Older", "Other"):
        open_parent(client, DagsterRun("run", "run", "churn_retrain", "churn", name), settings)
    new = client.get_experiment_by_name("New").experiment_id
    kinds = [client.get_experiment(it).tags["mlflow.experimentKind"] for it in (new, older, other)]
    assert kinds == ["custom_model_development"] * 2 + ["genai_development"]


def test_fluent_functions_log_to_the_recording_and_leave_no_active_run(resource):
    with resource.record("trained_model", RUN, TAGS) as recording:
        fill(recording)
        with resource.fluent(RUN, recording) as dagster_mlflow:
            mlflow.log_metric("by_function", 1.0)
            dagster_mlflow.log_params({f"p{i}": i for i in range(150)})
        assert mlflow.active_run() is None
    child = resource.client.get_run(recording.run_id)
    assert child.data.metrics["by_function"] == 1.0
    assert len(child.data.params) == 151
    assert child.info.status == "FINISHED"


def test_fluent_leaves_no_active_run_when_its_body_raises(resource):
    with (
        pytest.raises(ValueError, match="no"),
        resource.record("trained_model", RUN, TAGS) as recording,
        resource.fluent(RUN, recording),
    ):
        raise ValueError("no")
    assert mlflow.active_run() is None
    assert resource.client.get_run(recording.run_id).info.status == "FAILED"


def test_an_interrupt_while_mlflow_writes_leaves_no_lock_behind(resource, monkeypatch):
    """The interrupt comes before the commit, and again while the session is closed."""
    commit, close = Session.commit, Session.close

    def interrupted(session):
        session.flush()
        raise KeyboardInterrupt

    def interrupted_again(session):
        monkeypatch.setattr(Session, "commit", commit)
        monkeypatch.setattr(Session, "close", close)
        raise KeyboardInterrupt

    def write() -> None:
        with resource.record("features", RUN, TAGS) as recording:
            monkeypatch.setattr(Session, "commit", interrupted)
            monkeypatch.setattr(Session, "close", interrupted_again)
            resource.client.log_param(recording.run_id, "p", 1)

    with pytest.raises(KeyboardInterrupt):
        write()
    (child,) = children(resource)
    assert (child.info.status, child.data.params) == ("KILLED", {})
