"""The life of the planner: trained, judged off-policy, promoted by hand, monitored, retrained."""

import json
import re

import mlflow
import pytest

from mlops_assets.client import ModelRegistry
from mlops_assets.data.checks.training_checks import raw_claims
from mlops_assets.data.table_parts import TableParts
from mlops_assets.monitoring.drift.day_report import DriftReport
from mlops_assets.monitoring.live_day import record_day
from mlops_assets.monitoring.performance.record import PerformanceReport
from mlops_assets.platform.lake import read_newest
from mlops_assets.platform.mlflow.version_tags import stored_key
from mlops_assets.spec.stage_names import PRODUCTION, STAGING
from mlops_assets_tests.loop_world import LoopWorld
from mlops_assets_tests.policies.worlds import CHANGED, QUIET, begin, true_value

NAME = "planner_model"


@pytest.fixture
def planner(world):
    begin(world)
    return world


def registry(world):
    return ModelRegistry(world.settings, actor="anna").of(NAME)


def children(world):
    """The newest MLflow run of each asset."""
    experiment = world.client.get_experiment_by_name("planner_training")
    order = ["attributes.start_time ASC"]
    runs = world.client.search_runs([experiment.experiment_id], order_by=order)
    return {run.info.run_name: run for run in runs}


def stored_verdict(world) -> list[dict]:
    """The gates of the newest version, as its tag has them."""
    newest = max(
        world.client.search_model_versions(f"name='{NAME}'"), key=lambda it: int(it.version)
    )
    return json.loads(newest.tags[stored_key("verdict")])["gates"]


def artifact(world, asset: str, file: str) -> dict:
    run = children(world)[asset].info.run_id
    return json.loads(mlflow.artifacts.load_text(f"runs:/{run}/{file}"))


def test_it_becomes_a_candidate_by_what_it_would_have_earned(planner):
    model = registry(planner)
    candidate = model.at(STAGING)
    assert (str(candidate.version), candidate.tags["stage"]) == ("1", "candidate")
    assert model.at(PRODUCTION) is None

    judged = children(planner)["evaluation"].data
    assert judged.metrics["lift_dr_low"] > 0
    assert judged.metrics["value_dr_low"] < judged.metrics["value_dr"]
    spec = LoopWorld(planner).spec
    rows = spec.source.load_day(planner.settings, None, None, "UTC")
    fitted = ModelRegistry(planner.settings).load_model(f"models:/{NAME}/1")
    truth = true_value(rows, fitted.predict(spec.dataset(rows).features))
    assert judged.metrics["value_dr_low"] < truth < judged.metrics["value_dr_high"]

    found = artifact(planner, "evaluation", "off_policy.json")
    assert found["in_words"][0].startswith("Better than the logged policy")
    assert {"value_direct", "value_clipped_ips"} == {*found["never_gated"]} <= {*found["estimates"]}
    assert not {"value_direct", "value_clipped_ips"} & {*judged.metrics}
    assert [it["action"] for it in found["actions"]] == spec.model.actions
    files = planner.client.list_artifacts(children(planner)["evaluation"].info.run_id)
    assert "off_policy.png" in {it.path for it in files}


@pytest.mark.process
def test_a_quiet_day_is_clean_and_changed_tastes_show_in_the_rewards(planner):
    assert planner.retrain("production_version").success
    assert str(registry(planner).at(PRODUCTION).version) == "1"
    for day in (QUIET, CHANGED):
        assert planner.monitor(day).success
    quiet, changed = (
        read_newest(["small", "drift_report", day], DriftReport) for day in (QUIET, CHANGED)
    )
    assert (quiet.data.status, changed.data.status) == ("clean", "clean")
    # Which plans were chosen, and how probable they were, is watched like any context.
    assert {it.column for it in quiet.context.columns} == {"plan", "propensity"}
    quiet, changed = (
        read_newest(["small", "performance_report", day], PerformanceReport)
        for day in (QUIET, CHANGED)
    )
    assert (quiet.performance.status, changed.performance.status) == ("ok", "dropped")
    assert changed.performance.metric == "value_dr"
    assert (quiet.target_drift, changed.target_drift) == ("clean", "drift")
    day = children(planner)["performance_report"].data.metrics
    assert 0.95 < day["propensity_calibration"] < 1.05


def test_after_the_change_a_retrained_policy_is_a_candidate_again(planner):
    assert planner.retrain("production_version").success
    assert planner.retrain_as_of("2026-01-09").success
    model = registry(planner)
    assert str(model.at(STAGING).version) == "2"
    assert str(model.at(PRODUCTION).version) == "1"
    (beats,) = (it for it in stored_verdict(planner) if it["gate"] == "beats_production")
    assert beats["bound"].startswith("lower bound of the value_dr difference")
    assert beats["low"] > 0.05


@pytest.mark.parametrize(
    ("column", "value", "seen"),
    [
        ("propensity", 0.0, r"propensities in 'propensity' are not in \(0, 1\], such as \[0.0\]"),
        ("propensity", 1.5, r"not in \(0, 1\], such as \[1.5\]"),
        ("propensity", None, r"not in \(0, 1\], such as \[nan\]"),
        ("plan", "ligth", "an action that nobody knows, such as 'ligth'; the nearest name is"),
        ("plan", None, "1 of 400 rows have no action in 'plan'"),
    ],
)
def test_a_log_that_cannot_be_weighted_is_an_outage(planner, column, value, seen):
    """Of the rows to train on, and of a day: the same words, in a check that blocks."""
    spec = LoopWorld(planner).spec
    rows = spec.source.load_day(planner.settings, None, None, "UTC").head(400)
    rows[column] = rows[column].astype(object)
    rows.loc[7, column] = value
    claims = {
        it.name: it
        for it in raw_claims(
            rows, spec, minimum_rows=50, personal=spec.personal_data, require=spec.require_context
        )
    }
    day = record_day(TableParts(rows), spec, lambda _: "")
    of_day = {it.name: it for it in day.claims}
    for claim in (claims["columns_fit_their_roles"], of_day["day_fits_its_roles"]):
        assert not claim.passed
        assert re.search(seen, claim.observed)
    assert day.facts().outage.startswith("day_fits_its_roles")
