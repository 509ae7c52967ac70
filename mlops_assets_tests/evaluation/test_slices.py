"""The worst slices are those that are surely worse, found on any kind of column."""

import numpy as np
import pandas as pd
import pytest

from mlops_assets.evaluation.slices import worst_slices
from mlops_assets.features.columns import Columns, typed_features
from mlops_assets.features.dataset import Dataset
from mlops_assets.tasks.classification import CLASSIFICATION
from mlops_assets.tasks.regression import REGRESSION

ROWS = 1_000


def table(**columns) -> Dataset:
    roles = {name: role for name, (role, _) in columns.items()}
    by_role = {
        role: [name for name in roles if roles[name] == role] for role in set(roles.values())
    }
    named = Columns.model_validate(by_role)
    raw = pd.DataFrame({name: values for name, (_, values) in columns.items()})
    return Dataset(typed_features(raw, named), named)


def worst_of(rows: Dataset, errors: np.ndarray) -> pd.DataFrame:
    """The worst slices of rows, of which 1 in `errors` has the wrong label."""
    return worst_slices(
        rows.with_target(pd.Series(0, rows.features.index)),
        pd.DataFrame({"prediction": errors.astype(int)}, rows.features.index),
        CLASSIFICATION,
    )


def coin(share: float, where: np.ndarray) -> np.ndarray:
    """1.0 for about `share` of the chosen rows and a tenth of the others, the same each time."""
    draws = np.random.default_rng(0).random(len(where))
    return (draws < np.where(where, share, 0.1)).astype("float64")


def test_the_slice_with_most_mistakes_comes_first_with_its_exact_rate():
    letters = np.array(list("abcd") * 250)
    errors = coin(0.6, letters == "b")
    rows = table(c=("categorical", letters))
    worst = worst_of(rows, errors)
    assert worst.loc[0, "slice"] == "c = b"
    assert worst.loc[0, "rows"] == 250
    assert worst.loc[0, "error"] == pytest.approx(errors[letters == "b"].mean())
    assert worst.loc[0, "worse_by"] == pytest.approx(worst.loc[0, "low"] - errors.mean())
    assert (worst["worse_by"] > 0).tolist() == [True, False, False, False]


def test_a_small_noisy_slice_does_not_win():
    letters = np.array(["small"] * 30 + ["large"] * 400 + ["rest"] * 570)
    errors = np.concatenate([np.repeat([1.0, 0.0], [17, 13]), np.repeat([1.0, 0.0], [200, 200])])
    errors = np.append(errors, np.zeros(570))
    rows = table(c=("categorical", letters))
    worst = worst_of(rows, errors)
    assert worst["slice"].tolist()[:2] == ["c = large", "c = small"]
    assert worst.loc[0, "error"] < worst.loc[1, "error"]


def test_fewer_than_thirty_rows_are_no_slice():
    letters = np.array(["few"] * 29 + ["many"] * 971)
    rows = table(c=("categorical", letters))
    worst = worst_of(rows, (letters == "few").astype(float))
    assert worst["slice"].tolist() == ["c = many"]


def test_numbers_are_cut_into_quartiles_and_gaps_are_a_slice_of_their_own():
    x = np.arange(float(ROWS))
    x[:100] = np.nan
    rows = table(x=("numeric", x))
    worst = worst_of(rows, coin(0.9, x >= 775))
    assert dict(zip(worst["slice"], worst["rows"], strict=True)) == {
        "x > 774.2": 225,
        "x missing": 100,
        "x ≤ 324.8": 225,
        "324.8 < x ≤ 549.5": 225,
        "549.5 < x ≤ 774.2": 225,
    }
    assert worst.loc[0, "slice"] == "x > 774.2"


def test_numbers_that_many_rows_share_make_fewer_slices():
    rows = table(x=("numeric", [0.0] * 900 + [5.0] * 100))
    worst = worst_of(rows, np.zeros(ROWS))
    assert sorted(worst["slice"]) == ["x > 0", "x ≤ 0"]


def test_a_constant_number_and_an_empty_one_are_one_slice_each():
    rows = table(x=("numeric", [1.0] * ROWS), z=("numeric", [None] * ROWS))
    worst = worst_of(rows, np.zeros(ROWS))
    assert sorted(worst["slice"]) == ["x present", "z missing"]


def test_booleans_and_missing_labels_are_slices():
    flags, letters = ["yes", "no", None, "yes"] * 250, ["a", "a", "a", None] * 250
    rows = table(f=("boolean", flags), c=("categorical", letters))
    worst = worst_of(rows, np.zeros(ROWS))
    assert dict(zip(worst["slice"], worst["rows"], strict=True)) == {
        "f = true": 500,
        "f = false": 250,
        "f missing": 250,
        "c = a": 750,
        "c missing": 250,
    }


def test_at_most_ten_are_shown_and_text_and_dates_are_not_cut():
    letters = [f"label {i % 20}" for i in range(ROWS)]
    rows = table(c=("categorical", letters), t=("text", ["word"] * ROWS))
    worst = worst_of(rows, np.zeros(ROWS))
    assert len(worst) == 10
    assert not worst["slice"].str.startswith("t").any()


def test_the_error_of_a_regression_is_the_mean_residual_with_the_normal_interval():
    draw = np.random.default_rng(1)
    ground_truth = pd.Series(draw.normal(size=ROWS))
    letters = np.array(list("ab") * 500)
    said = ground_truth + np.where(letters == "b", 3, 1) * draw.normal(size=ROWS)
    rows = table(c=("categorical", letters)).with_target(ground_truth)
    worst = worst_slices(rows, pd.DataFrame({"prediction": said}), REGRESSION)
    own = pd.Series(abs(ground_truth - said)[letters == "b"])
    assert worst.loc[0, "slice"] == "c = b"
    assert worst.loc[0, "error"] == pytest.approx(own.mean())
    assert worst.loc[0, "high"] == pytest.approx(own.mean() + 1.96 * own.sem())


def test_no_row_has_no_slice():
    rows = table(c=("categorical", []), x=("numeric", []))
    assert worst_of(rows, np.zeros(0)).empty
