"""Search for the estimator's best hyperparameters by cross-validation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_assets.errors import InputError
from mlops_assets.features.columns import nearest
from mlops_assets.kinds.base import Trial
from mlops_assets.kinds.sklearn.estimators import require_known
from mlops_assets.kinds.sklearn.predictions import ranks

if TYPE_CHECKING:
    import pandas as pd
    from sklearn.model_selection import GridSearchCV, RandomizedSearchCV
    from sklearn.pipeline import Pipeline

    from mlops_assets.kinds.sklearn.params import Search

STEP = "estimator__"
SHORT_NAMES = {
    "rmse": "neg_root_mean_squared_error",
    "mae": "neg_mean_absolute_error",
    "log_loss": "neg_log_loss",
}
FOR_MANY_CLASSES = {
    "roc_auc": "roc_auc_ovr",
    "f1": "f1_macro",
    "precision": "precision_macro",
    "recall": "recall_macro",
}


def search(
    settings: Search,
    pipeline: Pipeline,
    rows: pd.DataFrame,
    target: pd.Series,
    *,
    seed: int,
) -> tuple[Pipeline, list[Trial], dict[str, float]]:
    """The best pipeline refitted on all rows, every trial, and `train_cv_<metric>` of the best.

    Preprocessing is fitted within each fold, so that no information leaks between folds.
    """
    from sklearn.base import is_classifier

    estimator = pipeline.named_steps["estimator"]
    for name in settings.space:
        require_known(name, list(estimator.get_params()), type(estimator).__name__, "search.space")
    metric = settings.metric or default_metric(pipeline)
    classes = target.nunique() if is_classifier(pipeline) else None
    scorer = scorer_name(metric, classes=classes)
    found = _searcher(settings, pipeline, scorer, seed).fit(rows, target)
    trials = _trials(found.cv_results_, metric, -1 if scorer.startswith("neg_") else 1)
    best = trials[found.best_index_].metrics[f"cv_{metric}"]
    return found.best_estimator_, trials, {f"train_cv_{metric}": best}


def scorer_name(metric: str, *, classes: int | None) -> str:
    """scikit-learn's name for the metric; `classes` is None for a regression.

    Raises `InputError` if there is none.
    """
    from sklearn.metrics import get_scorer_names

    name = SHORT_NAMES.get(metric, metric)
    if classes is not None and classes > 2:
        name = FOR_MANY_CLASSES.get(name, name)
    if name not in (known := get_scorer_names()):
        known = [*SHORT_NAMES, *known]
        raise InputError(
            seen=f"there is no search metric {metric!r}{nearest(metric, known)}",
            expected=f"one of {known}",
            todo="correct `search.metric` in defs.yaml",
        )
    return name


def default_metric(pipeline: Pipeline) -> str:
    """What a fit is compared by: R² of numbers, ROC AUC of ranked classes, or accuracy."""
    from sklearn.base import is_regressor

    if is_regressor(pipeline):
        return "r2"
    return "roc_auc" if ranks(pipeline) else "accuracy"


def _searcher(
    settings: Search, pipeline: Pipeline, scorer: str, seed: int
) -> GridSearchCV | RandomizedSearchCV:
    from sklearn.base import is_classifier
    from sklearn.model_selection import GridSearchCV, KFold, RandomizedSearchCV, StratifiedKFold

    space = {STEP + name: values for name, values in settings.space.items()}
    folds = StratifiedKFold if is_classifier(pipeline) else KFold
    cv = folds(settings.folds, shuffle=True, random_state=seed)
    # A setting that cannot be fitted is a mistake in the YAML, so it stops the search
    shared = {"scoring": scorer, "cv": cv, "error_score": "raise"}
    if settings.method == "grid":
        return GridSearchCV(pipeline, space, **shared)
    trials = min(settings.trials, settings.combinations)
    return RandomizedSearchCV(pipeline, space, n_iter=trials, random_state=seed, **shared)


def _trials(results: dict, metric: str, sign: int) -> list[Trial]:
    columns = (results[k] for k in ("params", "mean_test_score", "std_test_score", "mean_fit_time"))
    return [
        Trial(
            params={name.removeprefix(STEP): value for name, value in params.items()},
            metrics={
                f"cv_{metric}": sign * float(mean),
                f"cv_{metric}_std": float(std),
                "cv_fit_seconds": float(seconds),
            },
        )
        for params, mean, std, seconds in zip(*columns, strict=True)
    ]
