"""The same evaluation in plain numpy: all estimates with intervals, by weighted sums."""

from __future__ import annotations

import numpy as np

RESAMPLES = 100


def evaluate(
    action: np.ndarray,
    reward: np.ndarray,
    propensity: np.ndarray,
    probability: np.ndarray,
    estimated: np.ndarray,
    seed: int = 0,
) -> dict[str, tuple[float, float, float]]:
    """Value and 95 % interval of each estimate; `action` are codes, of n rows."""
    rows = len(reward)
    at = np.arange(rows)
    weight = probability[at, action] / propensity
    direct = (probability * estimated).sum(axis=1)
    robust = direct + weight * (reward - estimated[at, action])
    shown = np.isin(np.arange(probability.shape[1]), action)
    unsupported = probability[:, ~shown].sum(axis=1)
    clipped = np.minimum(weight, 10) * reward
    inverse = 1 / (probability.shape[1] * propensity)
    columns = np.stack(
        [reward, weight, weight**2, weight * reward, robust, direct, clipped, unsupported, inverse]
    )
    order = np.argsort(-weight)[:200]
    rng = np.random.default_rng(seed)
    sums, heaviest = [columns.sum(axis=1)], [weight.max()]
    for _ in range(RESAMPLES):
        counts = np.bincount(rng.integers(0, rows, rows), minlength=rows).astype("float64")
        sums.append(columns @ counts)
        heaviest.append(weight[order[(counts[order] > 0).argmax()]])
    r, w, ww, wr, dr, d, c, u, i = np.array(sums).T
    found = {
        "value_dr": dr / rows,
        "value_snips": wr / w,
        "value_ips": wr / rows,
        "value_logged": r / rows,
        "lift_dr": (dr - r) / rows,
        "effective_sample_size": w**2 / ww,
        "mean_weight": w / rows,
        "max_weight_share": np.array(heaviest) / w,
        "unsupported_mass": u / rows,
        "propensity_calibration": i / rows,
        "value_direct": d / rows,
        "value_clipped_ips": c / rows,
    }
    return {
        name: (float(it[0]), *map(float, np.percentile(it[1:], [2.5, 97.5])))
        for name, it in found.items()
    }
