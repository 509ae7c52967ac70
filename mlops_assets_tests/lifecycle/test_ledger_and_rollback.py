"""Who promoted what, and what a rollback means for the retrains that follow it."""

from datetime import date

import pytest

from mlops_assets.client import ModelRegistry
from mlops_assets.errors import InputError
from mlops_assets.registry.registered_model import RegisteredModel
from mlops_assets.retraining.reading import read_loop_state
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets.spec.stage_names import PRODUCTION, STAGING
from mlops_assets_tests.world import WITHOUT_PROFILE, World, small_table

APPROVAL = "production_version"


def model(world: World) -> RegisteredModel:
    return ModelRegistry(world.settings, actor="anna").of("small")


def serving(world: World) -> str | None:
    version = model(world).at(PRODUCTION)
    return str(version.version) if version else None


def more_rows(world: World, rows: int) -> None:
    small_table(rows).to_csv(world.csv, index=False)


def begin_with_two(world: World) -> None:
    """Version 2 serves, and version 1 served before it."""

    def make() -> None:
        assert world.retrain_as_of("2026-01-04").success
        more_rows(world, 600)
        assert world.retrain_as_of("2026-01-05").success

    world.kept.fill(world.settings.home, "two versions", make)


def test_the_ledger_says_which_run_staged_and_promoted(world):
    result = world.retrain(*WITHOUT_PROFILE)
    rows = [row for row in reversed(model(world).history()) if row.kind == "done"]
    assert [(row.action, row.version) for row in rows] == [("stage", "1"), ("promote", "1")]
    assert all(row.actor.endswith(f"Dagster run {result.run_id[:8]}") for row in rows)


@pytest.mark.parametrize("gates", [{"roc_auc": {"min": 0.6}}, {"roc_auc": {"min": 0.55}}])
def test_a_version_that_was_rolled_back_is_not_promoted_by_the_same_training(world, gates):
    begin_with_two(world)
    model(world).rollback(reason="misses every third case", since=date(2026, 1, 9))
    world.spec["gates"] = gates
    result = world.retrain_as_of("2026-01-10")
    assert result.success
    assert serving(world) == "1"
    assert model(world).at(STAGING) is None
    again = result.asset_materializations_for_node("small__registered_version")[0].metadata
    assert (again["version"].value, again["stage"].value) == ("2", "rejected")


def test_the_loop_counts_from_the_rollback(world):
    begin_with_two(world)
    model(world).rollback(reason="bad", since=date(2026, 1, 9))
    source = {"type": "csv", "path": str(world.csv)}
    spec = LifecycleSpec.model_validate({"source": source, **world.spec})
    report = read_loop_state(world.instance, model(world), spec)
    assert (report.production_version, report.in_production_since) == ("1", date(2026, 1, 9))


def test_a_scheduled_run_does_not_approve_what_waits_for_a_person(world):
    world.spec["promotion"] = "manual"
    world.begin()
    by_schedule = {"dagster/schedule_name": "small_nightly_retrain"}
    assert world.retrain_tagged(APPROVAL, **by_schedule).success
    assert serving(world) is None
    assert world.retrain(APPROVAL).success
    assert serving(world) == "1"


def test_a_forced_promotion_shows_in_the_ui(world):
    world.spec["gates"] = {"log_loss": {"max": 0.0001}}
    world.begin()
    with pytest.raises(InputError, match="did not pass"):
        model(world).promote("1", why="please", gates=None)
    model(world).promote("1", why="nothing else serves", gates=None, force=True)
    result = world.retrain(APPROVAL)
    shown = result.asset_materializations_for_node("small__production_version")[0].metadata
    assert shown["forced"].value == "nothing else serves"


def test_a_model_that_says_candidate_for_staging(world):
    world.spec |= {"promotion": "manual", "stage_names": {"staging": "candidate"}}
    result = world.retrain(*WITHOUT_PROFILE)
    aliases = world.client.get_registered_model("small").aliases
    assert {name: str(number) for name, number in aliases.items()} == {"candidate": "1"}
    assert world.client.get_model_version("small", "1").tags["stage"] == "candidate"
    shown = result.asset_materializations_for_node("small__registered_version")[0].metadata
    assert (shown["stage"].value, shown["stage_is_called"].value) == ("staging", "candidate")
    assert world.retrain(APPROVAL).success
    assert serving(world) == "1"


def test_a_promotion_that_was_interrupted_is_finished_by_the_next_run(world, monkeypatch):
    world.spec["promotion"] = "manual"
    world.begin()
    mine = model(world)

    def away(*_):
        raise ConnectionError("MLflow is away")

    monkeypatch.setattr(mine.client, "set_registered_model_alias", away)
    with pytest.raises(ConnectionError):
        mine.promote("1", why="seen and approved", gates=None)
    assert world.retrain(*WITHOUT_PROFILE).success
    assert serving(world) == "1"
    assert mine.ledger.unfinished() == []
