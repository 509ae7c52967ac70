"""Scores from a thousand cells, compared with SciPy on every row."""

import numpy as np
import pandas as pd
import pytest
from scipy.spatial.distance import jensenshannon
from scipy.stats import wasserstein_distance

from mlops_assets.monitoring.drift.category_counts import label_counts
from mlops_assets.monitoring.drift.histogram import histogram
from mlops_assets.monitoring.drift.scores import jensen_shannon, wasserstein

ROWS = 100_000
SHAPES = {
    "normal": lambda rng, rows: rng.normal(size=rows),
    "far from zero": lambda rng, rows: rng.normal(1e9, 1, rows),
    "skewed": lambda rng, rows: rng.lognormal(0, 2, rows),
    "discrete": lambda rng, rows: rng.poisson(3, rows).astype(float),
    "rounded": lambda rng, rows: rng.normal(0, 100, rows).round(),
    "mostly zero": lambda rng, rows: rng.lognormal(3, 1, rows) * (rng.random(rows) < 0.3),
    "heavy tails": lambda rng, rows: rng.standard_t(2, rows),
    "no mean": lambda rng, rows: rng.standard_cauchy(rows),
}


@pytest.mark.parametrize("rows", [1_000, ROWS])
@pytest.mark.parametrize("shape", SHAPES)
def test_wasserstein_is_scipys_within_a_thousandth(shape, rows):
    rng = np.random.default_rng(0)
    reference = SHAPES[shape](rng, ROWS)
    counted = histogram(reference)
    for shift in (0, 0.05, 0.5):
        day = SHAPES[shape](rng, rows) + shift * min(reference.std(), 100)
        exact = wasserstein_distance(reference, day) / reference.std()
        assert abs(wasserstein(counted, histogram(day, counted.edges)) - exact) < 0.001


def test_rows_outside_the_reference_count_at_their_real_distance():
    counted = histogram(np.array([0.0, 1.0, 2.0]))
    day = np.array([-100.0, 1.0, 500.0])
    exact = wasserstein_distance([0, 1, 2], day) / np.std([0, 1, 2])
    assert wasserstein(counted, histogram(day, counted.edges)) == pytest.approx(exact)


def test_jensen_shannon_is_scipys_also_with_labels_the_reference_lacks():
    reference, day = pd.Series(list("aaabbc")), pd.Series(list("abbbde"))
    counted = label_counts(reference, "categorical")
    score = jensen_shannon(counted, label_counts(day, "categorical", counted.labels))
    shares = pd.DataFrame({"one": reference.value_counts(), "other": day.value_counts()}).fillna(0)
    assert score == pytest.approx(jensenshannon(shares["one"], shares["other"]))
