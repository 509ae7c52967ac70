"""The pack `threshold` beside scikit-learn's curve."""

import io

import numpy as np
from matplotlib.figure import Figure
from sklearn.metrics import precision_recall_curve

from benchmarks.report import Report
from benchmarks.review_pack.holdout import Holdout, run_pack
from benchmarks.review_pack.sides import by_size
from mlops_assets.evaluation.packs.threshold import Threshold

RESAMPLES = 400
ABOUT = (
    "The pack: precision, recall, F1 and cost by threshold, each with its 95 % interval from 400\n"
    "resamples, and a picture. scikit-learn: `precision_recall_curve`, as often resampled, and a\n"
    "picture of two scores with their bands."
)


def run(report: Report, rounds: int) -> None:
    """Both sizes."""
    by_size(report, "Thresholds", ABOUT, {"pack": pack, "scikit-learn": by_hand}, rounds)


def pack(given: Holdout) -> None:
    """All that is stored of it."""
    run_pack(Threshold(), given)


def by_hand(given: Holdout) -> bytes:
    """The curves with a band."""
    true = given.dataset.known_target().to_numpy()
    score = given.predictions["probability_1"].to_numpy()
    rng, grid, curves = np.random.default_rng(0), np.linspace(0.01, 0.99, 99), []
    for _ in range(RESAMPLES):
        drawn = rng.integers(0, len(true), len(true))
        precision, recall, at = precision_recall_curve(true[drawn], score[drawn])
        places = np.searchsorted(at, grid).clip(0, len(at) - 1)
        curves.append((precision[places], recall[places]))
    band = np.percentile(np.array(curves), [2.5, 50, 97.5], axis=0)
    figure = Figure(figsize=(7.8, 4), layout="constrained")
    axes = figure.subplots()
    for which in range(2):
        axes.plot(grid, band[1, which])
        axes.fill_between(grid, band[0, which], band[2, which], alpha=0.2)
    out = io.BytesIO()
    figure.savefig(out, format="png")
    return out.getvalue()
