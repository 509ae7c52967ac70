"""A DuckDB of its own for each piece of work; nothing of it stays."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from splink import Linker

    from mlops_assets.kinds.fellegi_sunter.model import LinkageModel

IN_PARALLEL = "pragma verify_parallelism"
"""All processors read a table together, also one of fewer than 122,880 rows. In which order they
do is left to chance, so this is for what is true of each row alone."""


@contextmanager
def database() -> Iterator[DuckDBPyConnection]:
    """An empty database in memory. What does not fit goes to a private folder, then away."""
    import duckdb

    with TemporaryDirectory() as folder:
        connection = duckdb.connect(
            config={
                "temp_directory": folder,
                "autoinstall_known_extensions": False,
                "preserve_insertion_order": False,
            }
        )
        try:
            yield connection
        finally:
            connection.close()


def linker(connection: DuckDBPyConnection, table: str, settings: dict[str, Any]) -> Linker:
    """Splink on a table of this database, without its log lines."""
    from splink import DuckDBAPI, Linker

    rows = DuckDBAPI(connection).register(table)
    return Linker(rows, settings, log_level="ERROR")


def trained_linker(connection: DuckDBPyConnection, table: str, model: LinkageModel) -> Linker:
    """Splink with the learned parameters and the stored term frequencies."""
    ready = linker(connection, table, model.settings)
    for field, frequencies in model.frequencies.items():
        known = ready._db_api.register(frequencies)
        ready.table_management.register_term_frequency_lookup(known, field)
    return ready
