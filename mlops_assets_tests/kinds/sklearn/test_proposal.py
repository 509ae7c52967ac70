"""The estimator that `mlops-assets new` writes."""

import pytest

from mlops_assets.kinds.sklearn.proposal import estimator_for
from mlops_assets.tasks.classification import CLASSIFICATION
from mlops_assets.tasks.regression import REGRESSION


@pytest.mark.parametrize(
    ("task", "rows", "ending"),
    [
        (CLASSIFICATION, 9_999, "RandomForestClassifier"),
        (CLASSIFICATION, 10_000, "HistGradientBoostingClassifier"),
        (REGRESSION, 9_999, "RandomForestRegressor"),
        (REGRESSION, 10_000, "HistGradientBoostingRegressor"),
    ],
)
def test_estimator(task, rows, ending):
    from sklearn import ensemble

    dotted, params = estimator_for(task, rows)
    assert dotted == f"sklearn.ensemble.{ending}"
    assert set(params) <= set(getattr(ensemble, ending)().get_params())
