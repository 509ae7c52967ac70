"""What a day is held against training by, beside its fields: defaults, repeats and pairs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_assets.kinds.fellegi_sunter.blocking import name
from mlops_assets.kinds.fellegi_sunter.database import database
from mlops_assets.kinds.fellegi_sunter.standardising import ROW, standardise

if TYPE_CHECKING:
    import pandas as pd
    from duckdb import DuckDBPyConnection

    from mlops_assets.kinds.fellegi_sunter.model import LinkageModel

WRITTEN = ("text", "categorical", "date")
"""Roles in which a value may be a placeholder."""
ALIKE = 0.1
"""Tables whose sizes differ by a greater share have other repeats and pairs by that alone."""


def watched(model: LinkageModel, features: pd.DataFrame) -> pd.DataFrame:
    """Of each record which values are defaults, which are distinct, and the pairs of each rule.

    Indexed like `features`. `… is a default`: cleaning takes what is written for missing. The
    others depend on how many records there are; they are missing in every row where these are
    over a tenth more or fewer than the model was trained on, because nobody can tell what is
    usual then.
    """
    plan, rows = model.plan, len(features)
    written = [field for field, role in plan.fields.items() if role in WRITTEN]
    texts = [field for field, role in plan.fields.items() if role == "text"]
    defaults = {f"{field} is a default": f"{_quoted(field)} is null" for field in written}
    distinct = {f"{field} is distinct": _first(field) for field in texts}
    pairs = {f"pairs by {name(rule)}": _pairs(rule) for rule in plan.rules}
    with database() as connection:
        standardise(connection, plan, features)
        table = _selected(connection, defaults | distinct | pairs).set_axis(features.index)
    table = table.astype(dict.fromkeys(defaults | distinct, "boolean"))
    table = table.astype(dict.fromkeys(pairs, "float64"))
    for field, column in zip(written, defaults, strict=True):
        table[column] = table[column].mask(features[field].isna() | (features[field] == ""))
    if abs(rows - model.training_rows) > ALIKE * model.training_rows:
        nothing = table.iloc[:0].reindex(table.index)
        table = table.assign(**{column: nothing[column] for column in distinct | pairs})
    return table


def _selected(connection: DuckDBPyConnection, columns: dict[str, str]) -> pd.DataFrame:
    parts = ", ".join(f'{sql} as "{column}"' for column, sql in columns.items())
    return connection.execute(f"select {parts} from records order by {ROW}").df()  # noqa: S608


def _first(field: str) -> str:
    """SQL: no earlier record has the value. The share of these is that of distinct values."""
    place = f"row_number() over (partition by {_quoted(field)} order by {ROW})"
    return f"case when {_quoted(field)} is not null then {place} = 1 end"


def _pairs(rule: list[str]) -> str:
    """SQL: the pairs of the record's block at its first record, 0 at the others.

    So each block counts once, as chance has it, and the sum is the pairs of the rule.
    """
    block = f"partition by {', '.join(map(_quoted, rule))}"
    filled = " and ".join(f"{_quoted(field)} is not null" for field in rule)
    first = f"row_number() over ({block} order by {ROW}) = 1"
    size = f"count(*) over ({block})"
    return f"case when {filled} and {first} then {size} * ({size} - 1) // 2 else 0 end"


def _quoted(field: str) -> str:
    return f'"{field}"'
