"""A metric is stored and written as what it is."""

import numpy as np
import pytest

from mlops_assets.tasks.metrics.metric import Metric, written


def test_an_undefined_metric_survives_being_stored():
    nan = float("nan")
    stored = Metric(value=nan, low=nan, high=nan, support=0).model_dump_json()
    assert '"NaN"' in stored
    assert np.isnan(Metric.model_validate_json(stored).value)


@pytest.mark.parametrize(
    ("value", "low", "high", "text"),
    [
        (0.9, 0.85, 1.0, ("0.90", "[0.85, 1.00]")),
        (0.90031, 0.88021, 0.91834, ("0.900", "[0.880, 0.918]")),
        (0.99871, 0.99801, 0.99931, ("0.9987", "[0.9980, 0.9993]")),
        (54321.7, 53900.2, 54800.9, ("54,322", "[53,900, 54,801]")),
        (0.5, 0.5 - 1e-12, 0.5, ("0.500000", "[0.500000, 0.500000]")),
        (0.5, float("-inf"), 0.7, ("0.5000", "[-inf, 0.7000]")),
        (46159.0, 46159.0, 46159.0, ("46,159", "")),
        (1.0, 1.0, 1.0, ("1", "")),
        (0.0, 0.0, 0.0, ("0", "")),
        (0.0008, 0.0008, 0.0008, ("0.0008", "")),
        (0.5, float("nan"), float("nan"), ("0.5000", "")),
        (float("nan"), float("nan"), float("nan"), ("undefined", "")),
    ],
)
def test_a_value_has_the_digits_of_its_interval_and_a_count_none(value, low, high, text):
    assert written(value, low, high) == text
