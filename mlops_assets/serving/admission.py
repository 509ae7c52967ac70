"""Decide at every load which way a version answers, by comparing the ways."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from mlops_assets.kinds.base import Model, PredictsRows, RowPredictions, RowPredictor
from mlops_assets.monitoring.input_schema import InputSchema
from mlops_assets.serving.made_rows import made_rows
from mlops_assets.serving.sampled_rows import with_texts

TOLERANCE = 1e-9
BATCH = 1_000


class Admitted(NamedTuple):
    """Who answers one row, who many, and why."""

    single: RowPredictor
    batch: RowPredictor
    why: str


def admitted(
    model: Model,
    itself: RowPredictor,
    schema: InputSchema,
    sampled: Sequence[Mapping[str, Any]],
) -> Admitted:
    """The fast path if the model has one that equals `itself`, else the model.

    They are compared on the `sampled` rows of the version and on made rows. This is also the
    warm-up. Raises what the model raises if it cannot predict the rows.
    """
    fast = model.row_predictor() if isinstance(model, PredictsRows) else None
    made = made_rows(schema, fast.thresholds() if fast else {})
    rows = [*with_texts(sampled, made), *made]
    expected = itself.predict_rows(rows)
    if fast is None:
        return Admitted(itself, itself, "the model itself: it has no fast path")
    try:
        found = fast.predict_rows(rows), one_by_one(fast, rows)
        difference = max(greatest_difference(it, expected) for it in found)
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        why = f"the model itself: its fast path fails ({type(error).__name__})"
        return Admitted(itself, itself, why)
    if difference > TOLERANCE:
        why = f"the model itself: its fast path differs by {difference:.2g}"
        return Admitted(itself, itself, why)
    many = [rows[place % len(rows)] for place in range(BATCH)]
    faster = min((fast, itself), key=lambda it: _seconds(it, many))
    of = f"{len(sampled)} sampled and {len(made)} made rows"
    said = f"the fast path, equal to the model within {TOLERANCE:g} on {of}"
    return Admitted(fast, faster, said)


def one_by_one(predictor: RowPredictor, rows: Sequence[Mapping[str, Any]]) -> RowPredictions:
    """The same rows one at a time: a predictor may take another way for one row than for many."""
    found = [predictor.predict_rows([row]) for row in rows]
    predictions = [it for each in found for it in each.predictions]
    if found[0].probabilities is None:
        return RowPredictions(predictions, None)
    return RowPredictions(predictions, [it for each in found for it in each.probabilities or ()])


def greatest_difference(found: RowPredictions, expected: RowPredictions) -> float:
    """The greatest difference of a probability, or relative one of a number; infinite for a label.

    A label may differ where the two greatest probabilities are equal within the tolerance.
    """
    import numpy as np

    if expected.probabilities is None:
        ours, theirs = (np.array(it.predictions, dtype="float64") for it in (found, expected))
        return float(np.max(np.abs(ours - theirs) / np.maximum(1, np.abs(theirs))))
    ours, theirs = np.array(found.probabilities), np.array(expected.probabilities)
    top = np.sort(theirs, axis=1)
    is_tie = top[:, -1] - top[:, -2] <= TOLERANCE
    differs = np.array(
        [a != b for a, b in zip(found.predictions, expected.predictions, strict=True)]
    )
    if bool((differs & ~is_tie).any()):
        return float("inf")
    return float(np.max(np.abs(ours - theirs)))


def _seconds(predictor: RowPredictor, rows: Sequence[Mapping[str, Any]]) -> float:
    took = []
    for _ in range(2):
        start = time.perf_counter()
        predictor.predict_rows(rows)
        took.append(time.perf_counter() - start)
    return min(took)
