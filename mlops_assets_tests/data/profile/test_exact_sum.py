"""Columns that add up to the target."""

import numpy as np
import pandas as pd
import pytest

from mlops_assets.data.profile.exact_sum import exact_sum

RNG = np.random.default_rng(0)
ROWS = 300
X = pd.DataFrame(RNG.integers(0, 50, (ROWS, 4)), columns=list("abcd")).astype("float64")


@pytest.mark.parametrize(
    ("target", "parts"),
    [
        (X["a"] + X["c"], ["a", "c"]),
        (2 * X["a"] - X["b"] + 7, ["a", "b"]),
        (0.19 * X["a"] + X["d"], ["a", "d"]),
        ((X["a"] + X["c"]).where(X["a"] > 5), ["a", "c"]),
        (X["a"] + X["c"] + RNG.normal(scale=0.01, size=ROWS), []),
        (X["a"] * X["c"], []),
        ((X["a"] + X["c"]).mask(X.index == 17, 3), []),
        (X["a"] * 0 + 5, []),
        (X["a"].astype(str), []),
    ],
)
def test_only_exact_sums_are_found(target, parts):
    assert exact_sum(X, target) == parts


def test_columns_that_depend_on_each_other_and_gaps_do_no_harm():
    table = X.assign(again=X["a"] + 0.0, constant=1.0, empty=np.nan, large=X["b"] + 1e9)
    table.loc[:9, "c"] = np.nan
    found = exact_sum(table, X["b"] + X["d"])
    assert set(found) in ({"b", "d"}, {"large", "d"})
    assert exact_sum(table[["constant"]], X["b"]) == []


def test_infinite_values_are_left_out():
    assert exact_sum(X.replace(7, np.inf), X["a"] + X["c"]) == ["a", "c"]


def test_with_few_rows_any_target_could_be_a_sum():
    assert exact_sum(X.head(20), (X["a"] + X["c"]).head(20)) == []
