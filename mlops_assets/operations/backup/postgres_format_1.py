"""Load the dump of a backup in format 1: statements in JSON, and a file of rows per table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from mlops_assets.operations.backup.manifest import CHUNK

if TYPE_CHECKING:
    import psycopg


class Table(BaseModel):
    """A table's quoted name and its quoted columns with data."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    columns: tuple[str, ...]


class Schema(BaseModel):
    """Statements to run before and after the rows of `tables` are loaded."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    before: tuple[str, ...]
    tables: tuple[Table, ...]
    after: tuple[str, ...]
    left_out: tuple[str, ...]


def load(connection: psycopg.Connection, folder: Path) -> None:
    """Create the schema and load the rows in the open transaction of `connection`."""
    schema = Schema.model_validate_json((folder / "schema.json").read_bytes())
    for statement in schema.before:
        connection.execute(statement.encode())
    for number, table in enumerate(schema.tables):
        target = f"COPY {table.name} ({', '.join(table.columns)}) FROM STDIN"
        with (
            connection.cursor().copy(target.encode()) as rows,
            (folder / f"{number}.copy").open("rb") as file,
        ):
            while piece := file.read(CHUNK):
                rows.write(piece)
    for statement in schema.after:
        connection.execute(statement.encode())
