"""Units are of columns, and change nothing that decides a fit."""

import pandas as pd
import pytest

from mlops_assets.data.feature_result import role_table
from mlops_assets.evaluation.records import Slice
from mlops_assets.evaluation.tables import metric_table, slice_table
from mlops_assets.figures.style import name_units
from mlops_assets.monitoring.performance.tables import row_table
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets.tasks.metrics.metric import Metric
from mlops_assets.tasks.regression import REGRESSION
from mlops_assets_tests.datasets import dataset_of_target

SPEC = {
    "name": "small",
    "source": {"type": "csv", "path": "rows.csv"},
    "target": "y",
    "columns": {"numeric": ["chol", "age"]},
    "context": {"weight": "cost"},
    "model": {"type": "sklearn", "estimator": "sklearn.linear_model.LogisticRegression"},
}


def spec(**units: str) -> LifecycleSpec:
    return LifecycleSpec.model_validate({**SPEC, "units": units})


def test_a_unit_of_no_column_is_refused_with_the_nearest_name():
    with pytest.raises(
        ValueError, match=r"'choll', which is no column; the nearest name is 'chol'"
    ):
        spec(choll="mg/dl")
    with pytest.raises(ValueError, match="units"):
        spec(chol="")


def test_features_and_context_may_have_units_and_the_fit_stays_the_same():
    given = spec(chol="mg/dl", cost="EUR")
    assert given.training_digest() == spec().training_digest()
    shown = role_table(given.columns, given.units)
    assert "| chol (mg/dl) | numeric |" in shown
    assert "| age | numeric |" in shown


@pytest.fixture
def units() -> dict[str, str]:
    regression = {**SPEC["model"], "estimator": "sklearn.linear_model.Ridge"}
    given = {**SPEC, "task": "regression", "model": regression, "units": {"y": "EUR"}}
    return LifecycleSpec.model_validate(given).target_units


def test_the_unit_of_a_target_is_on_the_axes_of_its_figures(units):
    predictions = pd.DataFrame({"prediction": [1.0, 2.0, 4.0]})
    drawn = REGRESSION.figures(dataset_of_target([1.0, 2.0, 3.0]), predictions)
    (axes,) = name_units(drawn["predicted_versus_actual"], units).axes
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("actual (EUR)", "predicted (EUR)")
    cloud, histogram = name_units(drawn["residuals"], units).axes
    assert cloud.get_ylabel() == histogram.get_xlabel() == "actual - predicted (EUR)"
    assert histogram.get_ylabel() == "rows"
    (axes,) = name_units(REGRESSION.score_histogram([predictions]), units).axes
    assert axes.get_xlabel() == "prediction (EUR)"


def test_the_unit_of_a_target_is_in_tables_of_errors_and_not_of_shares(units):
    found = {it: Metric(value=0.5, low=0.4, high=0.6, support=100) for it in ("r2", "mae", "rmse")}
    shown = metric_table(found, units)
    assert [f"| {it} |" in shown for it in ("r2", "mae (EUR)", "rmse (EUR)")] == [True] * 3
    slow = Slice(slice="age = 9", rows=30, error=0.5, low=0.4, high=0.6, worse_by=0.1)
    assert "| slice | rows | error (EUR) |" in slice_table([slow], units)
    worst = pd.DataFrame({"row": [1], "ground_truth": [2.0], "predicted": [3.0], "residual": -1.0})
    names = [it.strip() for it in row_table(worst, units).splitlines()[0].split("|")[1:-1]]
    assert names == ["row", "ground_truth (EUR)", "predicted (EUR)", "residual (EUR)"]
    assert spec(y="EUR").target_units == {}  # of a class, no error has it
