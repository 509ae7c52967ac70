"""The pack `validation` beside scikit-learn's cross-validation."""

import pandas as pd
from sklearn.base import clone
from sklearn.metrics import (
    accuracy_score,
    average_precision_score,
    brier_score_loss,
    f1_score,
    log_loss,
    precision_score,
    recall_score,
    roc_auc_score,
)
from sklearn.model_selection import cross_val_predict

from benchmarks.report import Report
from benchmarks.review_pack.holdout import Holdout, run_pack
from benchmarks.review_pack.sides import by_size
from mlops_assets.evaluation.packs.validation import Validation

OF_LABELS = (accuracy_score, f1_score, precision_score, recall_score)
OF_SCORES = (roc_auc_score, average_precision_score, brier_score_loss, log_loss)
ABOUT = (
    "The pack: every metric with its 95 % interval on the 2,000 training rows, out-of-fold on\n"
    "them (five more fits) and on the holdout. scikit-learn: `cross_val_predict` of the same\n"
    "pipeline with five folds and eight of the metrics on the three sides, without intervals."
)


def run(report: Report, rounds: int) -> None:
    """Both sizes."""
    by_size(report, "Validation", ABOUT, {"pack": pack, "scikit-learn": by_hand}, rounds)


def pack(given: Holdout) -> None:
    """All that is stored of it."""
    run_pack(Validation(), given)


def by_hand(given: Holdout) -> dict[str, list[float]]:
    """The metrics on the three sides."""
    pipeline, train = given.model.pipeline, given.training  # type: ignore[attr-defined]
    target = train.known_target()
    found = cross_val_predict(
        clone(pipeline), train.features, target, cv=5, method="predict_proba"
    )[:, 1]
    sides = {
        "training": (target, pipeline.predict_proba(train.features)[:, 1]),
        "validation": (target, found),
        "test": (given.dataset.known_target(), given.predictions["probability_1"].to_numpy()),
    }
    return {side: _metrics(*it) for side, it in sides.items()}


def _metrics(true: pd.Series, score) -> list[float]:
    labels = (score > 0.5).astype(int)
    return [it(true, labels) for it in OF_LABELS] + [it(true, score) for it in OF_SCORES]
