"""A version that is a little worse on every day is seen, and days that only differ are not."""

from datetime import date

import numpy as np
import pytest
from scipy.signal import lfilter

from mlops_assets.evaluation.expected_day import Excess
from mlops_assets.retraining.accumulated import accumulate, correlation
from mlops_assets.retraining.state import Retrain
from mlops_assets.spec.retrain import Policy
from mlops_assets_tests.retraining.retrain_cases import attempt, day, decided

RATE, COOLDOWN, HELD_OUT = 0.01, 7, 73


def excesses(*values: float, error: float = 0.1) -> list[Excess]:
    return [Excess(value=it, error=error) for it in values]


def on_days(*values: float) -> dict[date, Excess]:
    return {day(at): it for at, it in enumerate(excesses(*values))}


def test_days_add_up_and_better_days_take_off():
    found = accumulate(excesses(1.0, 0.5, -0.5, 2.0))
    assert (found.days, found.total) == (4, 3.0)
    found = accumulate(excesses(1.0, -3.0, 2.0, 0.5))
    assert (found.days, found.total) == (2, 2.5)
    assert accumulate([]).total == 0


def test_an_error_of_the_expectation_that_all_days_share_allows_more():
    known, guessed = (accumulate(excesses(*[1.0] * 9, error=it)) for it in (0.0, 1.0))
    assert known.allowed(RATE) == pytest.approx(5.0)
    assert guessed.allowed(RATE) == pytest.approx(5 * np.sqrt(1 + 9))


def test_days_that_resemble_each_other_allow_more():
    waves = [*np.sin(np.arange(30) / 5)]
    assert correlation(waves) == 0.95
    assert correlation([1, -1] * 15) == 0
    assert correlation([0.0] * 9) == 0  # nothing differs
    # A change of level between two quiet stretches is not taken for resemblance.
    noise = np.random.default_rng(0).standard_normal(60)
    stepped = noise + np.where(np.arange(60) < 30, 0, 4)
    assert correlation([*stepped]) < 0.5 < np.corrcoef(stepped[1:], stepped[:-1])[0, 1]


def test_a_small_excess_on_each_day_starts_a_retrain_that_no_day_alone_would():
    facts = {"performance": "ok", "performance_day": day(11)}
    state, action = decided("c" * 12, excesses=on_days(*[0.6, 0.4] * 6), **facts)
    assert state.status == "retraining"
    assert isinstance(action, Retrain)
    assert action.why.startswith(
        "performance was worse than expected over 12 days: 6.0 standard deviations of a day, "
    )
    state, _ = decided("c" * 12, excesses=on_days(*[0.6, -0.4] * 6), **facts)
    assert state.status == "stable"


def test_after_a_retrain_only_later_days_add_up():
    facts = {"performance": "ok", "new_labels": 2000}
    rejected = attempt("rejected", episode=8, at=11, labels=500)
    worse = [1.0] * 12
    for later, status in (([0.0] * 8, "stable"), ([1.0] * 8, "retraining")):
        known = {"excesses": on_days(*worse, *later), "performance_day": day(19)}
        state, _ = decided("c" * 20, rejected, **known, **facts)
        assert state.status == status


def test_what_starts_no_retrain_by_the_policy_alerts():
    facts = {"performance": "ok", "performance_day": day(11), "excesses": on_days(*[1.0] * 12)}
    state, action = decided("c" * 12, policy=Policy(on=("drift",)), **facts)
    assert (state.status, action.kind) == ("suspect", "only_shown")


def retrains(days: np.ndarray, held_out: np.ndarray) -> list[int]:
    """The days at whose end a version whose holdout is like all days is retrained."""
    found, since = [-1], held_out[0]
    for at in range(len(days)):
        mean, deviation = since.mean(), since.std(ddof=1)
        own = (days[found[-1] + 1 : at + 1] - mean) / deviation
        if at - found[-1] < COOLDOWN:
            continue
        seen = accumulate(excesses(*own, error=1 / np.sqrt(len(since))))
        if seen.total > seen.allowed(RATE):
            found.append(at)
            since = held_out[len(found) % len(held_out)]
    return found[1:]


def like(correlation: float, size: int, rng: np.random.Generator) -> np.ndarray:
    noise = rng.standard_normal(size + 500) * np.sqrt(1 - correlation**2)
    return lfilter([1], [1, -correlation], noise)[500:]


@pytest.mark.statistics
@pytest.mark.parametrize("correlation", [0.0, 0.5, 0.9, 0.99])
def test_days_without_change_are_retrained_at_most_at_twice_the_rate(correlation):
    rng, total, length = np.random.default_rng(int(100 * correlation)), 0, 1500
    for _ in range(4):
        held_out = np.array([like(correlation, 5 * HELD_OUT, rng)[::5] for _ in range(40)])
        total += len(retrains(like(correlation, length, rng), held_out))
    assert total / (4 * length) <= 2 * RATE


@pytest.mark.statistics
def test_a_version_that_is_half_a_deviation_worse_is_replaced_within_three_weeks():
    rng, seen = np.random.default_rng(3), []
    for _ in range(100):
        held_out = rng.standard_normal((1, HELD_OUT))
        seen += retrains(rng.standard_normal(60) + 0.5, held_out)[:1] or [60]
    assert np.median(seen) < 21
