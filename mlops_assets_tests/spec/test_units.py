"""Units are of columns, and change nothing that decides a fit."""

import pytest

from mlops_assets.data.feature_result import role_table
from mlops_assets.spec.lifecycle_spec import LifecycleSpec

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
