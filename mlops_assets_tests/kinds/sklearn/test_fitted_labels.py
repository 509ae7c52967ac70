"""Rows are spelt as the version that predicts them was fitted, whatever their dtype."""

import pandas as pd
import pytest
from sklearn.tree import DecisionTreeClassifier

from mlops_assets.features.columns import Columns, typed_features
from mlops_assets.kinds.sklearn.predictions import predict
from mlops_assets.kinds.sklearn.preprocessing import preprocessing
from mlops_assets.monitoring.drift.category_counts import CategoryCounts
from mlops_assets.monitoring.drift.table_profile import like_column, reference_column

COLUMNS = Columns(categorical=["k"])


def fitted(labels: list, *, release: str = "today"):
    """A pipeline whose prediction is 1 for the first label alone."""
    from sklearn.pipeline import make_pipeline

    rows = pd.DataFrame({"k": pd.Series(labels * 30, dtype=object)})
    target = [1, *[0] * (len(labels) - 1)] * 30
    model = make_pipeline(preprocessing(COLUMNS), DecisionTreeClassifier()).fit(rows, target)
    if release == "0.1":
        del model[0].named_transformers_["categorical"][0].as_it_stands_
    return model


def predicted(model, value, dtype="object") -> int:
    return int(
        predict(model, pd.DataFrame({"k": pd.Series([value], dtype=dtype)}))["prediction"][0]
    )


@pytest.mark.parametrize(
    ("old", "today"),
    [("1234", "01234"), ("2.0", "2.0"), ("true", "TRUE"), ("1000", "1E3"), (None, "none")],
)
def test_a_version_of_0_1_knows_its_labels(old, today):
    rows = typed_features(pd.DataFrame({"k": [today]}), COLUMNS)
    found = predict(fitted([old, "other", "2.5"], release="0.1"), rows)
    assert found["prediction"].tolist() == [1]


def test_a_version_of_today_takes_codes_apart():
    model = fitted(["1234", "other", "b"])
    assert (predicted(model, "1234"), predicted(model, "01234")) == (1, 0)


@pytest.mark.parametrize(
    "dtype", ["int64", "float64", "Int64", "int64[pyarrow]", "category", "object", "str"]
)
def test_rows_of_any_dtype_are_predicted_without_a_source(dtype):
    assert predicted(fitted(["1234", "other"]), 1234, dtype) == 1


def test_a_reference_of_0_1_is_compared_with_its_spelling():
    old = CategoryCounts(missing=0, labels=("1234", "other"), counts=(30, 30))
    day = like_column(pd.Series(["01234", "other", "?"]), "categorical", old)
    assert (day.counts, day.missing, day.others) == ((1, 1), 1, 0)
    today = reference_column(pd.Series(["1234", "other"]), "categorical")
    assert like_column(pd.Series(["01234"]), "categorical", today).others == 1
