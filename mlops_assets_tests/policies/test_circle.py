"""The circle of a policy: it serves, is logged, gets its rewards, is retrained and judged by them.

With the real server, which draws and logs, and rewards that come by HTTP.
"""

from datetime import date

import numpy as np
import pandas as pd
import pytest
import requests

from mlops_assets.client import ModelRegistry
from mlops_assets.data.sources.prediction_log import ROW_ID, PredictionLogSource
from mlops_assets.data.training_tables import RawData
from mlops_assets.monitoring.performance.record import PerformanceReport
from mlops_assets.platform.lake import newest_file, read_newest, read_table
from mlops_assets.registry.other_rows import evaluate_versions
from mlops_assets.simulators import _meals
from mlops_assets.simulators import planner as simulator
from mlops_assets.spec.stage_names import STAGING
from mlops_assets.tasks.metrics.metric import Metric
from mlops_assets_tests.checkout import Checkout
from mlops_assets_tests.loop_world import LoopWorld
from mlops_assets_tests.policies.worlds import attributes, begin, true_value
from mlops_assets_tests.serving.asked import move_to
from mlops_assets_tests.serving.running_serve import Running, checkout_of, serving

pytestmark = pytest.mark.process

NAME = "planner_model"
LEARNT, LATER = date(2026, 1, 5), date(2026, 1, 6)
ASKED = 3_000
CHANGED_TASTES = 1.0


@pytest.fixture
def planner(world):
    """Version 1 in production, fitted before tastes changed."""
    served = {"serving": {"live": True, "learn": True}, "live": {"start": "2026-01-05"}}
    choice = {"type": "softmax", "temperature": 0.3}  # explores, so that no weight is great
    begin(world, model={**attributes("planner")["model"], "choice": choice}, **served)
    assert world.retrain("production_version").success
    return world


def serve_a_day(checkout: Checkout, world, day: date) -> pd.DataFrame:
    """A day of requests, and of rewards that came for them; the rows as the client knows them."""
    with serving(checkout) as running:
        rows = ask(running, day)
        assert running.end() == 0
    move_to(world.settings, "small", day)
    return rows


def ask(running: Running, day: date) -> pd.DataFrame:
    """Ask for plans, and give back on what share of the days the users kept them."""
    users = simulator.simulate(ASKED, seed=9, day=day)[[*_meals.FEATURES]]
    answer = requests.post(f"{running.url}/predict", json=users.to_dict("records"), timeout=60)
    chosen = pd.DataFrame(answer.json())
    plans = [*simulator.MENU.items]
    means = _meals.expected_rewards(simulator.MENU, users, CHANGED_TASTES)
    mean = means[np.arange(ASKED), [plans.index(it) for it in chosen["prediction"]]]
    kept = np.random.default_rng(day.day).binomial(7, mean) / 7
    request = answer.headers["x-request-id"]
    given = [{"request_id": request, "place": i, "label": it} for i, it in enumerate(kept)]
    taken = requests.post(f"{running.url}/labels", json=given, timeout=60)
    assert taken.json() == {"labels": ASKED}
    return users.assign(plan=chosen["prediction"], propensity=chosen["propensity"], adherence=kept)


def test_what_a_policy_served_is_what_the_next_one_learns_from_and_is_judged_by(planner, tmp_path):
    checkout = checkout_of(planner, tmp_path / "checkout")
    learnt, later = (serve_a_day(checkout, planner, day) for day in (LEARNT, LATER))

    source = PredictionLogSource.model_validate(
        {"type": "prediction_log", "model": "small", "target": "adherence"}
    )
    log = source.load_day(planner.settings, LATER, None, "UTC")
    assert {*log} == {*later, ROW_ID, "asked_at"}
    for name in ("plan", "propensity", "adherence", "age"):
        assert log[name].tolist() == later[name].tolist()

    # The day is judged by its rewards; its propensities are those of the choices.
    assert planner.monitor(str(LEARNT)).success
    report = read_newest(["small", "performance_report", str(LEARNT)], PerformanceReport)
    assert (report.labelled_rows, report.performance.status) == (ASKED, "dropped")
    assert is_near(report.metrics["propensity_calibration"], 1)

    assert planner.retrain_as_of(str(LEARNT)).success
    rows = read_table(newest_file(["small", "raw_data"]), RawData).table
    assert len(rows) == 3 * 800 + ASKED
    assert rows["plan"].tail(ASKED).tolist() == learnt["plan"].tolist()
    registry = ModelRegistry(planner.settings).of(NAME)
    assert str(registry.at(STAGING).version) == "2"

    spec, table = LoopWorld(planner).spec, log.rename(columns={ROW_ID: "decision_id"})
    old, new = evaluate_versions(registry, spec, ["1", "2"], table, planner.settings)
    assert (new.rows, new.left_out) == (ASKED, 0)
    model = ModelRegistry(planner.settings).load_model(NAME, 2)
    truth = true_value(table, model.predict(spec.dataset(table).features), CHANGED_TASTES)
    assert is_near(new.metrics["value_dr"], truth)
    assert new.metrics["lift_dr"].low > 0
    # Version 1 drew these rows: its value is the mean reward, and each of its weights is 1.
    assert old.metrics["mean_weight"].value == pytest.approx(1)
    assert old.metrics["value_ips"].value == pytest.approx(later["adherence"].mean())


def is_near(found: Metric, truth: float) -> bool:
    """Within twice its interval: requests get random ids, so each run draws other plans."""
    return abs(found.value - truth) < found.high - found.low
