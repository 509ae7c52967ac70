"""Gaps, outliers and correlations of raw columns."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mlops_assets.data.profile import column_stats
from mlops_assets.data.profile.column_stats import (
    correlations,
    missing,
    outlier_shares,
    strongest_pair,
)


@pytest.mark.parametrize(
    ("values", "gaps"),
    [
        ([1.0, np.nan], [False, True]),
        (["a", None, "", "  ", "NA", "0"], [False, True, True, True, False, False]),
        (pd.Categorical(["a", None, " "]), [False, True, True]),
        (pd.array(["a", pd.NA], dtype="string"), [False, True]),
        ([[1, 2], None], [False, True]),
        (pd.to_datetime(["2026-01-01", None]), [False, True]),
        ([], []),
    ],
)
def test_a_blank_is_missing_as_well(values, gaps):
    assert missing(pd.Series(values)).tolist() == gaps


def test_a_word_is_missing_where_a_number_is_expected():
    assert missing(pd.Series(["1", " ? ", "NA"]), "numeric").tolist() == [False, True, True]


def test_outliers_are_beyond_three_interquartile_ranges():
    inside, outside = [400.0, -300.0], [401.0, -301.0]  # quartiles 0 and 100
    steady = [0.0, 100.0] * 50
    table = pd.DataFrame(
        {"in": steady + inside, "out": steady + outside, "flat": [1.0] * 101 + [9]}
    )
    assert outlier_shares(table, ["in", "out", "flat", "gone"]).round(4).to_dict() == {
        "in": 0,
        "out": round(2 / 102, 4),
        "flat": 0,
    }


RNG = np.random.default_rng(0)
LONG_TAILS = {
    "counts": RNG.negative_binomial(0.5, 0.02, 5000),
    "waiting times": RNG.exponential(20, 5000),
    "incomes": RNG.lognormal(3, 1, 5000),
}
FAULTS = {
    "code": lambda values: -999,
    "large code": lambda values: 99_999,
    "unit": lambda v: 1000 * v,
}


@pytest.mark.parametrize("name", LONG_TAILS)
def test_a_long_tail_has_few_outliers(name):
    assert outlier_shares(pd.DataFrame(LONG_TAILS), [name])[name] < 0.005


@pytest.mark.parametrize("share", [0.02, 0.125])
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("name", [*LONG_TAILS, "normal"])
def test_faults_stand_out_from_a_long_tail(name, fault, share):
    values = {**LONG_TAILS, "normal": RNG.normal(50, 10, 5000)}[name].astype("float64")
    wrong = values > np.quantile(values, 1 - share)
    values = np.where(wrong, FAULTS[fault](values), values)
    found = outlier_shares(pd.DataFrame({"x": RNG.permutation(values)}), ["x"])["x"]
    assert found == pytest.approx(share, rel=0.3)


@pytest.mark.parametrize(
    ("file", "before"),
    [("beijing_pm25", ("Iws", 0.0721)), ("bike_sharing_hourly", ("casual", 0.0283))],
)
def test_a_long_tail_of_real_counts(file, before):
    path = Path(__file__).parents[4] / "shared" / "data" / f"{file}.csv.gz"
    if not path.is_file():
        pytest.skip(f"{path} is not there")
    name, share = before
    values = pd.read_csv(path)[name].dropna()
    low, high = values.quantile([0.25, 0.75])
    tukey = (values < 4 * low - 3 * high) | (values > 4 * high - 3 * low)
    assert tukey.mean() == pytest.approx(share, abs=1e-4)
    assert outlier_shares(pd.DataFrame({name: values}), [name])[name] < 0.003


def test_outliers_of_words_and_empty_columns_are_none():
    table = pd.DataFrame({"words": ["a", "b"], "empty": [None, None]})
    assert outlier_shares(table, ["words", "empty"]).tolist() == [0, 0]


def test_correlations_are_numpys_and_skip_gaps():
    rng = np.random.default_rng(0)
    x = rng.normal(size=100)
    table = pd.DataFrame({"x": x, "y": -x + rng.normal(size=100), "z": 1.0})
    table.loc[:9, "y"] = np.nan
    found = strongest_pair(correlations(table, ["x", "y", "z"]))
    assert found[:2] == ("x", "y")
    assert found[2] == pytest.approx(np.corrcoef(table["x"][10:], table["y"][10:])[0, 1])


def test_no_pair_where_nothing_varies():
    assert strongest_pair(correlations(pd.DataFrame({"x": [1, 1]}), ["x"])) is None
    assert strongest_pair(correlations(pd.DataFrame({"x": []}), [])) is None


def test_long_tables_are_compared_on_some_rows(monkeypatch):
    monkeypatch.setattr(column_stats, "PAIRED_ROWS", 10)
    table = pd.DataFrame({"x": range(95)})
    assert column_stats.spaced(table)["x"].tolist() == list(range(0, 95, 10))
    assert len(column_stats.spaced(table.head(10))) == 10
    assert column_stats.spaced(table.head(0)).empty
