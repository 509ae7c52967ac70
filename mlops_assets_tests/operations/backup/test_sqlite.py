"""SQLite files that others write to, copied as they all were at one moment."""

import sqlite3
import threading
import time
from contextlib import ExitStack, closing

import pytest

from mlops_assets.errors import InputError
from mlops_assets.operations.backup import sqlite


def made(path, mode: str):
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(f"PRAGMA journal_mode = {mode}")
        connection.execute("CREATE TABLE t (n INTEGER)")
        connection.execute("INSERT INTO t VALUES (0)")
    return path


def newest(path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT max(n) FROM t").fetchone()[0]


def test_two_files_are_of_one_moment_however_they_are_written(tmp_path):
    """A writer puts each number into the first file and then into the second."""
    first, second = made(tmp_path / "a.db", "WAL"), made(tmp_path / "b.db", "DELETE")
    stop = threading.Event()

    def count():
        with closing(sqlite3.connect(first)) as a, closing(sqlite3.connect(second)) as b:
            number = 0
            while not stop.is_set():
                number += 1
                for connection in (a, b):
                    with connection:
                        connection.execute("INSERT INTO t VALUES (?)", [number])

    writer = threading.Thread(target=count)
    writer.start()
    seen = []
    try:
        for turn in range(20):
            copies = [tmp_path / f"{turn}-{name}.db" for name in "ab"]
            with ExitStack() as readers:
                with sqlite.held([first, second]):
                    views = [readers.enter_context(sqlite.snapshot(f)) for f in (first, second)]
                for view, copy in zip(reversed(views), reversed(copies), strict=True):
                    sqlite.write(view, copy)
                    view.close()
            seen.append(tuple(newest(copy) for copy in copies))
            time.sleep(0.02)
    finally:
        stop.set()
        writer.join()
    assert all(a - b in (0, 1) for a, b in seen), seen
    assert len(set(seen)) > 5  # it was written to all the time


def test_a_copy_is_one_file(tmp_path):
    source = made(tmp_path / "a.db", "WAL")
    with sqlite.snapshot(source) as view:
        sqlite.write(view, tmp_path / "copy" / "a.db")
    assert [path.name for path in (tmp_path / "copy").iterdir()] == ["a.db"]


def test_a_file_that_somebody_keeps_locked_is_not_waited_for_long(tmp_path, monkeypatch):
    monkeypatch.setattr(sqlite, "LOCK_SECONDS", 0.1)
    source = made(tmp_path / "a.db", "WAL")
    with closing(sqlite3.connect(source, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(sqlite3.OperationalError, match="locked"), sqlite.held([source]):
            pass


def test_a_damaged_database_is_named(tmp_path):
    source = made(tmp_path / "a.db", "DELETE")
    with closing(sqlite3.connect(source)) as connection, connection:
        connection.executemany("INSERT INTO t VALUES (?)", [(n,) for n in range(5000)])
    content = bytearray(source.read_bytes())
    content[3 * 4096 : 3 * 4096 + 200] = b"\xff" * 200
    source.write_bytes(content)
    with sqlite.snapshot(source) as view, pytest.raises(InputError, match=r"a\.db is damaged"):
        sqlite.write(view, tmp_path / "copy.db")
