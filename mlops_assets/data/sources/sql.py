"""Read rows from a table or a query of the warehouse."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field, model_validator

from mlops_assets.data.sources.base import SourceSpec, rows_of_day
from mlops_assets.errors import InputError
from mlops_assets.features.columns import nearest, require_columns
from mlops_assets.platform.warehouse.reading import reading, shown

if TYPE_CHECKING:
    import pandas as pd
    import sqlalchemy as sa
    from sqlalchemy.exc import SQLAlchemyError

    from mlops_assets.platform.settings import Settings

    Types = dict[str, sa.types.TypeEngine]
    Only = Callable[[Types], list[sa.ColumnElement[bool]]]
    """WHERE conditions, given the types of the columns."""

# The messages of PostgreSQL and SQLite for a missing table.
NO_TABLE = re.compile(r'relation "(.+?)" does not exist|no such table: (.+)')


class SqlSource(SourceSpec):
    """A table or view of the warehouse, or a query on it; set one of the two.

    The warehouse is the database of WAREHOUSE_URL. Values are passed to a query as bound
    parameters: write `:since` in `query` and `since: 2026-01-01` under `params`. The connection is
    read-only.
    """

    type: Literal["sql"] = "sql"
    table: str | None = Field(
        None, min_length=1, description="`table` or `schema.table`; a name with a dot is found too."
    )
    query: str | None = Field(
        None, min_length=1, description="A SELECT statement, with :name for parameters."
    )
    params: dict[str, Any] = Field(
        default_factory=dict, description="Values of the query's parameters, by name."
    )
    filled_by: str | None = Field(
        None,
        min_length=1,
        description="Command that creates and fills the table, suggested if it is missing.",
    )

    @model_validator(mode="after")
    def _one_of_both(self) -> SqlSource:
        if (self.table is None) == (self.query is None):
            raise InputError(
                seen="both `table` and `query`" if self.table else "neither `table` nor `query`",
                expected="either `table` or `query`",
                todo="set one of the two",
            )
        if self.params and self.query is None:
            raise InputError(
                seen="`params` with `table`",
                expected="`params` only for the :names of a `query`",
                todo="write a `query` instead of `table`, or remove `params`",
            )
        return self

    @property
    def origin(self) -> str:
        """The table's name, for messages."""
        return f"table {self.table!r}" if self.table else "the query"

    def load(self, settings: Settings) -> pd.DataFrame:
        """The rows of the table or of the query's result."""
        return self._select(settings, self.params)

    def load_until_parts(self, settings: Settings, day: date, rows: int) -> Iterator[pd.DataFrame]:
        """The same in parts, as the database sends them."""
        return self._selected(settings, self.params, rows=rows)

    def load_day(
        self, settings: Settings, day: date, timestamp: str | None, zone: str
    ) -> pd.DataFrame:
        """The rows of one day; a query can use it as `:day`, and the following one as `:next_day`.

        From a table with a typed `timestamp`, only the rows around that day are fetched.
        """
        if used := self._days_of_query(day):
            return self._select(settings, {**self.params, **used})
        only = partial(_around, timestamp, day) if timestamp else None
        rows = self._plain(self._select(settings, self.params, only))
        return rows_of_day(rows, day, timestamp, self.origin, zone)

    def load_day_parts(
        self, settings: Settings, day: date, timestamp: str | None, zone: str, rows: int
    ) -> Iterator[pd.DataFrame]:
        """The same in parts, as the database sends them."""
        if used := self._days_of_query(day):
            return self._selected(settings, {**self.params, **used}, rows=rows)
        only = partial(_around, timestamp, day) if timestamp else None
        parts = self._selected(settings, self.params, only, rows=rows)
        return self._day_of_parts(parts, settings, day, timestamp, zone)

    def _days_of_query(self, day: date) -> dict[str, date]:
        """The values of `:day` and `:next_day`, as far as the query uses them."""
        days = {"day": day, "next_day": day + timedelta(days=1)}
        used = parameters(self.query or "") & {*days}
        return {name: days[name] for name in used}

    def load_rows(self, settings: Settings, column: str, values: Collection[str]) -> pd.DataFrame:
        """The rows whose `column` is one of `values`.

        From a table, only these are fetched, if the database writes the column as it is read.
        """
        only = None if self.query else partial(_valued, column, values)
        return self._rows_by_value(self._select(settings, self.params, only), column, values)

    def knows_days(self, timestamp: str | None) -> bool:
        """True for a query with `:day`, or with a `timestamp`."""
        return "day" in parameters(self.query or "") or super().knows_days(timestamp)

    def content_mark(self, settings: Settings, timestamp: str | None, target: str | None) -> str:
        """Of a table with a `timestamp`: how many rows and labels it has, and the newest time.

        Corrected values alone do not change it.
        """
        if self.table is None or timestamp is None:
            return ""
        return self._mark(*self._counts(settings, self.table, timestamp, target))

    def _counts(
        self, settings: Settings, table: str, timestamp: str, target: str | None
    ) -> list[str]:
        """Rows, newest time and labels of the table. Raises `InputError` like `load`."""
        import sqlalchemy as sa
        from sqlalchemy.exc import SQLAlchemyError

        where = shown(settings.warehouse_url)
        columns = [sa.func.count(), sa.func.max(sa.column(timestamp))]
        columns += [sa.func.count(sa.column(target))] if target else []
        with reading(settings.warehouse_url) as connection:
            try:
                schema, name = _find_table(connection, table, where, self.filled_by)
                query = sa.select(*columns).select_from(sa.table(name, schema=schema))
                return list(map(str, connection.execute(query).one()))
            except SQLAlchemyError as error:
                raise _explained(error, where, self.filled_by) from None

    def _select(
        self, settings: Settings, params: dict[str, Any], only: Only | None = None
    ) -> pd.DataFrame:
        return next(self._selected(settings, params, only))

    def _selected(
        self,
        settings: Settings,
        params: dict[str, Any],
        only: Only | None = None,
        rows: int | None = None,
    ) -> Iterator[pd.DataFrame]:
        """The rows in parts of that many; without a number, all at once."""
        import sqlalchemy as sa
        from sqlalchemy.exc import SQLAlchemyError

        where = shown(settings.warehouse_url)
        with reading(settings.warehouse_url) as connection:
            try:
                if self.query:
                    yield from self._read(connection, sa.text(self.query), params, rows)
                    return
                found = _find_table(connection, str(self.table), where, self.filled_by)
                yield from self._read(connection, _select_rows(connection, *found, only), {}, rows)
            except SQLAlchemyError as error:
                # `from None`, because the original error contains values.
                raise _explained(error, where, self.filled_by) from None

    @staticmethod
    def _read(
        connection: sa.Connection,
        statement: sa.Executable,
        params: dict[str, Any],
        rows: int | None,
    ) -> Iterator[pd.DataFrame]:
        import pandas as pd

        if rows is not None:  # else the driver fetches the whole result
            connection = connection.execution_options(stream_results=True)
        # Not coerced to float, which would cut a long id of the type numeric.
        read: Any = pd.read_sql_query(
            statement,  # type: ignore[arg-type]
            connection,
            params=params or None,
            coerce_float=False,
            chunksize=rows,  # type: ignore[arg-type]
        )
        yield from [read] if rows is None else read


def parameters(query: str) -> set[str]:
    """The `:name` parameters of a query; `::` is a cast."""
    return set(re.findall(r"(?<![:\w\\]):(\w+)", query))


def _find_table(
    connection: sa.Connection, table: str, where: str, filled_by: str | None
) -> tuple[str | None, str]:
    """The schema and name of a table or view. Raises `InputError` if there is none.

    `a.b` is the table b of schema a, or else one of that whole name.
    """
    import sqlalchemy as sa

    inspector = sa.inspect(connection)
    schema, _, name = table.partition(".")
    if schema in inspector.get_schema_names() and inspector.has_table(name, schema=schema):
        return schema, name
    if not inspector.has_table(table):
        existing = inspector.get_table_names() + inspector.get_view_names()
        raise _no_table(table, where, filled_by, existing)
    return None, table


def _select_rows(
    connection: sa.Connection, schema: str | None, name: str, only: Only | None
) -> sa.Select:
    """SELECT * from a table, with its name quoted by the dialect."""
    import sqlalchemy as sa

    rows = sa.select(sa.text("*")).select_from(sa.table(name, schema=schema))
    if only is None:
        return rows
    columns = sa.inspect(connection).get_columns(name, schema=schema)
    return rows.where(*only({it["name"]: it["type"] for it in columns}))


def _around(timestamp: str, day: date, types: Types) -> list[sa.ColumnElement[bool]]:
    """A condition for the days around `day`, if `timestamp` is a date or time column."""
    import sqlalchemy as sa

    if not isinstance(types.get(timestamp), sa.Date | sa.DateTime):
        return []
    # One more day on each side, because the database may use another time zone.
    column, first = sa.column(timestamp), day - timedelta(days=1)
    last = day + timedelta(days=2)
    return [column >= sa.literal(first, sa.Date), column < sa.literal(last, sa.Date)]


def _valued(column: str, values: Collection[str], types: Types) -> list[sa.ColumnElement[bool]]:
    """A condition for `values`; text columns are not cast, so that an index can be used.

    None for a type whose text differs between the database and what is read, such as 7.50 and 7.5.
    """
    import pandas as pd
    import sqlalchemy as sa

    require_columns(pd.DataFrame(columns=list(types)), [column])
    found, type_ = sa.column(column), types[column]
    if isinstance(type_, sa.String) and not isinstance(type_, sa.Enum):
        return [found.in_(values)]
    same_text = isinstance(type_, sa.Enum | sa.Integer | sa.Uuid)
    return [sa.cast(found, sa.Text).in_(values)] if same_text else []


def _explained(error: SQLAlchemyError, where: str, filled_by: str | None) -> InputError:
    # `orig` is the driver's message; the full text contains the query's values.
    why = str(getattr(error, "orig", None) or error).splitlines()[0]
    if missing := NO_TABLE.search(why):
        return _no_table(missing[1] or missing[2], where, filled_by)
    return InputError(
        seen=f"the query failed in {where}: {why}",
        expected="a SELECT that this database can run, with every :name under `params`",
        todo="try it in a database client, and correct `query` or `params` in defs.yaml",
    )


def _no_table(
    table: str, where: str, filled_by: str | None, existing: list[str] | None = None
) -> InputError:
    fill = f"run `{filled_by}`" if filled_by else f"create and fill the table {table!r} there"
    return InputError(
        seen=f'relation "{table}" does not exist in {where}{nearest(table, existing or [])}',
        expected=f"a table or view named {table!r}",
        todo=f"{fill}, correct its name in defs.yaml, or set WAREHOUSE_URL to the database that "
        "has it",
    )
