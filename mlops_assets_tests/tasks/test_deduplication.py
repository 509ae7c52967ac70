"""Clusters of records: a number means nothing, who shares it does."""

import pandas as pd

from mlops_assets.tasks.deduplication import DEDUPLICATION
from mlops_assets_tests.datasets import dataset_of_target

ENTITIES = ["x", "x", "y", "y", "z"]


def errors(*clusters: int) -> list[float]:
    said = pd.DataFrame({"prediction": clusters})
    return DEDUPLICATION.row_errors(dataset_of_target(ENTITIES), said).tolist()


def test_a_record_is_right_where_its_cluster_is_its_entity():
    assert errors(7, 7, 3, 3, 0) == [0] * 5
    assert errors(7, 8, 3, 3, 0) == [1, 1, 0, 0, 0]
    assert errors(7, 7, 3, 3, 3) == [0, 0, 1, 1, 1]
    assert errors(1, 2, 1, 2, 3) == [1, 1, 1, 1, 0]


def test_the_share_of_wrong_records_has_the_interval_of_a_rate():
    assert DEDUPLICATION.error_is_rate


def test_predictions_that_only_number_the_clusters_otherwise_have_not_changed():
    before, after = (pd.DataFrame({"prediction": it}) for it in ([0, 0, 1], [5, 5, 2]))
    assert not DEDUPLICATION.changed_predictions(before, after).any()
    joined = pd.DataFrame({"prediction": [4, 4, 4]})
    assert DEDUPLICATION.changed_predictions(before, joined).all()


def test_nothing_of_it_needs_a_target_to_be_fitted():
    assert not DEDUPLICATION.supervised
    assert DEDUPLICATION.words("person") == "deduplication"
