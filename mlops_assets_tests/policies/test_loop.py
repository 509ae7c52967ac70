"""The loop of a policy with the real sensor: one retrain, a candidate, and who decides."""

from datetime import date

import pytest

from mlops_assets.client import ModelRegistry
from mlops_assets.monitoring.performance.record import PerformanceReport
from mlops_assets.platform.lake import read_newest
from mlops_assets.retraining.day_records import read_day
from mlops_assets.simulators import planner as simulator
from mlops_assets.spec.monitoring import AS_OF_TAG
from mlops_assets.spec.stage_names import PRODUCTION, STAGING
from mlops_assets_tests.loop_world import LoopWorld
from mlops_assets_tests.policies.worlds import (
    CHANGED,
    QUIET,
    TRAINED,
    asked_rows,
    begin,
    label_by_variant,
    small_planner,
)
from mlops_assets_tests.serving.served import Served

AFTER = "2026-01-07"
PLAN = {"share": 0.5, "unit": "user", "days": 14, "metric": "reward"}


def start(world, **changes) -> LoopWorld:
    """Version 1 in production since the day it was trained on."""
    source = {**small_planner()["source"], "rows": 2_000, "days": 1}
    begin(world, source=source, **{"live": {"source": source, "start": "2026-01-01"}, **changes})
    assert world.retrain_tagged("production_version", **{AS_OF_TAG: TRAINED}).success
    return LoopWorld(world)


def versions(world) -> tuple[str, str]:
    """Those in production and staged."""
    model = ModelRegistry(world.settings).of("planner_model")
    return tuple(
        str(it.version) if (it := model.at(stage)) else "" for stage in (PRODUCTION, STAGING)
    )


@pytest.mark.process
def test_changed_tastes_lead_to_one_candidate_and_the_experiment_decides(world):
    loop = start(world, retrain={"cooldown": 1}, serving={"experiment": PLAN})
    world.spec["gates"] = {**world.spec["gates"], "wins_experiment": {}}
    assert world.monitor(QUIET).success
    assert loop.tick() == f"clean on {QUIET}"
    assert world.monitor(CHANGED).success
    facts = read_day(world.instance, "small", date.fromisoformat(CHANGED)).performance
    assert (facts.status, facts.metric.name) == ("dropped", "value_dr")
    assert loop.tick() == "retrain"
    assert loop.answer()
    assert versions(world) == ("1", "2")

    # The candidate waits, and more such days ask for no other.
    assert world.monitor(AFTER).success
    assert loop.tick() == "the retrained version is staged, and in an experiment until 2026-01-20"
    assert loop.retrains() == 1
    assert world.retrain("production_version").success
    assert versions(world) == ("1", "2")

    served = Served(world)
    served.look()
    served.ask(asked_rows(800))
    label_by_variant(world, {"champion": 0.4, "challenger": 0.7})
    assert world.retrain("production_version").success
    assert versions(world) == ("2", "")


@pytest.mark.process
def test_a_day_with_wrong_propensities_is_told_and_starts_nothing(world):
    """Whatever the estimates say of it: nobody knows what the policy would have earned."""
    days = {"type": "csv", "path": str(world.settings.home / "{day}.csv")}
    loop = start(world, live={"source": days, "start": "2026-01-01"}, retrain={"cooldown": 1})
    table = simulator.simulate(1_500, seed=5, day=date.fromisoformat(QUIET), shift={"tastes": 1.0})
    wrong = table.assign(propensity=(table["propensity"] * 2).clip(upper=1))
    wrong.to_csv(world.settings.home / f"{QUIET}.csv", index=False)
    assert world.monitor(QUIET).success
    report = read_newest(["small", "performance_report", QUIET], PerformanceReport)
    assert (report.performance.status, report.learnable_rows) == ("unknown", 0)
    assert report.performance.summary.startswith("the mean weight is 0.49")
    assert "the logged propensities are wrong" in report.unreadable
    assert loop.tick() != "retrain"


@pytest.mark.parametrize("weight", [0.85, 0.95, 1.0, 1.05, 1.15])
def test_a_mean_weight_is_trusted_unless_it_is_not_one_beyond_doubt(weight):
    from mlops_assets.tasks.metrics.metric import Metric
    from mlops_assets.tasks.policy import POLICY_LEARNING

    found = Metric(value=weight, low=weight - 0.02, high=weight + 0.02, support=100)
    said = POLICY_LEARNING.untrusted({"mean_weight": found})
    assert bool(said) == (weight in (0.85, 1.15))
