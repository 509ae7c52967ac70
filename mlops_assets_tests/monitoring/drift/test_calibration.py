"""Bounds hold at the level asked for, on days that are drawn another way."""

import numpy as np
import pytest
from scipy.stats import betabinom, wasserstein_distance

from mlops_assets.monitoring.drift.calibration import (
    Bounds,
    bucket,
    level_of_one,
    rows_for_one_deviation,
    score_bound,
    share_bounds,
)
from mlops_assets.monitoring.drift.category_counts import CategoryCounts
from mlops_assets.monitoring.drift.histogram import histogram
from mlops_assets.monitoring.drift.tail_quantile import upper_quantile

NORMAL = histogram(np.random.default_rng(0).normal(size=5_000))


def test_levels_of_all_statistics_make_the_rate():
    assert 1 - (1 - level_of_one(0.01, 34)) ** 34 == pytest.approx(0.01)


def test_a_bucket_is_at_most_4_percent_and_a_row_smaller():
    for rows in (1, 17, 50, 999, 1_000_000):
        assert 0.957 * rows - 1 <= bucket(rows) <= rows


def test_the_tail_of_a_known_distribution_is_met_beyond_the_draws():
    draws = np.abs(np.random.default_rng(1).normal(size=6_000))
    assert upper_quantile(draws, 6e-5) == pytest.approx(4.01, rel=0.07)


@pytest.mark.parametrize("rows", [50, 400])
def test_wasserstein_is_exceeded_at_its_level(rows):
    rng, level, days = np.random.default_rng(2), 0.02, 1_000
    bound = score_bound(NORMAL, rows, Bounds(level, least=0, seed=0))
    reference = np.random.default_rng(0).normal(size=5_000)
    beyond = sum(
        wasserstein_distance(reference, rng.normal(size=rows)) / reference.std() > bound
        for _ in range(days)
    )
    # Three standard errors above the level.
    assert beyond / days < level + 3 * (level * (1 - level) / days) ** 0.5


def test_large_days_get_the_least_effect_without_draws():
    assert score_bound(NORMAL, 10**9, Bounds(1e-3, least=0.2, seed=0)) == 0.2
    labels = CategoryCounts(missing=0, labels=("a", "b"), counts=(50_000, 50_000))
    bound = score_bound(labels, 10**9, Bounds(1e-3, least=0.1, seed=0))
    assert bound == pytest.approx(0.1 / 8**0.5)


def test_shares_stay_within_scipys_beta_binomial():
    low, high = share_bounds(40, 2_000, 300, 0.001, 0)
    counts = betabinom(300, 40.5, 1_960.5)
    assert (low, high) == (counts.ppf(0.0005) / 300, counts.ppf(0.9995) / 300)


def test_a_tiny_reference_supports_no_day():
    small = histogram(np.random.default_rng(0).normal(size=20))
    assert rows_for_one_deviation(small, 1e-3) == float("inf")
