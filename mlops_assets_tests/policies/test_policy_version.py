"""The asset `policy_version`, the record contract, custom metrics, and stages set by hand."""

import re
from uuid import uuid4

import mlflow
import pytest
from pandas.testing import assert_frame_equal
from typer.testing import CliRunner

from mlops_assets.cli import app
from mlops_assets.client import ModelRegistry
from mlops_assets.errors import InputError
from mlops_assets.operations.health.stages import stages
from mlops_assets.spec.policy_version import PolicyIdentity
from mlops_assets.spec.record import OWN_TAGS, Record
from mlops_assets_tests.policies.worlds import begin, small_planner

NAME = "planner_model"


@pytest.fixture
def planner(world):
    begin(world)
    return world


def registry(world) -> ModelRegistry:
    return ModelRegistry(world.settings, actor="anna")


def children(world):
    experiment = world.client.get_experiment_by_name("planner_training")
    runs = world.client.search_runs([experiment.experiment_id])
    return {run.info.run_name: run.data for run in reversed(runs)}


def test_a_registered_version_becomes_a_policy_version(planner):
    (row,) = registry(planner).policy_versions()
    assert (row.version, row.mlflow_model_name, row.mlflow_model_version) == (1, NAME, "1")
    assert row.policy_id == PolicyIdentity(id="planner_policy").uuid
    assert row.config_defaults == {"temperature": 0.1}
    assert row.stage == "candidate"
    assert planner.retrain("production_version").success
    assert registry(planner).policy_versions()[0].stage == "production"

    model = registry(planner).load_policy(row.id)
    table = planner_rows(planner)
    assert {*model.predict(table)["prediction"]} <= {*small_planner()["model"]["actions"]}


def test_mlflow_itself_loads_a_policy(planner):
    rows = planner_rows(planner)
    by_mlflow = mlflow.pyfunc.load_model(f"models:/{NAME}/1").predict(rows)
    ours = registry(planner).load_model(NAME, 1).predict(rows)
    assert_frame_equal(by_mlflow, ours)
    described = planner.client.get_model_version(NAME, "1").description
    assert "mlflow.pyfunc.load_model" in described


def planner_rows(world):
    from mlops_assets_tests.loop_world import LoopWorld

    spec = LoopWorld(world).spec
    return spec.dataset(spec.source.load_day(world.settings, None, None, "UTC").head(20)).features


def test_a_policy_version_of_what_the_registry_does_not_have_hides_no_other(planner):
    registry(planner).policies.add(uuid4(), "nobody", "7", {})
    stages = {it.mlflow_model_name: it.stage for it in registry(planner).policy_versions()}
    assert stages == {NAME: "candidate", "nobody": "no such version"}


def test_the_same_version_gets_no_second_row(planner):
    assert planner.retrain_as_of("2026-01-04").success
    assert len(registry(planner).policy_versions()) == 1


def test_a_version_that_fails_its_gates_is_no_policy_version(world):
    begin(world, gates={"effective_sample_size": {"min": 10**9}})
    assert registry(world).policy_versions() == []
    assert children(world)["policy_version"].params["policy_version"] == (
        "version 1 failed its gates"
    )


def test_a_version_that_a_policy_version_names_is_not_deleted(planner):
    with pytest.raises(InputError, match="is version 1 of the policy"):
        registry(planner).delete_version(NAME, 1, reason="tidy")
    assert registry(planner).of(NAME).version(1)


def test_every_run_has_the_tags_and_the_training_what_was_asked(planner):
    runs = children(planner)
    assert {it.tags["policy_id"] for it in runs.values() if "asset_key" in it.tags} == {
        "planner_policy"
    }
    training, judged = runs["trained_model"], runs["evaluation"]
    assert {"estimator", "temperature", "dataset_version"} <= {*training.params}
    assert training.metrics["train_loss"] == pytest.approx(training.metrics["val_loss"], rel=0.5)
    for name in ("plan_alignment_score", "constraint_respect_score"):
        assert 0 < judged.metrics[f"{name}_low"] < judged.metrics[name] < 1


@pytest.mark.parametrize(
    ("record", "seen"),
    [
        ({"params": ["learning_rate"]}, r"the params \['learning_rate'\]"),
        ({"metrics": ["val_los"]}, r"the metrics \['val_los'\].*the nearest name is 'val_loss'"),
        ({"artifacts": ["tokenizer/"]}, r"the artifacts \['tokenizer/'\]"),
    ],
)
def test_a_version_without_it_is_not_evaluated(planner, record, seen):
    """Also of a model that was fitted before: the contract is about what stands behind a version.

    Without an evaluation, nothing is registered.
    """
    planner.spec = small_planner(record=record)
    assert not planner.retrain("evaluation").success
    assert re.search(f"`record` asks for {seen}", failure(planner))


def failure(world) -> str:
    """Why the newest Dagster run failed."""
    run = world.instance.get_runs(limit=1)[0]
    events = world.instance.all_logs(run.run_id)
    return next(
        it.dagster_event.step_failure_data.error.to_string()
        for it in events
        if it.dagster_event and it.dagster_event.is_step_failure
    )


def test_a_contract_does_not_replace_what_every_run_is_tagged_with():
    from mlops_assets.platform.mlflow.recording import REQUIRED_TAGS

    assert {*REQUIRED_TAGS} <= OWN_TAGS
    with pytest.raises(ValueError, match="which every run has already"):
        Record.model_validate({"tags": {"stage": "x"}})


def test_a_stage_set_by_hand_is_told(planner):
    assert stages(planner.settings).status == "healthy"
    planner.client.set_model_version_tag(NAME, "1", "stage", "production")
    told = stages(planner.settings)
    assert told.status == "unhealthy"
    assert "version 1 has the tag `stage` 'production', and the alias production is on no" in (
        told.seen
    )
    assert "version 1 has the alias candidate, and another tag `stage`" in told.seen
    assert "mlops-assets promote" in told.todo


@pytest.fixture
def rest(planner, monkeypatch):
    """MLflow's REST API under the guard, on the planner's stores, without a network between."""
    uri = planner.settings.mlflow_tracking_uri
    for store in ("FILE", "REGISTRY"):
        monkeypatch.setenv(f"_MLFLOW_SERVER_{store}_STORE", uri)
    monkeypatch.setenv("_MLFLOW_SERVER_ARTIFACT_ROOT", planner.settings.mlflow_artifacts.as_uri())
    from mlflow.server import handlers

    from mlops_assets.registry import mlflow_guard

    for name in ("_tracking_store", "_model_registry_store"):
        monkeypatch.setattr(handlers, name, None)
    return mlflow_guard.pages.test_client()


@pytest.mark.parametrize(
    ("place", "fields"),
    [("model-versions", {"name": NAME, "version": "1"}), ("registered-models", {"name": NAME})],
)
def test_nor_is_it_deleted_through_mlflow(rest, planner, place, fields):
    answer = rest.delete(f"/api/2.0/mlflow/{place}/delete", json=fields)
    assert answer.status_code == 409
    assert "is version 1 of the policy" in answer.json["message"]
    assert planner.client.get_model_version(NAME, "1")


def test_a_stage_tag_is_not_set_through_mlflow(rest):
    given = {"name": NAME, "version": "1", "key": "stage", "value": "production"}
    answer = rest.post("/api/2.0/mlflow/model-versions/set-tag", json=given)
    assert answer.status_code == 409
    assert "no change in the ledger sets it" in answer.json["message"]


def test_the_command_knows_a_model_by_both_names_and_refuses_others(home):
    done = CliRunner().invoke(app, ["policies", "nobody"])
    assert "no model 'nobody'" in str(done.exception)
    done = CliRunner().invoke(app, ["policies", "planner"])
    assert "mlops-assets retrain planner" in str(done.exception)
