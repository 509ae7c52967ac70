"""A column of another engine is what pandas makes of the same values."""

from decimal import Decimal

import pandas as pd
import pyarrow as pa
import pytest
from pandas.testing import assert_frame_equal

from mlops_assets.features.plain_columns import plain_columns

TWINS = [
    ([1, 2], "int64", ["int64[pyarrow]", "Int64", "Sparse[int64]"]),
    ([1, None], "float64", ["int64[pyarrow]", "Int64", "double[pyarrow]", "Float64"]),
    ([2**60, None], "object", ["int64[pyarrow]"]),
    ([True, False], "bool", ["bool[pyarrow]", "boolean", "Sparse[bool]"]),
    ([True, None], "object", ["bool[pyarrow]", "boolean"]),
    (["", None, "a"], "object", ["string[pyarrow]", "string"]),
    (["a", "b"], "category", ["category"]),
]


@pytest.mark.parametrize(
    ("values", "twin", "dtype"),
    [(values, twin, dtype) for values, twin, dtypes in TWINS for dtype in dtypes],
)
def test_twins(values, twin, dtype):
    table = pd.DataFrame({"a": range(len(values)), "x": pd.Series(values, dtype=dtype)})
    expected = pd.DataFrame({"a": range(len(values)), "x": pd.Series(values, dtype=twin)})
    assert_frame_equal(plain_columns(table), expected)


@pytest.mark.parametrize("arrow", [True, False])
def test_decimals_are_floats_but_exact_labels(arrow):
    long = [Decimal("12345678901234567890.0"), None, Decimal("0.5")]
    table = pd.DataFrame({"x": long, "id": long})
    if arrow:
        columns = {name: pd.arrays.ArrowExtensionArray(pa.array(long)) for name in table}
        table = pd.DataFrame(columns)
    found = plain_columns(table, labels=["id"])
    assert found["x"].dtype == float
    assert found["x"].tolist()[2] == 0.5
    assert found["id"].tolist() == long


def test_plain_columns_are_left_alone():
    table = pd.DataFrame({"a": [1], "b": ["x"], "c": [1.5], "d": pd.to_datetime(["2026-01-05"])})
    assert plain_columns(table) is table


def test_categories_of_another_engine_become_plain():
    values = pd.Series(["a", None], dtype="string[pyarrow]").astype("category")
    found = plain_columns(pd.DataFrame({"x": values}))["x"]
    assert found.cat.categories.dtype == object
    assert found.tolist()[0] == "a"
