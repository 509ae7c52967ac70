"""The pack `calibration` beside scikit-learn's curve and matplotlib."""

import io

import numpy as np
from matplotlib.figure import Figure
from sklearn.calibration import calibration_curve
from sklearn.metrics import brier_score_loss

from benchmarks.report import Report
from benchmarks.review_pack.holdout import Holdout, run_pack
from benchmarks.review_pack.sides import by_size
from mlops_assets.evaluation.packs.calibration import Calibration

RESAMPLES = 400
ABOUT = (
    "The pack: the calibration error without its noise and the mean difference, with 95 %\n"
    "intervals from 400 resamples, the test of the mean, a curve with intervals and a histogram.\n"
    "scikit-learn: `calibration_curve` and the Brier score, their intervals by as many resamples,\n"
    "a curve and a histogram by matplotlib."
)


def run(report: Report, rounds: int) -> None:
    """Both sizes."""
    by_size(report, "Calibration", ABOUT, {"pack": pack, "scikit-learn": by_hand}, rounds)


def pack(given: Holdout) -> None:
    """All that is stored of it."""
    run_pack(Calibration(), given)


def by_hand(given: Holdout) -> bytes:
    """The curve, a histogram, and the intervals."""
    true = given.dataset.known_target().to_numpy()
    score = given.predictions["probability_1"].to_numpy()
    rng = np.random.default_rng(0)
    for _ in range(RESAMPLES):
        drawn = rng.integers(0, len(true), len(true))
        calibration_curve(true[drawn], score[drawn], n_bins=10, strategy="quantile")
        brier_score_loss(true[drawn], score[drawn])
    happened, said = calibration_curve(true, score, n_bins=10, strategy="quantile")
    figure = Figure(figsize=(7.8, 8))
    curve, histogram = figure.subplots(2)
    curve.plot(said, happened, marker="o")
    histogram.hist(score, bins=40)
    out = io.BytesIO()
    figure.savefig(out, format="png")
    return out.getvalue()
