"""Tables of the warehouse that we fill: made and filled in one transaction, or not at all."""

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
    """Rows and the table they go to. Columns of dates are DATE, all others TEXT."""

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
    """A connection in one transaction, which ends with the block and is undone by an error.

    Raises `InputError` where the database cannot be reached or refuses something.
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
                # Python would begin only at the first INSERT, and DROP TABLE could not be undone.
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield connection
    except (DBAPIError, ArgumentError, psycopg.Error, OSError, ImportError) as error:
        raise _refused(warehouse_url, error) from None  # their text repeats the rows


def create(connection: sa.Connection, tables: Sequence[FilledTable]) -> None:
    """Make the tables anew and fill them; what was there goes."""
    for table in tables:
        table.schema().drop(connection, checkfirst=True)
        table.schema().create(connection)
        append(connection, table.schema(), table.rows)


def append(connection: sa.Connection, table: sa.Table, rows: pd.DataFrame) -> None:
    """Add rows to a table that is there; columns of both have the same names."""
    if rows.empty:
        return
    names = [str(name) for name in rows]
    if _is_postgres(connection.engine.url):
        _copy(connection, table.name, names, rows)
        return
    plain = [dict(zip(names, row, strict=True)) for row in plain_rows(rows)]
    connection.execute(table.insert(), plain)


def plain_rows(rows: pd.DataFrame) -> list[tuple]:
    """The rows as Python has them: numbers, texts, dates, None where missing."""
    import pandas as pd

    columns = []
    for _, column in rows.items():
        dated = pd.api.types.is_datetime64_dtype(column)
        plain = (column.dt.date if dated else column).astype(object)
        columns.append(plain.where(column.notna(), None).tolist())
    return list(zip(*columns, strict=True))


def exists(connection: sa.Connection, name: str) -> bool:
    """Whether the warehouse has that table or view."""
    import sqlalchemy as sa

    return sa.inspect(connection).has_table(name)


def _copy(connection: sa.Connection, table: str, names: list[str], rows: pd.DataFrame) -> None:
    """PostgreSQL's own way to take many rows, in seconds for a million."""
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
    # The first line alone: the others repeat values.
    why = str(getattr(error, "orig", None) or error).splitlines()[0]
    return InputError(
        seen=f"the database {shown(warehouse_url)} of WAREHOUSE_URL refused: {why}",
        expected="a database to which this user may write",
        todo="start it, give the user the right to create tables, or set WAREHOUSE_URL",
    )
