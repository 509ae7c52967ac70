"""What the drill promises is what days with that shift get."""

import pytest

from mlops_assets.monitoring.drift.drift_verdict import drift_verdict
from mlops_assets.monitoring.drift.power import detection_rate, smallest_shift
from mlops_assets.simulators.heart_disease import simulate
from mlops_assets_tests.monitoring.drift.world import heart_reference

pytestmark = pytest.mark.statistics

REFERENCE = heart_reference()


@pytest.mark.parametrize(("name", "shift"), [("chol", 0.35), ("cp", 0.11)])
def test_the_rate_is_that_of_simulated_days(name, shift):
    days = [simulate(200, seed=500 + day, shift={name: shift}) for day in range(100)]
    seen = sum(name in drift_verdict(REFERENCE, day).drifted for day in days)
    assert detection_rate(REFERENCE, name, shift, 200) == pytest.approx(seen / 100, abs=0.17)


def test_more_shift_and_more_rows_are_seen_more():
    by_shift = [detection_rate(REFERENCE, "age", shift, 200) for shift in (0, 0.2, 0.3, 1)]
    by_rows = [detection_rate(REFERENCE, "age", 0.25, rows) for rows in (20, 50, 200, 1_000)]
    assert by_shift == sorted(by_shift)
    assert by_rows == sorted(by_rows)
    assert by_shift[0] < 0.01
    assert (by_shift[-1], by_rows[0]) == (1, 0)


def test_the_smallest_shift_is_seen_at_the_rate_asked_for():
    shift = smallest_shift(REFERENCE, "chol", 1_000)
    assert shift == pytest.approx(0.16, abs=0.05)
    assert detection_rate(REFERENCE, "chol", shift, 1_000) >= 0.9
    assert smallest_shift(REFERENCE, "chol", 20) is None
