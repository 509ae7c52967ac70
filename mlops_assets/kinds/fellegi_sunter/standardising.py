"""Clean the fields so that the same thing is written the same way, and defaults are missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_assets.core.columns import require_columns
from mlops_assets.kinds.fellegi_sunter.plan import NAMES, Plan

if TYPE_CHECKING:
    import pandas as pd
    from duckdb import DuckDBPyConnection

ROW = "row_position"


def standardise(
    connection: DuckDBPyConnection, plan: Plan, features: pd.DataFrame, table: str = "records"
) -> None:
    """Create `table`: `row_position` (0 …) and the cleaned fields, null where missing.

    Raises `InputError` where a field is missing.
    """
    import pyarrow as pa

    require_columns(features, list(plan.fields))
    arrays = {name: pa.array(features[name], from_pandas=True) for name in plan.fields}
    raw = pa.table({ROW: pa.array(range(len(features)), pa.int64()), **arrays})
    connection.register("raw_records", raw)
    cleaned = [f'{expression(plan, name)} as "{name}"' for name in plan.fields]
    query = f"select {ROW}, {', '.join(cleaned)} from raw_records"  # noqa: S608
    if len(plan.names) > 1:
        parts = ", ".join(f'"{name}"' for name in plan.names)
        query = f"select *, nullif(concat_ws(' ', {parts}), '') as {NAMES} from ({query})"  # noqa: S608
    connection.execute(f"create table {table} as {query}")
    connection.unregister("raw_records")


def cleaned(plan: Plan, features: pd.DataFrame) -> pd.DataFrame:
    """The cleaned fields, None where missing, indexed like `features`."""
    from mlops_assets.kinds.fellegi_sunter.database import database

    fields = ", ".join(f'"{name}"' for name in plan.fields)
    with database() as connection:
        standardise(connection, plan, features)
        table = connection.execute(f"select {fields} from records order by {ROW}").df()  # noqa: S608
    return table.astype(object).where(table.notna(), None).set_index(features.index)


def expression(plan: Plan, name: str) -> str:
    """SQL that cleans one field."""
    role = plan.fields[name]
    if name == plan.date_of_birth or role == "date":
        return _date(name, role == "date", plan.defaults.get("date", []))
    if role in ("numeric", "boolean"):
        return f'"{name}"::double'
    return _text(name, plan.defaults.get("text", []))


def _text(name: str, defaults: list[str]) -> str:
    """Lower case, letters and digits of any script, one space between words.

    Numbers lose their spaces, and one character repeated (0000000000) is no value.
    """
    words = rf"""trim(regexp_replace(lower(nfc_normalize("{name}"::varchar)),
        '[^\p{{L}}\p{{M}}\p{{N}}]+', ' ', 'g'))"""
    joined = f"""case when regexp_matches({words}, '\\p{{L}}') then {words}
        else replace({words}, ' ', '') end"""
    placeholders = ", ".join(_quoted(word.lower()) for word in ["", *defaults])
    return f"""(select case when v in ({placeholders})
        or (length(v) > 3 and replace(v, left(v, 1), '') = '') then null else v end
        from (select {joined} as v))"""  # noqa: S608


def _date(name: str, is_date: bool, defaults: list[str]) -> str:
    """Eight digits, YYYYMMDD, null for a default such as 1 January."""
    digits = (
        f"""strftime("{name}", '%Y%m%d')"""
        if is_date
        else rf"""nullif(regexp_replace("{name}"::varchar, '\D', '', 'g'), '')"""
    )
    placeholders = [_quoted("".join(filter(str.isdigit, day))) for day in defaults]
    is_default = " or ".join(f"ends_with(v, {day})" for day in placeholders) or "false"
    return f"(select case when {is_default} then null else v end from (select {digits} as v))"  # noqa: S608


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
