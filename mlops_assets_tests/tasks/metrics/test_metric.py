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
        (0.9, 0.85, 1.0, ("0.9000", "[0.8500, 1.0000]")),
        (1.0, 0.97, 1.0, ("1.0000", "[0.9700, 1.0000]")),
        (46159.0, 46159.0, 46159.0, ("46,159", "")),
        (1.0, 1.0, 1.0, ("1", "")),
        (0.0, 0.0, 0.0, ("0", "")),
        (0.0008, 0.0008, 0.0008, ("0.0008", "")),
        (float("nan"), float("nan"), float("nan"), ("nan", "")),
    ],
)
def test_a_count_is_written_as_one(value, low, high, text):
    assert written(value, low, high) == text
