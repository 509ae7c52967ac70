"""Entities are right if exactly their words have their tag."""

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from mlops_assets.evaluation.entities import entity_metrics
from mlops_assets.evaluation.packs.registry import check_packs
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets_tests.world import SMALL

TEXTS = pd.Series(["a"] * 6 + ["b"] * 3)
ORDER = pd.Series([0, 1, 2, 3, 5, 6, 0, 1, 2], dtype="float64")
ACTUAL = pd.Series(["name", "name", "other", "skill", "skill", "skill", "name", "other", "skill"])


def metrics(predicted: list[str], order: np.ndarray | None = None) -> dict:
    """Of rows in another order, which does not matter."""
    order = np.random.default_rng(0).permutation(9) if order is None else order
    given = [it.iloc[order] for it in (TEXTS, ORDER, ACTUAL, pd.Series(predicted))]
    found = entity_metrics(*given, other="other", seed=0)
    return {name: (it.value, it.support) for name, it in found.items()}


def test_perfect_tags_find_every_entity():
    found = metrics(ACTUAL.tolist())
    assert {value for value, _ in found.values()} == {1.0}
    assert found["entity_f1"][1] == 5  # a gap divides the skills of the first text
    assert (found["entity_f1/name"][1], found["entity_f1/skill"][1]) == (2, 3)


def test_an_entity_with_another_end_is_wrong_twice():
    predicted = ["name", "other", *ACTUAL.tolist()[2:]]
    found = metrics(predicted)
    assert found["entity_precision"][0] == found["entity_recall"][0] == pytest.approx(0.8)
    assert found["entity_f1/name"][0] == pytest.approx(0.5)
    assert found["entity_f1/skill"][0] == 1


def test_nothing_found_is_a_recall_of_0_and_no_precision():
    found = metrics(["other"] * 9)
    assert found["entity_recall"][0] == found["entity_f1"][0] == 0
    assert np.isnan(found["entity_precision"][0])


def test_a_tag_that_nobody_has_is_counted_as_found_wrongly():
    found = metrics(["email", *ACTUAL.tolist()[1:]])
    assert found["entity_f1/email"] == (0.0, 0)
    assert found["entity_recall"][0] == pytest.approx(0.8)


def test_the_order_is_a_numeric_feature_and_the_texts_have_a_column():
    given = {**SMALL, "source": {"type": "csv", "path": "t.csv"}}
    pack = {"packs": [{"type": "entities", "order": "x"}]}
    check_packs(LifecycleSpec.model_validate({**given, **pack, "context": {"group": "text"}}))
    for wrong in (pack, {"packs": [{"type": "entities", "order": "c"}], "context": {"group": "t"}}):
        with pytest.raises(ValidationError, match="a numeric feature, and one column for the role"):
            check_packs(LifecycleSpec.model_validate({**given, **wrong}))
