"""The ledger: an append-only history of every stage change, in SQL.

A change has two rows: its intent, with everything it is going to write, and its end. An intent
without an end was interrupted, and the next writer finishes it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Literal
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, Field

from mlops_assets.errors import InputError
from mlops_assets.registry.ledger_store import LedgerStore, table

if TYPE_CHECKING:
    import sqlalchemy as sa

Action = Literal[
    "evaluate",
    "stage",
    "review",
    "approve",
    "promote",
    "reject",
    "archive",
    "rollback",
    "delete",
    "rename",
]
INTENT, DONE, UNDONE = "intent", "done", "undone"


class Entry(BaseModel):
    """A ledger row. `writes` and `undo` are the intent's writes and their inverse, as JSON."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: str = Field(description="The registered name of the model.")
    sequence: int = Field(default=0, description="1, 2, … per model, without gaps.")
    transition: str = Field(
        default_factory=lambda: uuid4().hex, description="Links the two rows of a change."
    )
    kind: Literal["intent", "done", "undone"] = INTENT
    action: Action
    version: str = Field(default="", description="The version that is changed.")
    from_stage: str = Field(default="", description="Its stage before, by this project's names.")
    to_stage: str = Field(default="", description="Its stage afterwards.")
    expected: str = Field(default="", description="The production version before; empty if none.")
    serving: str = Field(default="", description="The production version afterwards.")
    actor: str
    reason: str = ""
    forced: bool = False
    verdict: str = Field(default="", description="Digest of the verdict behind it.")
    fingerprint: str = Field(
        default="", description="The version's fingerprint: data, code and parameters."
    )
    writes: str = "[]"
    undo: str = "[]"
    at: datetime = Field(default_factory=lambda: datetime.now(UTC))

    def line(self) -> str:
        """A readable line, such as `2026-01-05 12:00 promote 3 by anna: better`."""
        why = f": {self.reason}" if self.reason else ""
        return f"{self.at:%Y-%m-%d %H:%M} {self.what()} by {self.actor}{why}"

    def what(self) -> str:
        """The change alone, such as `promote 3 (forced)`."""
        what = " ".join(part for part in (self.action, self.version) if part)
        forced = " (forced)" if self.forced else ""
        undone = " (undone)" if self.kind == UNDONE else ""
        return f"{what}{forced}{undone}"


class Ledger:
    """The ledger at a SQLAlchemy URL: a SQLite file or a PostgreSQL database.

    Table and triggers are created if missing, by one process at a time.
    """

    def __init__(self, url: str) -> None:
        self.store = LedgerStore(url)

    @contextmanager
    def changing(self, model: str) -> Iterator[Writer]:
        """Lock `model` and yield its only writer, until the block or the process ends.

        Waits for another writer; raises `InputError` after a minute.
        """
        with self.store.locked(model) as connection:
            yield Writer(connection, model)

    def unfinished(self, model: str | None = None) -> list[Entry]:
        """Interrupted changes of one model, or of all, in one query."""
        with self.store.reading() as connection:
            return unfinished_in(connection, model)

    def history(self, model: str, *, limit: int | None = None) -> list[Entry]:
        """The rows of a model, the newest first."""
        return self._newest(model, limit=limit)

    def served(self, model: str, *, limit: int | None = None) -> list[Entry]:
        """The finished changes of the production version, the newest first."""
        rows = table().c
        another = (rows.kind == DONE, rows.serving != "", rows.serving != rows.expected)
        return self._newest(model, *another, limit=limit)

    def promotions(self, model: str | None = None) -> dict[tuple[str, str], datetime]:
        """When each version last began to serve, by model and version: of one model, or of all."""
        import sqlalchemy as sa

        rows = table().c
        began = (rows.kind == DONE, rows.serving != "", rows.serving != rows.expected)
        own = () if model is None else (rows.model == model,)
        query = sa.select(rows.model, rows.serving, rows.at).where(*began, *own)
        with self.store.reading() as connection:
            found = connection.execute(query.order_by(rows.model, rows.sequence))
            return {(name, version): _in_utc(at) for name, version, at in found}

    def of_version(self, model: str, version: str, *, limit: int | None = None) -> list[Entry]:
        """The finished changes of one version, including its replacement by another."""
        rows = table().c
        replaced = (rows.expected == version) & (rows.serving != version)
        own = (rows.version == version) | replaced
        return self._newest(model, rows.kind == DONE, own, limit=limit)

    def judged(self, model: str, version: str) -> Entry | None:
        """The change that gave the version its current verdict, if recorded."""
        rows = table().c
        # Manual staging follows a verdict and repeats its digest, unless it was forced.
        judges = (rows.action == "evaluate") | ((rows.action == "stage") & ~rows.forced)
        found = self._newest(model, rows.kind == DONE, rows.version == version, judges, limit=1)
        return found[0] if found else None

    def approved(self, model: str, version: str) -> Entry | None:
        """The approval of the version by a review, unless it was rejected or replaced since.

        Its `verdict` is what was looked at.
        """
        rows = table().c
        decided = (rows.version == version) & rows.action.in_(("approve", "reject"))
        decided |= (rows.expected == version) & (rows.action == "rollback")
        found = self._newest(model, rows.kind == DONE, decided, limit=1)
        return found[0] if found and found[0].action == "approve" else None

    def blocked(self, model: str, fingerprint: str) -> Entry | None:
        """The manual rejection of a model with this fingerprint, unless one was promoted since."""
        rows = table().c
        decides = rows.action.in_(("reject", "rollback", "promote"))
        found = self._newest(
            model, rows.kind == DONE, rows.fingerprint == fingerprint, decides, limit=1
        )
        return found[0] if found and found[0].action != "promote" else None

    def _newest(self, model: str, *where: sa.ColumnElement[bool], limit: int | None) -> list[Entry]:
        import sqlalchemy as sa

        rows = table().c
        query = sa.select(table()).where(rows.model == model, *where)
        with self.store.reading() as connection:
            found = connection.execute(query.order_by(rows.sequence.desc()).limit(limit))
            return [_entry(row) for row in found]


class Writer:
    """Append rows of one model while holding its lock."""

    def __init__(self, connection: sa.Connection, model: str) -> None:
        self.connection, self.model = connection, model

    def unfinished(self) -> list[Entry]:
        """The model's interrupted change, if any."""
        return unfinished_in(self.connection, self.model)

    def append(self, entry: Entry) -> Entry:
        """Write a row with the model's next sequence number.

        Raises `InputError` if another writer has taken it, which the lock prevents as long as
        the connection lives.
        """
        import sqlalchemy as sa
        from sqlalchemy.exc import IntegrityError

        newest = sa.select(sa.func.max(table().c.sequence)).where(table().c.model == self.model)
        number = (self.connection.execute(newest).scalar() or 0) + 1
        row = entry.model_copy(update={"sequence": number, "at": datetime.now(UTC)})
        try:
            self.connection.execute(sa.insert(table()).values(**row.model_dump()))
            self.connection.commit()
        except IntegrityError as error:
            self.connection.rollback()
            raise InputError(
                seen=f"row {number} of {self.model} was written by another process meanwhile",
                expected="one writer per model",
                todo="look at the model's history, and try again",
            ) from error
        return row

    def require_lock(self) -> None:
        """Raise `sqlalchemy.exc.DBAPIError` if the connection that holds the lock is lost."""
        import sqlalchemy as sa

        self.connection.execute(sa.select(1))
        self.connection.commit()


def changes(rows: Sequence[Entry]) -> list[tuple[Entry, bool]]:
    """The last row of each change, and whether it has ended; in the order of `rows`."""
    ended = {row.transition for row in rows if row.kind != INTENT}
    return [
        (row, row.kind != INTENT)
        for row in rows
        if row.kind != INTENT or row.transition not in ended
    ]


def unfinished_in(connection: sa.Connection, model: str | None = None) -> list[Entry]:
    """Intents without an end, of one model or of all, in a ledger's database."""
    # A model's next intent is written only after the previous one ended, so it is the last row.
    rows = table().c
    where = () if model is None else (rows.model == model,)
    return [entry for entry in _last_of_each(connection, *where) if entry.kind == INTENT]


def last_done_in(connection: sa.Connection) -> list[Entry]:
    """The newest finished change of every model, in a ledger's database."""
    return _last_of_each(connection, table().c.kind == DONE)


def _last_of_each(connection: sa.Connection, *where: sa.ColumnElement[bool]) -> list[Entry]:
    import sqlalchemy as sa

    rows = table().c
    newest = sa.select(rows.model, sa.func.max(rows.sequence).label("sequence")).where(*where)
    last = newest.group_by(rows.model).subquery()
    same = sa.and_(rows.model == last.c.model, rows.sequence == last.c.sequence)
    found = [_entry(row) for row in connection.execute(sa.select(table()).join(last, same))]
    connection.commit()
    return found


def _entry(row: sa.Row) -> Entry:
    values = {name: value for name, value in row._mapping.items() if name != "id"}
    return Entry(**{**values, "at": _in_utc(values["at"])})


def _in_utc(at: datetime) -> datetime:
    """The moment as stored: SQLite keeps no time zone."""
    return at if at.tzinfo else at.replace(tzinfo=UTC)


@cache
def open_ledger(url: str) -> Ledger:
    """Open the ledger at `url`; one object per process."""
    return Ledger(url)
