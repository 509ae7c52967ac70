"""Claims that warn: gaps, outliers, redundant features, and the target in disguise."""

import numpy as np
import pandas as pd
import pytest

from mlops_assets.data.checks.warnings import (
    features_not_redundant,
    few_missing_values,
    few_outliers,
    no_feature_repeats_target,
)
from mlops_assets.data.profile.column_stats import missing_shares
from mlops_assets.features.columns import Columns

COLUMNS = Columns(numeric=["a", "b"], categorical=["c"])


@pytest.fixture
def table() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    numbers = {"a": rng.normal(size=100), "b": rng.normal(size=100)}
    return pd.DataFrame({**numbers, "c": rng.choice(["x", "z"], 100), "y": rng.integers(0, 2, 100)})


def test_a_good_table_warns_of_nothing(table):
    assert few_missing_values(missing_shares(table, COLUMNS), 0.05).passed
    assert few_outliers(table, COLUMNS, 0.01).passed
    assert features_not_redundant(table, COLUMNS, 0.8).passed
    assert no_feature_repeats_target(table, COLUMNS, "y", classes=True).passed


def test_gaps_are_counted_over_all_features_and_the_worst_is_named(table):
    table.loc[:17, "c"] = " "
    claim = few_missing_values(missing_shares(table, COLUMNS), 0.05)
    assert not claim.passed
    assert claim.observed == "6 % of the feature values are missing, most in 'c' (18 %)"
    assert few_missing_values(missing_shares(table, COLUMNS), 0.06).passed


def test_a_code_for_missing_shows_as_outliers(table):
    table.loc[:3, "b"] = -999
    claim = few_outliers(table, COLUMNS, 0.01)
    assert not claim.passed
    assert claim.observed == "2 % of the numbers are outliers, most in 'b' (4 %)"


def test_the_worst_pair_is_named(table):
    table["b"] = -table["a"] + 0.3 * table["b"]
    claim = features_not_redundant(table, COLUMNS, 0.8)
    assert not claim.passed
    assert claim.observed.startswith("'a' and 'b' correlate -0.9")
    assert features_not_redundant(table, Columns(), 0.8).passed


@pytest.mark.parametrize("disguise", [{0: "no", 1: "yes"}, {0: 1, 1: 0}, {0: 7.5, 1: None}])
def test_the_target_under_other_labels_is_found(table, disguise):
    found = no_feature_repeats_target(
        table.assign(c=table["y"].map(disguise)), COLUMNS, "y", classes=True
    )
    # With one label missing nothing is left that could map one to one.
    assert found.passed is (None in disguise.values())


def test_the_target_in_another_unit_is_found(table):
    table["y"] = 32 + 1.8 * table["a"]
    claim = no_feature_repeats_target(table, COLUMNS, "y", classes=False)
    assert claim.observed == "['a'] determine 'y' exactly"


def test_features_that_add_up_to_the_target_are_found(table):
    table["y"] = table["a"] - 2 * table["b"]
    claim = no_feature_repeats_target(table, COLUMNS, "y", classes=False)
    assert claim.observed == "['a', 'b'] together add up to 'y' exactly"
    assert not claim.passed


def test_features_that_nearly_add_up_to_the_target_are_found_as_new_finds_them(table):
    table["y"] = table["a"] - table["b"] + np.random.default_rng(1).normal(scale=0.1, size=100)
    claim = no_feature_repeats_target(table, COLUMNS, "y", classes=False)
    assert claim.observed.startswith("'a' - 'b' is nearly 'y' (R² 0.99")
    assert not claim.passed


@pytest.mark.parametrize("classes", [True, False])
def test_a_feature_that_nearly_tells_the_target_is_found(classes):
    a = np.random.default_rng(1).uniform(-1, 1, size=1_000)
    y = (a > 0).astype(int) if classes else a**2
    table = pd.DataFrame({"a": a, "b": 1.0, "c": "x", "y": y})
    claim = no_feature_repeats_target(table, COLUMNS, "y", classes=classes)
    assert claim.observed.startswith("'a' alone tells ")
    assert not claim.passed


def test_a_feature_with_a_value_for_each_row_is_no_disguise(table):
    table["c"] = [f"row {n}" for n in range(100)]
    table["y"] = np.random.default_rng(1).normal(size=100)
    assert no_feature_repeats_target(table, COLUMNS, "y", classes=False).passed


def test_empty_and_one_row_tables_do_not_crash(table):
    for rows in (0, 1):
        few = table.head(rows)
        assert few_missing_values(missing_shares(few, COLUMNS), 0.05).passed
        assert few_outliers(few, COLUMNS, 0.01).passed
        assert features_not_redundant(few, COLUMNS, 0.8).passed
        assert no_feature_repeats_target(few, COLUMNS, "y", classes=True).passed
