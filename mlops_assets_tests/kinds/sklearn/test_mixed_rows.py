"""Rows mixed in the preprocessed matrix are predicted like rows mixed in the table."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from mlops_assets.kinds.base import PredictsMixedRows
from mlops_assets.kinds.sklearn import mixed_rows
from mlops_assets.kinds.sklearn.model import SklearnModel
from mlops_assets_tests.kinds.sklearn.messy import features, fitted, small_forest


def mixed(rows: pd.DataFrame, chosen: np.ndarray) -> pd.DataFrame:
    columns = {name: rows[name].array.take(chosen[:, at]) for at, name in enumerate(rows)}
    return pd.DataFrame(columns)


@pytest.mark.parametrize("kind", ["int2", "str3", "number"])
@pytest.mark.parametrize("cells", [mixed_rows.CELLS, 200])
def test_every_role_is_taken_from_its_row(kind, cells, monkeypatch):
    monkeypatch.setattr(mixed_rows, "CELLS", cells)
    model, rows = small_forest(kind), features(30, seed=5).iloc[:, ::-1]
    chosen = np.random.default_rng(0).integers(0, len(rows), (50, rows.shape[1]))
    predict = model.mixed_predictor(rows)
    assert predict is not None
    pd.testing.assert_frame_equal(predict(chosen), model.predict(mixed(rows, chosen)))


def test_scores_of_a_machine_without_probabilities():
    model, rows = fitted("sklearn.svm.LinearSVC"), features(20)
    chosen = np.random.default_rng(0).integers(0, len(rows), (9, rows.shape[1]))
    predict = model.mixed_predictor(rows)
    assert predict is not None
    pd.testing.assert_frame_equal(predict(chosen), model.predict(mixed(rows, chosen)))


def test_other_preprocessing_has_no_fast_path():
    table = pd.DataFrame({"a": [0.0, 1.0, 2.0, 3.0]})
    pipeline = make_pipeline(StandardScaler(), LogisticRegression()).fit(table, [0, 0, 1, 1])
    model = SklearnModel(pipeline)
    assert isinstance(model, PredictsMixedRows)
    assert model.mixed_predictor(table) is None
    alone = make_pipeline(LogisticRegression()).fit(table, [0, 0, 1, 1])
    assert SklearnModel(alone).mixed_predictor(table) is None
