"""The worst slices are those that are surely worse, found on any kind of column."""

import numpy as np
import pandas as pd
import pytest

from mlops_assets.evaluation.slices import row_errors, wilson, worst_slices
from mlops_assets.features.columns import Columns, typed_features

ROWS = 1_000


def table(**columns) -> tuple[pd.DataFrame, Columns]:
    roles = {name: role for name, (role, _) in columns.items()}
    by_role = {
        role: [name for name in roles if roles[name] == role] for role in set(roles.values())
    }
    named = Columns.model_validate(by_role)
    raw = pd.DataFrame({name: values for name, (_, values) in columns.items()})
    return typed_features(raw, named), named


def coin(share: float, where: np.ndarray) -> np.ndarray:
    """1.0 for about `share` of the chosen rows and a tenth of the others, the same each time."""
    draws = np.random.default_rng(0).random(len(where))
    return (draws < np.where(where, share, 0.1)).astype("float64")


def test_the_slice_with_most_mistakes_comes_first_with_its_exact_rate():
    letters = np.array(list("abcd") * 250)
    errors = coin(0.6, letters == "b")
    features, columns = table(c=("categorical", letters))
    worst = worst_slices(features, errors, columns, "classification")
    assert worst.loc[0, "slice"] == "c = b"
    assert worst.loc[0, "rows"] == 250
    assert worst.loc[0, "error"] == pytest.approx(errors[letters == "b"].mean())
    assert worst.loc[0, "worse_by"] == pytest.approx(worst.loc[0, "low"] - errors.mean())
    assert (worst["worse_by"] > 0).tolist() == [True, False, False, False]


def test_a_small_noisy_slice_does_not_win():
    letters = np.array(["small"] * 30 + ["large"] * 400 + ["rest"] * 570)
    errors = np.concatenate([np.repeat([1.0, 0.0], [17, 13]), np.repeat([1.0, 0.0], [200, 200])])
    errors = np.append(errors, np.zeros(570))
    features, columns = table(c=("categorical", letters))
    worst = worst_slices(features, errors, columns, "classification")
    assert worst["slice"].tolist()[:2] == ["c = large", "c = small"]
    assert worst.loc[0, "error"] < worst.loc[1, "error"]


def test_fewer_than_thirty_rows_are_no_slice():
    letters = np.array(["few"] * 29 + ["many"] * 971)
    features, columns = table(c=("categorical", letters))
    worst = worst_slices(features, (letters == "few").astype(float), columns, "classification")
    assert worst["slice"].tolist() == ["c = many"]


def test_numbers_are_cut_into_quartiles_and_gaps_are_a_slice_of_their_own():
    x = np.arange(float(ROWS))
    x[:100] = np.nan
    features, columns = table(x=("numeric", x))
    worst = worst_slices(features, coin(0.9, x >= 775), columns, "classification")
    assert dict(zip(worst["slice"], worst["rows"], strict=True)) == {
        "x > 774.2": 225,
        "x missing": 100,
        "x ≤ 324.8": 225,
        "324.8 < x ≤ 549.5": 225,
        "549.5 < x ≤ 774.2": 225,
    }
    assert worst.loc[0, "slice"] == "x > 774.2"


def test_numbers_that_many_rows_share_make_fewer_slices():
    features, columns = table(x=("numeric", [0.0] * 900 + [5.0] * 100))
    worst = worst_slices(features, np.zeros(ROWS), columns, "classification")
    assert sorted(worst["slice"]) == ["x > 0", "x ≤ 0"]


def test_a_constant_number_and_an_empty_one_are_one_slice_each():
    features, columns = table(x=("numeric", [1.0] * ROWS), z=("numeric", [None] * ROWS))
    worst = worst_slices(features, np.zeros(ROWS), columns, "classification")
    assert sorted(worst["slice"]) == ["x present", "z missing"]


def test_booleans_and_missing_labels_are_slices():
    flags, letters = ["yes", "no", None, "yes"] * 250, ["a", "a", "a", None] * 250
    features, columns = table(f=("boolean", flags), c=("categorical", letters))
    worst = worst_slices(features, np.zeros(ROWS), columns, "classification")
    rows = dict(zip(worst["slice"], worst["rows"], strict=True))
    assert rows == {
        "f = true": 500,
        "f = false": 250,
        "f missing": 250,
        "c = a": 750,
        "c missing": 250,
    }


def test_at_most_ten_are_shown_and_text_and_dates_are_not_cut():
    letters = [f"label {i % 20}" for i in range(ROWS)]
    features, columns = table(c=("categorical", letters), t=("text", ["word"] * ROWS))
    worst = worst_slices(features, np.zeros(ROWS), columns, "classification")
    assert len(worst) == 10
    assert not worst["slice"].str.startswith("t").any()


def test_the_error_of_a_regression_is_the_mean_residual_with_the_normal_interval():
    draw = np.random.default_rng(1)
    ground_truth = pd.Series(draw.normal(size=ROWS))
    letters = np.array(list("ab") * 500)
    said = ground_truth + np.where(letters == "b", 3, 1) * draw.normal(size=ROWS)
    errors = row_errors(ground_truth, pd.DataFrame({"prediction": said}), "regression")
    features, columns = table(c=("categorical", letters))
    worst = worst_slices(features, errors, columns, "regression")
    own = pd.Series(abs(ground_truth - said)[letters == "b"])
    assert worst.loc[0, "slice"] == "c = b"
    assert worst.loc[0, "error"] == pytest.approx(own.mean())
    assert worst.loc[0, "high"] == pytest.approx(own.mean() + 1.96 * own.sem())


def test_labels_are_compared_as_labels():
    said = pd.DataFrame({"prediction": ["1", "0", "1"]})
    assert row_errors(pd.Series([1, 1, 0]), said, "classification").tolist() == [0, 1, 1]


def test_the_interval_is_that_of_wilson():
    from scipy.stats import binomtest

    for wrong, rows in [(0, 30), (3, 40), (500, 1000)]:
        low, high = wilson(np.array([wrong / rows]), np.array([rows]))
        exact = binomtest(wrong, rows).proportion_ci(method="wilson")
        assert (low[0], high[0]) == pytest.approx((exact.low, exact.high), abs=1e-4)


def test_no_row_has_no_slice():
    features, columns = table(c=("categorical", []), x=("numeric", []))
    assert worst_slices(features, np.zeros(0), columns, "classification").empty
