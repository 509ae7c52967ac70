"""Numbers at which the trees of a fitted ensemble change their minds.

Forests compare in float32, so a runtime may differ from them just there.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np

TREES, MOST = 20, 30


def thresholds(estimator: Any, numeric: list[tuple[str, float, float]]) -> dict[str, list[float]]:
    """For each numeric column some thresholds, and the numbers beside them, before scaling.

    `numeric` has the name, mean and scale of the first encoded columns. Empty for an estimator
    that has no trees.
    """
    found: dict[str, list[float]] = defaultdict(list)
    for tree in np.ravel(getattr(estimator, "estimators_", ()))[:TREES]:
        inner = getattr(tree, "tree_", None)
        if inner is None:
            return {}
        for place, threshold in zip(inner.feature, inner.threshold, strict=True):
            if 0 <= place < len(numeric) and len(found[numeric[place][0]]) < MOST:
                name, mean, scale = numeric[place]
                at = float(threshold) * scale + mean
                found[name] += [
                    at,
                    float(np.nextafter(at, -np.inf)),
                    float(np.nextafter(at, np.inf)),
                ]
    return dict(found)
