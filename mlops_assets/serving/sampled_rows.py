"""Rows of its own training data that a version is tried with before it serves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from mlops_assets.monitoring.input_schema import InputSchema

MOST = 300


def sampled_rows(path: Path, schema: InputSchema) -> list[dict[str, Any]]:
    """At most 300 evenly spaced rows of the sample at `path`, typed; none without a sample.

    The sample has no row of a person: what is personal is sorted on its own. It has no texts, so
    neither have the rows: `with_texts` adds some.
    """
    import numpy as np
    import pandas as pd

    roles = {field.name: field.role for field in schema.fields if field.role != "text"}
    if not path.exists():  # a version of release 0.1
        return []
    table = pd.read_parquet(path, engine="pyarrow")
    if not {*roles} <= {*table}:
        return []
    places = np.linspace(0, len(table) - 1, min(len(table), MOST)).astype(int)
    columns = {name: _values(table[name].iloc[places], role) for name, role in roles.items()}
    return [{name: found[place] for name, found in columns.items()} for place in range(len(places))]


def with_texts(
    rows: Sequence[Mapping[str, Any]], others: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """The rows, with what they lack taken from the `others` in turn."""
    return [{**others[place % len(others)], **row} for place, row in enumerate(rows)]


def _values(column: Any, role: str) -> list[Any]:
    """The values as a row has them: a missing number is NaN, a missing label or date None."""
    if role in ("numeric", "boolean"):
        return column.tolist()
    known = column.notna()
    if role == "date":
        column = column.dt.floor("us")  # Python's dates have no nanoseconds
        return [
            it.to_pydatetime() if there else None for it, there in zip(column, known, strict=True)
        ]
    return [it if there else None for it, there in zip(column, known, strict=True)]
