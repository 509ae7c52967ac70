"""The YAML is refused where it is wrong, before anything is imported."""

import pytest
from pydantic import ValidationError

from mlops_assets.kinds.sklearn.params import Search
from mlops_assets_tests.kinds.sklearn.messy import FOREST, spec


def test_two_lines_are_enough():
    given = spec(FOREST)
    assert (given.params, given.search) == ({}, None)


@pytest.mark.parametrize("name", ["RandomForestClassifier", "os; rm", "sklearn.", ".svm.SVC", ""])
def test_an_estimator_is_a_dotted_name(name):
    with pytest.raises(ValidationError, match="estimator"):
        spec(name)


@pytest.mark.parametrize(
    ("search", "named"),
    [
        ({"space": {}}, "space"),
        ({"space": {"C": []}}, "space"),
        ({"space": {"C": [1]}, "trials": 0}, "trials"),
        ({"space": {"C": [1]}, "folds": 1}, "folds"),
        ({"space": {"C": [1]}, "method": "magic"}, "method"),
        ({"space": {"C": [1]}, "metrics": "f1"}, "metrics"),
        ({"space": {"C": [*range(30)], "tol": [*range(30)]}, "method": "grid"}, "900 combinations"),
    ],
)
def test_a_search_out_of_bounds_is_named(search, named):
    with pytest.raises(ValidationError, match=named):
        spec("sklearn.svm.SVC", search=search)


def test_combinations_multiply():
    assert Search(space={"C": [1, 2, 3], "kernel": ["rbf", "poly"]}).combinations == 6
