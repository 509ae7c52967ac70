"""Values that only a database or Parquet has a type for, as plain text and numbers."""

from __future__ import annotations

import json
from datetime import date, time
from numbers import Number
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

# What `infer_dtype` calls columns of plain values, which are left as they are.
PLAIN = frozenset(
    [
        "string",
        "boolean",
        "integer",
        "floating",
        "mixed-integer-float",
        "decimal",
        "complex",
        "date",
        "datetime",
        "datetime64",
        "time",
        "categorical",
        "empty",
    ]
)


def plain_values(table: pd.DataFrame) -> pd.DataFrame:
    r"""`table` with numbers and text where a column has values of other types.

    Durations become seconds (float64), bytes hexadecimal text as PostgreSQL writes it (`\x0a`),
    JSON, arrays and structures JSON text, and addresses, UUIDs and ranges their text.
    """
    converted = {str(name): _plain(values) for name, values in table.items()}
    return table.assign(**{name: new for name, new in converted.items() if new is not None})


def _plain(values: pd.Series) -> pd.Series | None:
    """The converted column; None if it is plain already."""
    import pandas as pd

    if values.dtype.kind == "m":
        return values.dt.total_seconds()
    if values.dtype != object:
        return None
    inferred = pd.api.types.infer_dtype(values)
    if inferred in PLAIN:
        return None
    if inferred == "timedelta":
        return pd.to_timedelta(values).dt.total_seconds()
    return values.map(_plain_value)


def _plain_value(value: Any) -> Any:
    import numpy as np

    if isinstance(value, bytes | bytearray | memoryview):
        return f"\\x{bytes(value).hex()}"
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, dict | list | tuple):
        return json.dumps(value, sort_keys=True, ensure_ascii=False, default=_plain_value)
    return value if _is_plain(value) else str(value)


def _is_plain(value: Any) -> bool:
    """Whether it is text, a number, a date or time, or missing."""
    import numpy as np
    import pandas as pd

    types = str | Number | np.generic | date | time
    return value is None or value is pd.NA or value is pd.NaT or isinstance(value, types)
