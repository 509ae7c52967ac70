"""Give a fitted pipeline the decision that its YAML asks for: a threshold, or a mitigation."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import TYPE_CHECKING, Any, NamedTuple

from mlops_assets.errors import InputError
from mlops_assets.features.columns import Columns, nearest
from mlops_assets.features.dataset import Dataset
from mlops_assets.features.labels import class_name
from mlops_assets.kinds.sklearn.decision import Decided, actual_of, ending, plain_estimator
from mlops_assets.kinds.sklearn.decision_params import (
    GroupThresholdsChoice,
    Mitigation,
    ReductionChoice,
    ThresholdChoice,
)
from mlops_assets.kinds.sklearn.threshold_choice import (
    best_threshold,
    equal_thresholds,
    out_of_fold,
)

if TYPE_CHECKING:
    import numpy as np
    from sklearn.pipeline import Pipeline

USUAL = 0.5
Scores = Callable[[int], "np.ndarray"]
"""The out-of-fold probabilities of the positive label, (rows,), by the number of folds."""


class Group(NamedTuple):
    """Where a column stands among the encoded features, and what its encoded columns mean."""

    start: int
    end: int
    names: list[str]


def decide(
    pipeline: Pipeline,
    threshold: float | ThresholdChoice | None,
    mitigation: Mitigation | None,
    dataset: Dataset,
) -> Decided:
    """The pipeline with its decision; the same pipeline if nothing is asked.

    Raises `InputError` unless it gives the probabilities of two classes, or if the column of the
    mitigation is not what it needs.
    """
    if threshold is None and mitigation is None:
        return Decided(pipeline)
    if mitigation is not None:
        context = Columns(categorical=[*map(str, dataset.context.columns)])
        require_column(mitigation, dataset.columns, context)
    positive = _positive(pipeline, dataset)
    if isinstance(mitigation, ReductionChoice):
        from mlops_assets.kinds.sklearn.reducing import reduced

        return reduced(pipeline, mitigation, dataset, positive)
    scores = cache(partial(out_of_fold, pipeline, dataset, positive))
    found = _with_threshold(pipeline, threshold, dataset, positive, scores)
    if mitigation is None:
        return found
    return _by_group(found, mitigation, dataset, positive, scores)


def _positive(pipeline: Pipeline, dataset: Dataset) -> Any:
    """The positive one of two labels, by default the greater, as a Python value."""
    labels = getattr(pipeline, "classes_", ())
    if len(labels) != 2 or not hasattr(pipeline, "predict_proba"):
        classes = f"{len(labels)} classes" if len(labels) else "no classes"
        raise InputError(
            seen=f"`threshold` or `mitigation` for {type(pipeline[-1]).__name__} with {classes}"
            + ("" if hasattr(pipeline, "predict_proba") else ", which gives no probabilities"),
            expected="a classifier that gives the probabilities of two classes",
            todo="remove it from `model`, or choose another estimator or target",
        )
    if dataset.positive is None:
        return labels[1].item() if hasattr(labels[1], "item") else labels[1]
    named = {class_name(it): it for it in labels.tolist()}
    return named[class_name(dataset.positive)]


def _with_threshold(
    pipeline: Pipeline,
    threshold: float | ThresholdChoice | None,
    dataset: Dataset,
    positive: Any,
    scores: Scores,
) -> Decided:
    from sklearn.base import clone
    from sklearn.model_selection import FixedThresholdClassifier

    if threshold is None:
        return Decided(pipeline)
    curve, metrics = None, {}
    if isinstance(threshold, ThresholdChoice):
        curve = best_threshold(threshold, scores(threshold.folds), actual_of(dataset, positive))
        metrics = {f"train_out_of_fold_{curve.metric}": curve.at_chosen[curve.metric]}
    value = curve.chosen if curve else threshold
    deciding = FixedThresholdClassifier(
        clone(pipeline[-1]), threshold=value, pos_label=positive, response_method="predict_proba"
    )
    deciding.estimator_ = pipeline[-1]  # fitted already
    return Decided(ending(pipeline, deciding), {"threshold": value}, metrics, curve)


def _by_group(
    found: Decided,
    mitigation: GroupThresholdsChoice,
    dataset: Dataset,
    positive: Any,
    scores: Scores,
) -> Decided:
    import numpy as np

    from mlops_assets.kinds.sklearn.group_thresholds import GroupThresholds, group_codes

    column = mitigation.column
    plain = ending(found.pipeline, plain_estimator(found.pipeline[-1]))
    group = _group(plain, column, dataset)
    encoded = plain[:-1].transform(dataset.features.loc[:, dataset.columns.names])
    codes = group_codes(np.asarray(encoded)[:, group.start : group.end])
    is_parity = mitigation.constraint == "statistical_parity"
    counted = np.ones(len(codes), bool) if is_parity else actual_of(dataset, positive)
    usual = found.params.get("threshold", USUAL)
    out_of_fold_scores = scores(mitigation.folds)
    chosen = equal_thresholds(out_of_fold_scores, counted, codes, usual, len(group.names))
    deciding = GroupThresholds(
        plain[-1], positive, group.start, group.end, chosen, usual, group.names
    )
    named = {name: round(it, 4) for name, it in zip(group.names, chosen, strict=True)}
    params = {**found.params, "mitigation": mitigation.type, "group_thresholds": str(named)}
    return Decided(ending(plain, deciding), params, found.metrics, found.curve)


def _group(pipeline: Pipeline, column: str, dataset: Dataset) -> Group:
    """Where the column stands."""
    from mlops_assets.kinds.sklearn.preprocessing import encoded_labels

    role = "categorical" if column in dataset.columns.categorical else "boolean"
    prepare = pipeline[0]
    place = getattr(dataset.columns, role).index(column)
    start = prepare.output_indices_[role].start
    if role == "boolean":
        return Group(start + place, start + place + 1, ["false", "true"])
    labels = encoded_labels(prepare.named_transformers_[role][-1])
    start += sum(map(len, labels[:place]))
    return Group(start, start + len(labels[place]), labels[place])


def require_column(mitigation: Mitigation, features: Columns, context: Columns) -> None:
    """Raise `InputError` unless the column of the mitigation is one that it can use."""
    if isinstance(mitigation, ReductionChoice):
        known = [*context.names, *features.names]
        expected, todo = f"one of {known}", "correct it, or add it to `context: {sensitive: [...]}`"
    else:
        known = [*features.categorical, *features.boolean]
        expected = (
            f"one of the categorical or boolean features {known}: each row that is predicted needs "
            "its group, and a model is not given the context then"
        )
        todo = (
            "add the column to `columns`, or use `mitigation: {type: reduction, …}`, which needs "
            "groups in training alone"
        )
    if mitigation.column not in known:
        raise InputError(
            seen=f"`mitigation` of type {mitigation.type} has the column {mitigation.column!r}"
            f"{nearest(mitigation.column, known)}",
            expected=expected,
            todo=todo,
        )
