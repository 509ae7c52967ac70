"""Linking does not depend on order, adds new records cheaply, and never joins two people's ids."""

import numpy as np
import pytest

from mlops_assets.kinds.fellegi_sunter.linking import link, predict
from mlops_assets_tests.kinds.fellegi_sunter.people import linkage, partition, people

FEATURES, TRUTH = people(seed=7)


def test_the_same_records_in_any_order_are_the_same_people():
    model = linkage()
    clusters = link(model, FEATURES).clusters
    again = link(model, FEATURES).clusters
    shuffled = link(model, FEATURES.sample(frac=1, random_state=2)).clusters
    assert clusters.equals(again)
    assert partition(shuffled) == partition(clusters)


def test_records_nobody_trained_on_are_put_together_right():
    clusters = link(linkage(), FEATURES).clusters
    found, true = partition(clusters), partition(TRUTH.set_axis(FEATURES.index))
    assert len(found & true) / len(true) > 0.98


def test_new_records_are_compared_with_known_ones_and_each_other_alone():
    model = linkage()
    new, known = FEATURES.iloc[:200], FEATURES.iloc[200:]
    whole = link(model, FEATURES)
    touched = whole.pairs[(whole.pairs["left"] < 200)]
    before = link(model, known).named_pairs(model.plan.review_weight)
    added = link(model, new, known, before)
    kept = ["left", "right", "match_weight"]
    compared = added.pairs.iloc[: sum(added.rules.values())]
    assert compared[kept].reset_index(drop=True).equals(touched[kept].reset_index(drop=True))
    assert partition(added.clusters) == partition(whole.clusters)
    assert set(before["left"]) | set(before["right"]) <= set(known.index)


def test_two_ids_of_two_people_are_not_put_together_but_reviewed():
    row = FEATURES[FEATURES["jan_aadhaar"] != ""].iloc[[0, 0, 0]].set_axis([1, 2, 3])
    other = row.assign(jan_aadhaar=["712345678901", "", "798765432109"])
    found = predict(linkage(), other)
    assert found["decision"].tolist().count("review") >= 2
    assert found.loc[1, "prediction"] != found.loc[3, "prediction"]
    typo = predict(linkage(), row.assign(jan_aadhaar=["712345678901", "", "712345678910"]))
    assert typo["prediction"].nunique() == 1
    assert set(typo["decision"]) == {"match"}


def test_a_prediction_says_what_it_rests_on():
    found = predict(linkage(), FEATURES)
    assert found.index.equals(FEATURES.index)
    assert set(found["decision"]) <= {"match", "review", "single"}
    sizes = found["prediction"].map(found["prediction"].value_counts())
    assert (sizes == found["cluster_size"]).all()
    alone = found["match_weight"].isna()
    assert (found.loc[alone, "rule"].isna() & (found.loc[alone, "decision"] == "single")).all()
    assert found.loc[~alone, "rule"].notna().all()


@pytest.mark.parametrize("rows", [0, 1])
def test_no_pairs_are_no_mistake(rows):
    found = predict(linkage(), FEATURES.iloc[:rows])
    assert found["cluster_size"].tolist() == [1.0] * rows
    assert np.isnan(found["match_weight"]).all()
