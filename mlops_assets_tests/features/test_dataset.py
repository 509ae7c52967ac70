"""Features, target and context stay together, and context stays out of the features."""

import numpy as np
import pandas as pd
import pytest

from mlops_assets.errors import InputError
from mlops_assets.features.columns import Columns
from mlops_assets.features.dataset import Dataset

INDEX = ["a", "b", "c"]
FEATURES = pd.DataFrame({"x": [1.0, 2.0, 3.0], "c": ["u", "v", "u"]}, INDEX)
COLUMNS = Columns(numeric=["x"], categorical=["c"])
TARGET = pd.Series([1.0, None, 0.0], INDEX, name="y")
CONTEXT = pd.DataFrame({"sex": ["f", "m", "f"], "w": [1.0, 2.0, 0.0], "c": ["u", "v", "u"]}, INDEX)
ROLES = {"sensitive": ("sex", "c"), "weight": ("w",)}
ROWS = Dataset(FEATURES, COLUMNS, TARGET, CONTEXT, ROLES, positive=1)


def parts(rows: Dataset) -> list[list]:
    """The index of each part."""
    return [it.index.tolist() for it in (rows.features, rows.known_target(), rows.context)]


@pytest.mark.parametrize("chosen", [[2, 0], [True, False, True]])
def test_rows_are_taken_from_every_part(chosen):
    taken = ROWS.take(np.array(chosen))
    expected = ["c", "a"] if chosen == [2, 0] else ["a", "c"]
    assert parts(taken) == [expected] * 3
    assert (taken.roles, taken.positive, len(taken)) == (ROLES, 1, 2)


def test_rows_without_a_target_are_taken_as_well():
    assert ROWS.with_target(None).take(np.array([1])).target is None


def test_only_rows_with_a_target_are_labelled():
    assert parts(ROWS.labelled()) == [["a", "c"]] * 3
    complete = ROWS.with_target(TARGET.fillna(0))
    assert complete.labelled() is complete
    without = ROWS.with_target(None)
    assert without.labelled() is without


def test_without_context_there_are_no_context_columns():
    rows = Dataset(FEATURES, COLUMNS)
    assert (list(rows.context), rows.context.index.tolist()) == ([], INDEX)
    assert parts(rows.with_target(TARGET).take(np.array([0]))) == [["a"]] * 3


def test_context_among_the_features_is_there_to_look_at():
    types = Columns(categorical=["sex", "c"], numeric=["w"])
    seen = ROWS.with_context(types)
    assert list(seen.features) == ["x", "c", "w", "sex"]
    assert seen.columns == Columns(numeric=["x", "w"], categorical=["c", "sex"])
    assert list(ROWS.features) == ["x", "c"]


def test_the_column_of_a_role_has_to_be_the_only_one():
    assert ROWS.of_role("weight").tolist() == [1.0, 2.0, 0.0]
    with pytest.raises(InputError, match="2 columns have the role 'sensitive'"):
        ROWS.of_role("sensitive")
    with pytest.raises(InputError, match=r"0 columns have the role 'group'.*`context: {group: "):
        ROWS.of_role("group")


def test_a_target_that_is_not_there_is_said():
    with pytest.raises(InputError, match="rows without a target"):
        ROWS.with_target(None).known_target()


@pytest.mark.parametrize(("weight", "bad"), [(-1.0, 1), (None, 1), (0.0, 0)])
def test_a_weight_is_at_least_nothing(weight, bad):
    weighed = Dataset(FEATURES, COLUMNS, None, CONTEXT.assign(w=[1.0, 2.0, weight]), ROLES)
    if not bad:
        weighed.require_weights()
        return
    with pytest.raises(InputError, match="1 of 3 rows have no weight, or one below 0, in 'w'"):
        weighed.require_weights()


def test_rows_without_weights_have_no_bad_one():
    Dataset(FEATURES, COLUMNS).require_weights()
