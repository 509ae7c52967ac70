"""The confidence sequence: its formula, its false alarms with daily looks, and its power."""

from math import log, sqrt

import pytest

from benchmarks.experiments import simulate
from mlops_assets.experiments.confidence_sequence import effective, planned_size, radius


def test_the_radius_is_the_published_one():
    """Waudby-Smith et al.: √(2 (t ρ² + 1) / (t² ρ²) · ln(√(t ρ² + 1) / α)), times σ."""
    n, variance, planned, alpha = 400, 0.32, 1000, 0.05
    rho2 = (-2 * log(alpha) + log(-2 * log(alpha) + 1)) / planned
    scale = n * rho2 + 1
    published = sqrt(2 * scale / (n**2 * rho2) * log(sqrt(scale) / alpha)) * sqrt(variance)
    assert radius(n, variance, planned) == pytest.approx(published)


def test_it_is_narrowest_for_the_planned_size():
    here = radius(1000, 1.0, 1000)
    assert here < min(radius(1000, 1.0, 100), radius(1000, 1.0, 10_000))
    assert radius(1000, 1.0, 1000) > 1.96 / sqrt(1000)  # the price of looking at any time


def test_the_effective_size_keeps_the_standard_error():
    n = effective(900, 0.2, 100, 0.3)
    assert (0.2 + 0.3) / n == pytest.approx(0.2 / 900 + 0.3 / 100)
    assert effective(50, 1.0, 50, 1.0) == 50
    assert planned_size(1000, 0.5) == 500
    assert planned_size(1000, 0.1) == pytest.approx(effective(900, 1.0, 100, 1.0))


@pytest.mark.statistics
@pytest.mark.parametrize(("units", "share"), [(100, 0.5), (500, 0.1)])
def test_daily_looks_for_a_month_find_few_false_winners(units, share):
    found = simulate(units, share, gain=0.0)
    assert found.sequence <= 0.05
    assert found.naive > 0.2  # what the z-test would do to who looks every day
    assert found.once == pytest.approx(0.05, abs=0.01)


@pytest.mark.statistics
def test_a_better_challenger_is_found():
    found = simulate(1_000, 0.5, gain=0.05)
    assert found.sequence > 0.99
    assert found.days < 15
