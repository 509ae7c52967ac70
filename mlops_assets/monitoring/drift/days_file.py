"""Store the days of a reference's rows in a Parquet file: a row per column of each profile."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_assets.monitoring.drift.column_days import ColumnDays, ReferenceDays
from mlops_assets.monitoring.drift.hours import HOURS

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

DaysOfParts = Mapping[str, ReferenceDays]
"""By the name of the profile: data, predictions, target, context."""
ROUNDED = "float32"


def write_days(parts: DaysOfParts, path: Path) -> None:
    """Write the days of all profiles; some hundred kB at most for 13 columns of 400 blocks."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = [row for name, days in parts.items() for row in _rows(name, days)]
    pq.write_table(pa.Table.from_pylist(rows, _schema()), path, compression="zstd")


def read_days(path: Path) -> DaysOfParts:
    """Read what `write_days` wrote."""
    import pyarrow.parquet as pq

    parts: dict[str, list[dict]] = {}
    for row in pq.read_table(path).to_pylist():
        parts.setdefault(row["part"], []).append(row)
    return {name: _days(rows) for name, rows in parts.items()}


def _schema() -> pa.Schema:
    import pyarrow as pa

    rows, shares = pa.list_(pa.int64()), pa.list_(pa.float32())
    return pa.schema(
        {
            "part": pa.string(),
            "why_none": pa.string(),
            "unit": pa.int64(),
            "first": pa.list_(pa.date32()),
            "column": pa.string(),
            "known": rows,
            "missing": rows,
            "cells": shares,
            "unseen": shares,
            "hours": shares,
            "by_hour": shares,
        }
    )


def _rows(part: str, days: ReferenceDays) -> list[dict]:
    if days.first is None:
        return [{"part": part, "why_none": days.why_none}]
    shared = {"part": part, "why_none": "", "unit": days.unit, "first": days.first.tolist()}
    shared |= {"hours": _flat(days.hours)}
    return [
        shared
        | {
            "column": name,
            "known": column.known.tolist(),
            "missing": column.missing.tolist(),
            "cells": column.cells.ravel().astype(ROUNDED),
            "unseen": column.unseen.astype(ROUNDED),
            "by_hour": _flat(column.by_hour),
        }
        for name, column in days.columns.items()
    ]


def _flat(table: np.ndarray | None) -> np.ndarray | None:
    return None if table is None else table.ravel().astype(ROUNDED)


def _by_hours(values: list[float] | None, rows: int) -> np.ndarray | None:
    """A table of `rows` rows; None in a file of an older version, or without hours."""
    import numpy as np

    return None if values is None else np.array(values).reshape(rows, -1)


def _days(rows: list[dict]) -> ReferenceDays:
    import numpy as np

    first = rows[0]
    if first["first"] is None:
        return ReferenceDays(why_none=first["why_none"])
    columns = {row["column"]: _column(row) for row in rows}
    days = np.array(first["first"], dtype="datetime64[D]")
    hours = _by_hours(first.get("hours"), len(days))
    return ReferenceDays(unit=first["unit"], first=days, columns=columns, hours=hours)


def _column(row: dict) -> ColumnDays:
    import numpy as np

    blocks = len(row["known"])
    return ColumnDays(
        known=np.array(row["known"]),
        missing=np.array(row["missing"]),
        cells=np.array(row["cells"]).reshape(blocks, -1),
        unseen=np.array(row["unseen"]),
        by_hour=_by_hours(row.get("by_hour"), HOURS),
    )
