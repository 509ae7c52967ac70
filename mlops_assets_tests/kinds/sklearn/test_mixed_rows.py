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

ONE = 7


def draw(rows: pd.DataFrame, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Which columns are of row 7, and where the others are from."""
    rng = np.random.default_rng(0)
    return rng.random((count, rows.shape[1])) < 0.5, rng.integers(0, len(rows), count)


def mixed(rows: pd.DataFrame, mask: np.ndarray, others: np.ndarray) -> pd.DataFrame:
    chosen = np.where(mask, ONE, others[:, None])
    columns = {name: rows[name].array.take(chosen[:, at]) for at, name in enumerate(rows)}
    return pd.DataFrame(columns)


def compared(model: SklearnModel, rows: pd.DataFrame, count: int) -> pd.DataFrame:
    """The predictions of the fast path, which equal those of the mixed table."""
    mask, others = draw(rows, count)
    predict = model.mixed_predictor(rows)
    assert predict is not None
    found = predict(mask, ONE, others)
    expected = model.predict(mixed(rows, mask, others))[list(found)]
    pd.testing.assert_frame_equal(found, expected)
    return found


@pytest.mark.parametrize("kind", ["int2", "str3", "number"])
@pytest.mark.parametrize("cells", [mixed_rows.CELLS, 200])
def test_every_role_is_taken_from_its_row(kind, cells, monkeypatch):
    monkeypatch.setattr(mixed_rows, "CELLS", cells)
    found = compared(small_forest(kind), features(30, seed=5).iloc[:, ::-1], 50)
    assert len({*found.iloc[:, 0]}) > 5


@pytest.mark.parametrize(("kind", "columns"), [("int2", ["score"]), ("str3", ["prediction"])])
def test_scores_or_labels_of_a_machine_without_probabilities(kind, columns):
    assert [*compared(fitted("sklearn.svm.LinearSVC", kind=kind), features(20), 9)] == columns


def test_other_preprocessing_has_no_fast_path():
    table = pd.DataFrame({"a": [0.0, 1.0, 2.0, 3.0]})
    pipeline = make_pipeline(StandardScaler(), LogisticRegression()).fit(table, [0, 0, 1, 1])
    model = SklearnModel(pipeline)
    assert isinstance(model, PredictsMixedRows)
    assert model.mixed_predictor(table) is None
    alone = make_pipeline(LogisticRegression()).fit(table, [0, 0, 1, 1])
    assert SklearnModel(alone).mixed_predictor(table) is None
