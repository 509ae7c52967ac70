"""The pack `fairness` beside fairlearn: point values, and its own bootstrap."""

import io
from functools import partial

import pandas as pd
from fairlearn.metrics import MetricFrame, selection_rate
from sklearn.metrics import (
    accuracy_score,
    brier_score_loss,
    f1_score,
    log_loss,
    precision_score,
    recall_score,
    roc_auc_score,
)

from benchmarks.report import Report, spread, table
from benchmarks.review_pack.holdout import SIZES, Holdout, holdout, run_pack
from benchmarks.review_pack.sides import compare, row, seconds
from mlops_assets.evaluation.packs.fairness import Fairness

OF_LABELS = {
    "selection_rate": selection_rate,
    "recall": partial(recall_score, zero_division=0),
    "precision": partial(precision_score, zero_division=0),
    "accuracy": accuracy_score,
    "f1": partial(f1_score, zero_division=0),
}
OF_SCORES = {"roc_auc": roc_auc_score, "brier": brier_score_loss}
OF_SCORES["log_loss"] = partial(log_loss, labels=[0, 1])
RESAMPLES = 400
ABOUT = (
    "The pack: statistical parity, equal opportunity and predictive parity of two columns with\n"
    "intervals and permutation tests (`differences`, all that gates need), then every metric of\n"
    "every group with its interval, the page and the picture (`all`). fairlearn: the same metrics\n"
    "as single numbers, without intervals, tests or a page, as a bar chart."
)


def run(report: Report, rounds: int) -> None:
    """Both sizes; at the smaller one fairlearn's own bootstrap, once."""
    rows = [("holdout", "pack", "fairlearn", "ratio")]
    for size in SIZES:
        given = holdout(size)
        theirs = partial(by_hand, given)
        for what, ours in (("differences", _differences), ("all", pack)):
            measured = compare(partial(ours, given), theirs, rounds)
            rows.append(row(f"{size:,} rows, {what}", *measured))
    once = seconds(partial(_bootstrapped, holdout(SIZES[0])))
    lines = [
        *table(rows),
        "",
        f"fairlearn's intervals of three metrics by gender, {RESAMPLES} resamples of {SIZES[0]:,} "
        f"rows: {spread([once])}",
    ]
    report.section("Groups of people", ABOUT, lines)


def _differences(given: Holdout) -> None:
    Fairness().judge(given.dataset, given.predictions, given.spec)


def pack(given: Holdout) -> None:
    """All that is stored of it."""
    run_pack(Fairness(), given)


def by_hand(given: Holdout) -> None:
    """What a script by hand has: a frame per column, the differences and a chart."""
    true, found = given.dataset.known_target(), given.predictions
    frames: list[pd.DataFrame] = []
    for column in given.dataset.roles["sensitive"]:
        people = given.dataset.context[column]
        for metrics, said in ((OF_LABELS, "prediction"), (OF_SCORES, "probability_1")):
            frame = MetricFrame(
                metrics=metrics, y_true=true, y_pred=found[said], sensitive_features=people
            )
            frame.difference()
            frames.append(frame.by_group)
    chart = pd.concat(frames).plot.bar(subplots=True, figsize=(7.8, 12)).ravel()[0].figure
    chart.savefig(io.BytesIO(), format="png")
    _close(chart)


def _close(chart: object) -> None:
    from matplotlib import pyplot as plt

    plt.close(chart)  # type: ignore


def _bootstrapped(given: Holdout) -> None:
    frame = MetricFrame(
        metrics={name: OF_LABELS[name] for name in ("selection_rate", "recall", "precision")},
        y_true=given.dataset.known_target(),
        y_pred=given.predictions["prediction"],
        sensitive_features=given.dataset.context["gender"],
        n_boot=RESAMPLES,
        ci_quantiles=[0.025, 0.975],
    )
    _ = frame.by_group_ci, frame.difference_ci()
