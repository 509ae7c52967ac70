"""The ledger's database: its table, its append-only triggers, and one lock per model."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_assets.errors import InputError
from mlops_assets.platform.locks import advisory_number

if TYPE_CHECKING:
    import sqlalchemy as sa

TABLE = "stage_ledger"
PATIENCE = 60
"""Seconds to wait for another change of the same model; a change takes about one."""
CONNECT_SECONDS = 10
INSERT_TRIGGER = f"{TABLE}_insert"
# `INSERT OR REPLACE` removes a conflicting row without firing the trigger on DELETE.
SAME_ROW = (
    f"EXISTS (SELECT 1 FROM {TABLE} "  # noqa: S608 - a constant
    "WHERE id = NEW.id OR (model = NEW.model AND sequence = NEW.sequence))"
)
SQLITE_TRIGGERS = [
    f"CREATE TRIGGER IF NOT EXISTS {name} BEFORE {verb} ON {TABLE} {condition} "
    "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
    for name, verb, condition in (
        (f"{TABLE}_update", "UPDATE", ""),
        (f"{TABLE}_delete", "DELETE", ""),
        (INSERT_TRIGGER, "INSERT", f"WHEN {SAME_ROW}"),
    )
]
POSTGRES_TRIGGERS = [
    f"CREATE OR REPLACE FUNCTION {TABLE}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'the ledger is append-only'; END $$",
    f"CREATE TRIGGER {TABLE}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {TABLE} "
    f"FOR EACH STATEMENT EXECUTE FUNCTION {TABLE}_refuse()",
]


@cache
def table() -> sa.Table:
    """The ledger table; see `Entry` for the meaning of the columns."""
    import sqlalchemy as sa

    texts = ["transition", "kind", "action", "version", "from_stage", "to_stage", "expected"]
    texts += ["serving", "actor", "reason", "verdict", "fingerprint", "writes", "undo"]
    return sa.Table(
        TABLE,
        sa.MetaData(),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
        sa.Column("model", sa.Text, nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in texts),
        sa.Column("forced", sa.Boolean, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("model", "sequence", name=f"{TABLE}_model_sequence"),
    )


class LedgerStore:
    """Connections to the ledger's database, with its table in place."""

    def __init__(self, url: str) -> None:
        import sqlalchemy as sa

        given = _parsed(url)
        self.is_sqlite = given.get_backend_name() == "sqlite"
        self.file = Path(given.database or "").absolute() if self.is_sqlite else None
        wait = {"timeout": PATIENCE} if self.is_sqlite else {"connect_timeout": CONNECT_SECONDS}
        # No pool: a process that only polls every 30 seconds holds no connection in between.
        self.engine = sa.create_engine(given, poolclass=sa.pool.NullPool, connect_args=wait)
        self.name = given.set(query={}).render_as_string(hide_password=True)
        self.is_ready = False

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """Open a connection. Raises `InputError` if the database does not answer."""
        from sqlalchemy.exc import OperationalError

        try:
            if not self.is_ready:
                self._create()
                self.is_ready = True
            connection = self.engine.connect()
        except (OperationalError, OSError) as error:
            if self.is_sqlite:
                raise  # `platform/store_failures.py` finds out what is wrong with the file
            raise _unreachable(self.name, error) from error
        with connection:
            yield connection

    @contextmanager
    def locked(self, model: str) -> Iterator[sa.Connection]:
        """Open a connection and lock `model`; the lock is released if the process dies."""
        with self.reading() as connection:
            lock = self._file_lock if self.is_sqlite else self._advisory_lock
            with lock(connection, model):
                yield connection

    @contextmanager
    def _file_lock(self, _: sa.Connection, model: str) -> Iterator[None]:
        from filelock import FileLock, Timeout

        lock = FileLock(self._lock_path(hashlib.sha256(model.encode()).hexdigest()[:16]))
        try:
            lock.acquire(timeout=PATIENCE)
        except Timeout as error:
            raise _busy(model) from error
        try:
            yield
        finally:
            lock.release()

    @contextmanager
    def _advisory_lock(self, connection: sa.Connection, model: str) -> Iterator[None]:
        import sqlalchemy as sa
        from sqlalchemy.exc import OperationalError

        number = _number(model)
        connection.execute(sa.text(f"SET lock_timeout = '{PATIENCE}s'"))
        try:
            connection.execute(sa.select(sa.func.pg_advisory_lock(number)))
            connection.commit()
        except OperationalError as error:
            raise _busy(model) from error
        yield  # the lock is released when the session ends, whatever happened in between

    def _lock_path(self, name: str) -> Path:
        folder = Path(f"{self.file}.locks")
        folder.mkdir(parents=True, exist_ok=True)
        return folder / name

    def _create(self) -> None:
        import sqlalchemy as sa

        if self.file and not self.file.exists():
            self.file.parent.mkdir(parents=True, exist_ok=True)
        if self._is_complete():
            return
        if self.is_sqlite:
            from filelock import FileLock

            with FileLock(self._lock_path("create")), self.engine.begin() as connection:
                connection.exec_driver_sql("PRAGMA journal_mode = WAL")
                # Python opens no transaction for CREATE; without one, a kill could leave a table
                # without its triggers.
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                self._create_table(connection, SQLITE_TRIGGERS)
        else:
            with self.engine.begin() as connection:
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_number(""))))
                self._create_table(connection, POSTGRES_TRIGGERS)

    def _is_complete(self) -> bool:
        """Whether nothing must be created; files of earlier releases lack the last trigger."""
        import sqlalchemy as sa

        if not sa.inspect(self.engine).has_table(TABLE):
            return False
        if not self.is_sqlite:
            return True
        query = sa.text("SELECT 1 FROM sqlite_master WHERE type = 'trigger' AND name = :name")
        with self.engine.connect() as connection:
            return connection.execute(query, {"name": INSERT_TRIGGER}).first() is not None

    def _create_table(self, connection: sa.Connection, triggers: list[str]) -> None:
        import sqlalchemy as sa

        if not sa.inspect(connection).has_table(TABLE):
            table().create(connection)
        elif not self.is_sqlite:
            return
        for trigger in triggers:
            connection.exec_driver_sql(trigger)


def _parsed(url: str) -> sa.URL:
    from sqlalchemy import exc, make_url

    try:
        given = make_url(url)
    except (exc.ArgumentError, ValueError):
        given = None  # the error's text may repeat the URL, and so the password
    if given is not None and given.get_backend_name() in ("postgres", "postgresql"):
        return given.set(drivername="postgresql+psycopg")
    if (
        given is not None
        and given.get_backend_name() == "sqlite"
        and given.database not in (None, "", ":memory:")
    ):
        return given
    raise InputError(
        seen="LEDGER_URL cannot be used",
        expected="sqlite:////path/ledger.db or postgresql://user@host/database",
        todo="set the environment variable LEDGER_URL, or unset it to use the embedded ledger",
    )


def _number(model: str) -> int:
    return advisory_number(f"{TABLE}/{model}")


def _busy(model: str) -> InputError:
    return InputError(
        seen=f"another process has been changing {model} for more than {PATIENCE} s",
        expected="a change that takes about a second",
        todo="check what the other process waits for (is MLflow slow?), and try again",
    )


def _unreachable(name: str, error: Exception) -> InputError:
    why = str(getattr(error, "orig", None) or error).splitlines()[0]
    return InputError(
        seen=f"the ledger {name} cannot be opened: {why}",
        expected="a writable SQLite file, or a running PostgreSQL server",
        todo="start the database, or set the environment variable LEDGER_URL",
    )
