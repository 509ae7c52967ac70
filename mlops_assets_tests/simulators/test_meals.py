"""The simulated policies: exact propensities, rewards as expected, drift to order."""

from datetime import date

import numpy as np
import pytest

from mlops_assets.errors import InputError
from mlops_assets.simulators import _meals, meal_ranker, planner, recipe_recommender

MODULES = pytest.mark.parametrize(
    "module", [planner, meal_ranker, recipe_recommender], ids=lambda it: it.MENU.action
)


@MODULES
def test_the_propensity_is_that_of_the_logged_action(module):
    menu, table = module.MENU, module.simulate(6000, seed=3)
    known = _meals.logging_probabilities(menu, table)
    assert known.sum(axis=1) == pytest.approx(1)
    assert known.min() >= _meals.EXPLORED / len(menu.items)
    names = list(menu.items)
    action = [names.index(it) for it in table[menu.action]]
    assert table["propensity"].to_numpy() == pytest.approx(known[np.arange(len(table)), action])
    shown = [np.mean(table[menu.action] == it) for it in names]
    assert shown == pytest.approx(known.mean(axis=0), abs=0.02)


@MODULES
def test_rewards_are_what_is_expected(module):
    menu, table = module.MENU, module.simulate(9000, seed=4)
    position = table["position"].to_numpy() if menu.slate > 1 else None
    for tastes in (0.0, 1.0):
        table = module.simulate(9000, seed=4, shift={"tastes": tastes})
        mean = _meals.expected_rewards(menu, table, tastes, position)
        names = list(menu.items)
        action = np.array([names.index(it) for it in table[menu.action]])
        expected = mean[np.arange(len(table)), action].mean()
        assert table[menu.reward].mean() == pytest.approx(expected, abs=0.02)
        assert table[menu.reward].between(0, 1).all()


def test_tastes_change_which_plan_is_best_and_nothing_else():
    one, other = (planner.simulate(2000, seed=5, shift=it) for it in ({}, {"tastes": 1.0}))
    assert one.drop(columns="adherence").equals(other.drop(columns="adherence"))
    best = [
        _meals.expected_rewards(planner.MENU, one, tastes).argmax(axis=1) for tastes in (0.0, 1.0)
    ]
    assert (best[0] != best[1]).mean() > 0.4


def test_features_drift_to_order():
    one, other = (planner.simulate(4000, seed=5, shift=it) for it in ({}, {"weekly_budget": -1.0}))
    assert one["weekly_budget"].mean() - other["weekly_budget"].mean() == pytest.approx(20, abs=1.5)
    with pytest.raises(InputError, match="shift of 'bugdet'"):
        planner.simulate(10, shift={"bugdet": 1.0})


def test_a_session_has_three_meals_of_one_user():
    table = meal_ranker.simulate(3001, seed=6, day=date(2026, 1, 4))
    assert len(table) == 3000
    assert table["decision_id"].is_unique
    per_session = table.groupby("session")
    assert (per_session["position"].agg(list).map(tuple) == (0, 1, 2)).all()
    assert (per_session["age"].nunique() == 1).all()
    liked = table.groupby("position")["liked"].mean()
    assert liked.is_monotonic_decreasing


def test_the_same_seed_and_day_give_the_same_rows():
    first = planner.simulate(50, seed=1, day=date(2026, 1, 4))
    assert first.equals(planner.simulate(50, seed=1, day=date(2026, 1, 4)))
    assert not first.equals(planner.simulate(50, seed=1, day=date(2026, 1, 5)))


def test_scores_of_the_chosen_plan():
    from mlops_assets.features.columns import Columns
    from mlops_assets.features.dataset import Dataset

    table = planner.simulate(300, seed=7)
    dataset = Dataset(table, Columns(numeric=["age"]))
    always = {f"probability_{it}": float(it == "plant based") for it in planner.MENU.items}
    said = table.assign(**always)
    assert (planner.constraint_respect_score(dataset, said) == 1).all()
    always = {f"probability_{it}": float(it == "high protein") for it in planner.MENU.items}
    meat = planner.constraint_respect_score(dataset, table.assign(**always))
    assert (meat == (table["diet"] == "omnivore")).all()
    score = planner.plan_alignment_score(dataset, said)
    assert ((score > 0) & (score < 1)).all()
