"""Ranking metrics are scikit-learn's, or the mean over every order of tied rows."""

from itertools import pairwise, permutations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import ndcg_score

from mlops_assets.errors import InputError
from mlops_assets.tasks.metrics.intervals import with_intervals
from mlops_assets.tasks.metrics.ranking import CUTS, NAMES, estimates, mrr, ndcg, ranked, recall

LISTS = st.lists(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2)), min_size=1, max_size=6),
    min_size=1,
    max_size=4,
)
"""Lists of (relevance, score), with many ties."""


def of(lists):
    rows = [(n, gain, score) for n, rows in enumerate(lists) for gain, score in rows]
    group, gain, score = map(list, zip(*rows, strict=True))
    order = np.random.default_rng(0).permutation(len(rows))  # rows of a group need not be together
    take = [np.array(it)[order] for it in (group, gain, score)]
    return ranked(take[0], take[1], pd.Series(take[2], dtype="float64"))


def over_orders(rows, metric) -> float:
    """The mean of a metric of the gains in order, over all orders of tied rows."""
    found = [
        metric([gain for gain, _ in order])
        for order in permutations(rows)
        if all(a[1] >= b[1] for a, b in pairwise(order))
    ]
    return float(np.mean(found))


@given(LISTS)
def test_ndcg_is_that_of_scikit_learn(lists):
    for k in (None, 1, 3):
        found = ndcg(of(lists), k)
        for value, rows in zip(found, lists, strict=True):
            gains, scores = zip(*rows, strict=True)
            if not any(gains):
                assert np.isnan(value)
            elif len(rows) > 1:  # scikit-learn takes no list of one row
                assert value == pytest.approx(ndcg_score([gains], [scores], k=k), abs=1e-12)


@given(LISTS)
def test_mrr_and_recall_are_means_over_the_orders_of_tied_rows(lists):
    it = of(lists)
    for k in (1, 2):
        for at, rows in enumerate(lists):
            relevant = sum(gain > 0 for gain, _ in rows)
            if not relevant:
                assert np.isnan([mrr(it)[at], recall(it, k)[at]]).all()
                continue
            first = over_orders(rows, lambda g: 1 / (1 + next(i for i, x in enumerate(g) if x)))
            among = over_orders(rows, lambda g: sum(x > 0 for x in g[:k]) / relevant)  # noqa: B023
            assert mrr(it)[at] == pytest.approx(first, abs=1e-12)
            assert recall(it, k)[at] == pytest.approx(among, abs=1e-12)


def test_a_resample_weighs_whole_groups_and_leaves_out_those_without_anything_relevant():
    it = of([[(1, 2), (0, 1)], [(0, 2), (1, 1)], [(0, 1), (0, 2)]])
    formula, support = estimates(it).formulas["mrr"]
    assert (estimates(it).units, support) == (3, 2)
    weights = np.array([[1.0, 1, 1], [2, 0, 5], [0, 0, 3]])
    assert formula(weights) == pytest.approx([0.75, 1.0, np.nan], nan_ok=True)


def test_a_list_of_one_row_says_nothing_about_an_order():
    alone, two = [(1, 1)], [(1, 1), (0, 2)]
    found = with_intervals(estimates(of([alone, two, alone])), seed=0)
    assert {(name, it.support) for name, it in found.items()} == {(name, 1) for name in NAMES}
    assert found["mrr"].value == 0.5
    assert np.isnan(with_intervals(estimates(of([alone, alone])), seed=0)["ndcg_at_10"].value)


def test_the_first_of_many_tied_rows_is_found_at_its_expected_rank():
    rows = [(int(place == 0), 1) for place in range(1_000)]
    expected = np.mean(1 / np.arange(1, 1_001))
    assert mrr(of([rows]))[0] == pytest.approx(expected)


@pytest.mark.parametrize(("broken", "what"), [(0, "group"), (1, "relevance"), (2, "prediction")])
def test_what_is_missing_is_named(broken, what):
    values = [["a", "a"], [1.0, 0.0], [0.5, 0.1]]
    values[broken] = [values[broken][0], None]
    with pytest.raises(InputError, match=f"1 of 2 holdout rows have no {what}"):
        ranked(values[0], values[1], pd.Series(values[2], dtype="float64"))


def test_there_is_a_metric_for_each_cut():
    names = {*estimates(of([[(1, 1), (0, 2)]])).formulas}
    assert names == {"ndcg", "mrr", *(f"{it}_at_{k}" for it in ("ndcg", "recall") for k in CUTS)}
