"""Create and fill tables of the warehouse in one transaction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from mlops_assets.errors import InputError
from mlops_assets.platform.warehouse.reading import CONNECT_SECONDS, engine_url, shown

if TYPE_CHECKING:
    import pandas as pd
    import psycopg
    import sqlalchemy as sa


@dataclass(frozen=True)
class FilledTable:
    """A table and its rows. Date columns are DATE, all others TEXT."""

    name: str
    rows: pd.DataFrame
    key: str
    index: str | None = None

    def schema(self) -> sa.Table:
        """The table, with `key` as its primary key and an index on `index`."""
        import pandas as pd
        import sqlalchemy as sa

        dates = {it for it in self.rows if pd.api.types.is_datetime64_dtype(self.rows[it])}
        columns = [
            sa.Column(
                str(name),
                sa.Date() if name in dates else sa.Text(),
                primary_key=name == self.key,
                index=name == self.index,
            )
            for name in self.rows
        ]
        return sa.Table(self.name, sa.MetaData(), *columns)


@contextmanager
def writing(warehouse_url: str) -> Iterator[sa.Connection]:
    """Open a connection with a transaction that is committed at the end, or rolled back on error.

    Raises `InputError` if the database cannot be reached or rejects a statement.
    """
    import psycopg
    import sqlalchemy as sa
    from sqlalchemy.exc import ArgumentError, DBAPIError

    url = engine_url(warehouse_url)
    options = {"connect_timeout": CONNECT_SECONDS} if _is_postgres(url) else {}
    try:
        if url.get_backend_name() == "sqlite" and url.database:
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        engine = sa.create_engine(url, poolclass=sa.pool.NullPool, connect_args=options)
        with engine.begin() as connection:
            if connection.dialect.name == "sqlite":
                # Python would begin only at the first INSERT, so DROP TABLE could not be undone.
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield connection
    except (DBAPIError, ArgumentError, psycopg.Error, OSError, ImportError) as error:
        raise _refused(warehouse_url, error) from None  # the original text contains rows


def create(connection: sa.Connection, tables: Sequence[FilledTable]) -> None:
    """Create and fill the tables, replacing existing ones."""
    for table in tables:
        table.schema().drop(connection, checkfirst=True)
        table.schema().create(connection)
        append(connection, table.schema(), table.rows)


def append(connection: sa.Connection, table: sa.Table, rows: pd.DataFrame) -> None:
    """Insert rows into an existing table with the same column names."""
    if rows.empty:
        return
    names = [str(name) for name in rows]
    if _is_postgres(connection.engine.url):
        _copy(connection, table.name, names, rows)
        return
    plain = [dict(zip(names, row, strict=True)) for row in plain_rows(rows)]
    connection.execute(table.insert(), plain)


def plain_rows(rows: pd.DataFrame) -> list[tuple]:
    """The rows as plain Python values: numbers, texts, dates, None if missing."""
    import pandas as pd

    columns = []
    for _, column in rows.items():
        is_date = pd.api.types.is_datetime64_dtype(column)
        plain = (column.dt.date if is_date else column).astype(object)
        columns.append(plain.where(column.notna(), None).tolist())
    return list(zip(*columns, strict=True))


def exists(connection: sa.Connection, name: str) -> bool:
    """Whether the warehouse has a table or view of that name."""
    import sqlalchemy as sa

    return sa.inspect(connection).has_table(name)


def _copy(connection: sa.Connection, table: str, names: list[str], rows: pd.DataFrame) -> None:
    """Insert rows with PostgreSQL's COPY: seconds for a million."""
    from psycopg import sql

    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, names))
    )
    driver = cast("psycopg.Connection", connection.connection.driver_connection)
    with driver.cursor() as cursor, cursor.copy(statement) as copying:
        for row in plain_rows(rows):
            copying.write_row(row)


def _is_postgres(url: sa.URL) -> bool:
    return url.get_backend_name() == "postgresql"


def _refused(warehouse_url: str, error: Exception) -> InputError:
    # Only the first line, because the others contain values.
    why = str(getattr(error, "orig", None) or error).splitlines()[0]
    return InputError(
        seen=f"the database {shown(warehouse_url)} of WAREHOUSE_URL refused: {why}",
        expected="a database that this user may write to",
        todo="start it, grant the user the right to create tables, or set WAREHOUSE_URL",
    )
