"""How training went, for a picture: scores per iteration, or by the number of training rows."""

from __future__ import annotations

import time
import warnings
from itertools import pairwise
from math import isfinite, nan
from typing import TYPE_CHECKING, Any

from mlops_assets.features.dataset import Dataset
from mlops_assets.kinds.base import LearningCurve
from mlops_assets.kinds.sklearn.decision import plain_estimator
from mlops_assets.kinds.sklearn.search import default_metric, scorer_name

if TYPE_CHECKING:
    import pandas as pd
    from sklearn.pipeline import Pipeline

FEWEST_ROWS = 500
SHARES = (1 / 16, 1 / 8, 1 / 4, 1 / 2, 1.0)
SECONDS, FOLDS, FEWEST_SIZES = 0.7, 3, 3


def learning_curve(
    pipeline: Pipeline,
    train: Dataset,
    *,
    fit_seconds: float,
    seed: int,
    seconds: float = SECONDS,
) -> LearningCurve:
    """The scores that the fit left behind; else by five sizes of the training rows.

    Those are cross-validated on the training rows alone, within about `seconds`: if that is too
    short for all sizes, without the largest. `fit_seconds` is what the fit took. `why_none` says
    why there is no curve. A threshold is left out: it changes no probability.
    """
    from sklearn.pipeline import Pipeline

    from mlops_assets.kinds.sklearn.fair_vote import FairVote

    estimator = plain_estimator(pipeline.named_steps["estimator"])
    pipeline = Pipeline([("prepare", pipeline[0]), ("estimator", estimator)])
    left = _per_iteration(estimator)
    if left is not None:
        return left
    if isinstance(estimator, FairVote):
        return LearningCurve(why_none="a reduction fits the estimator many times")
    rows, target = train.features.loc[:, train.columns.names], train.known_target()
    if len(rows) < FEWEST_ROWS:
        return LearningCurve(why_none=f"{len(rows)} training rows; {FEWEST_ROWS} are needed")
    if fit_seconds > seconds / 2:  # a fit of few rows is hardly faster, if it has many trees
        return LearningCurve(why_none=f"one fit takes {fit_seconds:.2g} s{_budget(seconds)}")
    folds = FOLDS if fit_seconds * sum(SHARES) * (FOLDS - 1) < seconds else 1
    return _by_rows(pipeline, rows, target, (folds, seed, seconds))


def _budget(seconds: float) -> str:
    return f", and {FEWEST_SIZES} sizes of the training rows have to be fitted in {seconds:g} s"


def _per_iteration(estimator: Any) -> LearningCurve | None:
    """Losses or scores of each iteration; None where the estimator keeps none."""
    found = {
        "training": getattr(estimator, "train_score_", getattr(estimator, "loss_curve_", ())),
        "validation": getattr(estimator, "validation_score_", ()),
    }
    kept = {name: [float(it) for it in values] for name, values in found.items() if len(values) > 1}
    if "training" not in kept:
        return None
    scoring = getattr(estimator, "scoring", None)
    # Of these, histogram gradient boosting keeps the negative loss, or scores.
    keeps_scores = hasattr(estimator, "validation_score_")
    if keeps_scores and scoring == "loss":
        kept = {name: [-it for it in values] for name, values in kept.items()}
    score = str(scoring) if keeps_scores and scoring != "loss" else "loss"
    steps = list(range(1, len(kept["training"]) + 1))
    return LearningCurve(steps=steps, step="iteration", score=score, curves=kept)


def _by_rows(
    pipeline: Pipeline, rows: pd.DataFrame, target: pd.Series, how: tuple[int, int, float]
) -> LearningCurve:
    from sklearn.base import is_classifier
    from sklearn.model_selection import ShuffleSplit, StratifiedShuffleSplit

    folds, seed, seconds = how
    metric = default_metric(pipeline)
    scorer = scorer_name(metric, classes=target.nunique() if is_classifier(pipeline) else None)
    splits = StratifiedShuffleSplit if is_classifier(pipeline) else ShuffleSplit
    cv = splits(folds, test_size=1 / FOLDS, random_state=seed)
    most = len(rows) - -(-len(rows) // FOLDS)
    sizes = [int(share * most) for share in SHARES]
    steps, curves = [], {"training": [], "validation": []}
    began = time.perf_counter()
    for size, larger in pairwise([*sizes, sizes[-1]]):
        asked = {"train_sizes": [size], "cv": cv, "scoring": scorer, "random_state": seed}
        started = time.perf_counter()
        for name, value in _scores(pipeline, rows, target, asked).items():
            curves[name].append(value)
        steps.append(size)
        now = time.perf_counter()
        if now - began + (now - started) * larger / size > seconds:
            break
    if len(steps) < FEWEST_SIZES:
        return LearningCurve(why_none=f"the fits take too long{_budget(seconds)}")
    if not any(map(isfinite, curves["validation"])):
        return LearningCurve(why_none="no size of the training rows could be fitted and scored")
    return LearningCurve(steps=steps, step="training rows", score=metric, curves=curves)


def _scores(
    pipeline: Pipeline, rows: pd.DataFrame, target: pd.Series, asked: dict[str, Any]
) -> dict[str, float]:
    """The mean scores; NaN where so few rows cannot be fitted, as with a single class."""
    import sklearn.model_selection as selection

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the gap in the picture shows it
        try:
            _, train, test = selection.learning_curve(pipeline, rows, target, shuffle=True, **asked)
        except ValueError:  # every fit failed; those that fail are NaN otherwise
            return {"training": nan, "validation": nan}
    return {"training": float(train.mean()), "validation": float(test.mean())}
