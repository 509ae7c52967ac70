"""One evaluation gives the numbers, pictures and documents; without truth, none is guessed."""

import json
from itertools import combinations

import pytest

from mlops_assets.features.dataset import Dataset
from mlops_assets.kinds.base import PackResult
from mlops_assets.kinds.fellegi_sunter.linking import link
from mlops_assets_tests.kinds.fellegi_sunter.people import COLUMNS, fitted, linkage, people

FEATURES, TRUTH = people(1500, seed=3)
TRUTH = TRUTH.set_axis(FEATURES.index)
JUDGED = {"threshold_curve", "roc_curve", "confusion_matrix"}


def evaluated(ground_truth, features=FEATURES) -> PackResult:
    dataset = Dataset(features, COLUMNS, ground_truth)
    predictions = fitted().predict(dataset.features)
    return fitted().evaluate_linkage(dataset, predictions, seed=1)


@pytest.fixture(scope="module")
def with_truth():
    return evaluated(TRUTH)


def test_the_metrics_are_those_of_the_pairs_counted_one_by_one(with_truth):
    clusters = fitted().predict(FEATURES)["prediction"]
    true = pairs_within(TRUTH)
    put = pairs_within(clusters)
    pairs = link(linkage(), FEATURES).pairs
    compared = set(zip(FEATURES.index[pairs["left"]], FEATURES.index[pairs["right"]], strict=True))
    metrics = {name: metric.value for name, metric in with_truth.metrics.items()}
    assert metrics["precision"] == pytest.approx(len(true & put) / len(put))
    assert metrics["recall"] == pytest.approx(len(true & put) / len(true))
    assert metrics["blocking_recall"] == pytest.approx(len(true & compared) / len(true))
    assert metrics["match_pairs"] == len(put)
    assert metrics["candidate_pairs"] == len(compared)
    by_rule = sum(value for name, value in metrics.items() if name.startswith("pairs_by_"))
    assert by_rule == len(compared)


def pairs_within(labels) -> set[tuple]:
    groups = labels.groupby(labels).groups.values()
    return {pair for group in groups for pair in combinations(sorted(group), 2)}


def test_without_truth_nothing_that_needs_it_is_there(with_truth):
    without = evaluated(None)
    document = without.documents["evaluation_report.json"]()
    report = json.loads(json.dumps(document, allow_nan=False))
    assert report["precision"] is report["recall"] is report["f1_score"] is None
    assert report["candidate_pairs"] == with_truth.metrics["candidate_pairs"].value
    assert not {"precision", "recall", "f1_score", "blocking_recall"} & set(without.metrics)
    assert set(with_truth.draw()) - set(without.draw()) == JUDGED


def test_rows_whose_person_is_not_known_are_linked_but_not_judged(with_truth):
    some = evaluated(TRUTH.where(TRUTH.index % 2 == 0))
    assert some.metrics["match_pairs"] == with_truth.metrics["match_pairs"]
    kept = TRUTH[TRUTH.index % 2 == 0]
    assert some.metrics["recall"].support == len(pairs_within(kept))


def test_every_figure_is_drawn(with_truth):
    expected = {"match_weights", "weight_histogram", "pair_waterfall"} | JUDGED
    assert set(with_truth.draw()) == expected
    for figure in with_truth.draw().values():
        figure.draw_without_rendering()


def test_no_figure_shows_a_name(with_truth):
    names = set(FEATURES["full_name"].str.lower())
    for figure in with_truth.draw().values():
        shown = {
            text.get_text().lower() for text in figure.findobj(lambda a: hasattr(a, "get_text"))
        }
        assert not any(name in text for name in names for text in shown)


def test_no_records_are_no_mistake():
    found = evaluated(None, FEATURES[:1])
    assert found.metrics["candidate_pairs"].value == 0
