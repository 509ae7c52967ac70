"""Signs of life of what is being recorded, in the database that several machines share.

A machine that is lost, or a worker that a launcher does not watch, leaves its Dagster run STARTED
for ever. A host and a process id tell it on that host only, so each process also writes when it
was last alive, by the database's clock. Where nothing is shared there is one host, and no beat.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import NamedTuple

from mlops_assets.errors import InputError, logger
from mlops_assets.platform.locks import advisory_number
from mlops_assets.platform.postgres import connected
from mlops_assets.platform.processes import lives
from mlops_assets.platform.settings import Settings

TABLE = "mlops_assets_heartbeats"
CREATED: set[str] = set()
"""The databases whose table this process knows to exist."""
BEAT_SECONDS, LOST_SECONDS = 15, 90
"""A process beats this often, and is lost after so long without a beat."""
CREATE = f"""CREATE TABLE IF NOT EXISTS {TABLE} (run_id text, step text, process text NOT NULL,
at timestamptz NOT NULL, PRIMARY KEY (run_id, step))"""
BEAT = f"""INSERT INTO {TABLE} VALUES (%s, %s, %s, now()) ON CONFLICT (run_id, step)
DO UPDATE SET process = EXCLUDED.process, at = EXCLUDED.at"""  # noqa: S608 - a constant
END = f"DELETE FROM {TABLE} WHERE run_id = %s AND step = %s AND process = %s"  # noqa: S608
READ = f"""SELECT run_id, step, process, extract(epoch FROM now() - at)::float
FROM {TABLE}"""  # noqa: S608


class Heart(NamedTuple):
    """What records a step of a run: `process` is host:pid:start, `silence` is in seconds."""

    run_id: str
    step: str
    process: str
    silence: float

    def is_lost(self, host: str) -> bool:
        """Whether it has died; on its own host the process itself tells, however busy it is."""
        where, process, start = (*self.process.split(":"), "", "")[:3]
        return not lives(int(process), start) if where == host else self.silence > LOST_SECONDS


def beating(settings: Settings, run_id: str, step: str, process: str) -> AbstractContextManager:
    """Beat while `process` records `step` of a run; nothing where no database is shared."""
    url = settings.shared_database
    return _beating(url, run_id, step, process) if url else nullcontext()


def hearts(settings: Settings) -> list[Heart]:
    """All steps that are being recorded, or were when their process died."""
    if not settings.shared_database:
        return []
    with connected(settings.shared_database) as connection:
        is_there = connection.execute("SELECT to_regclass(%s)", [TABLE]).fetchone() != (None,)
        return [Heart(*row) for row in connection.execute(READ)] if is_there else []


def bury(settings: Settings, found: Heart) -> None:
    """Forget what was recorded by a process that has died."""
    _end(settings.shared_database, found[:3])


@contextmanager
def _beating(url: str, *row: str) -> Iterator[None]:
    ended = threading.Event()
    _create(url)
    _beat(url, row)
    thread = threading.Thread(target=_beat_until, args=(ended, url, row), daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
        with _noted(row[1]):  # what is left is buried when the run has ended
            _end(url, row)


def _beat_until(ended: threading.Event, url: str, row: tuple[str, ...]) -> None:
    while not ended.wait(BEAT_SECONDS):
        with _noted(row[1]):  # while the database restarts, a beat less is no harm
            _beat(url, row)


@contextmanager
def _noted(step: str) -> Iterator[None]:
    try:
        yield
    except InputError as error:
        logger(__name__).warning("no heartbeat of %s: %s", step, error)


def _end(url: str, row: tuple[str, ...]) -> None:
    with connected(url) as connection:
        connection.execute(END, row)


def _beat(url: str, row: tuple[str, ...]) -> None:
    with connected(url) as connection:
        connection.execute(BEAT, row)


def _create(url: str) -> None:
    if url in CREATED:
        return
    with connected(url) as connection:  # two at once would fail, IF NOT EXISTS or not
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [advisory_number(TABLE)])
        connection.execute(CREATE)
    CREATED.add(url)
