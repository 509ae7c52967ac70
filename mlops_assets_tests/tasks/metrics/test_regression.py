"""Every regression metric equals scikit-learn's, plain and weighted."""

import numpy as np
import pandas as pd
import pytest
from sklearn import metrics as reference

from mlops_assets.errors import InputError
from mlops_assets.tasks.metrics.regression import FORMULAS, measured

REFERENCE = {
    "mae": reference.mean_absolute_error,
    "rmse": reference.root_mean_squared_error,
    "r2": reference.r2_score,
}


@pytest.mark.parametrize("offset", [0, 1e6])
@pytest.mark.parametrize("name", FORMULAS)
def test_regression_metrics_equal_scikit_learn(name, offset):
    rng = np.random.default_rng(0)
    ground_truth = offset + rng.gamma(2, 10, 200)
    said = ground_truth + rng.normal(0, 5, 200)
    weights = np.vstack([np.ones(200), rng.poisson(1, (3, 200))])
    ours = FORMULAS[name](measured(ground_truth, pd.DataFrame({"prediction": said})), weights)
    theirs = [REFERENCE[name](ground_truth, said, sample_weight=row) for row in weights]
    assert ours == pytest.approx(theirs, rel=1e-9)


def test_r2_is_undefined_where_the_truth_does_not_vary():
    o = measured([3.3, 3.3, 3.3], pd.DataFrame({"prediction": [1.0, 2.0, 3.0]}))
    assert np.isnan(FORMULAS["r2"](o, np.ones((1, 3))))[0]
    varies = measured([3.3, 3.3, 9.9], pd.DataFrame({"prediction": [1.0, 2.0, 3.0]}))
    assert np.isnan(FORMULAS["r2"](varies, np.array([[1.0, 2.0, 0.0]])))[0]


@pytest.mark.parametrize("gap", [np.nan, np.inf])
def test_a_prediction_that_is_no_number_is_an_error(gap):
    with pytest.raises(InputError, match="1 of 2 holdout rows have no prediction"):
        measured([1.0, 2.0], pd.DataFrame({"prediction": [1.0, gap]}))
