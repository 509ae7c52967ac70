"""Off-policy estimates: each against its textbook formula, and against a truth that is known."""

from math import nan

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from mlops_assets.errors import InputError
from mlops_assets.evaluation.gates import NoChampion, judge
from mlops_assets.evaluation.off_policy.advice import advice
from mlops_assets.evaluation.packs.off_policy import OffPolicy
from mlops_assets.features.columns import Columns
from mlops_assets.features.dataset import Dataset
from mlops_assets.spec.gates import Gates
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets.tasks.metrics.intervals import with_intervals
from mlops_assets.tasks.metrics.logged_decisions import logged
from mlops_assets.tasks.metrics.metric import Metric
from mlops_assets.tasks.metrics.off_policy import FORMULAS, SHOWN_ONLY, UNGATED, estimates
from mlops_assets.tasks.policy import POLICY_LEARNING
from mlops_assets_tests.policies.worlds import small_planner

ACTIONS = ["a", "b", "c"]


def log(rows: int = 600, *, seed: int = 0, slates: int = 0) -> tuple[Dataset, pd.DataFrame]:
    """A log of three actions, and a policy for it whose reward model is a bit wrong."""
    rng = np.random.default_rng(seed)
    mean = rng.uniform(0, 1, (rows, 3))
    known = rng.dirichlet([2, 2, 2], rows) * 0.85 + 0.05
    action = (rng.random(rows)[:, None] > known.cumsum(axis=1)).sum(axis=1).clip(0, 2)
    at = np.arange(rows)
    context = pd.DataFrame(
        {"action": np.array(ACTIONS, dtype=object)[action], "p": known[at, action]}
    )
    roles = {"action": ("action",), "propensity": ("p",)}
    if slates:
        context["slate"] = [f"s{row // slates}" for row in at]
        roles["slate"] = ("slate",)
    reward = pd.Series((rng.random(rows) < mean[at, action]).astype(float))
    dataset = Dataset(pd.DataFrame({"x": at}), Columns(numeric=["x"]), reward, context, roles)
    odds = np.exp(2 * mean)
    chosen = odds / odds.sum(axis=1, keepdims=True)
    said = {f"probability_{it}": chosen[:, place] for place, it in enumerate(ACTIONS)}
    said |= {f"estimated_reward_{it}": 0.8 * mean[:, i] + 0.1 for i, it in enumerate(ACTIONS)}
    best = np.array(ACTIONS, dtype=object)[chosen.argmax(axis=1)]
    return dataset, pd.DataFrame({"prediction": best, **said})


def values(dataset: Dataset, predictions: pd.DataFrame) -> dict[str, float]:
    every = {**FORMULAS, **SHOWN_ONLY}
    found = with_intervals(estimates(logged(dataset, predictions), every), seed=0, resamples=20)
    return {name: it.value for name, it in found.items()}


def test_each_is_its_formula():
    """Row by row in plain Python, as the papers write them."""
    dataset, said = log(80)
    rows = [
        (reward, 1 / p, said.loc[i, f"probability_{a}"] / p, said.loc[i, f"estimated_reward_{a}"])
        for i, (reward, a, p) in enumerate(
            zip(dataset.target, dataset.context["action"], dataset.context["p"], strict=True)
        )
    ]
    direct = [
        sum(said.loc[i, f"probability_{a}"] * said.loc[i, f"estimated_reward_{a}"] for a in ACTIONS)
        for i in range(80)
    ]
    robust = [d + w * (r - q) for d, (r, _, w, q) in zip(direct, rows, strict=True)]
    weights = [w for _, _, w, _ in rows]
    weighted = sum(w * r for r, _, w, _ in rows)
    logged_mean = sum(r for r, *_ in rows) / 80
    assert values(dataset, said) == pytest.approx(
        {
            "value_dr": sum(robust) / 80,
            "value_snips": weighted / sum(weights),
            "value_ips": weighted / 80,
            "value_logged": logged_mean,
            "lift_dr": sum(robust) / 80 - logged_mean,
            "effective_sample_size": sum(weights) ** 2 / sum(w * w for w in weights),
            "mean_weight": sum(weights) / 80,
            "max_weight_share": max(weights) / sum(weights),
            "unsupported_mass": 0,
            "propensity_calibration": sum(inverse for _, inverse, *_ in rows) / 3 / 80,
            "value_direct": sum(direct) / 80,
            "value_clipped_ips": sum(min(w, 10) * r for r, _, w, _ in rows) / 80,
        }
    )


def test_the_logged_policy_is_worth_what_was_logged():
    """A policy that does what the log did has weights of 1 and no lift."""
    dataset, said = log()
    same = said.assign(
        **{f"probability_{it}": (dataset.context["action"] == it) * 1.0 for it in ACTIONS}
    )
    one = Dataset(
        dataset.features,
        dataset.columns,
        dataset.target,
        dataset.context.assign(p=1.0),
        dataset.roles,
    )
    found = values(one, same)
    assert found["lift_dr"] == pytest.approx(0)
    assert found["value_snips"] == found["value_logged"] == dataset.target.mean()
    assert found["effective_sample_size"] == 600


def test_an_action_that_is_never_shown_is_unsupported_mass():
    dataset, said = log()
    shown = (dataset.context["action"] != "c").to_numpy().nonzero()[0]
    some, those = dataset.take(shown), said.iloc[shown]
    found = values(some, those)
    assert found["unsupported_mass"] == pytest.approx(those["probability_c"].mean())
    assert "actions that the log never shows" in " ".join(
        advice(with_intervals(estimates(logged(some, those), FORMULAS), seed=0))
    )


def test_an_action_that_the_policy_does_not_know_has_no_weight():
    dataset, said = log()
    known = said[[name for name in said if not name.endswith("_c")]]
    known = known.assign(probability_b=1 - known["probability_a"])
    o = logged(dataset, known)
    other = (dataset.context["action"] == "c").to_numpy()
    assert (o.weight[other] == 0).all()
    assert o.doubly_robust[other] == pytest.approx(o.direct[other])


def test_rows_of_a_slate_are_drawn_together():
    """Of the same values, with three like rows a slate, the interval is √3 as wide."""
    dataset, said = log(400)
    thrice = dataset.take(np.repeat(np.arange(400), 3))
    slate = [f"s{row}" for row in np.repeat(np.arange(400), 3)]
    context = thrice.context.assign(slate=slate).reset_index(drop=True)
    features, target = (it.reset_index(drop=True) for it in (thrice.features, thrice.target))
    roles = {**dataset.roles, "slate": ("slate",)}
    rows = Dataset(features, dataset.columns, target, context, roles)
    said3 = said.iloc[np.repeat(np.arange(400), 3)].reset_index(drop=True)

    def interval(dataset, predictions):
        found = POLICY_LEARNING.metrics(dataset, predictions, seed=3)["value_dr"]
        return found.value, found.high - found.low

    single = interval(dataset, said)
    assert interval(rows, said3) == pytest.approx(single)
    del rows.roles["slate"]
    assert interval(rows, said3)[1] == pytest.approx(single[1] / 3**0.5, rel=0.15)


@pytest.mark.parametrize("p", [0.0, -0.1, 1.01, nan])
def test_a_propensity_that_is_none_is_refused(p):
    dataset, said = log()
    dataset.context.loc[3, "p"] = p
    with pytest.raises(InputError, match=r"1 of 600 propensities in 'p' are not in \(0, 1\]"):
        logged(dataset, said)


def test_predictions_without_estimated_rewards_are_refused():
    dataset, said = log()
    with pytest.raises(InputError, match="predictions of a policy") as told:
        logged(dataset, said.drop(columns="estimated_reward_b"))
    assert "estimated_reward_b" in told.value.todo


@pytest.mark.parametrize("name", UNGATED)
def test_what_is_narrow_and_wrong_cannot_be_gated(name):
    with pytest.raises(ValidationError, match=rf"a gate on '{name}': .*(biased|believes)") as told:
        LifecycleSpec.model_validate(small_planner(gates={name: {"min": 0.1}}))
    assert "To do: gate one of ['value_dr'" in str(told.value)


def test_what_a_person_should_conclude():
    spec = LifecycleSpec.model_validate(small_planner())
    dataset, said = log(3000)
    panel = " ".join(OffPolicy().judge(dataset, said, spec).panel().values())
    assert panel.startswith("Better than the logged policy")
    assert "value_direct (not gated)" in panel
    wrong = dataset.context["p"].where(dataset.context["action"] != "a", 1.0)
    dataset.context["p"] = wrong
    panel = " ".join(OffPolicy().judge(dataset, said, spec).panel().values())
    assert panel.startswith("Do not decide by these estimates")
    assert "the logged propensities are wrong" in panel
    assert "(should be 1)" in panel


def test_errors_are_those_of_the_estimated_reward():
    dataset, said = log()
    o = logged(dataset, said)
    assert POLICY_LEARNING.row_errors(dataset, said) == pytest.approx(abs(o.residual))
    patterns = POLICY_LEARNING.error_patterns(dataset, said)
    assert {it.pattern for it in patterns} == {f"{it} was chosen" for it in ACTIONS}
    assert sum(it.rows for it in patterns) == 600
    rates = {it.name: it.values.mean() for it in POLICY_LEARNING.group_rates(dataset, said)}
    assert rates["value_dr"] == pytest.approx(values(dataset, said)["value_dr"])


@pytest.mark.parametrize("wrong", [1.5, -0.1, 0.9, "much"])
def test_what_are_no_probabilities_is_no_policy(wrong):
    dataset, said = log(80)
    said["probability_a"] = said["probability_a"].astype(object)
    said.loc[3, "probability_a"] = wrong
    with pytest.raises(InputError, match=r"sum of 1|no numbers"):
        logged(dataset, said)


def test_a_few_slates_say_nothing_however_many_rows_they_have():
    """Resamples of one slate are all alike: an interval without width is no certainty."""
    dataset, said = log(600, slates=300)
    found = with_intervals(estimates(logged(dataset, said), FORMULAS), seed=0)
    assert found["lift_dr"].support == 2
    gates = Gates.model_validate({"lift_dr": {"low": {"min": -1}}})
    first = judge(gates, found, NoChampion(), task=POLICY_LEARNING)[0]
    assert not first.passed
    assert "30 needed" in first.reason


def test_rounded_propensities_are_no_reason_for_doubt():
    dataset, said = log(600)
    found = with_intervals(estimates(logged(dataset, said), {**FORMULAS, **SHOWN_ONLY}), seed=0)
    weight = {"value": 1.002, "low": 1.001, "high": 1.003, "support": 600}
    assert "mean weight" not in " ".join(advice({**found, "mean_weight": Metric(**weight)}))
