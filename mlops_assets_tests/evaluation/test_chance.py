"""Permutation tests and corrections: equal to other implementations, or to counting by hand."""

import numpy as np
import pytest
from scipy import stats

from mlops_assets.evaluation.chance import group_p_value, holm, permutations_for, permuted_sums


def test_holm_corrects_as_published():
    # Holm's procedure by hand: 0.01 · 4, 0.02 · 3, max(0.06, 0.03 · 2), 0.5.
    assert holm([0.03, 0.01, 0.5, 0.02]) == pytest.approx([0.06, 0.04, 0.5, 0.06])


def test_what_was_not_tested_does_not_count():
    assert holm([None, 0.03, None]) == [None, 0.03, None]
    assert holm([]) == []


def test_a_corrected_p_value_is_at_most_1():
    assert holm([0.7, 0.8]) == [1.0, 1.0]


def test_two_groups_of_flags_are_tested_like_fishers_exact_test():
    flags, codes = np.repeat([1.0, 0, 1, 0], [30, 70, 48, 52]), np.repeat([0, 1], 100)
    exact = stats.fisher_exact([[30, 70], [48, 52]]).pvalue
    ours = np.mean([group_p_value(flags, codes, seed=seed) for seed in range(20)])
    assert ours == pytest.approx(exact, abs=0.002)


def test_numbers_are_tested_like_by_scipys_permutations():
    rng = np.random.default_rng(0)
    one, other = rng.exponential(size=60), rng.exponential(size=40) + 0.35
    theirs = stats.permutation_test(
        (one, other),
        lambda a, b: abs(a.mean() - b.mean()),
        n_resamples=2_000,
        rng=1,
        alternative="greater",
    ).pvalue
    codes = np.repeat([4, 2], [60, 40])  # any codes
    ours = group_p_value(np.concatenate([one, other]), codes, seed=0)
    assert ours == pytest.approx(theirs, abs=0.02)


def test_equal_values_and_one_group_differ_in_nothing():
    assert group_p_value(np.ones(50), np.repeat([0, 1], 25), seed=0) == 1
    assert group_p_value(np.arange(50.0), np.zeros(50, dtype=int), seed=0) == 1


@pytest.mark.parametrize("values", [np.arange(10.0), np.repeat([0.0, 1.0], 5)])
def test_permuted_sums_are_of_all_values(values):
    sums = permuted_sums(values, np.array([3, 7]), np.random.default_rng(0))
    assert np.allclose(sums.sum(axis=1), values.sum())
    assert sums[:, 0].mean() == pytest.approx(3 * values.mean(), rel=0.05)
    assert len(np.unique(sums[:, 0])) > 3


def test_many_rows_are_permuted_less_often():
    assert [permutations_for(it) for it in (100, 10_000, 1_000_000)] == [1_999, 1_500, 399]
