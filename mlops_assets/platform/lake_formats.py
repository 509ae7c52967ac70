"""Values in the lake as bytes: records as JSON, tables as Parquet."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from mlops_assets.platform.table_record import TableRecord

if TYPE_CHECKING:
    import pandas as pd

FACTS = b"mlops_assets"
"""Key in the metadata of a Parquet file: the fields of a `TableRecord` but its table, as JSON."""
ATTRS = b"PANDAS_ATTRS"
"""Where release 0.1 kept them: `attrs` of the DataFrame, as pandas stores them."""


def serialize(value: Any) -> tuple[bytes, str]:
    """The content of a file for a table, a table record or any other record, and its ending."""
    if isinstance(value, TableRecord):
        return _parquet(value.table, {FACTS: value.model_dump_json().encode()}), "parquet"
    if isinstance(value, BaseModel):
        return value.model_dump_json(indent=2).encode(), "json"
    return _parquet(value, {}), "parquet"


def deserialize(content: bytes, type_: Any) -> Any:
    """The value of a file: of `type_` if that is a kind of record, otherwise a DataFrame."""
    if not (isinstance(type_, type) and issubclass(type_, BaseModel)):
        return _table(content)
    if issubclass(type_, TableRecord):
        return type_.model_validate({**_facts(content, type_), "table": _table(content)})
    return type_.model_validate_json(content)


def _table(content: bytes) -> pd.DataFrame:
    import pandas as pd

    return pd.read_parquet(io.BytesIO(content), engine="pyarrow")


def _parquet(table: pd.DataFrame, facts: dict[bytes, bytes]) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        converted = pa.Table.from_pandas(table)
    except (pa.ArrowInvalid, pa.ArrowTypeError):  # for example, a column of numbers and words
        converted = pa.Table.from_pandas(_mixed_as_text(table))
    buffer = io.BytesIO()
    metadata = {**(converted.schema.metadata or {}), **facts}
    pq.write_table(converted.replace_schema_metadata(metadata), buffer, compression="zstd")
    return buffer.getvalue()


def _facts(content: bytes, type_: type[TableRecord]) -> dict[str, Any]:
    """The fields of the record but its table, from the footer of a Parquet file."""
    import pyarrow.parquet as pq

    metadata = pq.read_schema(io.BytesIO(content)).metadata or {}
    if FACTS in metadata:
        return json.loads(metadata[FACTS])
    attrs = json.loads(metadata.get(ATTRS, b"{}"))
    return {name: attrs[name] for name in type_.model_fields if name in attrs}


def _mixed_as_text(table: pd.DataFrame) -> pd.DataFrame:
    """The table with mixed columns as text, so that it can be stored and checks can report them."""
    objects = table.select_dtypes("object")
    texts = {name: objects[name].map(str, na_action="ignore") for name in objects}
    return table.assign(**texts)
