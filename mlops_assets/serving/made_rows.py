"""Rows that a version is tried with before it serves: usual, unusual, missing and unseen values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import numpy as np

from mlops_assets.monitoring.input_schema import InputField, InputSchema

ROWS, SEED = 300, 0
UNSEEN = "a label that no row has"


def made_rows(
    schema: InputSchema, thresholds: Mapping[str, Sequence[float]]
) -> list[dict[str, Any]]:
    """Typed rows: seeded combinations of the values that each field may have.

    `thresholds` are numbers at which the model may change its mind.
    """
    random = np.random.default_rng(SEED)
    choices = {it.name: _choices(it, thresholds.get(it.name, [])) for it in schema.fields}
    return [
        {name: found[random.integers(len(found))] for name, found in choices.items()}
        for _ in range(ROWS)
    ]


def _choices(field: InputField, thresholds: Sequence[float]) -> list[Any]:
    return {
        "numeric": _numbers,
        "boolean": lambda field, _: [0.0, 1.0, float("nan")],
        "categorical": lambda field, _: [*field.labels, UNSEEN, None],
        "date": _dates,
        "text": lambda field, _: ["", "a few words", "Ünïcode 42", str(field.example or "")],
    }[field.role](field, thresholds)


def _numbers(field: InputField, thresholds: Sequence[float]) -> list[float]:
    low, high = (
        float(it) if isinstance(it, int | float) else 0.0 for it in (field.low, field.high)
    )
    within = np.linspace(low, high, 11).tolist()
    return [*within, *thresholds, low - 1, high + 1, 1e6 * (abs(high) + 1), 0.0, float("nan")]


def _dates(field: InputField, _: Sequence[float]) -> list[datetime | None]:
    first = _midday(field.low)
    last = _midday(field.high)
    outside = [first - timedelta(days=40, seconds=5), last + timedelta(days=400)]
    return [first, last, *outside, None]


def _midday(day: object) -> datetime:
    return datetime.combine(day if isinstance(day, date) else date(2020, 1, 1), time(13, 37, 5))
