"""Over many logs: intervals have the truth in them, and gates refuse logs that cannot tell."""

import numpy as np
import pytest

from mlops_assets.evaluation.gates import NoChampion, judge
from mlops_assets.simulators import planner
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets.tasks.policy import POLICY_LEARNING
from mlops_assets_tests.policies.worlds import small_planner, true_value

pytestmark = pytest.mark.statistics
LOGS, ROWS = 100, 1_000
ABOUT_THE_LOG = ("mean_weight", "propensity_calibration", "unsupported_mass", "max_weight_share")


@pytest.fixture(scope="module")
def policy():
    """The planner's spec, and a policy fitted on a log of its own."""
    spec = LifecycleSpec.model_validate(small_planner())
    table = planner.simulate(3_000, seed=1)
    rows = spec.dataset(table).with_target(table["adherence"])
    return spec, spec.model.fit(rows, spec.task, seed=0, allowed_prefixes=("sklearn.",))


def judged(policy, table):
    spec, model = policy
    rows = spec.dataset(table).with_target(table["adherence"])
    return POLICY_LEARNING.metrics(rows, model.predict(rows.features), seed=1)


def test_19_of_20_intervals_have_the_true_value(policy):
    spec, model = policy
    many = planner.simulate(50_000, seed=2)
    truth = true_value(many, model.predict(spec.dataset(many).features))
    found = [judged(policy, planner.simulate(ROWS, seed=100 + i)) for i in range(LOGS)]
    for name in ("value_dr", "value_snips", "value_ips"):
        covered = np.mean([it[name].low <= truth <= it[name].high for it in found])
        assert covered >= 0.88, name  # of 100 logs; 0.95 less three standard errors


@pytest.mark.parametrize(
    "broken",
    [
        lambda it: it[it["plan"].isin(["balanced", "quick"])],
        lambda it: it.assign(propensity=(it["propensity"] * 1.4).clip(upper=1)),
    ],
    ids=["plans that are never shown", "wrong propensities"],
)
def test_a_log_that_cannot_tell_is_refused(policy, broken):
    gates = policy[0].gates
    for i in range(20):
        found = judged(policy, broken(planner.simulate(ROWS, seed=300 + i)))
        results = judge(gates, found, NoChampion(), task=POLICY_LEARNING)
        assert any(it.gate in ABOUT_THE_LOG and not it.passed for it in results)


def test_equal_policies_hardly_ever_pass_the_gate_on_the_lift(policy):
    """The log judged against itself, by the true probabilities of its own policy."""
    from mlops_assets.simulators import _meals

    spec, model = policy
    passed = 0
    for i in range(LOGS):
        table = planner.simulate(ROWS, seed=500 + i)
        rows = spec.dataset(table).with_target(table["adherence"])
        said = model.predict(rows.features)
        known = _meals.logging_probabilities(planner.MENU, table)
        own = {f"probability_{it}": known[:, at] for at, it in enumerate(planner.MENU.items)}
        passed += POLICY_LEARNING.metrics(rows, said.assign(**own), seed=1)["lift_dr"].low > 0
    assert passed <= 8
