"""A feature table that is older than defs.yaml says what to do."""

from typing import Any

import numpy as np
import pytest

from mlops_assets.errors import InputError
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets.tasks.feature_table import GROUP, build_feature_table, context_of, dataset_of
from mlops_assets_tests.world import SMALL, small_table


def spec(**changed: Any) -> LifecycleSpec:
    source = {"type": "csv", "path": "table.csv"}
    return LifecycleSpec.model_validate({**SMALL, "source": source, **changed})


RAW = small_table(60).assign(sex="w")
BUILT = build_feature_table(RAW, spec().dataset(RAW), spec())


def test_its_rows_are_those_of_the_table():
    given = spec(context={"sensitive": "sex"})
    table = build_feature_table(RAW, given.dataset(RAW), given)
    rows = dataset_of(table, given)
    assert list(rows.features) == ["x", "c"]
    assert rows.context["sex"].tolist() == ["w"] * 60
    assert rows.known_target().equals(table["y"])


@pytest.mark.parametrize(
    ("changed", "missing"),
    [
        ({"context": {"sensitive": ["sex"], "group": ["c"]}}, ["sex", "c"]),
        ({"columns": {"numeric": ["x", "age"]}}, ["age"]),
        ({"target": "z"}, ["z"]),
    ],
)
def test_a_column_that_defs_yaml_has_got_since_is_named(changed, missing):
    with pytest.raises(InputError) as told:
        dataset_of(BUILT, spec(**changed))
    assert f"the feature table has no {missing}" in told.value.seen
    assert told.value.todo == "materialize features again"


def test_its_rows_have_folds_unless_it_was_built_before_there_were_any():
    found = dataset_of(BUILT, spec()).take(np.arange(30)).folds(3)
    assert set(found) == {0, 1, 2}
    with pytest.raises(InputError, match="whose identity or block of time is not known"):
        dataset_of(BUILT.drop(columns=GROUP), spec()).folds(3)


def test_its_context_is_named_without_the_prefix_of_the_table():
    with pytest.raises(InputError, match=r"has no \['sex'\]"):
        context_of(BUILT, spec(context={"sensitive": "sex"}))
