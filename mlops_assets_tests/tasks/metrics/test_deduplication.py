"""Metrics of clusters are those of all pairs, counted one by one."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops_assets.errors import InputError
from mlops_assets.tasks.deduplication import DEDUPLICATION
from mlops_assets.tasks.metrics.deduplication import contributions, estimates, formulas
from mlops_assets.tasks.metrics.intervals import with_intervals
from mlops_assets.tasks.metrics.metric import Metric

LABELLED = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=2, max_size=25)


def evaluate_clusters(
    ground_truth, clusters, candidates=None, seed: int = 0, resamples: int = 400
) -> dict[str, Metric]:
    found = estimates(ground_truth, clusters, candidates)
    return with_intervals(found, seed=seed, resamples=resamples)


def by_hand(ground_truth, clusters, candidates) -> dict[str, float]:
    pairs = list(combinations(range(len(ground_truth)), 2))
    true = {(a, b) for a, b in pairs if ground_truth[a] == ground_truth[b]}
    put = {(a, b) for a, b in pairs if clusters[a] == clusters[b]}
    share = {
        "precision": (len(true & put), len(put)),
        "recall": (len(true & put), len(true)),
        "f1_score": (2 * len(true & put), len(true) + len(put)),
        "blocking_recall": (len(true & set(candidates)), len(true)),
    }
    return {name: part / whole if whole else float("nan") for name, (part, whole) in share.items()}


def bcubed_by_hand(ground_truth, clusters) -> tuple[float, float]:
    precision, recall = [], []
    for one, name in zip(ground_truth, clusters, strict=True):
        entity = {row for row, other in enumerate(ground_truth) if other == one}
        cluster = {row for row, other in enumerate(clusters) if other == name}
        precision.append(len(entity & cluster) / len(cluster))
        recall.append(len(entity & cluster) / len(entity))
    return float(np.mean(precision)), float(np.mean(recall))


@given(LABELLED, st.integers(0, 2**16))
def test_every_metric_is_that_of_all_pairs_counted_one_by_one(rows, seed):
    ground_truth, clusters = zip(*rows, strict=True)
    pairs = list(combinations(range(len(rows)), 2))
    chosen = np.random.default_rng(seed).random(len(pairs)) < 0.5
    candidates = [pair for pair, kept in zip(pairs, chosen, strict=True) if kept]
    sides = np.array(candidates, dtype=int).reshape(-1, 2).T
    found = evaluate_clusters(ground_truth, clusters, (sides[0], sides[1]), resamples=1)
    for name, value in by_hand(ground_truth, clusters, candidates).items():
        assert found[name].value == pytest.approx(value, nan_ok=True)
    both = found["bcubed_precision"].value, found["bcubed_recall"].value
    assert both == pytest.approx(bcubed_by_hand(ground_truth, clusters))


def test_the_names_of_the_labels_and_the_order_of_the_rows_change_nothing():
    rng = np.random.default_rng(1)
    ground_truth, clusters = rng.integers(0, 30, 100), rng.integers(0, 30, 100)
    order = rng.permutation(100)
    named = np.array([f"c{label}" for label in clusters])
    one, other = (
        evaluate_clusters(ground_truth, clusters),
        evaluate_clusters(ground_truth[order], named[order]),
    )
    assert {n: m.value for n, m in one.items()} == pytest.approx(
        {n: m.value for n, m in other.items()}
    )


def test_an_entity_drawn_twice_counts_as_two_that_are_alike():
    ground_truth, clusters = np.array([0, 0, 0, 1, 1]), np.array([0, 0, 1, 2, 2])
    doubled = formulas(contributions([*ground_truth, 7, 7], [*clusters, 8, 8]))
    once = formulas(contributions(ground_truth, clusters))
    for name, formula in once.items():
        assert formula(np.array([[1.0, 2.0]])) == pytest.approx(doubled[name](np.ones((1, 3))))


def test_nineteen_of_twenty_intervals_cover_what_the_metric_is_in_the_long_run():
    long_run, covered = 0.75, 0  # of three pairs an entity one or all are found, alike often
    for seed in range(60):
        rng = np.random.default_rng(seed)
        whole = rng.random(200) < 0.625
        clusters = [[e, e, e] if one else [e, e, 1000 + e] for e, one in enumerate(whole)]
        found = evaluate_clusters(np.repeat(range(200), 3), np.ravel(clusters), seed=seed)
        covered += found["recall"].low <= long_run <= found["recall"].high
    assert covered >= 53


def test_all_alone_has_no_precision_and_finds_nothing():
    found = evaluate_clusters([1, 1, 2], [0, 1, 2])
    assert np.isnan(found["precision"].value)
    assert (found["recall"].value, found["f1_score"].value) == (0, 0)
    assert "blocking_recall" not in found


def test_a_missing_label_is_refused():
    with pytest.raises(InputError, match="whose entity is unknown"):
        evaluate_clusters(["a", None], [0, 1])


def test_higher_is_better_for_all_of_them():
    found = evaluate_clusters([1, 1], [0, 0], ([0], [1]))
    assert set(found) == set(DEDUPLICATION.metric_names)
    assert not DEDUPLICATION.lower_is_better
