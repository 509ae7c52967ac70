"""Read the entity tables from the warehouse, and update them in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from mlops_assets.entities.difference import Difference
from mlops_assets.entities.entity_state import EntityState
from mlops_assets.entities.schema import (
    CHANGES,
    GOLDEN,
    KEYS,
    MAP,
    PAIRS,
    REVIEW,
    UPDATES,
    entity_tables,
)
from mlops_assets.errors import InputError
from mlops_assets.platform.warehouse.reading import reading
from mlops_assets.platform.warehouse.writing import append, writing

if TYPE_CHECKING:
    import pandas as pd
    import sqlalchemy as sa


class EntityTables:
    """The entity tables in the warehouse at `url`, for records with `fields` (name → role)."""

    def __init__(self, url: str, fields: Mapping[str, str]) -> None:
        self.url, self.fields = url, set(fields)
        self.tables = entity_tables(fields)

    def read(self) -> EntityState:
        """The current state. Raises `InputError` if a table was not created by this class."""
        with reading(self.url) as connection:
            self._require_ours(connection)
            last = self._last(connection)
            found = {name: self._rows(connection, name) for name in (MAP, PAIRS, REVIEW, CHANGES)}
        pairs = found[PAIRS].rename(columns={"left_id": "left", "right_id": "right"})
        return EntityState(
            number=last["number"] if last else 0,
            day=last["day"] if last else None,
            made_by=(last["model_id"], last["code_version"]) if last else ("", ""),
            entity_map=_dated(found[MAP]).set_index("record_id"),
            scored_pairs=pairs.astype({"contradicts": bool}),
            review_queue=_dated(found[REVIEW]),
            used=frozenset(found[CHANGES]["golden_id"]),
        )

    def write(
        self,
        known: EntityState,
        differences: Mapping[str, Difference],
        changes: pd.DataFrame,
        update: Mapping[str, Any],
    ) -> None:
        """Write an update in one transaction. Raises `InputError` if another was written first.

        `differences` by table; `changes` are appended to the history; `update` is the row of this
        update: its `day`, `model_id`, `version`, `code_version` and `run_id`.
        """
        number = known.number + 1
        with writing(self.url) as connection:
            self._wait_for_others(connection)
            self._create(connection)
            self._claim(connection, known, {"number": number, "at": datetime.now(UTC), **update})
            for name, difference in differences.items():
                self._apply(connection, name, difference)
            append(connection, self.tables[CHANGES], changes.assign(number=number))

    def _wait_for_others(self, connection: sa.Connection) -> None:
        """Lock out other updates until the transaction ends; SQLite has one writer anyway."""
        import sqlalchemy as sa

        if connection.dialect.name == "postgresql":
            lock = sa.func.pg_advisory_xact_lock(sa.func.hashtext(UPDATES))
            connection.execute(sa.select(lock))

    def _create(self, connection: sa.Connection) -> None:
        """Create missing tables, and columns for fields that were added to `columns`."""
        import sqlalchemy as sa

        for table in self.tables.values():
            table.create(connection, checkfirst=True)
        existing = {it["name"] for it in sa.inspect(connection).get_columns(GOLDEN)}
        quote = connection.dialect.identifier_preparer.quote
        for column in self.tables[GOLDEN].columns:
            if column.name not in existing:
                kind = column.type.compile(connection.dialect)
                connection.exec_driver_sql(
                    f"ALTER TABLE {GOLDEN} ADD COLUMN {quote(column.name)} {kind}"
                )

    def _claim(self, connection: sa.Connection, known: EntityState, row: dict[str, Any]) -> None:
        """Insert the next update number, which only one update can do."""
        import sqlalchemy as sa

        table = self.tables[UPDATES]
        last = connection.execute(sa.select(sa.func.max(table.c.number))).scalar() or 0
        if last != known.number:
            raise InputError(
                seen=f"update {last} was written while this one was computed after {known.number}",
                expected="one update of the entities at a time",
                todo="materialize the day again",
            )
        connection.execute(table.insert(), row)

    def _apply(self, connection: sa.Connection, name: str, difference: Difference) -> None:
        import sqlalchemy as sa

        table, keys = self.tables[name], KEYS[name]
        if len(difference.delete):
            is_it = [table.c[key] == sa.bindparam(f"key_{key}") for key in keys]
            rows = difference.delete.add_prefix("key_").astype(object).to_dict("records")
            connection.execute(table.delete().where(*is_it), rows)
        append(connection, table, difference.add)

    def _last(self, connection: sa.Connection) -> dict[str, Any] | None:
        import sqlalchemy as sa

        table = self.tables[UPDATES]
        if not sa.inspect(connection).has_table(UPDATES):
            return None
        newest = sa.select(table).order_by(table.c.number.desc()).limit(1)
        row = connection.execute(newest).mappings().first()
        return dict(row) if row else None

    def _rows(self, connection: sa.Connection, name: str) -> pd.DataFrame:
        import pandas as pd
        import sqlalchemy as sa

        table = self.tables[name]
        if not sa.inspect(connection).has_table(name):
            return pd.DataFrame({column.name: [] for column in table.columns}, dtype=object)
        return pd.read_sql_query(sa.select(table), connection)

    def _require_ours(self, connection: sa.Connection) -> None:
        import sqlalchemy as sa

        inspector = sa.inspect(connection)
        for name, table in self.tables.items():
            if inspector.has_table(name):
                existing = {column["name"] for column in inspector.get_columns(name)}
                fields = self.fields if name == GOLDEN else set()
                if lacking := {column.name for column in table.columns} - existing - fields:
                    raise _not_ours(name, lacking)


def _dated(table: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd

    dates = {name: pd.to_datetime(table[name]) for name in ("since", "gone_on") if name in table}
    return table.assign(**dates).astype(dict.fromkeys(dates, "datetime64[ns]"))


def _not_ours(name: str, lacking: set[str]) -> InputError:
    return InputError(
        seen=f"the warehouse has a table {name} without {sorted(lacking)}",
        expected="no such table, or the one created by these assets",
        todo="rename that table, which was created by something else",
    )
