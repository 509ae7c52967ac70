"""Claims that block: each fails on the table it is about and says what to do."""

import numpy as np
import pandas as pd
import pytest

from mlops_assets.data.checks import checks
from mlops_assets.data.checks.training_checks import raw_claims
from mlops_assets.data.personal_data import NOTHING_PERSONAL
from mlops_assets.errors import InputError
from mlops_assets.features.columns import Columns
from mlops_assets.tasks.base import Task
from mlops_assets.tasks.classification import CLASSIFICATION
from mlops_assets.tasks.regression import REGRESSION
from mlops_assets.tasks.training_spec import TrainingSpec

COLUMNS = Columns(numeric=["age"], categorical=["job"])


@pytest.fixture
def table() -> pd.DataFrame:
    return pd.DataFrame(
        {"id": range(6), "age": [30, 40, 50, 60, 70, 80], "job": list("aabbcc"), "y": [0, 1] * 3}
    )


def spec_for(task: Task = CLASSIFICATION) -> TrainingSpec:
    return TrainingSpec(columns=COLUMNS, target="y", task=task, identity=["id"])


def everything(table: pd.DataFrame, task: Task = CLASSIFICATION) -> list[checks.Claim]:
    return raw_claims(table, spec_for(task), minimum_rows=6, personal=NOTHING_PERSONAL)


def failed(table: pd.DataFrame, task: Task = CLASSIFICATION) -> dict[str, str]:
    return {claim.name: claim.observed for claim in everything(table, task) if not claim.passed}


def test_a_good_table_fails_nothing(table):
    assert failed(table) == {}
    checks.require(everything(table))


def test_claims_are_named_like_their_functions(table):
    assert all(hasattr(checks, claim.name) for claim in everything(table))


@pytest.mark.parametrize(
    ("change", "name", "observed"),
    [
        ({"y": [0, 1, None, 0, 1, 0]}, "no_missing_target", "1 of 6 rows have no 'y'"),
        ({"y": 1}, "target_varies", "1 classes of 'y': ['1']"),
        ({"job": None}, "no_empty_column", "only missing values in ['job']"),
        ({"job": "  "}, "no_empty_column", "only missing values in ['job']"),
        (
            {"id": [1, 1, 2, 3, 4, 4]},
            "no_repeated_identity",
            "2 of 6 rows repeat an earlier ['id']",
        ),
    ],
)
def test_a_bad_value_fails_its_claim_alone(table, change, name, observed):
    assert failed(table.assign(**change)) == {name: observed}


def test_too_few_rows(table):
    assert failed(table.head(5)) == {"has_enough_rows": "5 rows"}


def test_a_numeric_column_full_of_text(table):
    seen = failed(table.assign(age=["young"] * 6))["columns_fit_their_roles"]
    assert seen.startswith("column 'age' has 6 of 6 values that are not valid numeric values")


def test_a_regression_target_of_words(table):
    words = table.assign(y=["low", "high"] * 3)
    assert list(failed(words, REGRESSION)) == ["columns_fit_their_roles"]
    assert failed(words) == {}


def test_a_renamed_column_names_the_nearest(table):
    claim = checks.has_expected_columns(table.rename(columns={"age": "Age"}), spec_for())
    assert claim.observed.startswith(
        "no column 'age'; the nearest name is 'Age' among ['id', 'Age'"
    )


def test_a_column_that_is_there_twice(table):
    twice = pd.concat([table, table[["job"]]], axis=1)
    claim = checks.has_expected_columns(twice, spec_for())
    assert claim.observed == "['job'] more than once"


def test_identity_columns_must_exist_and_none_is_fine(table):
    assert checks.no_repeated_identity(0, 6, [], [*table]).passed
    lacking = checks.no_repeated_identity(0, 6, ["key"], [*table])
    assert lacking.observed.startswith("no column 'key'")


def test_require_raises_the_first_and_counts_the_others(table):
    bad = table.head(3).assign(y=1, job=np.nan)
    with pytest.raises(InputError) as error:
        checks.require(everything(bad))
    assert error.value.seen == (
        "has_enough_rows failed: 3 rows (2 more failed: target_varies, no_empty_column)"
    )
    assert error.value.expected == "at least 6 rows"


def test_labels_that_hardly_repeat_are_no_classes(table):
    names = table.assign(y=["a", "b", "c", "d", "a", "b"])
    assert failed(names) == {"target_varies": "4 classes of 'y': ['a', 'b', 'c', 'd']"}
    numbers = table.assign(y=[1.5, 2.5, 3.5, 4.5, 5.5, 6.5])
    assert failed(numbers, REGRESSION) == {}
