"""Clean the fields: normalize how values are written, and treat placeholders as missing."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from mlops_assets.features.columns import require_columns
from mlops_assets.kinds.fellegi_sunter.plan import NAMES, ROW, Plan

if TYPE_CHECKING:
    import pandas as pd
    from duckdb import DuckDBPyConnection

NUMBERS = ("numeric", "boolean")
ROWS_PER_PIECE = 10_000


def standardise(
    connection: DuckDBPyConnection, plan: Plan, features: pd.DataFrame, table: str = "records"
) -> None:
    """Create `table` with `row_position` (from 0) and the cleaned fields, null where missing.

    Raises `InputError` if a field is missing.
    """
    import pyarrow as pa

    require_columns(features, list(plan.fields))
    arrays = {name: pa.array(features[name], from_pandas=True) for name in plan.fields}
    raw = pa.table({ROW: pa.array(range(len(features)), pa.int64()), **arrays})
    # Split into pieces, so that DuckDB's threads work in parallel.
    pieces = pa.Table.from_batches(raw.to_batches(max_chunksize=ROWS_PER_PIECE), raw.schema)
    connection.register("raw_records", pieces)
    query = "raw_records"
    steps = (_written, _joined, partial(_known, words=_placeholders(connection, plan)))
    for step in steps:  # nested, so that nothing is computed twice
        fields = ", ".join(f'{step(plan, name)} as "{name}"' for name in plan.fields)
        query = f"(select {ROW}, {fields} from {query})"  # noqa: S608
    if len(plan.names) > 1:
        parts = ", ".join(f'"{name}"' for name in plan.names)
        query = f"(select *, nullif(concat_ws(' ', {parts}), '') as {NAMES} from {query})"  # noqa: S608
    connection.execute(f"create table {table} as from {query}")
    connection.unregister("raw_records")


def cleaned(plan: Plan, features: pd.DataFrame) -> pd.DataFrame:
    """The cleaned fields, None where missing, indexed like `features`."""
    from mlops_assets.kinds.fellegi_sunter.database import database

    fields = ", ".join(f'"{name}"' for name in plan.fields)
    with database() as connection:
        standardise(connection, plan, features)
        table = connection.execute(f"select {fields} from records order by {ROW}").df()  # noqa: S608
    return table.astype(object).where(table.notna(), None).set_index(features.index)


def _written(plan: Plan, name: str) -> str:
    """SQL: dates as YYYYMMDD; text in lower case, words separated by one space.

    Letters and digits of any script are kept.
    """
    role = plan.fields[name]
    if role == "date":
        return f"""strftime("{name}", '%Y%m%d')"""
    if _is_date(plan, name):
        return rf"""regexp_replace("{name}"::varchar, '\D', '', 'g')"""
    if role in NUMBERS:
        return f'"{name}"::double'
    return _words(f'"{name}"')


def _words(text: str) -> str:
    return rf"""trim(regexp_replace(lower(nfc_normalize({text}::varchar)),
        '[^\p{{L}}\p{{M}}\p{{N}}@]+', ' ', 'g'))"""


def _joined(plan: Plan, name: str) -> str:
    """SQL: remove spaces from text without letters, which is a number."""
    if _is_date(plan, name) or plan.fields[name] in NUMBERS:
        return f'"{name}"'
    return _number_joined(f'"{name}"')


def _number_joined(text: str) -> str:
    return rf"""case when regexp_matches({text}, '\p{{L}}') then {text}
        else replace({text}, ' ', '') end"""


def _placeholders(connection: DuckDBPyConnection, plan: Plan) -> list[str]:
    """The placeholder words for missing values, normalized like the values themselves."""
    word = _number_joined(_words("word"))
    query = f"select {word} from (select unnest($words) as word)"  # noqa: S608
    found = connection.execute(query, {"words": plan.defaults.get("text", [])}).fetchall()
    return [written for (written,) in found]


def _known(plan: Plan, name: str, words: list[str]) -> str:
    """SQL: null for a placeholder, which includes one repeated character (0000000000)."""
    if plan.fields[name] in NUMBERS:
        return f'"{name}"'
    if _is_date(plan, name):
        days = ("".join(filter(str.isdigit, day)) for day in plan.defaults.get("date", []))
        missing = [f"""ends_with("{name}", {_quoted(day)})""" for day in days]
    else:
        placeholders = ", ".join(map(_quoted, words))
        missing = [f'"{name}" in ({placeholders})'] if placeholders else []
        missing += [f"""length("{name}") > 3 and replace("{name}", left("{name}", 1), '') = ''"""]
    return f"""case when {" or ".join([f''' "{name}" = '' ''', *missing])} then null
        else "{name}" end"""


def _is_date(plan: Plan, name: str) -> bool:
    return name == plan.date_of_birth or plan.fields[name] == "date"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
