"""Two tables of predictions compared, and the words that say why they differ."""

import json

import numpy as np
import pandas as pd
import pytest

from mlops_assets.registry.reproduce.comparison import (
    NOTHING_CHANGED,
    Reproduction,
    Surroundings,
    compare_predictions,
)
from mlops_assets.tasks.base import Task
from mlops_assets.tasks.classification import CLASSIFICATION
from mlops_assets.tasks.deduplication import DEDUPLICATION
from mlops_assets.tasks.regression import REGRESSION

STORED = pd.DataFrame({"prediction": ["a", "b", "b", "a"], "probability_b": [0.1, 0.6, 0.9, 0.4]})
THEN = Surroundings(code="c1", python="3.11.2", platform="Linux x86_64", libraries={"numpy": "2.1"})


def reproduction(stored, refitted, task: Task = CLASSIFICATION, **given) -> Reproduction:
    return Reproduction(
        model_name="small",
        version="3",
        model_id="m-1",
        dataset_version="d",
        features_file="small/features/0.parquet",
        seed=0,
        training_rows=9,
        comparison=compare_predictions(stored, refitted, task),
        **{"code": "c1", "code_of_then": "c1", "code_was_kept": True, "changes": (), **given},
    )


def test_the_same_predictions_are_identical():
    done = reproduction(STORED, STORED.copy())
    assert done.outcome == "identical"
    assert (done.comparison.largest, done.comparison.changed_labels) == (0.0, 0.0)
    assert "to the last bit" in done.words()


def test_whose_code_fitted_again_is_told():
    assert "with the original code (c1)" in reproduction(STORED, STORED.copy()).words()
    today = reproduction(STORED, STORED.copy(), code="c2").words()
    assert "with today's code (c2)\n" in f"{today}\n"
    older = reproduction(STORED, STORED.copy(), code="c2", code_was_kept=False).words()
    assert "with today's code (c2), as the original code was not kept" in older


def test_the_last_bit_counts():
    refitted = STORED.assign(probability_b=np.nextafter(STORED["probability_b"], 1))
    done = reproduction(STORED, refitted)
    assert done.outcome == "different"
    assert 0 < (done.comparison.largest or 0) < 1e-15
    assert NOTHING_CHANGED in done.words()


def test_by_how_much_and_where():
    refitted = STORED.assign(prediction=["a", "a", "b", "a"], probability_b=[0.1, 0.4, 0.9, 0.5])
    found = compare_predictions(STORED, refitted, CLASSIFICATION)
    assert found.largest == pytest.approx(0.2)
    assert found.mean == pytest.approx(0.3 / 4)
    assert (found.largest_in, found.changed_labels) == ("probability_b", 0.25)
    assert "25.00% of the rows" in found.words()


def test_a_tolerance_holds_for_numbers_and_never_for_labels():
    near = STORED.assign(probability_b=STORED["probability_b"] + 0.01)
    assert reproduction(STORED, near, tolerance=0.02).outcome == "within tolerance"
    assert reproduction(STORED, near, tolerance=0.005).outcome == "different"
    other = near.assign(prediction=["b", "b", "b", "a"])
    assert reproduction(STORED, other, tolerance=0.02).outcome == "different"


CLUSTERS = pd.DataFrame(
    {
        "prediction": [0, 1, 1, 2, 2],
        "match_weight": [np.nan, 9.0, 9.0, 4.0, 4.0],
        "decision": ["single", "match", "match", "match", "match"],
        "rule": [None, "id", "id", "name", "name"],
    }
)


def test_a_cluster_is_its_records_whatever_its_number():
    renamed = CLUSTERS.assign(prediction=[7, 0, 0, 3, 3])
    assert compare_predictions(CLUSTERS, renamed, DEDUPLICATION).identical
    joined = CLUSTERS.assign(prediction=[0, 0, 0, 1, 1])
    done = reproduction(CLUSTERS, joined, DEDUPLICATION, tolerance=1.0)
    assert (done.outcome, done.comparison.changed_labels) == ("different", 3 / 5)


def test_texts_are_labels_beside_the_prediction():
    other = CLUSTERS.assign(decision=["single", "match", "match", "review", "review"])
    assert compare_predictions(CLUSTERS, other, DEDUPLICATION).changed_labels == 2 / 5
    near = CLUSTERS.assign(match_weight=CLUSTERS["match_weight"] + 1e-12)
    done = reproduction(CLUSTERS, near, DEDUPLICATION)
    assert "no label changed" in done.words()
    assert "--tolerance 1e-09" in done.words()


def test_a_regression_is_compared_by_its_numbers():
    stored = pd.DataFrame({"prediction": [1.0, 2.0, np.nan]})
    found = compare_predictions(stored, stored + 0.5, REGRESSION)
    assert (found.largest, found.changed_labels) == (0.5, None)
    assert compare_predictions(stored, stored.copy(), REGRESSION).identical


def test_a_number_beside_a_missing_one_is_infinitely_far():
    stored = pd.DataFrame({"prediction": [1.0, 2.0]})
    done = reproduction(stored, pd.DataFrame({"prediction": [1.0, np.nan]}), REGRESSION)
    assert not done.comparison.within(1e300)
    assert json.loads(done.model_dump_json())["comparison"]["largest"] == "Infinity"


def test_labels_alone_are_compared():
    stored = STORED[["prediction"]]
    assert compare_predictions(stored, stored.copy(), CLASSIFICATION).identical
    found = compare_predictions(stored, stored.assign(prediction="a"), CLASSIFICATION)
    assert (found.largest, found.changed_labels) == (None, 0.5)


def test_a_class_that_one_model_does_not_know_is_a_difference():
    refitted = STORED.assign(probability_c=0.0)
    done = reproduction(STORED, refitted, tolerance=1.0)
    assert done.outcome == "different"
    assert "probability_c" in done.words()


def test_what_has_changed_is_named():
    now = THEN.model_copy(update={"code": "c2", "libraries": {"numpy": "2.2", "scipy": "1.15"}})
    changes = THEN.changes(now)
    assert changes == (
        "code c1 at the time, c2 now",
        "numpy 2.1 at the time, 2.2 now",
        "scipy not recorded at the time, 1.15 now",
    )
    assert THEN.changes(THEN) == ()
    far = STORED.assign(probability_b=0.5)
    words = reproduction(STORED, far, changes=changes).words()
    assert all(change in words for change in changes)
    assert NOTHING_CHANGED not in words
