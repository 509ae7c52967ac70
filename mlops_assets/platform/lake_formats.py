"""Values in the lake as bytes: records as JSON, tables as Parquet."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from pydantic import BaseModel

from mlops_assets.platform.table_content import TableFile
from mlops_assets.platform.table_record import TableRecord

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

FACTS = b"mlops_assets"
"""Key in the metadata of a Parquet file: the fields of a `TableRecord` but its table, as JSON."""
ATTRS = b"PANDAS_ATTRS"
"""Where release 0.1 kept them: `attrs` of the DataFrame, as pandas stores them."""
COMPRESSION = "zstd"


@contextmanager
def serialized(value: Any) -> Iterator[tuple[IO[bytes], str]]:
    """The content of a file for a value, open for reading, and its ending.

    A record that is in a file already is that file, so that it need not fit into memory.
    """
    content = value.content if isinstance(value, TableRecord) else None
    if isinstance(content, TableFile) and content.facts.get(FACTS) == without_table(value):
        with content.path.open("rb") as file:
            yield file, "parquet"
        return
    found, ending = serialize(value)
    yield io.BytesIO(found), ending


def serialize(value: Any) -> tuple[bytes, str]:
    """The content of a file for a table, a table record or any other record, and its ending."""
    if isinstance(value, TableRecord):
        return _parquet(value.table, {FACTS: without_table(value)}), "parquet"
    if isinstance(value, BaseModel):
        return value.model_dump_json(indent=2).encode(), "json"
    return _parquet(value, {}), "parquet"


def deserialize(content: bytes, type_: Any) -> Any:
    """The value of a file: of `type_` if that is a kind of record, otherwise a DataFrame."""
    if not is_record(type_):
        return _table(content)
    if issubclass(type_, TableRecord):
        return type_.model_validate(
            {**_facts(io.BytesIO(content), type_), "table": _table(content)}
        )
    return type_.model_validate_json(content)


def record_in(file: TableFile, type_: type[TableRecord]) -> Any:
    """The table record in a Parquet file, whose rows are read when they are needed."""
    return type_.model_validate({**_facts(file.path, type_), "table": file})


def is_record(type_: Any) -> bool:
    """Whether a type of a parameter is a kind of record."""
    return isinstance(type_, type) and issubclass(type_, BaseModel)


def without_table(record: TableRecord) -> bytes:
    """The fields of a record but its table, as JSON."""
    return record.model_dump_json().encode()


def as_arrow(table: pd.DataFrame, schema: pa.Schema | None = None) -> pa.Table:
    """The table as it is stored, in the types of `schema`; mixed columns become text."""
    import pyarrow as pa

    try:
        return pa.Table.from_pandas(table, schema)
    except (pa.ArrowInvalid, pa.ArrowTypeError):  # for example, a column of numbers and words
        return pa.Table.from_pandas(_mixed_as_text(table), schema)


def _table(content: bytes) -> pd.DataFrame:
    import pandas as pd

    return pd.read_parquet(io.BytesIO(content), engine="pyarrow")


def _parquet(table: pd.DataFrame, facts: dict[bytes, bytes]) -> bytes:
    import pyarrow.parquet as pq

    converted = as_arrow(table)
    buffer = io.BytesIO()
    metadata = {**(converted.schema.metadata or {}), **facts}
    pq.write_table(converted.replace_schema_metadata(metadata), buffer, compression=COMPRESSION)
    return buffer.getvalue()


def _facts(file: Path | IO[bytes], type_: type[TableRecord]) -> dict[str, Any]:
    """The fields of the record but its table, from the footer of a Parquet file."""
    import pyarrow.parquet as pq

    metadata = pq.read_metadata(file).metadata or {}
    if FACTS in metadata:
        return json.loads(metadata[FACTS])
    attrs = json.loads(metadata.get(ATTRS, b"{}"))
    return {name: attrs[name] for name in type_.model_fields if name in attrs}


def _mixed_as_text(table: pd.DataFrame) -> pd.DataFrame:
    """The table with mixed columns as text, so that it can be stored and checks can report them."""
    objects = table.select_dtypes("object")
    texts = {name: objects[name].map(str, na_action="ignore") for name in objects}
    return table.assign(**texts)
