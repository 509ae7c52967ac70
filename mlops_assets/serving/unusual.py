"""Say what of a row is unlike the rows that a version was trained on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from mlops_assets.monitoring.input_schema import InputField, InputSchema

Look = Callable[[Any], str]
"""What is unusual about a typed value, in words; "" if nothing is."""


def unusual(schema: InputSchema) -> Callable[[Mapping[str, Any]], list[str]]:
    """Finds what of a typed row is outside of the training rows, a sentence each."""
    looks = [(field.name, look) for field in schema.fields if (look := _look(field))]

    def found(row: Mapping[str, Any]) -> list[str]:
        return [said for name, look in looks if (said := look(row[name]))]

    return found


def _look(field: InputField) -> Look | None:
    if field.labels:
        return _among(field.name, frozenset(field.labels))
    if field.low is None or field.high is None:
        return None
    is_date = isinstance(field.low, date)
    return _within(field.name, field.low, field.high, _day if is_date else _same)


def _among(name: str, labels: frozenset[str]) -> Look:
    def look(label: str | None) -> str:
        is_new = label is not None and label not in labels
        return f"{name}: a label that few or no training rows have" if is_new else ""

    return look


def _within(name: str, low: Any, high: Any, read: Callable[[Any], Any]) -> Look:
    def look(value: Any) -> str:
        if value is None or value != value:
            return ""
        seen = read(value)
        if seen < low:
            return f"{name}: below {low}, the least of the training rows"
        return f"{name}: above {high}, the greatest of the training rows" if seen > high else ""

    return look


def _day(moment: Any) -> date:
    return moment.date()


def _same(value: Any) -> Any:
    return value
