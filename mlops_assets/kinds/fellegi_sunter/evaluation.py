"""Evaluate a linkage model, from the pairs behind its predictions."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, Any

from mlops_assets.features.dataset import Dataset
from mlops_assets.kinds.base import PackResult
from mlops_assets.kinds.fellegi_sunter import figures
from mlops_assets.kinds.fellegi_sunter.linking import Linked
from mlops_assets.kinds.fellegi_sunter.pair import explain_pair
from mlops_assets.tasks.metrics.deduplication import FORMULAS, estimates, summary
from mlops_assets.tasks.metrics.intervals import with_intervals
from mlops_assets.tasks.metrics.metric import Metric, exact

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from matplotlib.figure import Figure

    from mlops_assets.kinds.fellegi_sunter.linkage_model import LinkageModel

REPORT = "evaluation_report.json"


def evaluate(
    linkage: LinkageModel,
    linked: Linked,
    dataset: Dataset,
    predictions: pd.DataFrame,
    *,
    seed: int,
) -> PackResult:
    """Measure how `dataset` was `linked`; its target, where known, is the entity of each row.

    Rows with an unknown entity are linked but not evaluated. Without a target, metrics and figures
    that need it are left out.
    """
    ground_truth = dataset.target
    metrics = _unsupervised_metrics(linkage, linked, predictions)
    same = None
    if ground_truth is not None and ground_truth.notna().any():
        metrics = _supervised_metrics(linked, ground_truth, seed) | metrics
        same = _truly_same(linked, ground_truth)
    documents = {REPORT: partial(_report, linkage, linked, metrics)}
    draw = partial(_figures, linkage, dataset.features, linked, metrics, same)
    return PackResult(metrics, draw, documents)


def _unsupervised_metrics(
    model: LinkageModel, linked: Linked, table: pd.DataFrame
) -> dict[str, Metric]:
    """The metrics that need no ground truth."""
    numbers = {
        "candidate_pairs": len(linked.pairs),
        "training_pairs": model.training_pairs,
        **summary(table),
        **{f"pairs_by_{rule.replace(' and ', '_')}": count for rule, count in linked.rules.items()},
    }
    return {name: exact(value, len(table)) for name, value in numbers.items()}


def _supervised_metrics(linked: Linked, ground_truth: pd.Series, seed: int) -> dict[str, Metric]:
    """The metrics on the rows with a known entity."""
    import numpy as np

    known = ground_truth.notna().to_numpy()
    place = np.cumsum(known) - 1
    left, right = (linked.pairs[side].to_numpy() for side in ("left", "right"))
    both = known[left] & known[right]
    candidates = place[left[both]], place[right[both]]
    labels = linked.clustered.labels[known]
    found = estimates(ground_truth.to_numpy()[known], labels, candidates)
    return with_intervals(found, seed=seed)


def _truly_same(linked: Linked, ground_truth: pd.Series) -> pd.Series:
    """Whether each candidate pair is one entity; missing where unknown."""
    import numpy as np
    import pandas as pd

    entity = pd.factorize(ground_truth)[0]
    left, right = (entity[linked.pairs[side].to_numpy()] for side in ("left", "right"))
    known = (left >= 0) & (right >= 0)
    return pd.Series(np.where(known, left == right, None), dtype="boolean")


def _report(model: LinkageModel, linked: Linked, metrics: dict[str, Metric]) -> dict[str, Any]:
    """Every number by name; null where there is no ground truth to compute it from."""
    supervised = {name: _number(metrics.get(name)) for name in FORMULAS}
    counted = {name: metric.value for name, metric in metrics.items() if name not in FORMULAS}
    thresholds = {
        "match_weight": model.plan.match_weight,
        "review_weight": model.plan.review_weight,
    }
    return supervised | counted | thresholds | {"pairs_per_rule": linked.rules}


def _number(metric: Metric | None) -> dict[str, float | int | None] | None:
    if metric is None:
        return None
    numbers = metric.model_dump()
    return {name: None if math.isnan(value) else value for name, value in numbers.items()}


def _figures(
    model: LinkageModel,
    features: pd.DataFrame,
    linked: Linked,
    metrics: dict[str, Metric],
    same: pd.Series | None,
) -> dict[str, Figure]:
    weights = linked.pairs["match_weight"].to_numpy()
    drawn = {"match_weights": figures.match_weights(model)}
    if len(weights):
        drawn["weight_histogram"] = figures.histogram(model, weights, same)
        typical = linked.pairs[["left", "right"]].to_numpy()[_typical_match(model, weights)]
        explained = explain_pair(model, features.iloc[typical])
        drawn["pair_waterfall"] = figures.waterfall(explained.evidence)
    if same is None or not same.notna().any():
        return drawn
    known = same.notna().to_numpy()
    truly, labels = same[known].to_numpy(dtype=bool), linked.clustered.labels
    together = labels[linked.pairs["left"]] == labels[linked.pairs["right"]]
    true_pairs = metrics["recall"].support
    return drawn | {
        "threshold_curve": figures.threshold_curve(model, weights[known], truly, true_pairs),
        "roc_curve": figures.roc_curve(weights[known], truly),
        "confusion_matrix": figures.confusion_matrix(truly, together[known]),
    }


def _typical_match(model: LinkageModel, weights: np.ndarray) -> int:
    """The match with the median weight, or the strongest pair if nothing matches."""
    import numpy as np

    matches = np.flatnonzero(weights >= model.plan.match_weight)
    if not len(matches):
        return int(weights.argmax())
    return int(matches[np.argsort(weights[matches], kind="stable")[len(matches) // 2]])
