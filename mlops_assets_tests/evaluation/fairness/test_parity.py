"""Differences between groups are those of fairlearn; a planted one is caught, and no other."""

from functools import partial

import numpy as np
import pandas as pd
import pytest
from fairlearn.metrics import (
    MetricFrame,
    demographic_parity_difference,
    equal_opportunity_difference,
    mean_prediction,
    selection_rate,
)
from sklearn.metrics import mean_absolute_error, precision_score, recall_score

from mlops_assets.evaluation.fairness.groups import MISSING, groups_of
from mlops_assets.evaluation.fairness.parity import compare_groups
from mlops_assets.evaluation.fairness.records import Parity, overall
from mlops_assets.evaluation.fairness.report import fairness_table
from mlops_assets.features.dataset import Dataset
from mlops_assets.tasks.base import GroupRate
from mlops_assets.tasks.classification import CLASSIFICATION
from mlops_assets.tasks.regression import REGRESSION
from mlops_assets_tests.evaluation.fairness.people import people

LARGE = partial(people, 3_000, diverse=0.1)
NAMES = ["statistical_parity", "equal_opportunity", "predictive_parity"]


def compared(dataset: Dataset, predictions: pd.DataFrame, task=CLASSIFICATION, **how):
    """The rates of the task between the genders, by the name of the difference."""
    groups = groups_of(dataset.context["gender"], **how)
    rates = task.group_rates(dataset, predictions)
    return {it.name: it for it in compare_groups(rates, [groups], least=30, seed=0)}


def frame(metric, dataset: Dataset, predictions: pd.DataFrame) -> MetricFrame:
    return MetricFrame(
        metrics=metric,
        y_true=dataset.known_target(),
        y_pred=predictions["prediction"],
        sensitive_features=dataset.context["gender"].fillna(MISSING),
    )


def assert_equal(parity: Parity, theirs: MetricFrame) -> None:
    ours = {it.group: it.rate.value for it in parity.groups if it.judged}
    assert ours == pytest.approx(theirs.by_group[list(ours)].to_dict())
    of_ours = theirs.by_group[list(ours)]
    assert parity.largest.value == pytest.approx(of_ours.max() - of_ours.min())


@pytest.mark.parametrize("bias", [0.0, 1.0])
def test_two_classes_are_compared_as_fairlearn_does(bias):
    dataset, predictions = LARGE(bias=bias)
    found = compared(dataset, predictions)
    for name, metric in zip(NAMES, (selection_rate, recall_score, precision_score), strict=True):
        assert_equal(found[f"{name}_difference"], frame(metric, dataset, predictions))


def test_the_largest_difference_is_fairlearns_if_every_group_is_judged():
    dataset, predictions = LARGE(bias=1.0)
    kept = dataset.context["gender"].notna().to_numpy()
    dataset, predictions = dataset.take(kept), predictions[kept]
    found = overall([*compared(dataset, predictions).values()])
    given = {"sensitive_features": dataset.context["gender"]}
    both = dataset.known_target(), predictions["prediction"]
    for name, theirs in (
        ("statistical_parity_difference", demographic_parity_difference(*both, **given)),
        ("equal_opportunity_difference", equal_opportunity_difference(*both, **given)),
        ("predictive_parity_difference", frame(precision_score, dataset, predictions).difference()),
    ):
        assert found[name].value == pytest.approx(theirs)


def test_numbers_are_compared_as_fairlearn_does():
    dataset, _ = LARGE()
    price = pd.Series(np.random.default_rng(0).normal(5, size=len(dataset)))
    noise = np.random.default_rng(1).normal(size=len(dataset))
    predictions = pd.DataFrame({"prediction": price + noise + (dataset.context.gender == "female")})
    dataset = dataset.with_target(price)
    found = compared(dataset, predictions, REGRESSION)
    assert_equal(found["mean_prediction_difference"], frame(mean_prediction, dataset, predictions))
    assert_equal(found["mae_difference"], frame(mean_absolute_error, dataset, predictions))
    errors = {it.group: it.difference for it in found["mean_error_difference"].groups}
    assert errors["female"].value == pytest.approx(1, abs=0.15)
    assert [it.differs for it in found.values()] == [True] * 3


def test_several_classes_are_compared_by_accuracy():
    dataset, _ = LARGE()
    true = pd.Series(np.random.default_rng(0).choice(list("abc"), len(dataset)))
    predicted = true.where(dataset.context["gender"] != "female", "a")
    found = compared(dataset.with_target(true), pd.DataFrame({"prediction": predicted}))
    assert list(found) == ["accuracy_difference"]
    assert found["accuracy_difference"].differs


def test_differences_are_signed_from_the_reference():
    dataset, predictions = LARGE(bias=1.0)
    from_men = compared(dataset, predictions)["statistical_parity_difference"]
    from_women = compared(dataset, predictions, reference="female")["statistical_parity_difference"]
    (women,) = [it.difference for it in from_men.groups if it.group == "female"]
    (men,) = [it.difference for it in from_women.groups if it.group == "male"]
    assert (from_men.reference, from_women.reference) == ("male", "female")
    assert women.value == pytest.approx(-men.value)
    assert women.low < women.value < women.high < 0 < men.low
    assert from_men.largest == from_women.largest


def test_a_group_that_is_too_small_is_not_judged():
    dataset, predictions = people(900, diverse=0.04)
    found = compared(dataset, predictions)
    for name, judged in zip(NAMES, (True, False, False), strict=True):
        (it,) = [it for it in found[f"{name}_difference"].groups if it.group == "diverse"]
        assert (it.judged, it.rate.support >= 30, it.difference is not None) == (judged,) * 3
    diverse = int((dataset.context["gender"] == "diverse").sum())
    assert found["statistical_parity_difference"].largest.support == diverse


def test_one_group_cannot_be_compared():
    dataset, predictions = people()
    men = (dataset.context["gender"] == "male").to_numpy()
    parities = [*compared(dataset.take(men), predictions[men]).values()]
    assert all(np.isnan(it.value) for it in overall(parities).values())
    assert "nan" not in fairness_table(parities, 30)
    assert [(it.p_value, it.differs, it.extremes) for it in parities] == [(None, False, None)] * 3


def test_a_model_that_predicts_one_class_selects_all_groups_alike():
    dataset, predictions = people()
    found = compared(dataset, predictions[[]].assign(prediction=0))
    selected = found["statistical_parity_difference"]
    assert (selected.largest.value, selected.p_value) == (0, 1)
    assert np.isnan(found["predictive_parity_difference"].largest.value)


def test_with_several_columns_the_metric_is_that_of_the_worst():
    dataset, predictions = people(bias=1.0)
    columns = [groups_of(dataset.context["gender"]), groups_of(dataset.context["age"], bands=[40])]
    rates = CLASSIFICATION.group_rates(dataset, predictions)
    parities = compare_groups(rates, columns, least=30, seed=0)
    found = overall(parities)
    name = "statistical_parity_difference"
    assert list(found)[:4] == [*(f"{it}_difference" for it in NAMES), f"{name}/gender"]
    assert found[name] == found[f"{name}/gender"]
    assert found[f"{name}/age"].value < found[name].value
    assert {it.column for it in parities if it.differs} == {"gender"}
    empty = compare_groups(
        rates, [columns[0], groups_of(pd.Series("x", range(1_500)))], least=30, seed=0
    )
    assert np.isnan(overall(empty)[name].value)


def test_a_planted_bias_is_caught_in_each_of_20_samples():
    assert sum(_called(seed, bias=1.0) for seed in range(20)) == 20


def test_a_fair_model_is_not_called_biased_in_20_samples():
    assert sum(_called(seed, bias=0.0) for seed in range(20)) <= 1


@pytest.mark.statistics
def test_of_200_fair_models_five_percent_are_called_biased_at_most():
    called = sum(_called(seed, bias=0.0) for seed in range(200))
    assert called <= 200 * 0.05 + 2 * (200 * 0.05 * 0.95) ** 0.5


@pytest.mark.statistics
@pytest.mark.parametrize("true", [0.0, 0.15])
def test_the_interval_holds_the_true_difference_in_95_percent(true):
    held = 0
    for seed in range(200):
        rng = np.random.default_rng(seed)
        group = rng.choice(list("aaabbc"), 1_000)
        chosen = (rng.random(1_000) < 0.4 + true * (group == "c")).astype("float64")
        rate = GroupRate("rate", "difference", "", chosen, np.ones(1_000, dtype=bool))
        groups = groups_of(pd.Series(group, name="g"))
        (found,) = compare_groups([rate], [groups], least=30, seed=seed)
        held += found.largest.low <= true <= found.largest.high
    assert held >= 200 * 0.95 - 2 * (200 * 0.05 * 0.95) ** 0.5


def _called(seed: int, *, bias: float) -> bool:
    """Whether any difference between the genders is more than chance explains."""
    return any(it.differs for it in compared(*people(seed=seed, bias=bias)).values())
