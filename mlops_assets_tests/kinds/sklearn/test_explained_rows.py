"""What a column adds to a row is what the prediction loses without it."""

import numpy as np
import pandas as pd
import pytest

from mlops_assets.features.columns import Columns
from mlops_assets.features.dataset import Dataset
from mlops_assets.kinds.sklearn.model import SklearnModel
from mlops_assets.tasks.base import Task
from mlops_assets.tasks.classification import CLASSIFICATION
from mlops_assets.tasks.regression import REGRESSION
from mlops_assets_tests.kinds.sklearn.messy import (
    SKLEARN_ONLY,
    dataset,
    features,
    fitted,
    small_forest,
    spec,
)

COLUMNS = Columns(numeric=["good", "idle"], boolean=["flag"], text=["note"])


def table(rows: int = 200) -> pd.DataFrame:
    """`good` and `note` decide; `idle` and `flag` never vary, so nothing can be learned of them."""
    draw = np.random.default_rng(0)
    note = np.where(draw.random(rows) < 0.5, "fine", "broken")
    return pd.DataFrame({"good": draw.normal(size=rows), "idle": 1.0, "flag": 1.0, "note": note})


def learned(estimator: str, task: Task, target: pd.Series) -> SklearnModel:
    rows = Dataset(table(), COLUMNS, target)
    return spec(f"sklearn.{estimator}").fit(rows, task, seed=0, allowed_prefixes=SKLEARN_ONLY)


def score() -> pd.Series:
    rows = table()
    return rows["good"] + 3.0 * (rows["note"] == "fine")


def test_a_number_is_explained_in_its_own_unit():
    model = learned("linear_model.LinearRegression", REGRESSION, score())
    rows, found = table().head(6), model.explain_rows(table().head(6))
    assert (list(found), found.index.tolist()) == (COLUMNS.names, rows.index.tolist())
    unknown = table()["good"].median()
    assert found["good"].tolist() == pytest.approx((rows["good"] - unknown).tolist(), abs=1e-6)
    fine = (rows["note"] == "fine").to_numpy()
    assert (found["note"][fine] > 1).all()
    assert (found["note"][~fine] < -1).all()
    assert (found[["idle", "flag"]] == 0).all(axis=None)


def test_above_zero_speaks_for_the_label_that_is_predicted():
    labels = (score() > score().median()).astype("int64")
    model = learned("linear_model.LogisticRegression", CLASSIFICATION, labels)
    rows = table().sort_values("good").iloc[[0, -1]]
    rows["note"] = ["broken", "fine"]
    assert model.predict(rows)["prediction"].tolist() == [0, 1]
    found = model.explain_rows(rows)
    assert (found[["good", "note"]] > 0).all(axis=None)
    assert (found[["idle", "flag"]] == 0).all(axis=None)


def test_a_label_without_a_probability_stays_or_goes():
    labels = pd.Series(np.where(score() > 1.5, "yes", "no"))
    found = learned("svm.LinearSVC", CLASSIFICATION, labels).explain_rows(table())
    assert set(np.unique(found.to_numpy())) == {0.0, 1.0}
    assert (found[["idle", "flag"]] == 0).all(axis=None)
    assert found["note"].mean() > 0.1


@pytest.mark.parametrize("kind", ["int2", "str3", "number"])
def test_every_role_can_be_taken_away_and_an_empty_column_adds_nothing(kind):
    rows = features(20, seed=8).set_index(pd.Index(range(100, 120)))
    found = small_forest(kind).explain_rows(rows)
    assert found.index.equals(rows.index)
    assert list(found) == dataset().columns.names
    assert found.notna().all(axis=None)
    assert (found[["never", "blank"]] == 0).all(axis=None)
    assert found["age"].abs().mean() == found.abs().mean().max()


def test_the_features_are_left_as_they_are():
    rows = features(5)
    before = rows.copy()
    fitted("sklearn.linear_model.LogisticRegression").explain_rows(rows)
    pd.testing.assert_frame_equal(rows, before)
