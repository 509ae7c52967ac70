"""Further columns monitored for drift: placeholder values, repeated values and pairs per rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_assets.kinds.fellegi_sunter.blocking import blocks, name
from mlops_assets.kinds.fellegi_sunter.cleaning import standardise
from mlops_assets.kinds.fellegi_sunter.database import database
from mlops_assets.kinds.fellegi_sunter.plan import ROW

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from duckdb import DuckDBPyConnection

    from mlops_assets.kinds.fellegi_sunter.linkage_model import LinkageModel

WRITTEN = ("text", "categorical", "date")
"""Roles in which a value may be a placeholder."""
ALIKE = 0.1
"""Repeats and pairs are not comparable between tables whose sizes differ by more than this."""


def monitoring_features(model: LinkageModel, features: pd.DataFrame) -> pd.DataFrame:
    """Per record: which values are defaults, which are distinct, and the pairs of each rule.

    Indexed like `features`. `… is a default` means that cleaning treats the value as missing. The
    other columns depend on the number of records: if it differs by more than a tenth from the
    training table's, there is nothing to compare with, and they are missing in every row.
    """
    import pandas as pd

    plan, rows = model.plan, len(features)
    written = [field for field, role in plan.fields.items() if role in WRITTEN]
    texts = [field for field, role in plan.fields.items() if role == "text"]
    with database() as connection:
        standardise(connection, plan, features)
        missing = _missing(connection, list(plan.fields)).set_axis(features.index)
        distinct = {f"{it} is distinct": _distinct(connection, it, missing[it]) for it in texts}
        pairs = {f"pairs by {name(it)}": _pairs(connection, it, rows) for it in plan.rules}
    defaults = {f"{it} is a default": _default(features[it], missing[it]) for it in written}
    table = pd.DataFrame(defaults | distinct | pairs, index=features.index)
    if abs(rows - model.training_rows) > ALIKE * model.training_rows:
        nothing = table.iloc[:0].reindex(table.index)
        table = table.assign(**{column: nothing[column] for column in distinct | pairs})
    return table


def _missing(connection: DuckDBPyConnection, fields: list[str]) -> pd.DataFrame:
    """Which values are missing after cleaning, one row per record."""
    parts = ", ".join(f'"{field}" is null as "{field}"' for field in fields)
    return connection.execute(f"select {parts} from records order by {ROW}").df()  # noqa: S608


def _default(values: pd.Series, missing: pd.Series) -> pd.Series:
    """Whether each value is a placeholder; missing where the value is empty."""
    return missing.astype("boolean").mask(values.isna() | (values == ""))


def _distinct(connection: DuckDBPyConnection, field: str, missing: pd.Series) -> pd.Series:
    """Whether no earlier record has the value; the mean is the share of distinct values."""
    import numpy as np
    import pandas as pd

    first, _ = _blocks(connection, [field])
    is_first = np.zeros(len(missing), dtype=bool)
    is_first[first] = True
    return pd.Series(is_first, missing.index, dtype="boolean").mask(missing)


def _pairs(connection: DuckDBPyConnection, rule: list[str], rows: int) -> np.ndarray:
    """The number of pairs of each block, at its first record; 0 at the others.

    Each block counts once, and the sum is the number of pairs of the rule.
    """
    import numpy as np

    first, sizes = _blocks(connection, rule)
    pairs = np.zeros(rows)
    pairs[first] = sizes * (sizes - 1) // 2
    return pairs


def _blocks(connection: DuckDBPyConnection, rule: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """The first record of each block, and its number of records."""
    query = blocks(rule, f"min({ROW}) as first, count(*) as size")
    found = connection.execute(query).fetchnumpy()
    return found["first"], found["size"]
