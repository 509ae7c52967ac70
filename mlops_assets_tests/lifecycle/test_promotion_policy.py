"""What is promoted, what waits and what is rejected, in whole retrains of a small model."""

import dagster as dg
import pytest

from mlops_assets.platform.mlflow.version_tags import plain
from mlops_assets.registry.registered_model import RegisteredModel
from mlops_assets.spec.stage_names import PRODUCTION, STAGING
from mlops_assets_tests.world import WITHOUT_PROFILE, World, small_table


def registry(world: World) -> RegisteredModel:
    return RegisteredModel(world.client, "small")


def serving(world: World) -> str | None:
    version = registry(world).at(PRODUCTION)
    return str(version.version) if version else None


def bring_new_rows(world: World, rows: int) -> None:
    small_table(rows).to_csv(world.csv, index=False)


def test_automatic_promotion_lets_the_better_informed_version_serve(world):
    world.begin()
    assert serving(world) == "1"
    bring_new_rows(world, 600)
    assert world.retrain(*WITHOUT_PROFILE).success
    assert serving(world) == "2"
    assert world.client.get_model_version("small", "1").tags["stage"] == "archived"


def test_manual_promotion_waits_until_a_person_materializes_production_version(world):
    world.spec["promotion"] = "manual"
    world.begin()
    assert serving(world) is None
    assert str(registry(world).at(STAGING).version) == "1"
    assert world.retrain("production_version").success
    assert serving(world) == "1"


def test_materialize_all_never_approves_what_nobody_has_seen(world):
    world.spec["promotion"] = "manual"
    world.begin()
    bring_new_rows(world, 600)
    assert world.retrain(*WITHOUT_PROFILE).success
    assert serving(world) is None
    assert str(registry(world).at(STAGING).version) == "2"


@pytest.mark.process
def test_a_plain_retrain_does_not_approve_what_another_run_staged(world):
    world.spec["promotion"] = "manual"
    world.begin()
    assert world.retrain(*WITHOUT_PROFILE).success  # finds version 1 staged, by an earlier run
    assert serving(world) is None
    assert world.retrain().success  # the whole job, without a selection
    assert serving(world) is None
    assert world.retrain("production_version").success
    assert serving(world) == "1"


def test_a_version_that_fails_a_gate_is_rejected_and_the_run_stays_green(world):
    world.begin()
    world.spec["gates"] = {"roc_auc": {"min": 1.0}, "log_loss": {"max": 0.0001}}
    bring_new_rows(world, 600)
    result = world.retrain(*WITHOUT_PROFILE)
    assert result.success
    assert serving(world) == "1"
    rejected = world.client.get_model_version("small", "2")
    assert rejected.tags["stage"] == "rejected"
    assert "log_loss" in plain(rejected.tags)["rejected_because"]
    checks = {check.check_name: check for check in result.get_asset_check_evaluations()}
    assert not checks["gates_pass"].passed
    assert checks["gates_pass"].severity == dg.AssetCheckSeverity.WARN
    assert "gates passed" in checks["gates_pass"].metadata["observed"].value


def test_gates_that_are_eased_let_the_same_model_pass_without_a_new_version(world):
    world.spec["gates"] = {"log_loss": {"max": 0.0001}}
    world.begin()
    assert serving(world) is None
    assert "It did not pass" in world.client.get_model_version("small", "1").description
    world.spec["gates"] = {"log_loss": {"max": 0.9}}
    assert world.retrain(*WITHOUT_PROFILE).success
    assert serving(world) == "1"
    card = world.client.get_model_version("small", "1").description
    assert "failed" not in card.partition("## Ledger")[0]
    assert "It did not pass" not in card
    assert "promote 1" in card
    assert len(world.client.search_model_versions("name = 'small'")) == 1


def test_the_same_rows_in_another_order_are_no_new_version(world):
    world.begin()
    small_table().sample(frac=1, random_state=1).to_csv(world.csv, index=False)
    assert world.retrain(*WITHOUT_PROFILE).success
    assert len(world.client.search_model_versions("name = 'small'")) == 1
    assert world.children()["trained_model"].data.metrics["reused"] == 1.0
    trained = dg.AssetKey(["small", "trained_model"])
    event = world.instance.get_latest_materialization_event(trained)
    shown = event.asset_materialization.metadata["parameters"].value
    assert "- C = 1.0" in shown  # those of the fit that is used again


def test_features_alone_refuse_rows_whose_checks_failed_in_another_run(world):
    table = small_table()
    table.loc[0, "y"] = None
    table.to_csv(world.csv, index=False)
    assert not world.retrain("raw_data").success
    assert not world.retrain("features").success
    assert "no_missing_target" in world.children()["features"].data.tags["reason"]


def test_a_model_that_was_deleted_is_fitted_again(world):
    world.begin()
    world.client.delete_logged_model(world.children()["trained_model"].data.tags["model_id"])
    assert world.retrain("trained_model").success
    assert world.children()["trained_model"].data.metrics["reused"] == 0.0
