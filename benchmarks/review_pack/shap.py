"""The pack `shap` beside a script that samples the same, and within its budget at any size."""

import io
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from benchmarks.report import Report, spread, table
from benchmarks.review_pack.holdout import SIZES, Holdout, holdout, run_pack
from benchmarks.review_pack.sides import rows_by_size, seconds
from mlops_assets.evaluation.packs.shap import Shap
from mlops_assets.evaluation.shapley.explainer import Explainer, background_of
from mlops_assets.kinds.base import Model

ROWS, BACKGROUND = 200, 50
SINGLE, SINGLE_PASSES = 6, 4
BUDGET = 5.0
MODELS = {
    "logistic": "sklearn.linear_model.LogisticRegression",
    "forest": "sklearn.ensemble.RandomForestClassifier",
}
ABOUT = (
    "The pack: 200 held-out rows against 50 training rows in the 30 columns of the user, with\n"
    "summary, importance, dependence and interaction partners, and six single rows explained four\n"
    "times as exactly. The script: the same rows, the same number of training rows and of\n"
    "random orders, mixed in the preprocessed matrix, and three charts whose labels are not cut\n"
    "off; no interaction partners, standard errors, document or panel."
)


def run(report: Report, rounds: int) -> None:
    """Both sizes and models; then the budget, and how far sums are off."""
    rows = [("holdout, logistic", "pack", "script", "ratio")]
    rows += rows_by_size(pack, by_hand, rounds)
    lines = [*table(rows), ""]
    for name, estimator in MODELS.items():
        given = holdout(SIZES[-1], estimator)
        took = [seconds(partial(pack, given, BUDGET)) for _ in range(rounds)]
        explained = _explained(given.model, given, 20)
        each, off = seconds(partial(_explained, given.model, given, 20)) / 20, _off(explained)
        lines += [
            f"{name}, {SIZES[-1]:,} rows, a budget of {BUDGET:g} s: {spread(took)}, pictures "
            f"included; {1000 * each:.3g} ms a row; sums are off by {off:.1g} at most",
            "",
        ]
    report.section("SHAP values", ABOUT, lines[:-1])


def pack(given: Holdout, budget: float = 60.0) -> None:
    """All that is stored of it."""
    run_pack(Shap(rows=ROWS, background=BACKGROUND, seconds=budget), given)


def _explained(model: Model, given: Holdout, rows: int):
    explainer = Explainer(model, background_of(model, given.training.features))
    return explainer.explain(given.dataset.features.head(rows), seconds=1_000)


def _off(found) -> float:
    return float(abs(found.values.sum(axis=1) + found.base - found.output).max())


def by_hand(given: Holdout) -> list[bytes]:
    """What a script has: antithetic orders of the columns for each row it compares with."""
    prepare, estimator = given.model.pipeline  # type: ignore[attr-defined]
    names = [it.split("__")[1] for it in prepare.get_feature_names_out()]
    columns = list(given.dataset.features)
    owner = np.array([next(at for at, it in enumerate(columns) if n.startswith(it)) for n in names])
    rng = np.random.default_rng(0)
    chosen = rng.permutation(len(given.dataset))[:ROWS]
    rows = prepare.transform(given.dataset.features.iloc[chosen])
    others = prepare.transform(given.training.features.iloc[:BACKGROUND])
    values = np.stack([_values(estimator, it, others, owner, rng) for it in rows])
    for one in rows[:SINGLE]:
        for _ in range(SINGLE_PASSES):
            _values(estimator, one, others, owner, rng)
    return _charts(values, given.dataset.features.iloc[chosen])


def _values(
    estimator: Any, one: np.ndarray, others: np.ndarray, owner: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """What each column adds to the probability of one row, the mean of a pair of orders a row."""
    count = owner[-1] + 1
    order = rng.permuted(np.tile(np.arange(count), (len(others), 1)), axis=1)
    ranks = np.concatenate([order, count - 1 - order])
    taken = ranks[:, None, owner] < np.arange(count + 1)[:, None]
    mixed = np.where(taken, one, np.concatenate([others, others])[:, None, :])
    found = estimator.predict_proba(mixed.reshape(-1, len(owner)))[:, 1]
    steps = np.diff(found.reshape(len(ranks), count + 1), axis=1)
    return np.take_along_axis(steps, ranks, axis=1).mean(axis=0)


def _charts(values: np.ndarray, rows: pd.DataFrame) -> list[bytes]:
    columns, strong = list(rows), np.argsort(-np.abs(values).mean(axis=0))
    cloud, bars, dependence = (Figure((7.8, it), layout="constrained") for it in (6, 6, 3.6))
    axes = cloud.subplots()
    for at, name in enumerate(columns):
        is_number = rows[name].dtype.kind == "f"
        colour = {"c": rows[name], "cmap": "coolwarm"} if is_number else {"color": "grey"}
        axes.scatter(values[:, at], np.full(len(values), at), s=9, **colour)
    axes.set_yticks(range(len(columns)), columns)
    bars.subplots().barh(columns, np.abs(values).mean(axis=0))
    for each, at in zip(dependence.subplots(1, 3), strong, strict=False):
        each.scatter(rows.iloc[:, at], values[:, at], s=14)
    return [_png(it) for it in (cloud, bars, dependence)]


def _png(figure: Figure) -> bytes:
    out = io.BytesIO()
    figure.savefig(out, format="png")
    return out.getvalue()
