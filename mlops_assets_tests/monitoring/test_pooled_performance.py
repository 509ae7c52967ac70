"""The interval of several days together is over days, not only over rows."""

import numpy as np
import pandas as pd
import pytest

from mlops_assets.monitoring.pooled_performance import LabelledDay, _metrics, _over_days
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets_tests.datasets import dataset_of_target
from mlops_assets_tests.world import SMALL

SPEC = LifecycleSpec.model_validate({**SMALL, "source": {"type": "csv", "path": "table.csv"}})


def labelled(right: int, rows: int = 24) -> LabelledDay:
    target = pd.Series(["a", "b"] * (rows // 2))
    said = target.where(np.arange(rows) < right, "c")
    scored = {"prediction": said, "probability_a": 0.5, "probability_b": 0.5}
    outputs = pd.DataFrame(scored)
    return LabelledDay(dataset_of_target(target), outputs, outputs.head(0))


def test_days_that_differ_widen_the_interval_and_equal_days_do_not():
    for right, widens in (((24, 12, 0), True), ((12, 12, 12), False)):
        parts = [labelled(it) for it in right]
        metric = _metrics(parts, SPEC)["accuracy"]
        over = _over_days("accuracy", metric, parts, SPEC)
        assert (metric.value, metric.support) == (0.5, 72)
        assert (over.low < metric.low and over.high > metric.high) is widens


def test_the_interval_over_days_is_that_of_their_means():
    right = (6, 10, 12, 14, 18)
    parts = [labelled(it) for it in right]
    over = _over_days("accuracy", _metrics(parts, SPEC)["accuracy"], parts, SPEC)
    shares = np.array(right) / 24
    error = shares.std(ddof=1) / 5**0.5
    assert over.high - over.value == pytest.approx(2.776 * error, abs=1e-3)
