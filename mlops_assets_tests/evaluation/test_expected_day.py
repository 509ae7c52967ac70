"""What a holdout lets expect of a day, and how far a day is from it."""

import numpy as np
import pandas as pd
import pytest

from mlops_assets.evaluation.expected_day import ExpectedDay, expected_day, value_on
from mlops_assets.features.columns import Columns
from mlops_assets.features.dataset import Dataset
from mlops_assets.spec.lifecycle_spec import LifecycleSpec

ROWS, DAYS = 24, 40
SPEC = LifecycleSpec.model_validate(
    {
        "name": "small",
        "source": {"type": "csv", "path": "none.csv"},
        "task": "regression",
        "target": "y",
        "columns": {"numeric": ["x"]},
        "model": {"type": "sklearn", "estimator": "sklearn.linear_model.LinearRegression"},
        "gates": {"beats_production": {"metric": "mae"}},
    }
)


def holdout(between: float, seed: int = 0) -> tuple[Dataset, pd.DataFrame, pd.Series]:
    """Rows whose errors have a deviation of about 1, and a level of their own each day."""
    rng = np.random.default_rng(seed)
    errors = rng.normal(size=ROWS * DAYS) + np.repeat(between * rng.normal(size=DAYS), ROWS)
    target = pd.Series(np.zeros(len(errors)))
    days = pd.Series(np.repeat(pd.date_range("2026-01-01", periods=DAYS), ROWS))
    dataset = Dataset(pd.DataFrame({"x": 0.0}, index=target.index), Columns(numeric=["x"]), target)
    return dataset, pd.DataFrame({"prediction": errors}), days


def expected(between: float, days: bool = True) -> ExpectedDay:
    dataset, predictions, known = holdout(between)
    metrics = SPEC.task.metrics(dataset, predictions)
    found = expected_day(SPEC, dataset, predictions, metrics, known if days else None)
    assert found is not None
    return found


def test_it_is_the_mean_over_held_out_days_and_what_they_differ_by():
    dataset, predictions, days = holdout(2.0)
    mae = predictions["prediction"].abs().groupby(days).mean()
    found = expected(2.0)
    assert (found.metric, found.lower_is_better) == ("mae", True)
    assert found.mean == pytest.approx(mae.mean())
    assert found.between_days == pytest.approx(mae.std())
    assert found.error == pytest.approx(mae.std() / np.sqrt(DAYS))
    first = np.arange(ROWS)
    assert value_on(SPEC.task, "mae", dataset.take(first), predictions.iloc[first]) == mae.iloc[0]


def test_without_days_rows_are_taken_for_independent():
    _, predictions, _ = holdout(2.0)
    errors = predictions["prediction"].abs()
    found = expected(2.0, days=False)
    assert found.between_days == 0
    assert found.mean == pytest.approx(errors.mean())
    assert found.of_one_row == pytest.approx(errors.std(), rel=0.1)
    assert found.error == pytest.approx(errors.std() / np.sqrt(len(errors)), rel=0.1)


def test_a_day_is_measured_by_the_larger_of_what_days_and_rows_differ_by():
    found = expected(2.0)
    worse = found.excess(found.mean + found.between_days, 1000)
    assert worse is not None
    assert worse.value == pytest.approx(1)
    assert worse.error == pytest.approx(1 / np.sqrt(DAYS))
    few = found.excess(found.mean + found.of_one_row, 1)
    assert few is not None
    assert few.value == pytest.approx(1)


def test_what_cannot_be_told_is_none():
    found = expected(0.0)
    assert found.excess(float("nan"), 50) is None
    assert found.excess(1.0, 0) is None
    dataset, predictions, days = holdout(0.0)
    perfect = predictions * 0
    metrics = SPEC.task.metrics(dataset, perfect)
    exact = expected_day(SPEC, dataset, perfect, metrics, days)
    assert exact is not None
    assert exact.excess(1.0, 50) is None  # days that never differ are no measure
    assert expected_day(SPEC, dataset, predictions, {}, days) is None
    assert expected_day(SPEC, dataset.with_target(None), predictions, metrics, days) is None
