"""SciPy's exact scores, run as `python -m benchmarks.loop.speed_scipy REFERENCE CURRENT`."""

import sys

import pandas as pd
from scipy.spatial.distance import jensenshannon
from scipy.stats import wasserstein_distance

from benchmarks.loop.child import answer, timed
from benchmarks.loop.wide import COLUMNS


def exact(reference: pd.DataFrame, current: pd.DataFrame) -> dict[str, float]:
    """Each column's score on all rows, as `mlops_assets.monitoring.drift.scores` defines it."""
    numeric = {
        name: wasserstein_distance(reference[name], current[name]) / reference[name].std(ddof=0)
        for name in COLUMNS.numeric
    }
    return numeric | {name: _labels(reference[name], current[name]) for name in COLUMNS.categorical}


def _labels(reference: pd.Series, current: pd.Series) -> float:
    shares = pd.concat(
        [values.value_counts(normalize=True) for values in (reference, current)], axis=1
    ).fillna(0)
    return float(jensenshannon(*shares.to_numpy().T))


if __name__ == "__main__":
    took, scores = timed(lambda: exact(*(pd.read_parquet(path) for path in sys.argv[1:])))
    answer(seconds=took, scores=scores)
